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
    private int parts;
    private int controls;
    private int exemptBytes;

    /**
     * Begins a turn.
     *
     * @param max how many messages and control frames may come
     */
    void begin(final int max) {
        arrivals = 0;
        arrivalsMax = max;
        messages = 0;
        parts = 0;
        controls = 0;
        exemptBytes = 0;
    }

    /** So many of the bytes are not charged. */
    void exempt(final int bytes) {
        exemptBytes += bytes;
    }

    /** {@return how many that are} */
    int exemptBytes() {
        return exemptBytes;
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

    /** What the handler is handed is a part of a message that goes on. */
    void countPart() {
        parts++;
    }

    /** {@return whether a message has ended} */
    boolean hasEnded() {
        return messages > parts;
    }

    /** A Ping or a Pong has come. */
    void countControl() {
        controls++;
    }

    /** {@return whether a Ping or a Pong has ended} */
    boolean hasEndedControl() {
        return controls > 0;
    }
}
