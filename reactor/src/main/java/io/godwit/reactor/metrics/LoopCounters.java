package io.godwit.reactor.metrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one loop. The loop's thread counts without an atomic operation, other threads with one; any thread
 * reads, each figure by itself.
 */
public final class LoopCounters {

    private static final VarHandle ELEMENT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int COUNT = Metric.values().length;

    private final long[] ofLoop = new long[COUNT];
    private final AtomicLongArray ofOthers = new AtomicLongArray(COUNT);

    /** Starts at zero. */
    public LoopCounters() {}

    /**
     * Counts one. Loop only.
     *
     * @param metric of which
     */
    public void increment(final Metric metric) {
        add(metric, 1);
    }

    /**
     * Counts several, or, for a gauge, sets it off by so many. Loop only.
     *
     * @param metric of which
     * @param count may be negative for a gauge
     */
    public void add(final Metric metric, final long count) {
        final int index = metric.ordinal();
        ELEMENT.setOpaque(ofLoop, index, ofLoop[index] + count);
    }

    /**
     * Counts one. Any thread but the loop's, where {@link #increment} costs less.
     *
     * @param metric of which
     */
    public void incrementFromOutside(final Metric metric) {
        ofOthers.getAndIncrement(metric.ordinal());
    }

    /**
     * Reads. Any thread.
     *
     * @param metric of which
     * @return how many
     */
    public long get(final Metric metric) {
        final int index = metric.ordinal();
        return (long) ELEMENT.getOpaque(ofLoop, index) + ofOthers.get(index);
    }
}
