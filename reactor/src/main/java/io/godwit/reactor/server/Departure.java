package io.godwit.reactor.server;

/**
 * How the connections of a server are brought to their end.
 *
 * @param spreadNs over how long the goodbyes are spread; 0: all at once
 * @param deadlineNs when those that are left are cut off, by the loops' clock
 */
record Departure(long spreadNs, long deadlineNs) {

    /** {@return the quicker of both in each} */
    Departure sooner(final Departure other) {
        return new Departure(
                Math.min(spreadNs, other.spreadNs), other.deadlineNs - deadlineNs < 0 ? other.deadlineNs : deadlineNs);
    }
}
