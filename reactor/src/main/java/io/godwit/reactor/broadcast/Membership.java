package io.godwit.reactor.broadcast;

import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;

/**
 * One connection's subscription to one topic. Any thread may want it or not; only the loop puts it among the subscribers
 * and takes it out, when its turn comes in the loop's queue. It is in that queue at most once, however often it changes,
 * so that the queue has no more of them than there are subscriptions.
 */
final class Membership implements Deliveries.Entry {

    /** Not wanted, not to be visited: it takes no further part. */
    private static final int GONE = 0;

    private static final int WANTED = 1;

    /** It is in the loop's queue. */
    private static final int DUE = 2;

    private static final AtomicIntegerFieldUpdater<Membership> STATE =
            AtomicIntegerFieldUpdater.newUpdater(Membership.class, "state");

    private final Object topic;
    private final Subscriber subscriber;
    private final Subscribers among;

    /** The subscriber's: a walk over many meets one object less of each. */
    private final Outlet outlet;

    private volatile int state = WANTED | DUE;

    /** Where it is among the subscribers; -1: nowhere. Loop only. */
    private int slot = -1;

    Membership(final Object topic, final Subscriber subscriber, final Subscribers among) {
        this.topic = topic;
        this.subscriber = subscriber;
        this.among = among;
        outlet = subscriber.outlet();
    }

    Object topic() {
        return topic;
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

    /** {@return whether what is published now is for it. Any thread} */
    boolean isWanted() {
        return (state & WANTED) != 0;
    }

    /** {@return whether it takes no further part, so that another has to be made. Any thread} */
    boolean isGone() {
        return state == GONE;
    }

    /** {@return whether this call has made it wanted. Any thread} */
    boolean want() {
        // What is not wanted and not gone is due: the loop will find it wanted again.
        final boolean wantedNow = STATE.compareAndSet(this, DUE, WANTED | DUE);
        if (wantedNow) {
            among.count(1);
        }
        return wantedNow;
    }

    /** {@return whether it was wanted until this call. Any thread} */
    boolean unwant() {
        int before = state;
        while ((before & WANTED) != 0) {
            if (STATE.compareAndSet(this, before, DUE)) {
                among.count(-1);
                if (before == WANTED) {
                    among.deliveries().add(this);
                }
                return true;
            }
            before = state;
        }
        return false;
    }

    /** Its connection has ended. Any thread. */
    void end() {
        if ((STATE.getAndSet(this, GONE) & WANTED) != 0) {
            among.count(-1);
        }
    }

    /** Its turn in the queue: what other threads want is brought about. Loop only. */
    void visit() {
        if (subscriber.isEnded()) {
            end();
        }
        while (!isGone()) {
            if (STATE.compareAndSet(this, WANTED | DUE, WANTED)) {
                if (slot < 0) {
                    among.add(this);
                }
                return;
            }
            if (STATE.compareAndSet(this, DUE, GONE)) {
                leave();
                subscriber.forget(this);
            }
        }
    }

    /** Takes it out from among the subscribers. Loop only. */
    void leave() {
        if (slot >= 0) {
            among.remove(this);
        }
    }
}
