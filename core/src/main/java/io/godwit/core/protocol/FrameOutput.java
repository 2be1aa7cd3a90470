package io.godwit.core.protocol;

import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * Where outgoing frames go: the seam between the protocol and whatever carries its bytes. Called by the thread that
 * drives the protocol, never from two threads; none of these methods may call the protocol, and none may throw once it has
 * taken something. Each successful {@link #reserve} is followed by {@link #commit} or {@link #cancel}, before the next.
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
     * What was reserved has been written: the position stands behind the last byte.
     *
     * @param buffer the one that {@link #reserve} returned
     */
    void commit(ByteBuffer buffer);

    /**
     * What was reserved could not be written, since reading the payload failed: none of it is to be sent, and its room is free
     * again. What a policy has dropped to make that room stays dropped. The position is where {@link #reserve} had set it; the bytes behind it are undefined.
     *
     * @param opcode what {@link #reserve} was given
     * @param buffer the one that {@link #reserve} returned
     */
    void cancel(Opcode opcode, ByteBuffer buffer);

    /**
     * Takes a message that was encoded elsewhere and is shared with other connections. Only a server's output is asked.
     *
     * @param frames whole frames, not masked, read-only; the output keeps it and moves neither its position nor its limit
     * @return false if there is no room: nothing is sent
     */
    boolean share(ByteBuffer frames);
}
