package io.godwit.reactor.endpoint;

import java.util.Objects;

/**
 * The threads of a server.
 *
 * @param loops independent event loops, each with a thread and with connections of its own
 * @param idling what a loop does while there is nothing to do
 * @param workers threads for the endpoints whose handlers run on {@link Execution#WORKERS}; they are started when there is
 *     such an endpoint
 * @param restartsMax how many threads of either kind that an error has ended are replaced; past that the server is down
 */
public record Threads(int loops, Idling idling, int workers, int restartsMax) {

    private static final int THREADS_MAX = 1_024;

    /** One loop, {@link Idling#BLOCKING}, as many workers as there are processors but two at least, three restarts. */
    public static final Threads DEFAULT = new Threads(
            1,
            Idling.BLOCKING,
            Math.min(THREADS_MAX, Math.max(2, Runtime.getRuntime().availableProcessors())),
            3);

    /**
     * Checks each.
     *
     * @param loops 1 to 1,024
     * @param idling not null
     * @param workers 1 to 1,024
     * @param restartsMax 0 to 1,024
     * @throws IllegalArgumentException if one is not
     */
    public Threads {
        Checks.requireRange("loops", loops, 1, THREADS_MAX);
        Objects.requireNonNull(idling, "idling");
        Checks.requireRange("workers", workers, 1, THREADS_MAX);
        Checks.requireRange("restartsMax", restartsMax, 0, THREADS_MAX);
    }

    /**
     * Sets the number of loops.
     *
     * @param count of them
     * @return a copy of these with it
     */
    public Threads withLoops(final int count) {
        return new Threads(count, idling, workers, restartsMax);
    }

    /**
     * Sets what idle loops do.
     *
     * @param way of idling
     * @return a copy of these with it
     */
    public Threads withIdling(final Idling way) {
        return new Threads(loops, way, workers, restartsMax);
    }

    /**
     * Sets the number of worker threads.
     *
     * @param count of them
     * @return a copy of these with it
     */
    public Threads withWorkers(final int count) {
        return new Threads(loops, idling, count, restartsMax);
    }
}
