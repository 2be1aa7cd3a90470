package io.godwit.reactor.loop;

import java.time.Duration;

/** Durations of callers as nanoseconds: a long cannot hold all of them, and what is near forever is meant as forever. */
public final class Durations {

    /** Beyond any time that is meant; the end of a wait of this length can be computed without an overflow. */
    public static final Duration LONGEST = Duration.ofDays(365);

    private Durations() {}

    /**
     * Clamps a duration.
     *
     * @param duration of any length, negative too
     * @return its nanoseconds, 365 days at most; 0 if it is negative
     */
    public static long nanos(final Duration duration) {
        if (duration.compareTo(LONGEST) > 0) {
            return LONGEST.toNanos();
        }
        return duration.isNegative() ? 0 : duration.toNanos();
    }
}
