package io.godwit.reactor.loop;

import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.agrona.DeadlineTimerWheel;

/**
 * The timers of one loop. Loop only.
 *
 * <p>Meant for deadlines that seldom pass: one entry for each connection, judged when it expires, rather than moved each
 * time a byte comes. A timer expires up to one tick late, never early.
 */
public final class Timers {

    /** What stands for no timer. */
    public static final int NONE = -1;

    /** 67 ms: the deadlines are seconds, and an idle loop wakes once a tick. */
    private static final long TICK_NS = 1L << 26;

    /**
     * A tick is as wide as the fullest one has been, and is searched from its beginning: few that are well filled cost less
     * memory and time than many that are not. A timer further off than a turn of the wheel is looked at once each turn.
     */
    private static final int TICKS_PER_WHEEL = 64;

    private static final long TURN_NS = TICK_NS * TICKS_PER_WHEEL;

    /**
     * The present tick, which has not passed, is searched so often: with many connections it is hundreds of places wide, which
     * is more than there is to do in most cycles.
     */
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final DeadlineTimerWheel.TimerHandler expiry = this::expire;
    private final DeadlineTimerWheel wheel;

    private final IntFunction<Timed[]> allocator;

    /** What each timer wakes, at its id. */
    private Timed[] timed;

    /** How many of the timers that are to be early were scheduled. */
    private int early;

    /** When to look at the present tick again. */
    private long lookNs;

    /**
     * Starts with no timer.
     *
     * @param nowNs the loop's time
     */
    public Timers(final long nowNs) {
        this(nowNs, Timed[]::new);
    }

    /**
     * Starts with no timer.
     *
     * @param nowNs the loop's time
     * @param allocator makes an array of so many places
     */
    Timers(final long nowNs, final IntFunction<Timed[]> allocator) {
        this.allocator = allocator;
        timed = allocator.apply(TICKS_PER_WHEEL);
        lookNs = nowNs;
        wheel = new DeadlineTimerWheel(TimeUnit.NANOSECONDS, nowNs, TICK_NS, TICKS_PER_WHEEL);
    }

    /**
     * Schedules a timer.
     *
     * @param deadlineNs when it expires, in the loop's time
     * @param target what it wakes, once
     * @return its id, for {@link #cancel}
     * @throws OutOfMemoryError if there is no memory for it; nothing is scheduled
     */
    public int schedule(final long deadlineNs, final Timed target) {
        final long wheelId = wheel.scheduleTimer(deadlineNs);
        final int id = idOf(wheelId);
        if (id >= timed.length) {
            grow(wheelId);
        }
        timed[id] = target;
        return id;
    }

    /** A tick's places are taken from its first on: the new timer is a row further at most. */
    private void grow(final long wheelId) {
        try {
            final Timed[] wider = allocator.apply(2 * timed.length);
            System.arraycopy(timed, 0, wider, 0, timed.length);
            timed = wider;
        } catch (final OutOfMemoryError e) {
            // The wheel would wake a timer that wakes nobody.
            wheel.cancelTimer(wheelId);
            throw e;
        }
    }

    /**
     * Sees to it that a target is woken in time for a deadline that is mostly moved on before it comes: to move it on costs
     * nothing, since the timer stays where it is. So the target may be woken early: then it calls this again.
     *
     * @param id its timer, which has not expired; or {@link #NONE}
     * @param deadlineNs in the loop's time
     * @param nowNs the loop's time
     * @param target what is to be woken
     * @return the id of its timer from now on
     * @throws OutOfMemoryError if there is no memory for another timer; the former is still scheduled
     */
    public int wakeBy(final int id, final long deadlineNs, final long nowNs, final Timed target) {
        if (id != NONE) {
            if (wheel.deadline(wheelIdOf(id)) <= deadlineNs) {
                return id;
            }
        }
        // The former is cancelled last: it is what remains if there is no memory for another.
        final int next = schedule(deadlineNs - nowNs > TURN_NS ? spread(deadlineNs) : deadlineNs, target);
        cancel(id);
        return next;
    }

    /**
     * What came at once has its deadlines at once, and none of them is likely to hold: each such timer is set to the next of
     * the wheel's ticks, as it comes by for the last time before the deadline. So all ticks have the same share.
     */
    private long spread(final long deadlineNs) {
        final long tickBefore = (deadlineNs - wheel.startTime()) / TICK_NS - 1;
        return deadlineNs - (1 + (tickBefore - early++ & TICKS_PER_WHEEL - 1)) * TICK_NS;
    }

    /** The wheel numbers a tick above and the place in it below; here a tick's places stand a wheel apart: row by row. */
    private static int idOf(final long wheelId) {
        return (int) wheelId * TICKS_PER_WHEEL + (int) (wheelId >>> Integer.SIZE);
    }

    private static long wheelIdOf(final int id) {
        return (long) (id % TICKS_PER_WHEEL) << Integer.SIZE | id / TICKS_PER_WHEEL;
    }

    /**
     * Cancels a timer, if it has not expired.
     *
     * @param id what {@link #schedule} returned, or {@link #NONE}
     */
    public void cancel(final int id) {
        if (id != NONE && wheel.cancelTimer(wheelIdOf(id))) {
            timed[id] = null;
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
        if (expired < expiriesMax && nowNs - lookNs >= 0) {
            expired += wheel.poll(nowNs, expiry, expiriesMax - expired);
            if (expired < expiriesMax) {
                lookNs = nowNs + LOOK_NS;
            }
        }
        return expired;
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
        return (int) wheel.timerCount();
    }

    private boolean expire(final TimeUnit unit, final long nowNs, final long wheelId) {
        final int id = idOf(wheelId);
        final Timed target = timed[id];
        timed[id] = null;
        target.onTimer(nowNs);
        return true;
    }
}
