package io.godwit.reactor.broadcast;

/** What can be subscribed to a topic, whichever way its handler sees it. */
public interface Subscribing {

    /** {@return the subscriber that it is; made when first asked for. Any thread} */
    Subscriber subscriber();
}
