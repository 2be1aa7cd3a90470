package io.godwit.reactor.endpoint;

/** What a loop's thread does while there is nothing to do. */
public enum Idling {
    /** It sleeps in the selector until something comes: no CPU, and the latency of a wakeup. */
    BLOCKING,
    /** It polls for a while after the last event, and then sleeps in the selector. */
    BACKING_OFF,
    /** It polls all the time: the lowest latency, at the cost of a whole core for each loop. */
    SPINNING
}
