package io.godwit.reactor.broadcast;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * One connection's subscription to one topic: which positions of its loop's log are for it, and which losses. That is fixed by
 * the thread that subscribes or unsubscribes, in its call. Only the loop puts it among the subscribers and takes it out, when its
 * turn comes among the {@link Arrivals}.
 */
final class Membership extends Arrivals.Arrival {

    /** It takes no further part. */
    private static final Interval GONE = new Interval(0, 0, Gap.NONE, null);

    private static final AtomicReferenceFieldUpdater<Membership, Interval> LAST =
            AtomicReferenceFieldUpdater.newUpdater(Membership.class, Interval.class, "last");

    private final Subscriber subscriber;
    private final Subscribers among;

    /** The subscriber's: a walk over many meets one object less of each. */
    private final Outlet outlet;

    private volatile Interval last;

    /** As long as this is the last one, all that is yet to be delivered is for it. Loop only. */
    private Interval steady;

    /** Where it is among the subscribers; -1: nowhere. Written by the loop. */
    private int slot = -1;

    Membership(final Subscriber subscriber, final Subscribers among) {
        this.subscriber = subscriber;
        this.among = among;
        outlet = subscriber.outlet();
    }

    Object topic() {
        return among.topic();
    }

    Subscriber subscriber() {
        return subscriber;
    }

    Outlet outlet() {
        return outlet;
    }

    int slot() {
        return slot;
    }

    void slot(final int index) {
        slot = index;
    }

    // --- any thread

    /** {@return whether what is published now is for it} */
    boolean isWanted() {
        final Interval current = last;
        return current != null && current.isOpen();
    }

    /** {@return whether it takes no further part, so that another has to be made} */
    boolean isGone() {
        return last == GONE;
    }

    /**
     * Tells it without a look at the interval, as a rule: a walk over many meets one object less of each. Loop only.
     *
     * @param position the first that has not been delivered to all
     * @return whether all that is in the log from there on is for it; false: perhaps some is
     */
    boolean coversAllFrom(final long position) {
        final Interval current = last;
        if (current == steady) {
            return true;
        }
        final boolean all = current.isOpen() && current.from() <= position;
        if (all) {
            steady = current;
        }
        return all;
    }

    /** {@return whether what is at a position of the log is for it} */
    boolean covers(final long position) {
        return Interval.covers(last, position);
    }

    /** {@return whether this call has made it wanted} */
    boolean want() {
        final Deliveries deliveries = among.deliveries();
        while (true) {
            final Interval current = last;
            if (current == GONE) {
                return false;
            }
            if (current != null && current.isOpen()) {
                if (slot < 0) {
                    // The thread that has opened it may not have come to this yet. Once it has a place, it keeps one
                    // until it is gone.
                    deliveries.add(this);
                }
                return false;
            }
            // What is yet to be told counts as if it were lost from here on.
            final Gap past = current == null ? among.lost() : among.lost().minus(current.gap());
            final Interval earlier = Interval.live(current, deliveries.walked());
            final Interval opened = new Interval(deliveries.head(), Interval.OPEN, past, earlier);
            // Counted first: whoever ends it at once takes that off, and would leave too few while others are
            // subscribed.
            among.count(1);
            if (LAST.compareAndSet(this, current, opened)) {
                deliveries.add(this);
                return true;
            }
            among.count(-1);
        }
    }

    /** {@return whether it was wanted until this call} */
    boolean unwant() {
        final Deliveries deliveries = among.deliveries();
        while (true) {
            final Interval current = last;
            if (current == null || !current.isOpen()) {
                return false;
            }
            final Gap untold = current.untold(among.lost());
            if (LAST.compareAndSet(this, current, current.endedAt(deliveries.head(), untold))) {
                among.count(-1);
                deliveries.add(this);
                return true;
            }
        }
    }

    /** {@return whether all that was for it has been delivered, and nothing more will be} */
    boolean canGo() {
        return last.to() <= among.deliveries().walked();
    }

    /** {@return what it was until now: its connection has ended; null: nothing} */
    Interval end() {
        final Interval former = LAST.getAndSet(this, GONE);
        if (former != null && former.isOpen()) {
            among.count(-1);
        }
        return former;
    }

    // --- the loop

    /** What other threads want is brought about. What changes from here on makes it due again. */
    void look() {
        if (subscriber.isEnded()) {
            end();
        }
        final Interval current = last;
        if (current == GONE) {
            leave();
        } else if (current.to() > among.deliveries().walked()) {
            stay(current);
        } else if (LAST.compareAndSet(this, current, GONE)) {
            leave();
            subscriber.forget(this);
            tell(current.gap());
        }
    }

    private void stay(final Interval current) {
        if (slot < 0) {
            among.add(this);
        }
        if (!current.isOpen()) {
            // Until what was published before has been delivered.
            among.deliveries().lookAgain(this);
        }
    }

    /** Has its handler told of what was lost while it was subscribed, if it has not been told before. */
    void tellOfGap() {
        while (true) {
            final Interval current = last;
            final Gap lost = among.lost();
            final Gap untold = current.untold(lost);
            if (untold.isNone() || LAST.compareAndSet(this, current, current.told(lost))) {
                tell(untold);
                return;
            }
        }
    }

    /** Its connection is ending: its handler is told what is yet to be told, and then it takes no further part. */
    void endTelling() {
        final Interval former = end();
        leave();
        if (former != null) {
            tell(former.untold(among.lost()));
        }
    }

    private void tell(final Gap gap) {
        if (!gap.isNone()) {
            outlet.lose((int) Math.min(Integer.MAX_VALUE, gap.messages()), gap.bytes());
        }
    }

    /** Takes it out from among the subscribers. */
    void leave() {
        if (slot >= 0) {
            among.remove(this);
        }
    }
}
