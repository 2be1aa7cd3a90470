package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.loop.EventLoop;
import java.nio.ByteBuffer;

/** What a handler holds of the message of one turn: see {@link MessageViews}. */
final class MessageView implements Message {

    private final MessageViews views;
    private long turn;

    /** Its own twin of the loop's read buffer: made once, not for each message. Null until it is asked for. */
    private ByteBuffer readOnly;

    MessageView(final MessageViews views) {
        this.views = views;
    }

    void begin(final long itsTurn) {
        turn = itsTurn;
    }

    ByteBuffer readOnlyOf(final ByteBuffer common) {
        if (readOnly == null) {
            readOnly = common.asReadOnlyBuffer();
        }
        return readOnly;
    }

    /** {@return whether what it shows has come to that loop, and not to a worker} */
    boolean isOf(final EventLoop other) {
        return views.isOf(other);
    }

    /** {@return the payload itself, for those who do not let it out of the house} */
    ByteBuffer payload() {
        views.require(turn);
        return views.payload();
    }

    /** {@return false for a fragment} */
    boolean isWhole() {
        views.require(turn);
        return views.isWhole();
    }

    @Override
    public boolean isText() {
        views.require(turn);
        return views.isText();
    }

    @Override
    public int length() {
        return payload().remaining();
    }

    @Override
    public String text() {
        return MessageCopy.decode(isText(), MessageCopy.bytesOf(payload()));
    }

    @Override
    public ByteBuffer bytes() {
        views.require(turn);
        return views.handOut(this);
    }

    @Override
    public Message copy() {
        return new MessageCopy(isText(), isWhole(), MessageCopy.bytesOf(payload()));
    }

    @Override
    public String toString() {
        return views.shows(turn)
                ? MessageCopy.describe(views.isText(), views.payload().remaining())
                : "message, no longer valid";
    }
}
