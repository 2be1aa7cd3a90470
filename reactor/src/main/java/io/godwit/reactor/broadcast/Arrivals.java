package io.godwit.reactor.broadcast;

import java.util.concurrent.atomic.AtomicLong;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;

/**
 * What any thread adds, and the loop takes in rounds: in each what was there when it began, and not what has come since then.
 * However fast they come, the round has an end.
 */
final class Arrivals<T> {

    private final MpscLinkedVarHandleQueue<T> queue = new MpscLinkedVarHandleQueue<>();

    /**
     * How many were ever added. Counted before they are in the queue: all whose adding has ended are among the first so many. If
     * there was no memory to add one, the queue has fewer.
     */
    private final AtomicLong added = new AtomicLong();

    /** How many were ever taken, and how many are to be by the end of this round. Loop only. */
    private long taken;

    private long due;

    /** Any thread. */
    void add(final T arrival) {
        added.getAndIncrement();
        queue.offer(arrival);
    }

    // --- the loop's

    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Begins a round: all whose adding has ended by now are due. */
    void begin() {
        due = added.get();
    }

    /** {@return whether some may be due that were not taken} */
    boolean isDue() {
        return taken < due;
    }

    /** {@return the next one that is due; null: none is, since those that are left are only being added} */
    T take() {
        final T next = queue.poll();
        if (next == null) {
            due = taken;
        } else {
            taken++;
        }
        return next;
    }
}
