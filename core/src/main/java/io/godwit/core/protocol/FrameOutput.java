package io.godwit.core.protocol;

import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * Where outgoing frames go: the seam between the protocol and whatever carries its bytes. Called by the thread that
 * drives the protocol, never from two threads; none of these methods may call the protocol.
 */
public interface FrameOutput {

    /**
     * Asks for room for one whole message (all its frames, headers included) or one control frame.
     *
     * @param opcode what it is: text, binary, a continuation (one frame of a message that is sent in fragments), or a
     *     control frame
     * @param bytes exactly as many bytes as will be written
     * @return a buffer, big endian, whose position is where the first byte goes and which has at least that many bytes
     *     remaining; or null: there is no room, nothing is written, and {@link #commit} is not called
     */
    ByteBuffer reserve(Opcode opcode, int bytes);

    /**
     * What was reserved has been written: the position stands behind the last byte. Follows each successful
     * {@link #reserve} before the next.
     *
     * @param buffer the one that {@link #reserve} returned
     */
    void commit(ByteBuffer buffer);

    /**
     * Takes a message that was encoded elsewhere and is shared with other connections.
     *
     * @param frames whole frames, read-only; the output keeps it and moves neither its position nor its limit
     * @return false where there is no room: nothing is sent
     */
    boolean share(ByteBuffer frames);
}
