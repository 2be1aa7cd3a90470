package io.godwit.reactor.loop;

import java.util.concurrent.TimeUnit;
import org.agrona.DeadlineTimerWheel;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The timers of one loop. Loop only.
 *
 * <p>Meant for deadlines that seldom pass: one entry for each connection, judged when it expires, rather than moved each
 * time a byte comes. A timer expires up to one tick late, never early.
 */
public final class Timers {

    /** What stands for no timer. */
    public static final long NONE = DeadlineTimerWheel.NULL_DEADLINE;

    /** 67 ms: the deadlines are seconds, and an idle loop wakes once a tick. */
    private static final long TICK_NS = 1L << 26;

    /**
     * A tick is as wide as the fullest one has been, and is searched from its beginning: few that are well filled cost less
     * memory and time than many that are not. A timer further off than a turn of the wheel is looked at once each turn.
     */
    private static final int TICKS_PER_WHEEL = 64;

    private final Long2ObjectHashMap<Timed> timed = new Long2ObjectHashMap<>();
    private final DeadlineTimerWheel.TimerHandler expiry = this::expire;
    private final DeadlineTimerWheel wheel;

    /**
     * Starts with no timer.
     *
     * @param nowNs the loop's time
     */
    public Timers(final long nowNs) {
        wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, nowNs, TICK_NS, TICKS_PER_WHEEL);
    }

    /**
     * Schedules a timer.
     *
     * @param deadlineNs when it expires, in the loop's time
     * @param target what it wakes, once
     * @return its id, for {@link #cancel}
     */
    public long schedule(final long deadlineNs, final Timed target) {
        final long id = wheel.scheduleTimer(deadlineNs);
        timed.put(id, target);
        return id;
    }

    /**
     * Cancels a timer, if it has not expired.
     *
     * @param id what {@link #schedule} returned, or {@link #NONE}
     */
    public void cancel(final long id) {
        if (id != NONE && wheel.cancelTimer(id)) {
            timed.remove(id);
        }
    }

    /**
     * Wakes what has expired.
     *
     * @param nowNs the loop's time
     * @param expiriesMax the most timers to wake now; the others follow at the next call
     * @return how many were woken
     */
    int poll(final long nowNs, final int expiriesMax) {
        if (wheel.timerCount() == 0) {
            // An empty wheel is turned by hand: it would take a poll for each tick that passed.
            wheel.currentTickTime(nowNs);
            return 0;
        }
        int expired = 0;
        // A poll looks at one tick, and moves to the next once that one has passed.
        while (expired < expiriesMax && wheel.currentTickTime() <= nowNs) {
            expired += wheel.poll(nowNs, expiry, expiriesMax - expired);
        }
        return expired < expiriesMax ? expired + wheel.poll(nowNs, expiry, expiriesMax - expired) : expired;
    }

    /**
     * Tells how long the loop may sleep.
     *
     * @param nowNs the loop's time
     * @return nanoseconds until {@link #poll} may have something to do; {@link Long#MAX_VALUE} where there is no timer
     */
    long sleepNsMax(final long nowNs) {
        return wheel.timerCount() == 0 ? Long.MAX_VALUE : Math.max(0, wheel.currentTickTime() - nowNs);
    }

    /** {@return how many timers are scheduled} */
    public int count() {
        return timed.size();
    }

    private boolean expire(final TimeUnit unit, final long nowNs, final long id) {
        timed.remove(id).onTimer(nowNs);
        return true;
    }
}
