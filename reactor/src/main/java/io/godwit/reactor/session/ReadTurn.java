package io.godwit.reactor.session;

/**
 * What the bytes that a connection is handed at a time have brought so far. A loop has one of these, since one connection
 * has its turn at a time: so a message costs a step in memory that is at hand, and its connection is charged with the sum.
 * Loop only.
 */
final class ReadTurn {

    private int arrivals;
    private int arrivalsMax;
    private int messages;

    /**
     * Begins a turn.
     *
     * @param max how many messages and control frames may come
     */
    void begin(final int max) {
        arrivals = 0;
        arrivalsMax = max;
        messages = 0;
    }

    /** {@return whether a message or control frame that has come, with those before, is not too many} */
    boolean admits() {
        return ++arrivals <= arrivalsMax;
    }

    /** {@return how many have come that were not charged yet; any more are too many} */
    int takeArrivals() {
        final int taken = arrivals;
        arrivals = 0;
        arrivalsMax = 0;
        return taken;
    }

    /** The handler is handed a message, or a part of one. */
    void countMessage() {
        messages++;
    }

    /** {@return how many it was handed} */
    int messages() {
        return messages;
    }
}
