package io.godwit.reactor.loop;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The time that one kind of work may take in a cycle: about a millisecond. The clock is read once for several items, so that
 * few items cost no look at it. Loop only.
 */
final class WorkSlice {

    /** How many items are done between two looks at the clock. */
    static final int ITEMS_PER_LOOK = 8;

    private static final long SLICE_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final LongSupplier clock;
    private int items;
    private long endNs;

    WorkSlice(final LongSupplier clock) {
        this.clock = clock;
    }

    /** Another kind of work begins. */
    void begin() {
        items = 0;
    }

    /**
     * Notes that work was done.
     *
     * @param count how many items, {@link #ITEMS_PER_LOOK} at most
     * @return whether the rest is for the next cycle
     */
    boolean isOverAfter(final int count) {
        final int before = items;
        items += count;
        if (before / ITEMS_PER_LOOK == items / ITEMS_PER_LOOK) {
            return false;
        }
        final long nowNs = clock.getAsLong();
        if (before < ITEMS_PER_LOOK) {
            // The time begins here: most cycles do less than that, and look at no clock for it.
            endNs = nowNs + SLICE_NS;
            return false;
        }
        return nowNs - endNs >= 0;
    }
}
