package io.godwit.core.message;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import java.nio.ByteBuffer;

/**
 * A negotiated extension that transforms the payload of whole messages between frames and messages (RFC 6455 §9), as
 * permessage-deflate does (RFC 7692). One instance serves one connection, on the thread that drives its protocol.
 *
 * <p>On the way in, a data message whose first frame carries any of {@link #rsvBits} goes through {@link #decode} slice by
 * slice; any other passes it by. UTF-8 and the message limit are checked on what comes out. On the way out each message
 * that is sent whole is offered to {@link #encode}.
 */
public interface MessageExtension {

    /**
     * {@return the RSV bits that mark a transformed message, as they stand in the first byte of its first frame's header:
     * of 0x40, 0x20 and 0x10} They are the same for the connection's life; on any other frame they are a violation.
     */
    int rsvBits();

    /**
     * Decodes a slice of an incoming message. While it runs, what it hands on may lead to calls of {@link #encode}.
     *
     * @param payload borrowed for the call; between position and limit, which may be moved, as may its content be changed;
     *     may be empty
     * @param last whether the message ends with it: true exactly once for each message, unless the connection ends before
     * @param out takes what comes out, in any number of parts; its {@code last} is to be true exactly once, for the last
     *     part of a message
     * @return what is wrong, be it that the payload cannot be decoded or what {@code out} returned; or null
     */
    ProtocolViolation decode(ByteBuffer payload, boolean last, PayloadSink out);

    /**
     * Encodes an outgoing message.
     *
     * @param kind {@link Opcode#TEXT} or {@link Opcode#BINARY}
     * @param payload borrowed for the call; neither its content nor its position and limit may be changed
     * @return the encoded payload between position and limit, valid until the next call of this instance's methods; or
     *     null: declined, the message is sent as it is
     */
    ByteBuffer encode(Opcode kind, ByteBuffer payload);

    /**
     * The message that {@link #encode} returned last was not sent, since there was no room: the peer never sees it, and
     * later messages must not refer to it.
     */
    void encodedDropped();

    /** The connection has ended: gives back what is held. The last call, exactly once. */
    void release();
}
