package io.godwit.reactor.session;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.Parcel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The messages that one thread shows to handlers, one at a time, without an allocation for each: those of a loop, laid over
 * what was read, or those of a worker, laid over what came to it.
 *
 * <p>Each message has a turn, and is seen through the next of {@link #COUNT} views, which carries the turn's number. So a view
 * that a handler has kept says that it is no longer valid, rather than show the message of another client; unless the current
 * message is the one that was shown a multiple of {@link #COUNT} turns later, through the same view: without an object for
 * each message that cannot be told. For one thread, but for {@link #isHere}.
 */
final class MessageViews {

    /** A power of two. Few enough for the processor's nearest cache. */
    static final int COUNT = 256;

    private static final ThreadLocal<MessageViews> OF_WORKER = ThreadLocal.withInitial(() -> new MessageViews(null));

    /** Null for a worker's. */
    private final EventLoop loop;

    /** A worker's; null for a loop, whose thread may be replaced. */
    private final Thread worker;

    /** The loop's read buffer, where most messages lie. */
    private final ByteBuffer common;

    private final MessageView[] views = new MessageView[COUNT];
    private long turn;

    /** Whether something is shown now; and what. */
    private boolean shown;

    private boolean text;

    private boolean whole;
    private ByteBuffer payload;

    /** Whose bytes those are; null if they lie in a loop's memory. */
    private Parcel parcel;

    /** What the handler was given of them; null: nothing yet. */
    private ByteBuffer handedOut;

    private MessageViews(final EventLoop loop) {
        this.loop = loop;
        worker = loop == null ? Thread.currentThread() : null;
        common = loop == null ? null : loop.readBuffer();
        for (int i = 0; i < COUNT; i++) {
            views[i] = new MessageView(this);
        }
    }

    /** {@return new views of a loop, for whoever drives it} */
    static MessageViews of(final EventLoop loop) {
        return new MessageViews(loop);
    }

    /** {@return the views of the calling thread, a worker} */
    static MessageViews ofThisWorker() {
        return OF_WORKER.get();
    }

    // --- by who shows

    /**
     * Shows a message until {@link #hide}.
     *
     * @param isText whether it is text
     * @param isWhole false for a fragment
     * @param borrowed its payload
     * @return for the handler
     */
    MessageView show(final boolean isText, final boolean isWhole, final ByteBuffer borrowed) {
        text = isText;
        whole = isWhole;
        shown = true;
        if (payload != borrowed) {
            // To store a reference costs more than to look: the collector wants to know of it.
            payload = borrowed;
        }
        final MessageView view = views[(int) ++turn & COUNT - 1];
        view.begin(turn);
        return view;
    }

    /** Shows what has come to this worker. */
    MessageView show(final boolean isText, final boolean isWhole, final Parcel borrowed) {
        parcel = borrowed;
        return show(isText, isWhole, borrowed.bytes());
    }

    /** The call that was handed the message has returned: nothing is shown. */
    void hide() {
        shown = false;
        if (payload != common) {
            payload = null;
            parcel = null;
        }
        if (handedOut != null) {
            // The memory is used again: a buffer that was kept is empty, rather than full of what comes next.
            handedOut.limit(0);
            handedOut = null;
        }
    }

    // --- by the views

    /** {@return whether the calling thread is the one that is shown the messages} */
    boolean isHere() {
        return loop == null ? worker == Thread.currentThread() : loop.inLoop();
    }

    /** {@return whether these show what has come to that loop, and not to a worker} */
    boolean isOf(final EventLoop other) {
        return loop == other;
    }

    /** {@return whether that turn's message is shown now, to this thread} */
    boolean shows(final long itsTurn) {
        return isHere() && shown && itsTurn == turn;
    }

    /** Judges whether a view may be used. */
    void require(final long itsTurn) {
        if (!isHere()) {
            throw new IllegalStateException("a message that is not a copy() is for the thread that it was handed to;"
                    + " this is thread " + Thread.currentThread().getName());
        }
        if (!shown || itsTurn != turn) {
            throw new IllegalStateException(
                    "a message is valid only during the call that handed it over; copy() stays");
        }
    }

    boolean isText() {
        return text;
    }

    boolean isWhole() {
        return whole;
    }

    ByteBuffer payload() {
        return payload;
    }

    /** {@return the payload for the handler to read, the same buffer for the whole turn} */
    ByteBuffer handOut(final MessageView view) {
        if (handedOut == null) {
            handedOut = readOnly(view);
        }
        return handedOut.order(ByteOrder.BIG_ENDIAN).limit(payload.limit()).position(payload.position());
    }

    private ByteBuffer readOnly(final MessageView view) {
        if (parcel != null) {
            return parcel.readOnlyBytes();
        }
        return payload == common ? view.readOnlyOf(common) : payload.asReadOnlyBuffer();
    }
}
