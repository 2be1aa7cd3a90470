package io.godwit.reactor.topic;

/** What became of a message that was published: backpressure is a result, not an exception. */
public enum PublishResult {
    /** It is on its way to all who are subscribed, be they many or none. */
    PUBLISHED,
    /** Nobody gets it: on one of the loops with subscribers too much waits to be delivered. It may be tried again later. */
    DROPPED;

    /** {@return whether it is on its way} */
    public boolean isTaken() {
        return this == PUBLISHED;
    }
}
