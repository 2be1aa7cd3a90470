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
}
