package io.godwit.reactor.endpoint;

import java.util.Objects;

/**
 * How fast one peer may send. A second's worth may come at once, after a second in which nothing came.
 *
 * <p>A Pong that answers a Ping of ours counts in neither: it is not the peer's doing. What has gathered while the loop was
 * held up counts as it would have come.
 *
 * @param messagesPerSecondMax messages and control frames
 * @param bytesPerSecondMax as they come from the socket, headers included
 * @param action what happens to a peer that is faster
 */
public record RateLimits(long messagesPerSecondMax, long bytesPerSecondMax, Action action) {

    /** What happens to a peer that sends faster than it may. */
    public enum Action {
        /** The connection is closed with 1008. */
        CLOSE,
        /** The peer is read more slowly, so that TCP holds it back; nothing is lost. */
        THROTTLE
    }

    /**
     * Ten million messages and 1 GiB a second, throttled: it keeps one connection from taking the whole loop for long, and no
     * honest one from anything. One that sends short messages as fast as its socket takes them passes a million.
     */
    public static final RateLimits DEFAULT = new RateLimits(10_000_000, 1L << 30, Action.THROTTLE);

    private static final long PER_SECOND_MAX = 1L << 40;

    /**
     * Checks each.
     *
     * @param messagesPerSecondMax positive
     * @param bytesPerSecondMax positive
     * @param action not null
     * @throws IllegalArgumentException if one is not, or is over 2^40
     */
    public RateLimits {
        Checks.requireRange("rate.messagesPerSecondMax", messagesPerSecondMax, 1, PER_SECOND_MAX);
        Checks.requireRange("rate.bytesPerSecondMax", bytesPerSecondMax, 1, PER_SECOND_MAX);
        Objects.requireNonNull(action, "rate.action");
    }
}
