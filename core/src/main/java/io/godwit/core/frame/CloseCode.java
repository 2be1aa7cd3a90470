package io.godwit.core.frame;

/**
 * The status codes of a Close frame: every one of the IANA "WebSocket Close Code Number Registry", and the ranges that
 * RFC 6455 §7.4.2 gives away. Plain numbers, since peers may send any of the 2,000 that nobody registered.
 */
public final class CloseCode {
    /** The purpose of the connection has been fulfilled (§7.4.1). */
    public static final int NORMAL_CLOSURE = 1000;
    /** An endpoint goes away: a server shuts down, a browser leaves the page (§7.4.1). */
    public static final int GOING_AWAY = 1001;
    /** The peer broke the protocol (§7.4.1). */
    public static final int PROTOCOL_ERROR = 1002;
    /** A type of data was received that cannot be accepted (§7.4.1). */
    public static final int UNSUPPORTED_DATA = 1003;
    /** Reserved; never on the wire (§7.4.1). */
    public static final int RESERVED = 1004;
    /** Says that a Close frame had no code; never on the wire (§7.4.1). */
    public static final int NO_STATUS_RECEIVED = 1005;
    /** Says that the connection ended without a Close frame; never on the wire (§7.4.1). */
    public static final int ABNORMAL_CLOSURE = 1006;
    /** Data was not consistent with its type: text that is not UTF-8 (§7.4.1). */
    public static final int INVALID_FRAME_PAYLOAD_DATA = 1007;
    /** A message violates the receiver's policy (§7.4.1). */
    public static final int POLICY_VIOLATION = 1008;
    /** A message is too big to process (§7.4.1). */
    public static final int MESSAGE_TOO_BIG = 1009;
    /** The client needed an extension that the server did not negotiate (§7.4.1). */
    public static final int MANDATORY_EXTENSION = 1010;
    /** An unexpected condition prevented the request from being fulfilled (§7.4.1). */
    public static final int INTERNAL_ERROR = 1011;
    /** The service restarts: reconnect after a randomised delay (registry). */
    public static final int SERVICE_RESTART = 1012;
    /** The service is overloaded (registry). */
    public static final int TRY_AGAIN_LATER = 1013;
    /** A gateway got an invalid response from its upstream server (registry). */
    public static final int BAD_GATEWAY = 1014;
    /** Says that the TLS handshake failed; never on the wire (§7.4.1). */
    public static final int TLS_HANDSHAKE = 1015;
    /** The peer has not authenticated itself (registry). */
    public static final int UNAUTHORIZED = 3000;
    /** The peer is not allowed to do this (registry). */
    public static final int FORBIDDEN = 3003;
    /** An operation took too long (registry). */
    public static final int TIMEOUT = 3008;

    /** The first code that libraries, frameworks and applications may register (§7.4.2). */
    public static final int REGISTERED_MIN = 3000;
    /** The first code for private use, which nobody registers (§7.4.2). */
    public static final int PRIVATE_MIN = 4000;
    /** The last code for private use (§7.4.2). */
    public static final int PRIVATE_MAX = 4999;

    private CloseCode() {}

    /**
     * Judges a code that we are asked to put into a Close frame (§7.4).
     *
     * @param code any number
     * @return whether it is 1000 to 1003, 1007 to 1014, or 3000 to 4999
     */
    public static boolean isSendable(final int code) {
        return (code >= NORMAL_CLOSURE && code <= UNSUPPORTED_DATA)
                || (code >= INVALID_FRAME_PAYLOAD_DATA && code <= BAD_GATEWAY)
                || (code >= REGISTERED_MIN && code <= PRIVATE_MAX);
    }

    /**
     * Judges a code that a peer's Close frame carries (§7.4).
     *
     * @param code any number
     * @return whether a peer may send it: the same codes that we may send
     */
    public static boolean isValidOnWire(final int code) {
        return isSendable(code);
    }

    /**
     * Names a code for people.
     *
     * @param code any number
     * @return the registry's name, or the name of the range that it lies in
     */
    public static String nameOf(final int code) {
        return switch (code) {
            case NORMAL_CLOSURE -> "Normal Closure";
            case GOING_AWAY -> "Going Away";
            case PROTOCOL_ERROR -> "Protocol error";
            case UNSUPPORTED_DATA -> "Unsupported Data";
            case RESERVED -> "Reserved";
            case NO_STATUS_RECEIVED -> "No Status Rcvd";
            case ABNORMAL_CLOSURE -> "Abnormal Closure";
            case INVALID_FRAME_PAYLOAD_DATA -> "Invalid frame payload data";
            case POLICY_VIOLATION -> "Policy Violation";
            case MESSAGE_TOO_BIG -> "Message Too Big";
            case MANDATORY_EXTENSION -> "Mandatory Ext.";
            case INTERNAL_ERROR -> "Internal Error";
            case SERVICE_RESTART -> "Service Restart";
            case TRY_AGAIN_LATER -> "Try Again Later";
            case BAD_GATEWAY -> "Bad Gateway";
            case TLS_HANDSHAKE -> "TLS handshake";
            case UNAUTHORIZED -> "Unauthorized";
            case FORBIDDEN -> "Forbidden";
            case TIMEOUT -> "Timeout";
            default -> rangeOf(code);
        };
    }

    private static String rangeOf(final int code) {
        if (code >= PRIVATE_MIN && code <= PRIVATE_MAX) {
            return "private use";
        }
        return code >= NORMAL_CLOSURE && code < PRIVATE_MIN ? "unassigned" : "not a close code";
    }
}
