package io.godwit.reactor.topic;

/** What became of a message that was published: backpressure is a result, not an exception. */
public enum PublishResult {
    /** It is on its way to all who are subscribed, be they many or none. */
    PUBLISHED,
    /**
     * It is on its way to those of some loops; on others, whose subscribers do not get it, too much waits to be delivered.
     * Whoever was subscribed then is told ({@link io.godwit.reactor.endpoint.WebSocketHandler#onDropped}), even if it has been
     * unsubscribed since then or is just ending; so is the one to whom it was not to go ({@link Topic#publishExcept}). To try it
     * again would send it to the former twice.
     */
    PARTLY,
    /** Nobody gets it: on all loops with subscribers too much waits to be delivered. It may be tried again later. */
    DROPPED,
    /** Nobody gets it, ever: it is longer than any loop with subscribers may hold. */
    TOO_LONG;

    /** {@return whether it is on its way, to all or to some} */
    public boolean isTaken() {
        return this == PUBLISHED || this == PARTLY;
    }
}
