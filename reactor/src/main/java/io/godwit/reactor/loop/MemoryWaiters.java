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

    /** So many are told at once, before it is looked again how much memory there is, and how much time. */
    private static final int TOLD_MAX = 16;

    /** For so long they are told in one cycle, about. */
    private static final long TELL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    /** So many make way in one cycle; others, if that is not enough, in the next one. */
    private static final int RELIEVED_MAX = 64;

    private static final int FREE_SHIFT = 4;

    /** How often it is looked whether somebody makes way. */
    private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(250);

    /** If no reader that holds something was told for so long, and nobody has made way, they wait for each other. */
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(1);

    /** For so long a reader waits that holds nothing; then it may read a little although there is no memory. */
    private static final long BEGIN_NS = LOOK_NS;

    /**
     * One who waits.
     *
     * @param waiter whom to tell
     * @param bytes how many it takes then
     * @param freeBytes how many have to be free for that
     * @param sinceNs since when a reader waits, in the loop's time
     * @param goesOn whether it is a reader that holds something of what has come
     */
    record Want(MemoryWaiter waiter, long bytes, long freeBytes, long sinceNs, boolean goesOn) {

        boolean reads() {
            return waiter instanceof MemoryReader;
        }

        boolean begins() {
            return reads() && !goesOn;
        }
    }

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

    /** How many of the readers hold something. */
    private int goingOn;

    private final Want[] told = new Want[TOLD_MAX];
    private int toldCount;

    /** Who is being told, or null. */
    private MemoryWaiter current;

    /** Whose turn it is among those told: not the first's if there was no memory for one before. */
    private int toldNext;

    /** When a reader that holds something was told, or one whose peer was idle made way, or none that would read waited, last. */
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
        arriving.offer(new Want(waiter, bytes, Math.max(budget.freeBytesFor(bytes), freeBytesMin), 0, false));
        onRoom();
    }

    /**
     * Adds one that waits until there is memory to read. Loop only.
     *
     * @param reader does not wait already
     * @param bytes how many it may take then
     * @param freeBytes how many have to be free until then
     */
    void addReader(final MemoryReader reader, final long bytes, final long freeBytes) {
        final boolean goesOn = !reader.holdsNothing();
        arriving.offer(new Want(reader, bytes, freeBytes, loop.nowNs(), goesOn));
        readers++;
        if (goesOn) {
            if (goingOn == 0) {
                movedNs = loop.nowNs();
            }
            goingOn++;
        }
        onRoom();
    }

    /** {@return whether that one is being told} */
    boolean isTold(final MemoryWaiter waiter) {
        return waiter == current;
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
        if (want != null) {
            forgetReader(want);
        }
        cancelIfNobodyWaits();
    }

    private void forgetReader(final Want want) {
        readers -= want.reads() ? 1 : 0;
        goingOn -= want.goesOn() ? 1 : 0;
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
            } else {
                forgetReader(next);
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
                if (each.waiter() instanceof MemoryReader reader && reader.wantsToRead()) {
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
        final boolean nobodyMakesWay = !holders.areSeveral() || areStuck() && !holders.relieveOfStuck();
        if (budget.hasRoomToBegin() && tellReaders(nobodyMakesWay)) {
            settleLater();
        }
    }

    private boolean areStuck() {
        return goingOn > 0 && loop.nowNs() - movedNs >= STUCK_NS;
    }

    /** {@return whether there may be more of them than are told at once} */
    private boolean tellReaders(final boolean all) {
        final Iterator<Want> wants = waiting.values().iterator();
        while (wants.hasNext() && toldCount < TOLD_MAX) {
            final Want next = wants.next();
            if (next.reads() && (all || isOverdue(next))) {
                wants.remove();
                told[toldCount++] = next;
            }
        }
        final boolean more = toldCount == TOLD_MAX;
        tellAll();
        return more;
    }

    private boolean isOverdue(final Want want) {
        return want.begins() && loop.nowNs() - want.sinceNs() >= BEGIN_NS;
    }

    @Override
    public void onTimer(final long nowNs) {
        timer = Timers.NONE;
        settleLater();
    }

    /** Tells those for whom there is memory, as long as there is time. */
    private void tell() {
        final long endNs = loop.clockNs() + TELL_NS;
        long promised = 0;
        boolean more;
        do {
            promised += choose(budget.freeBytes() - promised);
            more = toldCount > 0;
            tellAll();
        } while (more && loop.clockNs() - endNs < 0);
    }

    /**
     * Chooses whom to tell.
     *
     * @param freeBytes how many there are
     * @return how many are taken as given until the next cycle shows what has become of them: what senders want. A reader has read
     *     once it was told, and seldom takes all that it may
     */
    private long choose(final long freeBytes) {
        long free = freeBytes;
        long promised = 0;
        final Iterator<Want> all = waiting.values().iterator();
        while (all.hasNext() && toldCount < TOLD_MAX && free > 0) {
            final Want next = all.next();
            if (next.freeBytes() <= free) {
                free -= next.bytes();
                promised += next.reads() ? 0 : next.bytes();
                all.remove();
                told[toldCount++] = next;
            }
        }
        return promised;
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
        forgetReader(next);
        if (next.goesOn()) {
            movedNs = loop.nowNs();
        }
        current = next.waiter();
        try {
            next.waiter().onMemory();
        } finally {
            current = null;
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
        return budget.bytesMax() - least;
    }

    /** {@return how many wait, but for those who have just come from other threads} */
    int count() {
        return waiting.size();
    }
}
