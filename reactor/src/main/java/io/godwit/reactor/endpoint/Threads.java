package io.godwit.reactor.endpoint;

import java.time.Duration;
import java.util.Objects;

/**
 * The threads of a server.
 *
 * @param loops independent event loops, each with a thread and with connections of its own
 * @param idling what a loop does while there is nothing to do
 * @param workers threads for the endpoints whose handlers run on {@link Execution#WORKERS}; they are started when there is
 *     such an endpoint
 * @param restartsMax how many threads of either kind that an error has ended are replaced within ten minutes; past that the
 *     server is down
 * @param blockedLoopWarning how long one cycle of a loop may last, for instance since a handler does not return: past that
 *     health is {@link ServerHealth#FAILING}, a line in the log names the handler and shows where it is, and other loops
 *     accept the connections that come to this one
 */
public record Threads(int loops, Idling idling, int workers, int restartsMax, Duration blockedLoopWarning) {

    private static final int THREADS_MAX = 1_024;

    /** One loop, {@link Idling#BLOCKING}, as many workers as there are processors but two at least, three restarts, 2 s. */
    public static final Threads DEFAULT = new Threads(
            1,
            Idling.BLOCKING,
            Math.min(THREADS_MAX, Math.max(2, Runtime.getRuntime().availableProcessors())),
            3,
            Duration.ofSeconds(2));

    /**
     * Checks each.
     *
     * @param loops 1 to 1,024
     * @param idling not null
     * @param workers 1 to 1,024
     * @param restartsMax 0 to 1,024
     * @param blockedLoopWarning a millisecond at least, 365 days at most
     * @throws IllegalArgumentException if one is not
     */
    public Threads {
        Checks.requireRange("loops", loops, 1, THREADS_MAX);
        Objects.requireNonNull(idling, "idling");
        Checks.requireRange("workers", workers, 1, THREADS_MAX);
        Checks.requireRange("restartsMax", restartsMax, 0, THREADS_MAX);
        Checks.requireDuration("blockedLoopWarning", blockedLoopWarning);
    }

    /**
     * Sets the number of loops.
     *
     * @param count of them
     * @return a copy of these with it
     */
    public Threads withLoops(final int count) {
        return new Threads(count, idling, workers, restartsMax, blockedLoopWarning);
    }

    /**
     * Sets what idle loops do.
     *
     * @param way of idling
     * @return a copy of these with it
     */
    public Threads withIdling(final Idling way) {
        return new Threads(loops, way, workers, restartsMax, blockedLoopWarning);
    }

    /**
     * Sets the number of worker threads.
     *
     * @param count of them
     * @return a copy of these with it
     */
    public Threads withWorkers(final int count) {
        return new Threads(loops, idling, count, restartsMax, blockedLoopWarning);
    }

    /**
     * Sets how many failed threads are replaced.
     *
     * @param count of them within ten minutes
     * @return a copy of these with it
     */
    public Threads withRestartsMax(final int count) {
        return new Threads(loops, idling, workers, count, blockedLoopWarning);
    }

    /**
     * Sets how long one cycle of a loop may last before that is told.
     *
     * @param time for it
     * @return a copy of these with it
     */
    public Threads withBlockedLoopWarning(final Duration time) {
        return new Threads(loops, idling, workers, restartsMax, time);
    }
}
