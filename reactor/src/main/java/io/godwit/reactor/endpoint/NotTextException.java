package io.godwit.reactor.endpoint;

/**
 * A binary message was asked for its text. If a handler lets it through, its peer has sent what the handler does not take:
 * the connection is closed with 1003 (RFC 6455 §7.4.1), and told as a violation of the peer rather than as a failure of the
 * handler.
 */
public final class NotTextException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    /** Makes one. */
    public NotTextException() {
        super("a binary message has no text; use bytes()");
    }
}
