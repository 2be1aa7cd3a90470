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
    record Want(MemoryWaiter waiter, long freeBytes) {}

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final long freeBytesMin;

    /** From other threads. */
    private final MpscLinkedVarHandleQueue<Want> arriving = new MpscLinkedVarHandleQueue<>();

    private final AtomicBoolean inMail = new AtomicBoolean();

    private final Map<MemoryWaiter, Want> waiting;
    private boolean toSettle;

    MemoryWaiters(final EventLoop loop, final MemoryBudget budget) {
        this(loop, budget, new LinkedHashMap<>());
    }

    /**
     * Starts with nobody waiting.
     *
     * @param loop tells them
     * @param budget of the loop
     * @param waiting empty, in the order of insertion
     */
    MemoryWaiters(final EventLoop loop, final MemoryBudget budget, final Map<MemoryWaiter, Want> waiting) {
        this.loop = loop;
        this.waiting = waiting;
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
        for (Want next = arriving.peek(); next != null; next = arriving.peek()) {
            if (!next.waiter().isGone()) {
                // Polled last: if there is no memory for its entry, it is still among those who arrive.
                waiting.put(next.waiter(), next);
            }
            arriving.poll();
        }
    }

    @Override
    public void onMail() {
        inMail.set(false);
        settleLater();
    }

    private void settleLater() {
        if (!toSettle) {
            loop.settleLater(this);
            toSettle = true;
        }
    }

    @Override
    public void settle() {
        toSettle = false;
        try {
            takeArrivals();
            tell();
        } catch (final OutOfMemoryError e) {
            // Those who are not told yet still wait: the next cycle looks again.
            settleLater();
        }
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
