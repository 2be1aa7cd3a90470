package io.godwit.reactor.endpoint;

import java.time.Duration;

/** What the terms have in common when they are checked. */
final class Checks {

    /** Far beyond what a connection lives, and far from what nanoseconds in a long cannot tell. */
    private static final Duration LONGEST = Duration.ofDays(365);

    private Checks() {}

    static void requirePositive(final String name, final long value) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be positive, not " + value);
        }
    }

    static void requireRange(final String name, final long value, final long min, final long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " must be " + min + " to " + max + ", not " + value);
        }
    }

    static void requireDuration(final String name, final Duration value) {
        if (value.compareTo(Duration.ofMillis(1)) < 0 || value.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    name + " must be a millisecond at least and 365 days at most, not " + value);
        }
    }
}
