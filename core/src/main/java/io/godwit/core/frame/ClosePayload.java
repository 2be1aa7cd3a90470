package io.godwit.core.frame;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * What a Close frame carries (RFC 6455 §5.5.1): nothing, or a status code and a reason.
 *
 * @param code the status code, or {@link CloseCode#NO_STATUS_RECEIVED} where the payload is empty
 * @param reason the reason, or an empty string
 */
public record ClosePayload(int code, String reason) {
    /** The longest reason in bytes of UTF-8: what two bytes of code leave of a control frame. */
    public static final int REASON_BYTES_MAX = 123;

    private static final int CODE_BYTES = 2;

    /**
     * Judges the code, as soon as it has come.
     *
     * @param payload the payload or its beginning, between position and limit, which are not moved
     * @return {@link ProtocolViolation#BAD_CLOSE_CODE} (§7.4), or null
     */
    public static ProtocolViolation judgeCode(final ByteBuffer payload) {
        final boolean bad = payload.remaining() >= CODE_BYTES && !CloseCode.isValidOnWire(codeOf(payload));
        return bad ? ProtocolViolation.BAD_CLOSE_CODE : null;
    }

    /**
     * Reads a payload that has been judged; a reason that is not UTF-8 is for {@code Utf8Validator} to find.
     *
     * @param payload the whole payload, between position and limit, which are not moved; not of one byte
     * @return what it says
     */
    public static ClosePayload parse(final ByteBuffer payload) {
        if (!payload.hasRemaining()) {
            return new ClosePayload(CloseCode.NO_STATUS_RECEIVED, "");
        }
        final int length = payload.remaining() - CODE_BYTES;
        if (length == 0) {
            return new ClosePayload(codeOf(payload), "");
        }
        final byte[] reason = new byte[length];
        payload.get(payload.position() + CODE_BYTES, reason);
        return new ClosePayload(codeOf(payload), new String(reason, StandardCharsets.UTF_8));
    }

    /**
     * Encodes a code and a reason.
     *
     * @param code one that may be sent, or {@link CloseCode#NO_STATUS_RECEIVED} for an empty payload
     * @param reason 123 bytes of UTF-8 at most; empty where the payload is
     * @return a new buffer with the payload between position and limit
     * @throws IllegalArgumentException if the code must not be sent, the reason is too long or holds an unpaired surrogate,
     *     or there is a reason without a code
     */
    public static ByteBuffer encode(final int code, final String reason) {
        if (code == CloseCode.NO_STATUS_RECEIVED) {
            if (!reason.isEmpty()) {
                throw new IllegalArgumentException("a Close frame without a code has no reason either: " + reason);
            }
            return ByteBuffer.allocate(0);
        }
        if (!CloseCode.isSendable(code)) {
            throw new IllegalArgumentException("close code " + code + " (" + CloseCode.nameOf(code)
                    + ") must not be sent: 1000 to 1003, 1007 to 1014, or 3000 to 4999");
        }
        final ByteBuffer bytes = encode(reason);
        if (bytes.remaining() > REASON_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "close reason of " + bytes.remaining() + " bytes, where " + REASON_BYTES_MAX + " is the most");
        }
        return ByteBuffer.allocate(CODE_BYTES + bytes.remaining())
                .putShort((short) code)
                .put(bytes)
                .flip();
    }

    private static ByteBuffer encode(final String reason) {
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(reason));
        } catch (final CharacterCodingException e) {
            throw new IllegalArgumentException("close reason with an unpaired surrogate", e);
        }
    }

    private static int codeOf(final ByteBuffer payload) {
        final int position = payload.position();
        return (payload.get(position) & 0xFF) << 8 | payload.get(position + 1) & 0xFF;
    }
}
