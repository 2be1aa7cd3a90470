package io.godwit.reactor.loop;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.varhandle.MpscLinkedVarHandleQueue;

/**
 * Those who wait for memory, in the order in which they came: to send something that was refused, or to read. Each is told
 * once, when what it wants would fit; a sender not before a sixteenth of the budget is free: if each few bytes were told, most
 * would be refused again. Those who hold memory and get nowhere make way for readers, and for those who
 * {@link MemoryWaiter#comesFirst come first}. Loop only, but for {@link #add} and {@link #onRoom}.
 *
 * <p>There are no more of them than twice the connections, since each waits once at most for either.
 */
final class MemoryWaiters implements Mailed, Settled, Timed {

    /** So many are told in one cycle: what they send then is taken into account before others are told. */
    private static final int TOLD_MAX = 16;

    /** So many make way in one cycle; others, if that is not enough, in the next one. */
    private static final int RELIEVED_MAX = 64;

    private static final int FREE_SHIFT = 4;

    /** How often it is looked whether somebody makes way. */
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /**
     * If no reader was told for so long, and nobody has made way, they wait for each other. Nor is a reader to wait for longer
     * who holds nothing.
     */
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(1);

    /**
     * One who waits.
     *
     * @param waiter whom to tell
     * @param bytes how many it takes then
     * @param freeBytes how many have to be free for that
     * @param reads whether it is a reader
     * @param sinceNs since when a reader waits, in the loop's time
     */
    record Want(MemoryWaiter waiter, long bytes, long freeBytes, boolean reads, long sinceNs) {}

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final MemoryHolders holders;
    private final long freeBytesMin;

    /** From other threads. */
    private final MpscLinkedVarHandleQueue<Want> arriving = new MpscLinkedVarHandleQueue<>();

    private final AtomicBoolean inMail = new AtomicBoolean();

    private final Map<MemoryWaiter, Want> waiting;
    private boolean toSettle;
    private int timer = Timers.NONE;
    private int readers;
    private final Want[] told = new Want[TOLD_MAX];
    private int toldCount;

    /** Whose turn it is among those told: not the first's if there was no memory for one before. */
    private int toldNext;

    /** When a reader was told, or somebody made way, or there was no reader that would read, last. */
    private long movedNs;

    MemoryWaiters(final EventLoop loop, final MemoryBudget budget, final MemoryHolders holders) {
        this(loop, budget, holders, new LinkedHashMap<>());
    }

    /**
     * Starts with nobody waiting.
     *
     * @param loop tells them
     * @param budget of the loop
     * @param holders of the budget's memory
     * @param waiting empty, in the order of insertion
     */
    MemoryWaiters(
            final EventLoop loop,
            final MemoryBudget budget,
            final MemoryHolders holders,
            final Map<MemoryWaiter, Want> waiting) {
        this.loop = loop;
        this.waiting = waiting;
        this.budget = budget;
        this.holders = holders;
        freeBytesMin = budget.bytesMax() >>> FREE_SHIFT;
    }

    /**
     * Adds one. Any thread.
     *
     * @param waiter does not wait already
     * @param bytes how many it wanted; no more than the budget {@link MemoryBudget#canHold can hold}, or it is never told
     */
    void add(final MemoryWaiter waiter, final long bytes) {
        arriving.offer(new Want(waiter, bytes, Math.max(budget.freeBytesFor(bytes), freeBytesMin), false, 0));
        onRoom();
    }

    /**
     * Adds one that waits until there is memory to read. Loop only.
     *
     * @param waiter does not wait already
     * @param bytes how many it may take then
     * @param freeBytes how many have to be free until then
     */
    void addReader(final MemoryWaiter waiter, final long bytes, final long freeBytes) {
        arriving.offer(new Want(waiter, bytes, freeBytes, true, loop.nowNs()));
        if (readers == 0) {
            movedNs = loop.nowNs();
        }
        readers++;
        onRoom();
    }

    /** {@return whether there are readers} */
    boolean readersWait() {
        return readers > 0;
    }

    /** Has the loop look whom to tell. Any thread. */
    void onRoom() {
        if (inMail.compareAndSet(false, true)) {
            loop.mail(this);
        }
    }

    /**
     * Forgets one that has ended.
     *
     * @throws OutOfMemoryError if it has only just arrived, and there is no memory to see whether it has; then it is left out
     *     once it {@link MemoryWaiter#isGone is gone}
     */
    void remove(final MemoryWaiter waiter) {
        Want want = waiting.remove(waiter);
        if (want == null) {
            takeArrivals();
            want = waiting.remove(waiter);
        }
        if (want != null && want.reads()) {
            readers--;
        }
        cancelIfNobodyWaits();
    }

    private void cancelIfNobodyWaits() {
        if (waiting.isEmpty()) {
            loop.timers().cancel(timer);
            timer = Timers.NONE;
        }
    }

    private void takeArrivals() {
        for (Want next = arriving.peek(); next != null; next = arriving.peek()) {
            if (!next.waiter().isGone()) {
                // Polled last: if there is no memory for its entry, it is still among those who arrive.
                waiting.put(next.waiter(), next);
            } else if (next.reads()) {
                readers--;
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
            tellAll();
            takeArrivals();
            relieve();
            tell();
            helpStuck();
            cancelIfNobodyWaits();
            lookLater();
        } catch (final OutOfMemoryError e) {
            // Those who are not told yet still wait: the next cycle looks again.
            settleLater();
        }
    }

    private void lookLater() {
        final long tellAt = tellAtBytes();
        budget.tellAt(tellAt);
        // What was given back just before has told nobody.
        if (budget.usedBytes() <= tellAt) {
            settleLater();
        }
    }

    private void relieve() {
        final long wanted = wantedFirst();
        int relieved = 0;
        while (budget.freeBytes() < wanted && relieved < RELIEVED_MAX && holders.relieve(loop.nowNs(), null)) {
            relieved++;
            movedNs = loop.nowNs();
        }
        if (budget.freeBytes() >= wanted) {
            return;
        }
        if (relieved == RELIEVED_MAX) {
            settleLater();
        } else if (timer == Timers.NONE) {
            timer = loop.timers().schedule(loop.nowNs() + LOOK_NS, this);
        }
    }

    /** {@return how many bytes have to be free for the first reader, or else for the first of those who come first; 0: none} */
    private long wantedFirst() {
        final Want reader = firstReader();
        if (reader != null) {
            return Math.max(reader.freeBytes(), budget.scarceBytes());
        }
        for (final Want each : waiting.values()) {
            if (!each.reads() && each.waiter().comesFirst()) {
                return each.freeBytes();
            }
        }
        return 0;
    }

    /** {@return the first one that would read if it could; null: there is none} */
    private Want firstReader() {
        if (readers > 0) {
            for (final Want each : waiting.values()) {
                if (each.reads() && each.waiter().wantsToRead()) {
                    return each;
                }
            }
        }
        return null;
    }

    /**
     * Has somebody make way if readers wait for each other's memory; if it is held by those who cannot make way, some may read a
     * little all the same: a short message that is whole needs none, or finds room in the reserve. So may those who hold nothing,
     * once they have waited for long, whatever the others wait for.
     */
    private void helpStuck() {
        if (firstReader() == null) {
            movedNs = loop.nowNs();
            return;
        }
        final boolean stuck = !holders.areSeveral() || loop.nowNs() - movedNs >= STUCK_NS && !holders.relieveOfStuck();
        if (budget.hasRoomToBegin()) {
            final long movedBeforeNs = movedNs;
            tellReaders(stuck);
            if (!stuck) {
                // Those who wait for each other still do.
                movedNs = movedBeforeNs;
            }
        }
    }

    private void tellReaders(final boolean all) {
        final Iterator<Want> wants = waiting.values().iterator();
        while (wants.hasNext() && toldCount < TOLD_MAX) {
            final Want next = wants.next();
            if (next.reads() && (all || isOverdue(next))) {
                wants.remove();
                told[toldCount++] = next;
            }
        }
        tellAll();
    }

    private boolean isOverdue(final Want want) {
        return loop.nowNs() - want.sinceNs() >= STUCK_NS && want.waiter().holdsNothing();
    }

    @Override
    public void onTimer(final long nowNs) {
        timer = Timers.NONE;
        settleLater();
    }

    /** What is told is taken as given, until the next cycle shows what has become of it. */
    private void tell() {
        long free = budget.freeBytes();
        final Iterator<Want> all = waiting.values().iterator();
        while (all.hasNext() && toldCount < TOLD_MAX && free > 0) {
            final Want next = all.next();
            if (next.freeBytes() <= free) {
                free -= next.bytes();
                all.remove();
                told[toldCount++] = next;
            }
        }
        tellAll();
    }

    /** Only now: whoever is told may end others that wait. */
    private void tellAll() {
        while (toldNext < toldCount) {
            final Want next = told[toldNext];
            told[toldNext++] = null;
            tell(next);
        }
        toldNext = 0;
        toldCount = 0;
    }

    private void tell(final Want next) {
        if (next.reads()) {
            readers--;
            movedNs = loop.nowNs();
        }
        next.waiter().onMemory();
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
        return budget.bytesMax() - least;
    }

    /** {@return how many wait, but for those who have just come from other threads} */
    int count() {
        return waiting.size();
    }
}
