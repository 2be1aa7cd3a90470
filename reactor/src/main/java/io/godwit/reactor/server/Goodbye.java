package io.godwit.reactor.server;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.loop.Timed;
import io.godwit.reactor.loop.Timers;
import io.godwit.reactor.net.Connection;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * Says goodbye to the connections of one loop, at a steady pace, and cuts off those that have not gone when the time is up.
 * No cycle has more of it than of expired timers. It goes by the loop's clock, since somebody outside waits for it. Loop only.
 */
final class Goodbye implements Timed, Settled {

    private static final RationedLog LOG = new RationedLog();

    /** Under the tick of the timers: once a tick, that is. */
    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(10);

    /** How often it looks whether the time is up: a stall of the loop, in whose time the timers are, does not put that off. */
    private static final long LOOK_NS = TimeUnit.SECONDS.toNanos(1);

    /** In one cycle it tells for so long. */
    private static final long TELL_NS_MAX = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop loop;
    private final Connections connections;
    private final int total;
    private final long startNs;
    private Departure departure;
    private Iterator<Connection> untold;
    private Iterator<Connection> uncut;
    private int told;
    private int timer = Timers.NONE;
    private boolean toSettle;

    /**
     * Starts with nobody told.
     *
     * @param loop the owner
     * @param connections of the loop, live; those that come later are not told
     */
    Goodbye(final EventLoop loop, final Connections connections, final Departure departure) {
        this.loop = loop;
        this.connections = connections;
        this.departure = departure;
        total = connections.size();
        untold = connections.iterator();
        startNs = loop.cycleClockNs();
    }

    /** From now on it goes as quickly as either says. Those who were told of a later end are told of the sooner one. */
    void hasten(final Departure other) {
        final long formerDeadlineNs = departure.deadlineNs();
        departure = departure.sooner(other);
        if (departure.deadlineNs() - formerDeadlineNs < 0) {
            untold = connections.iterator();
            told = 0;
        }
    }

    /** Tells those whose turn has come, and sees to it that the others have theirs. */
    void go() {
        try {
            goOn();
        } catch (final OutOfMemoryError e) {
            // Who was told stays told; the others, and a timer, have their turn in the next cycle.
            goOnSoon();
        }
    }

    private void goOn() {
        final long nowNs = loop.cycleClockNs();
        if (nowNs - departure.deadlineNs() >= 0) {
            cutOff();
        } else {
            tell(nowNs);
        }
    }

    private void tell(final long nowNs) {
        final int due = due(nowNs);
        final long endNs = loop.clockNs() + TELL_NS_MAX;
        int left = loop.options().expiriesPerCycleMax();
        while (untold.hasNext() && told < due && left > 0) {
            tell(untold.next(), departure.deadlineNs() - nowNs);
            told++;
            // Each is delivered what its topics hold before its Close frame, which may be much.
            left = loop.clockNs() - endNs < 0 ? left - 1 : 0;
        }
        if (left == 0) {
            goOnSoon();
        } else {
            final boolean more = untold.hasNext();
            goOnIn(Math.min(more ? STEP_NS : LOOK_NS, departure.deadlineNs() - nowNs));
        }
    }

    /** Some may have gone by themselves: then the others have their turn earlier, and none is left out. */
    private int due(final long nowNs) {
        final long sinceNs = nowNs - startNs;
        if (sinceNs >= departure.spreadNs()) {
            return Integer.MAX_VALUE;
        }
        return (int) (total * (double) sinceNs / departure.spreadNs());
    }

    private static void tell(final Connection connection, final long leftNs) {
        try {
            connection.shutdown(leftNs);
        } catch (final RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "", connection, " could not say goodbye", e);
            connection.abort(e);
        }
    }

    private void cutOff() {
        if (uncut == null) {
            uncut = connections.iterator();
        }
        for (int left = loop.options().expiriesPerCycleMax(); left > 0 && uncut.hasNext(); left--) {
            uncut.next().abort(null);
        }
        if (uncut.hasNext()) {
            goOnSoon();
        }
    }

    private void goOnSoon() {
        if (!toSettle) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    private void goOnIn(final long delayNs) {
        // The former is cancelled last: it is what remains if there is no memory for another.
        final int former = timer;
        timer = loop.timers().schedule(loop.nowNs() + delayNs, this);
        loop.timers().cancel(former);
    }

    @Override
    public void settle() {
        toSettle = false;
        if (!connections.isEmpty()) {
            go();
        }
    }

    @Override
    public void onTimer(final long nowNs) {
        timer = Timers.NONE;
        go();
    }

    /** Nobody is left. */
    void end() {
        loop.timers().cancel(timer);
        timer = Timers.NONE;
    }
}
