package io.godwit.reactor.loop;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;

/**
 * Those who were refused memory, in the order in which they came. Each is told once, when what it wanted would fit, and a
 * sixteenth of the budget is free: if each few bytes were told, most would be refused again. Loop only, but for
 * {@link #add} and {@link #onRoom}.
 *
 * <p>There are no more of them than connections, since each waits once at most.
 */
final class MemoryWaiters implements Mailed, Settled {

    /** So many are told in one cycle: what they send then is taken into account before others are told. */
    private static final int TOLD_MAX = 64;

    private static final int FREE_SHIFT = 4;

    /**
     * One who waits.
     *
     * @param waiter whom to tell
     * @param freeBytes how many have to be free for what it wanted
     */
    private record Want(MemoryWaiter waiter, long freeBytes) {}

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final long freeBytesMin;

    /** From other threads. */
    private final MpscLinkedVarHandleQueue<Want> arriving = new MpscLinkedVarHandleQueue<>();

    private final AtomicBoolean inMail = new AtomicBoolean();

    private final Map<MemoryWaiter, Want> waiting = new LinkedHashMap<>();
    private boolean toSettle;

    MemoryWaiters(final EventLoop loop, final MemoryBudget budget) {
        this.loop = loop;
        this.budget = budget;
        freeBytesMin = budget.bytesMax() >>> FREE_SHIFT;
    }

    /**
     * Adds one. Any thread.
     *
     * @param waiter does not wait already
     * @param bytes how many it wanted; no more than the budget {@link MemoryBudget#canHold can hold}, or it is never told
     */
    void add(final MemoryWaiter waiter, final long bytes) {
        arriving.offer(new Want(waiter, budget.freeBytesFor(bytes)));
        onRoom();
    }

    /** Has the loop look whom to tell. Any thread. */
    void onRoom() {
        if (inMail.compareAndSet(false, true)) {
            loop.mail(this);
        }
    }

    /** Forgets one that has ended. */
    void remove(final MemoryWaiter waiter) {
        takeArrivals();
        waiting.remove(waiter);
    }

    private void takeArrivals() {
        for (Want next = arriving.poll(); next != null; next = arriving.poll()) {
            if (!next.waiter().isGone()) {
                waiting.put(next.waiter(), next);
            }
        }
    }

    @Override
    public void onMail() {
        inMail.set(false);
        settleLater();
    }

    private void settleLater() {
        if (!toSettle) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    @Override
    public void settle() {
        toSettle = false;
        takeArrivals();
        tell();
        final long tellAt = tellAtBytes();
        budget.tellAt(tellAt);
        // What was given back just before has told nobody.
        if (budget.usedBytes() <= tellAt) {
            settleLater();
        }
    }

    /** What is told is taken as given, until the next cycle shows what has become of it. */
    private void tell() {
        long free = budget.freeBytes();
        int told = 0;
        final Iterator<Want> all = waiting.values().iterator();
        while (all.hasNext() && told < TOLD_MAX && free >= freeBytesMin) {
            final Want next = all.next();
            if (next.freeBytes() <= free) {
                free -= next.freeBytes();
                told++;
                all.remove();
                next.waiter().onMemory();
            }
        }
    }

    /** {@return when there is room for the one who wants least} */
    private long tellAtBytes() {
        if (waiting.isEmpty()) {
            return MemoryBudget.NOBODY_WAITS;
        }
        long least = Long.MAX_VALUE;
        for (final Want each : waiting.values()) {
            least = Math.min(least, each.freeBytes());
        }
        return budget.bytesMax() - Math.max(least, freeBytesMin);
    }

    /** {@return how many wait, but for those who have just come from other threads} */
    int count() {
        return waiting.size();
    }
}
