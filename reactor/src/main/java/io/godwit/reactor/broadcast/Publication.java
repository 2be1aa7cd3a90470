package io.godwit.reactor.broadcast;

import io.godwit.core.message.EncodedMessage;

/**
 * A message on its way to the subscribers of one topic on one loop.
 *
 * @param to whom
 * @param message shared, read-only
 * @param except the one of them that does not get it; null: all do
 */
public record Publication(Subscribers to, EncodedMessage message, Subscriber except) {

    /** Its objects, its place in the log, and the buffer of a message of its own. */
    static final int OVERHEAD_BYTES = 128;

    /** {@return how long its frames are} */
    int bytes() {
        return message.frames().remaining();
    }

    /** {@return how much memory it takes while it waits} */
    int heldBytes() {
        return (int) Math.min(Integer.MAX_VALUE, bytes() + (long) OVERHEAD_BYTES);
    }
}
