package io.godwit.core.frame;

import java.nio.ByteBuffer;

/**
 * What a {@link FrameParser} hands on. Called from within {@link FrameParser#parse}, by its thread. A violation that one
 * of these methods returns ends the parsing.
 */
public interface FrameSink {

    /**
     * Judges a frame by its first byte, which is all that has come of it so far: whether it may follow on the frames
     * before it (RFC 6455 §5.4). Changes nothing, and may be asked twice for a frame.
     *
     * @param firstByte FIN, RSV and opcode (§5.2); the parser has found them good by themselves
     * @return what is wrong, or null
     */
    ProtocolViolation judgeFirstByte(int firstByte);

    /**
     * A frame begins: its length is known, none of its payload has been looked at. Comes once for each frame, after
     * {@link #judgeFirstByte}.
     *
     * @param firstByte FIN, RSV and opcode (§5.2)
     * @param payloadBytes the length that it announces
     * @return what is wrong, or null
     */
    ProtocolViolation onHeader(int firstByte, long payloadBytes);

    /**
     * A slice of the frame's payload. Each frame has at least one, which is empty where the frame is.
     *
     * @param payload borrowed for the call: unmasked, between position and limit, which may be moved; never empty unless
     *     the frame is
     * @param frameEnds whether it is the frame's last
     * @param ascii whether all its bytes are known to be under 0x80, which unmasking shows in passing; false: not known
     * @return what is wrong, or null
     */
    ProtocolViolation onPayload(ByteBuffer payload, boolean frameEnds, boolean ascii);

    /**
     * Tells whether a message that is one frame (FIN, text or binary, no RSV bit), and has come whole, would be in order
     * now. If so, {@link #onWhole} may be called for it in place of the other three: most messages are such, and there is
     * nothing to keep between those calls.
     *
     * @param payloadBytes the payload's length
     * @return false, unless it is overridden
     */
    default boolean takesWhole(final int payloadBytes) {
        return false;
    }

    /**
     * A whole message has come, of a length that {@link #takesWhole} has found in order.
     *
     * @param firstByte FIN and the opcode
     * @param payload unmasked, between position and limit, which may be moved; borrowed for the call
     * @param ascii true where each byte is known to be ASCII; false: they may be anything
     * @return what is wrong, or null
     */
    default ProtocolViolation onWhole(final int firstByte, final ByteBuffer payload, final boolean ascii) {
        throw new IllegalStateException("takesWhole says that there is no such call");
    }
}
