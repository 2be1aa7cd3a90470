package io.godwit.reactor.conversation;

import io.godwit.reactor.endpoint.Message;
import java.nio.ByteBuffer;

/**
 * What has come: a message, a control frame, nothing yet, or the end.
 *
 * @param kind which
 * @param message a copy, which stays; null unless kind is {@link Kind#MESSAGE}
 * @param payload of a control frame, read-only; null unless kind is {@link Kind#PING} or {@link Kind#PONG}
 */
public record Received(Kind kind, Message message, ByteBuffer payload) {

    /** The kinds of what can come. */
    public enum Kind {
        /** A text or binary message. */
        MESSAGE,
        /** A Ping, which has been answered. */
        PING,
        /** A Pong. */
        PONG,
        /** Nothing has come within the time. */
        NOTHING,
        /** The connection was closed in good order; nothing will come any more. */
        CLOSED
    }

    static final Received NOTHING = new Received(Kind.NOTHING, null, null);

    static final Received CLOSED = new Received(Kind.CLOSED, null, null);

    static Received message(final Message copy) {
        return new Received(Kind.MESSAGE, copy, null);
    }

    static Received control(final Kind kind, final ByteBuffer borrowed) {
        final byte[] bytes = new byte[borrowed.remaining()];
        borrowed.get(borrowed.position(), bytes);
        return new Received(kind, null, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
    }

    int length() {
        return message != null ? message.length() : payload != null ? payload.capacity() : 0;
    }

    /** {@return whether it is a message} */
    public boolean isMessage() {
        return kind == Kind.MESSAGE;
    }

    /** {@return whether nothing has come within the time} */
    public boolean isNothing() {
        return kind == Kind.NOTHING;
    }

    /** {@return whether the connection was closed} */
    public boolean isClosed() {
        return kind == Kind.CLOSED;
    }
}
