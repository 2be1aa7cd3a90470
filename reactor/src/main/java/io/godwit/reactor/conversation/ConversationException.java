package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Failure;

/**
 * A conversation has ended without a closing handshake in good order, and this says how: by what the peer did wrong, by a
 * deadline, by the transport, or by being cut off. From {@link Conversation#messages}, also that the wait was interrupted.
 */
public final class ConversationException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Not for serialization, as are no failures. */
    private final transient Failure failure;

    /** Of the peer's Close frame; 1006 where none came, 0 for an interrupt. */
    private final int closeCode;

    private ConversationException(
            final String text, final Failure failure, final int closeCode, final Throwable cause) {
        super(text, cause);
        this.failure = failure;
        this.closeCode = closeCode;
    }

    static ConversationException of(final Failure failure, final int closeCode, final String closeReason) {
        final String how = failure == null
                ? "no Close frame came: it was cut off, or the peer has vanished"
                : switch (failure.kind()) {
                    case VIOLATION -> failure.violation().text();
                    case IO -> "the transport failed";
                    case TIMEOUT -> "a deadline has passed";
                    case HANDLER -> "the handler threw";
                };
        final String reason = closeReason.isEmpty() ? "" : " " + closeReason;
        return new ConversationException(
                "the connection has ended: " + how + " (close code " + closeCode + reason + ")",
                failure,
                closeCode,
                failure == null ? null : failure.cause());
    }

    static ConversationException interrupted(final InterruptedException cause) {
        return new ConversationException("interrupted while waiting for a message", null, 0, cause);
    }

    /**
     * Tells what has ended the connection.
     *
     * @return the failure; null: no Close frame came and nothing more is known, or the wait was interrupted
     */
    public Failure failure() {
        return failure;
    }

    /** {@return the status code of the Close frame that the peer sent; 1006 where none came; 0: the wait was interrupted} */
    public int closeCode() {
        return closeCode;
    }

    /** {@return whether the connection has not ended, but the wait was interrupted} */
    public boolean isInterrupt() {
        return getCause() instanceof InterruptedException;
    }
}
