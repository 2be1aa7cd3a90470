package io.godwit.reactor.loop;

import java.util.function.LongConsumer;

/**
 * One deadline that is mostly moved on before it comes: it keeps at most one entry among the loop's timers, which is judged
 * when it expires rather than moved with each call. Loop only.
 */
public final class LazyTimer implements Timed {

    private final Timers timers;
    private final LongConsumer onDeadline;
    private long deadlineNs;
    private long entryNs;
    private int entry = Timers.NONE;

    /**
     * Starts without a deadline.
     *
     * @param timers the loop's
     * @param onDeadline told the loop's time when the deadline has come; must not throw
     */
    public LazyTimer(final Timers timers, final LongConsumer onDeadline) {
        this.timers = timers;
        this.onDeadline = onDeadline;
    }

    /**
     * Sets the deadline, in place of the former. To move it on costs nothing.
     *
     * @param whenNs in the loop's time
     */
    public void set(final long whenNs) {
        deadlineNs = whenNs;
        if (entry == Timers.NONE || whenNs < entryNs) {
            timers.cancel(entry);
            entryNs = whenNs;
            entry = timers.schedule(whenNs, this);
        }
    }

    /** There is no deadline any more. */
    public void cancel() {
        timers.cancel(entry);
        entry = Timers.NONE;
    }

    @Override
    public void onTimer(final long nowNs) {
        entry = Timers.NONE;
        if (nowNs < deadlineNs) {
            set(deadlineNs);
        } else {
            onDeadline.accept(nowNs);
        }
    }
}
