package io.godwit.reactor.loop;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * The memory in which messages go from one thread to another. Any thread borrows and gives back; without a lock, and in the
 * long run without an allocation.
 *
 * <p>Sizes are powers of two, from 64 bytes to 64 KiB; what is longer is made for the occasion. What comes back is kept for
 * the next borrower, up to a number for each size; past that it is left to the garbage collector. What is lent is counted,
 * and bounded. The bytes lie on the heap: whoever takes them copies them to where they leave, and small direct buffers
 * would cost several times their size.
 */
public final class HandoffPool {

    private static final int SHIFT_MIN = 6;
    private static final int SHIFT_MAX = 16;
    private static final int SHELVES = SHIFT_MAX - SHIFT_MIN + 1;
    private static final int KEPT_MIN = 2;
    private static final int KEPT_MAX = 8_192;

    /** What the objects around the bytes take, so that many short messages cost what they cost. */
    private static final int OVERHEAD_BYTES = 128;

    private final long lentBytesMax;
    private final long keptBytesMax;
    private final LongSupplier lentElsewhere;
    private final AtomicLong lentBytes = new AtomicLong();

    /** By size; each made when a first parcel of its size comes back. */
    private final AtomicReferenceArray<MpmcVarHandleArrayQueue<Parcel>> shelves = new AtomicReferenceArray<>(SHELVES);

    /**
     * Starts empty.
     *
     * @param keptBytesMax about how much to keep for reuse
     * @param lentBytesMax how much may be lent at a time
     */
    public HandoffPool(final long keptBytesMax, final long lentBytesMax) {
        this(keptBytesMax, lentBytesMax, () -> 0);
    }

    /**
     * Starts empty, with a budget that it shares.
     *
     * @param keptBytesMax about how much to keep for reuse
     * @param lentBytesMax how much may be lent at a time, here and elsewhere
     * @param lentElsewhere how many bytes are lent of the same budget by others. Any thread asks
     */
    HandoffPool(final long keptBytesMax, final long lentBytesMax, final LongSupplier lentElsewhere) {
        this.lentElsewhere = lentElsewhere;
        this.lentBytesMax = lentBytesMax;
        this.keptBytesMax = keptBytesMax;
    }

    /**
     * Lends a parcel. Any thread.
     *
     * @param bytesMin the room that it has to have, at least; not negative
     * @return the parcel, which {@link #release} is to take back exactly once, by whatever thread; null: too much is lent
     */
    public Parcel acquire(final int bytesMin) {
        final int shelf = shelfFor(bytesMin);
        final int capacity = shelf == Parcel.UNSHELVED ? bytesMin : sizeOf(shelf);
        if (!take(costOf(capacity))) {
            return null;
        }
        try {
            final Parcel kept = shelf == Parcel.UNSHELVED ? null : poll(shelf);
            return (kept == null ? Parcel.of(capacity, shelf) : kept).lend();
        } catch (final OutOfMemoryError e) {
            lentBytes.getAndAdd(-costOf(capacity));
            throw e;
        }
    }

    private boolean take(final long bytes) {
        final long max = lentBytesMax - lentElsewhere.getAsLong();
        long before = lentBytes.get();
        while (bytes <= max - before) {
            final long witness = lentBytes.compareAndExchange(before, before + bytes);
            if (witness == before) {
                return true;
            }
            before = witness;
        }
        return false;
    }

    private Parcel poll(final int shelf) {
        final MpmcVarHandleArrayQueue<Parcel> kept = shelves.get(shelf);
        return kept == null ? null : kept.poll();
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
        lentBytes.getAndAdd(-costOf(parcel.capacity()));
        if (parcel.shelf() != Parcel.UNSHELVED) {
            // Where that shelf is full it is left to the garbage collector.
            shelf(parcel.shelf()).offer(parcel);
        }
    }

    private MpmcVarHandleArrayQueue<Parcel> shelf(final int index) {
        final MpmcVarHandleArrayQueue<Parcel> kept = shelves.get(index);
        if (kept != null) {
            return kept;
        }
        shelves.compareAndSet(index, null, new MpmcVarHandleArrayQueue<>(keptMax(index)));
        return shelves.get(index);
    }

    /** A power of two, since the queue would round it up to one. */
    private int keptMax(final int shelf) {
        final long share = keptBytesMax / SHELVES / costOf(sizeOf(shelf));
        return Integer.highestOneBit((int) Math.max(KEPT_MIN, Math.min(KEPT_MAX, share)));
    }

    /** {@return the memory that is lent now, in bytes; 0 once all that was on its way has arrived. Any thread} */
    public long lentBytes() {
        return lentBytes.get();
    }

    private static long costOf(final int capacity) {
        return (long) capacity + OVERHEAD_BYTES;
    }

    private static int sizeOf(final int shelf) {
        return 1 << (shelf + SHIFT_MIN);
    }

    private static int shelfFor(final int bytes) {
        final int shift = Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1);
        return shift > SHIFT_MAX ? Parcel.UNSHELVED : Math.max(0, shift - SHIFT_MIN);
    }
}
