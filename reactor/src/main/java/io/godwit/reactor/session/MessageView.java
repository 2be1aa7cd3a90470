package io.godwit.reactor.session;

import io.godwit.reactor.endpoint.Message;
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

    /** {@return what is shown, which is this view's message: judged once, for those who ask several things of it} */
    MessageViews shown() {
        views.require(turn);
        return views;
    }

    /** {@return the payload itself, for those who do not let it out of the house} */
    ByteBuffer payload() {
        return shown().payload();
    }

    @Override
    public boolean isText() {
        return shown().isText();
    }

    @Override
    public int length() {
        return payload().remaining();
    }

    @Override
    public String text() {
        final MessageViews shown = shown();
        return MessageCopy.decode(shown.isText(), MessageCopy.bytesOf(shown.payload()));
    }

    @Override
    public ByteBuffer bytes() {
        return shown().handOut(this);
    }

    @Override
    public Message copy() {
        final MessageViews shown = shown();
        return new MessageCopy(shown.isText(), shown.isWhole(), MessageCopy.bytesOf(shown.payload()));
    }

    @Override
    public String toString() {
        return views.shows(turn)
                ? MessageCopy.describe(views.isText(), views.payload().remaining())
                : "message, no longer valid";
    }
}
