package io.godwit.core.frame;

/**
 * What a peer may do wrong: a value, not an exception. Each has the status code with which the connection is failed
 * (RFC 6455 §7.1.7), the section that says so, and a short text, which is the Close frame's reason.
 */
public enum ProtocolViolation {
    /** An RSV bit is set that no extension has claimed for such a frame. */
    RESERVED_BITS(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.2", "reserved bit set"),
    /** The opcode is 3 to 7 or 11 to 15. */
    RESERVED_OPCODE(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.2", "reserved opcode"),
    /** A control frame without FIN. */
    FRAGMENTED_CONTROL_FRAME(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.5", "fragmented control frame"),
    /** A control frame of more than 125 bytes. */
    CONTROL_FRAME_TOO_LONG(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.5", "control frame over 125 bytes"),
    /** A client did not mask. */
    UNMASKED_FRAME(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.1", "client frame not masked"),
    /** A server masked. */
    MASKED_FRAME(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.1", "server frame masked"),
    /** A length that would have fitted into fewer bytes. */
    NON_MINIMAL_LENGTH(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.2", "length not minimally encoded"),
    /** The most significant bit of a 64-bit length is set. */
    LENGTH_OUT_OF_RANGE(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.2", "length over 63 bits"),
    /** A continuation frame where no message has begun. */
    UNEXPECTED_CONTINUATION(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.4", "nothing to continue"),
    /** A new message where the former is not finished. */
    EXPECTED_CONTINUATION(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.4", "message not finished"),
    /** Text that is not UTF-8, or ends inside a character. */
    INVALID_UTF8(CloseCode.INVALID_FRAME_PAYLOAD_DATA, "RFC 6455 §8.1", "text not UTF-8"),
    /** A frame over the limit. */
    FRAME_TOO_BIG(CloseCode.MESSAGE_TOO_BIG, "RFC 6455 §10.4", "frame too big"),
    /** A message over the limit. */
    MESSAGE_TOO_BIG(CloseCode.MESSAGE_TOO_BIG, "RFC 6455 §10.4", "message too big"),
    /** A message of too many frames. */
    TOO_MANY_FRAGMENTS(CloseCode.MESSAGE_TOO_BIG, "RFC 6455 §10.4", "too many fragments"),
    /** A Close frame whose payload is too short for a status code. */
    CLOSE_PAYLOAD_OF_ONE_BYTE(CloseCode.PROTOCOL_ERROR, "RFC 6455 §5.5.1", "close payload of one byte"),
    /** A Close frame with a status code that must not be sent. */
    BAD_CLOSE_CODE(CloseCode.PROTOCOL_ERROR, "RFC 6455 §7.4", "bad close code"),
    /** A Close frame whose reason is not UTF-8. */
    CLOSE_REASON_NOT_UTF8(CloseCode.INVALID_FRAME_PAYLOAD_DATA, "RFC 6455 §5.5.1", "close reason not UTF-8"),
    /** Payload that an extension cannot decode. */
    EXTENSION_DATA(CloseCode.INVALID_FRAME_PAYLOAD_DATA, "RFC 7692 §7.2.2", "payload cannot be decoded"),
    /** A message of a kind, text or binary, that the application does not take. */
    UNSUPPORTED_DATA(CloseCode.UNSUPPORTED_DATA, "RFC 6455 §7.4.1", "kind of message not supported"),
    /** The peer sends more often than it may. */
    RATE_EXCEEDED(CloseCode.POLICY_VIOLATION, "RFC 6455 §7.4.1", "rate limit exceeded"),
    /** The peer does what our policy forbids, such as to read too slowly. */
    POLICY(CloseCode.POLICY_VIOLATION, "RFC 6455 §7.4.1", "policy violation"),
    /** The peer has begun a message, and neither ended it in time nor sent more of it at a real pace. */
    MESSAGE_TIMEOUT(CloseCode.POLICY_VIOLATION, "RFC 6455 §7.4.1", "message not ended in time"),
    /** There is no memory to keep what the peer has sent until the rest comes. */
    OVERLOADED(CloseCode.TRY_AGAIN_LATER, "RFC 6455 §10.4", "overloaded"),
    /** Our own failure, of which the peer learns no more than this. */
    INTERNAL_ERROR(CloseCode.INTERNAL_ERROR, "RFC 6455 §7.4.1", "internal error");

    private final int closeCode;
    private final String section;
    private final String text;

    ProtocolViolation(final int closeCode, final String section, final String text) {
        this.closeCode = closeCode;
        this.section = section;
        this.text = text;
    }

    /** {@return the status code with which the connection is failed, one of {@link CloseCode}} */
    public int closeCode() {
        return closeCode;
    }

    /** {@return the RFC and the section that it breaks, such as {@code RFC 6455 §5.2}} */
    public String section() {
        return section;
    }

    /** {@return what is wrong, in ASCII, short enough for a Close frame} */
    public String text() {
        return text;
    }
}
