package io.godwit.reactor.loop;

import io.godwit.core.message.BufferSource;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The buffers of one loop that outlive a cycle: unfinished messages, and what a socket did not take. They lie on the heap,
 * and so are never handed to a channel, which would make a direct copy of its own of each. Loop only.
 *
 * <p>There are four sizes for each power of two, so that a buffer is longer than asked for by a quarter at most. What comes
 * back is kept for the next borrower up to a total; past that, and over 16 MiB, it is left to the garbage collector. What is
 * lent is taken of the loop's {@link MemoryBudget}: if there is no room there, or no memory in the JVM, null is lent.
 */
public final class BufferPool implements BufferSource {

    private static final int CAPACITY_MIN = 64;
    private static final int CAPACITY_MAX = 1 << 24;
    private static final int STEPS_SHIFT = 2;
    private static final int SHELVES = 1 + shelfFor(CAPACITY_MAX);

    private final List<Shelf> shelves = new ArrayList<>(SHELVES);
    private final MemoryBudget budget;
    private final long keptBytesMax;
    private long keptBytes;
    private int lent;
    private long lentBytes;

    /**
     * Starts empty, with a budget of its own.
     *
     * @param keptBytesMax how many bytes to keep for reuse
     * @param lentBytesMax how many bytes may be lent at a time
     */
    public BufferPool(final long keptBytesMax, final long lentBytesMax) {
        this(keptBytesMax, new MemoryBudget(lentBytesMax));
    }

    /**
     * Starts empty.
     *
     * @param keptBytesMax how many bytes to keep for reuse
     * @param budget what is lent is taken of it
     */
    BufferPool(final long keptBytesMax, final MemoryBudget budget) {
        this(keptBytesMax, budget, ByteBuffer[]::new);
    }

    /**
     * Starts empty.
     *
     * @param keptBytesMax how many bytes to keep for reuse
     * @param budget what is lent is taken of it
     * @param allocator makes the arrays in which buffers are kept
     */
    BufferPool(final long keptBytesMax, final MemoryBudget budget, final IntFunction<ByteBuffer[]> allocator) {
        this.keptBytesMax = keptBytesMax;
        this.budget = budget;
        for (int i = 0; i < SHELVES; i++) {
            shelves.add(new Shelf(allocator));
        }
    }

    @Override
    public ByteBuffer acquire(final int bytesMin) {
        return budget.tryTake(costOf(bytesMin)) ? lend(bytesMin) : null;
    }

    /**
     * Lends a buffer to a connection that holds nothing yet ({@link MemoryBudget#tryTakeFirst}).
     *
     * @param bytesMin the least capacity
     * @return as {@link #acquire}
     */
    public ByteBuffer acquireFirst(final int bytesMin) {
        return budget.tryTakeFirst(costOf(bytesMin)) ? lend(bytesMin) : null;
    }

    /**
     * Tells whether there can be room for a buffer at all.
     *
     * @param bytesMin the least capacity
     * @param heldBytes what whoever wants it has lent already, and gives back only afterwards
     * @return false: not even if nothing else is lent
     */
    public boolean canEverLend(final int bytesMin, final int heldBytes) {
        final long heldCost = heldBytes == 0 ? 0 : costOf(heldBytes);
        return heldCost + budget.freeBytesFor(costOf(bytesMin)) <= budget.bytesMax();
    }

    /**
     * Lends a buffer of the budget's reserve: for a control frame, or for the rest of what has begun to leave.
     *
     * @param bytesMin the least capacity
     * @return as {@link #acquire}
     */
    public ByteBuffer acquireReserved(final int bytesMin) {
        return budget.tryTakeReserved(costOf(bytesMin)) ? lend(bytesMin) : null;
    }

    /**
     * Lends a buffer whatever the budget is: only for what is short and bounded by other means, such as one Close frame for
     * each connection.
     *
     * @param bytesMin the least capacity
     * @return as {@link #acquire}; null only if the JVM itself has no memory
     */
    public ByteBuffer require(final int bytesMin) {
        budget.takeAnyway(costOf(bytesMin));
        return lend(bytesMin);
    }

    /** Its bytes have been taken of the budget. */
    private ByteBuffer lend(final int bytesMin) {
        final int capacity = capacityFor(bytesMin);
        final ByteBuffer buffer = keptOrNew(capacity);
        if (buffer == null) {
            budget.give(costOf(bytesMin));
            return null;
        }
        lent++;
        lentBytes += capacity;
        return buffer;
    }

    private ByteBuffer keptOrNew(final int capacity) {
        final ByteBuffer kept =
                capacity <= CAPACITY_MAX ? shelves.get(shelfFor(capacity)).poll() : null;
        if (kept != null) {
            keptBytes -= capacity;
            return kept.clear();
        }
        try {
            return ByteBuffer.allocate(capacity);
        } catch (final OutOfMemoryError e) {
            // Others have used up the heap. It costs whoever asks, and not the loop.
            return null;
        }
    }

    @Override
    public void release(final ByteBuffer buffer) {
        final int capacity = buffer.capacity();
        lent--;
        lentBytes -= capacity;
        if (capacity <= CAPACITY_MAX
                && keptBytes + capacity <= keptBytesMax
                && shelves.get(shelfFor(capacity)).push(buffer)) {
            keptBytes += capacity;
        }
        budget.give(costOf(capacity));
    }

    /** {@return how many bytes are lent now, as capacity} */
    public long lentBytes() {
        return lentBytes;
    }

    /** {@return how many buffers are lent now: none, once all connections have ended} */
    public int lent() {
        return lent;
    }

    /**
     * Tells what a buffer takes of the budget.
     *
     * @param bytesMin the capacity that is asked for
     * @return its bytes, and what is around them
     */
    public static long costOf(final int bytesMin) {
        return (long) capacityFor(bytesMin) + MemoryBudget.BUFFER_OVERHEAD_BYTES;
    }

    private static int capacityFor(final int bytesMin) {
        if (bytesMin <= CAPACITY_MIN) {
            return CAPACITY_MIN;
        }
        final int step = stepFor(bytesMin);
        return bytesMin > CAPACITY_MAX ? bytesMin : bytesMin + step - 1 & -step;
    }

    /** A quarter of the power of two that is under the number. */
    private static int stepFor(final int bytes) {
        return Integer.highestOneBit(bytes - 1) >>> STEPS_SHIFT;
    }

    /** The least buffers are on shelf 0; then there are four for each power of two. */
    private static int shelfFor(final int capacity) {
        if (capacity <= CAPACITY_MIN) {
            return 0;
        }
        final int doublings = Integer.numberOfLeadingZeros(CAPACITY_MIN) - Integer.numberOfLeadingZeros(capacity - 1);
        final int steps = (capacity - 1) / stepFor(capacity) - (1 << STEPS_SHIFT);
        return 1 + (doublings << STEPS_SHIFT) + steps;
    }
}
