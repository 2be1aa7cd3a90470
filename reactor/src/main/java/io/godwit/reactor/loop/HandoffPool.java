package io.godwit.reactor.loop;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * The memory in which messages go from one thread to another. Any thread borrows and gives back; without a lock, and in the
 * long run without an allocation.
 *
 * <p>Sizes are powers of two, from 64 bytes to 64 KiB; what is longer is made for the occasion. What comes back is kept for
 * the next borrower, up to a number for each size; past that it is left to the garbage collector. What is lent is taken of the
 * loop's {@link MemoryBudget}. The bytes lie on the heap: whoever takes them copies them to where they leave.
 */
public final class HandoffPool {

    private static final int SHIFT_MIN = 6;
    private static final int SHIFT_MAX = 16;
    private static final int SHELVES = SHIFT_MAX - SHIFT_MIN + 1;
    private static final int KEPT_MIN = 2;
    private static final int KEPT_MAX = 8_192;

    /** What the objects around the bytes take, so that many short messages cost what they cost. */
    private static final int OVERHEAD_BYTES = 160;

    private final MemoryBudget budget;
    private final long keptBytesMax;

    /** By size; each made when a first parcel of its size comes back. */
    private final AtomicReferenceArray<MpmcVarHandleArrayQueue<Parcel>> shelves = new AtomicReferenceArray<>(SHELVES);

    /**
     * Starts empty, with a budget of its own.
     *
     * @param keptBytesMax about how much to keep for reuse
     * @param lentBytesMax how much may be lent at a time
     */
    public HandoffPool(final long keptBytesMax, final long lentBytesMax) {
        this(keptBytesMax, new MemoryBudget(lentBytesMax));
    }

    /**
     * Starts empty.
     *
     * @param keptBytesMax about how much to keep for reuse
     * @param budget what is lent is taken of it
     */
    HandoffPool(final long keptBytesMax, final MemoryBudget budget) {
        this.keptBytesMax = keptBytesMax;
        this.budget = budget;
    }

    /**
     * Lends a parcel. Any thread.
     *
     * @param bytesMin the room that it has to have, at least; not negative
     * @return the parcel, which {@link #release} is to take back exactly once, by whatever thread; null: too much is lent
     */
    public Parcel acquire(final int bytesMin) {
        return budget.tryTake(costOf(bytesMin)) ? lend(bytesMin) : null;
    }

    /**
     * Lends a parcel for a connection that holds nothing yet ({@link MemoryBudget#tryTakeFirst}). Any thread.
     *
     * @param bytesMin as for {@link #acquire}
     * @return as {@link #acquire}
     */
    public Parcel acquireFirst(final int bytesMin) {
        return budget.tryTakeFirst(costOf(bytesMin)) ? lend(bytesMin) : null;
    }

    /** Its bytes have been taken of the budget. */
    private Parcel lend(final int bytesMin) {
        try {
            return keptOrNew(bytesMin).lend();
        } catch (final OutOfMemoryError e) {
            // Others have used up the heap: to whoever asks that is the same.
            budget.give(costOf(bytesMin));
            return null;
        }
    }

    private Parcel keptOrNew(final int bytesMin) {
        final int shelf = shelfFor(bytesMin);
        if (shelf == Parcel.UNSHELVED) {
            return Parcel.of(bytesMin, shelf);
        }
        final MpmcVarHandleArrayQueue<Parcel> shelved = shelves.get(shelf);
        final Parcel kept = shelved == null ? null : shelved.poll();
        return kept == null ? Parcel.of(sizeOf(shelf), shelf) : kept;
    }

    /**
     * Takes a parcel back. Any thread.
     *
     * @param parcel nobody's any more; a {@link Parcel#note} is taken and forgotten
     * @throws IllegalStateException if it was given back already
     */
    public void release(final Parcel parcel) {
        if (parcel.isNote()) {
            return;
        }
        parcel.giveBack();
        final long cost = costOf(parcel.capacity());
        final MpmcVarHandleArrayQueue<Parcel> shelved =
                parcel.shelf() == Parcel.UNSHELVED ? null : shelf(parcel.shelf());
        if (shelved != null) {
            // If that shelf is full it is left to the garbage collector.
            shelved.offer(parcel);
        }
        budget.give(cost);
    }

    private MpmcVarHandleArrayQueue<Parcel> shelf(final int index) {
        final MpmcVarHandleArrayQueue<Parcel> kept = shelves.get(index);
        if (kept != null) {
            return kept;
        }
        try {
            shelves.compareAndSet(index, null, new MpmcVarHandleArrayQueue<>(keptMax(index)));
        } catch (final OutOfMemoryError e) {
            // Then nothing is kept, and what comes back is left to the collector, which needs it.
            return null;
        }
        return shelves.get(index);
    }

    /** A power of two, since the queue would round it up to one. */
    private int keptMax(final int shelf) {
        final long share = keptBytesMax / SHELVES / (sizeOf(shelf) + OVERHEAD_BYTES);
        return Integer.highestOneBit((int) Math.max(KEPT_MIN, Math.min(KEPT_MAX, share)));
    }

    /** {@return how much of its budget is used now, by whatever shares it; 0 once nothing is held. Any thread} */
    public long lentBytes() {
        return budget.usedBytes();
    }

    /** {@return how many bytes may be lent to those who have some already, so that enough is left for others. Any thread} */
    public long spareBytes() {
        return budget.spareBytes();
    }

    /**
     * Tells what a parcel takes of the budget. Any thread.
     *
     * @param bytesMin the room that is asked for
     * @return its bytes, and what is around them
     */
    public static long costOf(final int bytesMin) {
        final int shelf = shelfFor(bytesMin);
        return (long) (shelf == Parcel.UNSHELVED ? bytesMin : sizeOf(shelf)) + OVERHEAD_BYTES;
    }

    private static int sizeOf(final int shelf) {
        return 1 << (shelf + SHIFT_MIN);
    }

    private static int shelfFor(final int bytes) {
        final int shift = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1);
        return shift > SHIFT_MAX ? Parcel.UNSHELVED : Math.max(0, shift - SHIFT_MIN);
    }
}
