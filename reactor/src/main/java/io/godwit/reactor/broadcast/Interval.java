package io.godwit.reactor.broadcast;

import java.util.ArrayDeque;

/**
 * From where to where in its loop's log a connection is subscribed, and the intervals before that, which may still have
 * publications that were not delivered. Immutable.
 *
 * @param from the first position
 * @param to the one behind the last; {@link #OPEN}: until it is unsubscribed
 * @param gap if it has ended: what is yet to be told of this one and those before. While it is open: how much of all that was
 *     {@link Subscribers#lost} is not to be told any more, be it that it was told or was never for it. Only that of the last counts
 * @param earlier null: none
 */
record Interval(long from, long to, Gap gap, Interval earlier) {

    static final long OPEN = Long.MAX_VALUE;

    boolean isOpen() {
        return to == OPEN;
    }

    /**
     * {@return this one, ended: if it is empty, it lasts no longer than the one before it}
     *
     * @param position the one behind the last
     * @param untold of it and those before
     */
    Interval endedAt(final long position, final Gap untold) {
        final long end = from < position ? position : earlier == null ? 0 : earlier.to;
        return new Interval(from, end, untold, earlier);
    }

    /**
     * {@return what is yet to be told}
     *
     * @param lost all that has been lost
     */
    Gap untold(final Gap lost) {
        return isOpen() ? lost.minus(gap) : gap;
    }

    /**
     * {@return the same when that has been told}
     *
     * @param lost all that has been lost
     */
    Interval told(final Gap lost) {
        return new Interval(from, to, isOpen() ? lost : Gap.NONE, earlier);
    }

    /** {@return whether a position is in one of them} */
    static boolean covers(final Interval last, final long position) {
        for (Interval each = last; each != null && position < each.to; each = each.earlier) {
            if (position >= each.from) {
                return true;
            }
        }
        return false;
    }

    /**
     * Leaves out those that are over. What is left has a publication in each, so that there are no more of them than the log
     * has places.
     *
     * @param last may be null
     * @param walked the position before which all has been delivered
     */
    static Interval live(final Interval last, final long walked) {
        final ArrayDeque<Interval> live = new ArrayDeque<>();
        for (Interval each = last; each != null && each.to > walked; each = each.earlier) {
            if (each.from < each.to) {
                live.push(each);
            }
        }
        Interval rebuilt = null;
        for (final Interval each : live) {
            rebuilt = each.earlier == rebuilt ? each : new Interval(each.from, each.to, each.gap, rebuilt);
        }
        return rebuilt;
    }
}
