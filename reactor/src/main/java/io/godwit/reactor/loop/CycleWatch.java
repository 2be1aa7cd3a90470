package io.godwit.reactor.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;

/**
 * How long the cycles of one loop last: from when the loop wakes until it looks for events again. The loop writes, without an
 * atomic operation; any thread reads.
 */
public final class CycleWatch {

    /** Stands for a loop that sleeps, or that nobody drives. */
    public static final long ASLEEP = Long.MIN_VALUE;

    /** The longest cycle is that of this window or of the one before. */
    private static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(30);

    private static final VarHandle BUSY_SINCE;
    private static final VarHandle LONGEST;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            BUSY_SINCE = lookup.findVarHandle(CycleWatch.class, "busySinceNs", long.class);
            LONGEST = lookup.findVarHandle(CycleWatch.class, "longestNs", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long busySinceNs = ASLEEP;

    /** The longest cycle of the present window. */
    private long longestNs;

    /** The longest cycle of the window before. */
    private volatile long formerLongestNs;

    private volatile long windowNs;

    CycleWatch(final long nowNs) {
        windowNs = nowNs;
    }

    // --- the loop's

    /** The loop wakes, or has looked for events without a sleep: then this ends the cycle before. */
    void busy(final long nowNs) {
        idle(nowNs);
        BUSY_SINCE.setOpaque(this, nowNs);
    }

    /** The loop has done what there was, and sleeps or looks for events. */
    void idle(final long nowNs) {
        final long since = busySinceNs;
        if (since == ASLEEP) {
            return;
        }
        BUSY_SINCE.setOpaque(this, ASLEEP);
        final long cycleNs = nowNs - since;
        if (nowNs - windowNs >= WINDOW_NS) {
            formerLongestNs = nowNs - windowNs < 2 * WINDOW_NS ? longestNs : 0;
            LONGEST.setOpaque(this, cycleNs);
            windowNs = nowNs;
        } else if (cycleNs > longestNs) {
            LONGEST.setOpaque(this, cycleNs);
        }
    }

    // --- any thread's

    /** {@return when the present cycle began, by the loop's clock; {@link #ASLEEP} while the loop sleeps} */
    public long busySinceNs() {
        return (long) BUSY_SINCE.getOpaque(this);
    }

    /**
     * Tells how far the loop is behind: whatever has come since the present cycle began waits for its end.
     *
     * @param nowNs the present time, by the loop's clock
     * @return nanoseconds since the present cycle began; 0 while the loop sleeps
     */
    public long lagNs(final long nowNs) {
        final long since = busySinceNs();
        return since == ASLEEP ? 0 : Math.max(0, nowNs - since);
    }

    /**
     * Tells the longest cycle of the last 30 to 60 seconds, the present one included.
     *
     * @param nowNs the present time, by the loop's clock
     * @return nanoseconds; 0 where there was none
     */
    public long longestNs(final long nowNs) {
        final long lagNs = lagNs(nowNs);
        final long ageNs = nowNs - windowNs;
        final long ended = ageNs >= 2 * WINDOW_NS
                ? 0
                : Math.max((long) LONGEST.getOpaque(this), ageNs >= WINDOW_NS ? 0 : formerLongestNs);
        return Math.max(lagNs, ended);
    }
}
