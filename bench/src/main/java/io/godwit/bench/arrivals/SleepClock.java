package io.godwit.bench.arrivals;

import java.util.function.LongSupplier;

/**
 * The real clock, as one loop reads it: once before it sleeps in the selector and once after, in each cycle. So it knows how
 * much of a cycle was work. For the loop's thread.
 */
final class SleepClock implements LongSupplier {

    private static final int READINGS_WITH_SLEEP = 2;

    private int readings;
    private long firstNs;
    private long lastNs;

    @Override
    public long getAsLong() {
        lastNs = System.nanoTime();
        if (readings == 0) {
            firstNs = lastNs;
        }
        readings++;
        return lastNs;
    }

    /** A cycle begins. */
    void begin() {
        readings = 0;
    }

    /** {@return how long the cycle took that began and ended then, without its sleep} */
    long workNs(final long beganNs, final long endedNs) {
        return readings == READINGS_WITH_SLEEP ? firstNs - beganNs + (endedNs - lastNs) : endedNs - beganNs;
    }
}
