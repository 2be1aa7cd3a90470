package io.godwit.reactor.broadcast;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * What any thread adds, and the loop takes in rounds: in each what was there when it began, and not what has come since then.
 * However fast they come, the round has an end. Each is here at most once, and needs no memory to be added: so nothing that is due
 * is ever missed, and there are no more of them than there are subscriptions, or topics.
 */
final class Arrivals<T extends Arrivals.Arrival> {

    /** What can be added to any of these, and is in one at a time: its turn there serves for another to which it is added meanwhile. */
    abstract static class Arrival {

        private static final AtomicReferenceFieldUpdater<Arrival, Arrival> NEXT =
                AtomicReferenceFieldUpdater.newUpdater(Arrival.class, Arrival.class, "next");

        /** In place of the next one: it is on its way here. */
        private static final Arrival COMING = new Arrival() {};

        /** The one that was added before it; of those of a round, after it. Itself: none was. Null: it is not here. */
        private volatile Arrival next;

        /** {@return what is next, once it is known: its thread is about to tell} */
        Arrival awaitNext() {
            Arrival known = next;
            while (known == COMING) {
                Thread.onSpinWait();
                known = next;
            }
            return known;
        }
    }

    /** The last that was added since the last round began, and behind it the one before; null: none was. */
    private final AtomicReference<Arrival> added = new AtomicReference<>();

    /** The first of those of this round that were not taken, and behind it the next; null: all were taken. Loop only. */
    private Arrival due;

    /**
     * Adds one, if it is not here: then the turn that it has is yet to come, and serves for this call too. It is in the next round that
     * begins after the call, whichever thread has added it. Any thread.
     *
     * @param arrival what
     */
    void add(final T arrival) {
        do {
            if (arrival.awaitNext() != null) {
                return;
            }
        } while (!Arrival.NEXT.compareAndSet(arrival, null, Arrival.COMING));
        final Arrival mine = arrival;
        final Arrival before;
        try {
            before = added.getAndSet(mine);
        } catch (final Throwable t) {
            // The caller's stack has ended: it is not here, and nobody is to wait for it.
            mine.next = null;
            throw t;
        }
        mine.next = before == null ? mine : before;
    }

    // --- the loop's

    boolean isEmpty() {
        return due == null && added.get() == null;
    }

    /** Begins a round, when no other is going on: all whose adding has ended by now are due, in the order in which they came. */
    void begin() {
        Arrival each = added.getAndSet(null);
        if (each == null) {
            return;
        }
        Arrival after = each;
        Arrival before = each.awaitNext();
        // Each knows the one before it, and is told of the one after it.
        while (before != each) {
            Arrival.NEXT.lazySet(each, after);
            after = each;
            each = before;
            before = each.awaitNext();
        }
        Arrival.NEXT.lazySet(each, after);
        due = each;
    }

    /** {@return whether one is due that was not taken} */
    boolean isDue() {
        return due != null;
    }

    /** {@return the one that {@link #take} will return, if there is one} */
    @SuppressWarnings("unchecked")
    T first() {
        return (T) due;
    }

    /** {@return the next of those, if there {@link #isDue is one}; from now on it may be added again} */
    @SuppressWarnings("unchecked")
    T take() {
        final Arrival taken = due;
        final Arrival after = taken.next;
        due = after == taken ? null : after;
        // Last: whoever changes it from here on adds it again, and what was changed before is there to be seen.
        taken.next = null;
        return (T) taken;
    }
}
