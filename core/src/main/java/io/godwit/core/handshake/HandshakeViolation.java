package io.godwit.core.handshake;

/**
 * What is wrong with a server's answer to an opening handshake: the client then fails the connection (RFC 6455 §4.1).
 */
public enum HandshakeViolation {
    /** A status other than 101; the response may hold a redirection, a challenge, or an explanation. */
    STATUS_NOT_101("RFC 6455 §4.1", "the server did not switch protocols"),
    /** Upgrade is missing, repeated, or not "websocket". */
    UPGRADE_INVALID("RFC 6455 §4.1", "the response does not upgrade to websocket"),
    /** Connection has no token "upgrade". */
    CONNECTION_INVALID("RFC 6455 §4.1", "the response's Connection field does not say upgrade"),
    /** Sec-WebSocket-Accept is missing, repeated, or computed from another key. */
    ACCEPT_INVALID("RFC 6455 §4.1", "the response's Sec-WebSocket-Accept does not match the key"),
    /** Sec-WebSocket-Protocol is repeated, or not one token. */
    SUBPROTOCOL_INVALID("RFC 6455 §11.3.4", "the response's Sec-WebSocket-Protocol is not one subprotocol"),
    /** A subprotocol that was not asked for. */
    SUBPROTOCOL_NOT_OFFERED("RFC 6455 §4.1", "the server chose a subprotocol that was not offered"),
    /** Sec-WebSocket-Extensions is repeated or malformed. */
    EXTENSIONS_INVALID("RFC 6455 §9.1", "the response's Sec-WebSocket-Extensions is malformed"),
    /** An extension that was not asked for. */
    EXTENSION_NOT_OFFERED("RFC 6455 §4.1", "the server chose an extension that was not offered");

    private final String section;
    private final String text;

    HandshakeViolation(final String section, final String text) {
        this.section = section;
        this.text = text;
    }

    /** {@return the RFC and section that the server did not follow} */
    public String section() {
        return section;
    }

    /** {@return one line for a person; it repeats nothing of what the server sent} */
    public String text() {
        return text;
    }
}
