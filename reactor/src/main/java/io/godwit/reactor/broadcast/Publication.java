package io.godwit.reactor.broadcast;

import io.godwit.core.message.EncodedMessage;

/** A message on its way to the subscribers of one topic on one loop. */
public final class Publication {

    /** Its objects, its place in the log, and the buffer of a message of its own. */
    static final int OVERHEAD_BYTES = 128;

    private final Subscribers to;
    private final EncodedMessage message;
    private final Subscriber except;

    /** Whether a handler has published it on the loop that delivers it. Written before it is there to be seen. */
    private boolean own;

    /**
     * Makes one.
     *
     * @param to whom
     * @param message shared, read-only
     * @param except the one of them that does not get it; null: all do
     */
    public Publication(final Subscribers to, final EncodedMessage message, final Subscriber except) {
        this.to = to;
        this.message = message;
        this.except = except;
    }

    Subscribers to() {
        return to;
    }

    EncodedMessage message() {
        return message;
    }

    Subscriber except() {
        return except;
    }

    void noteOwn() {
        own = true;
    }

    boolean isOwn() {
        return own;
    }

    /** {@return how long its frames are} */
    int bytes() {
        return message.frames().remaining();
    }

    /** {@return how much memory it takes while it waits} */
    int heldBytes() {
        return (int) Math.min(Integer.MAX_VALUE, bytes() + (long) OVERHEAD_BYTES);
    }
}
