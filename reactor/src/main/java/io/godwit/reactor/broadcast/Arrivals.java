package io.godwit.reactor.broadcast;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * What any thread adds, and the loop takes in rounds: in each what was there when it began, and not what has come since then.
 * However fast they come, the round has an end. Each is here at most once, and needs no memory to be added: so nothing that is due
 * is ever missed, and there are no more of them than there are subscriptions, or topics.
 */
final class Arrivals<T extends Arrivals.Arrival> {

    /** What can be added to one of these; not to two. */
    abstract static class Arrival {

        private static final AtomicReferenceFieldUpdater<Arrival, Arrival> NEXT =
                AtomicReferenceFieldUpdater.newUpdater(Arrival.class, Arrival.class, "next");

        /** Null: it is not here. Itself: no other is behind it. */
        private volatile Arrival next;
    }

    /** The last that was added, and behind it the one before, since the last round began; null: none was. */
    private final AtomicReference<Arrival> added = new AtomicReference<>();

    /** Those of this round, in the order in which they were added; null: all were taken. Loop only. */
    private Arrival first;

    private Arrival last;

    /**
     * Adds one, if it is not here: then the turn that it has is yet to come, and serves for this call too. Any thread.
     *
     * @param arrival what
     */
    void add(final T arrival) {
        if (Arrival.NEXT.get(arrival) != null || !Arrival.NEXT.compareAndSet(arrival, null, arrival)) {
            return;
        }
        Arrival before;
        do {
            before = added.get();
            Arrival.NEXT.lazySet(arrival, before == null ? arrival : before);
        } while (!added.compareAndSet(before, arrival));
    }

    // --- the loop's

    boolean isEmpty() {
        return first == null && added.get() == null;
    }

    /** Begins a round, or takes more into the present one: all whose adding has ended by now are due. */
    void begin() {
        final Arrival newest = added.getAndSet(null);
        if (newest == null) {
            return;
        }
        Arrival behind = newest;
        Arrival each = newest;
        Arrival before = each.next;
        // Each knows the one before it, and is told of the one behind it.
        while (before != each) {
            Arrival.NEXT.lazySet(each, behind);
            behind = each;
            each = before;
            before = each.next;
        }
        Arrival.NEXT.lazySet(each, behind);
        append(each, newest);
    }

    private void append(final Arrival oldest, final Arrival newest) {
        if (first == null) {
            first = oldest;
        } else {
            Arrival.NEXT.lazySet(last, oldest);
        }
        last = newest;
    }

    /** {@return whether one is due that was not taken} */
    boolean isDue() {
        return first != null;
    }

    /** {@return the next one, if one {@link #isDue}; from now on it may be added again} */
    @SuppressWarnings("unchecked")
    T take() {
        final Arrival taken = first;
        if (taken == last) {
            first = null;
            last = null;
        } else {
            first = taken.next;
        }
        // Last: whoever changes it from here on adds it again, and what was changed before is there to be seen.
        taken.next = null;
        return (T) taken;
    }
}
