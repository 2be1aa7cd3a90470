package io.godwit.reactor.loop;

import java.util.function.LongSupplier;

/**
 * The time of one loop: that of a clock, but without the stalls of the loop itself. While the process is stopped, the machine
 * suspended, a long collection runs or a handler holds the loop, no peer is read, and none can be heard: so deadlines that
 * wait for a peer are in this time, and a stall is not charged to anyone. Loop only.
 */
final class LoopClock {

    /**
     * The most that this time moves from one reading to the next. A loop that has a timer wakes every 67 ms, so that a longer
     * gap is a stall.
     */
    static final long GAP_NS_MAX = 250_000_000L;

    /** The longest stall that {@link #backlogNs} makes up for: what lies unread in a socket is bounded anyway. */
    private static final long BACKLOG_NS_MAX = 60_000_000_000L;

    /** How long after a stall what lay unread has been read. */
    private static final long CATCH_UP_NS = 1_000_000_000L;

    private final LongSupplier clock;
    private long nowNs;
    private long stalledNs;
    private long resumedNs;
    private long backlogNs;

    LoopClock(final LongSupplier clock) {
        this.clock = clock;
        nowNs = clock.getAsLong();
    }

    /** {@return the time, after the clock was read and a stall was noted} */
    long read() {
        final long gapNs = clock.getAsLong() - stalledNs - nowNs;
        if (gapNs > GAP_NS_MAX) {
            nowNs += GAP_NS_MAX;
            stalledNs += gapNs - GAP_NS_MAX;
            resumedNs = nowNs;
            backlogNs = Math.min(gapNs, BACKLOG_NS_MAX);
        } else {
            nowNs += gapNs;
        }
        return nowNs;
    }

    /** {@return what the time is now, with a stall that {@link #read} would leave out} */
    long peekNs() {
        return clock.getAsLong() - stalledNs;
    }

    /** {@return by how much this time is behind the clock: what was stalled in all} */
    long stalledNs() {
        return stalledNs;
    }

    /**
     * {@return how long before now the oldest bytes may have come that are read now, beside the time on their way: soon after
     * a stall its length, up to a minute; else 0}
     */
    long backlogNs() {
        return backlogNs != 0 && nowNs - resumedNs < CATCH_UP_NS ? backlogNs : 0;
    }
}
