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

    int bytes() {
        return message.frames().remaining();
    }
}
