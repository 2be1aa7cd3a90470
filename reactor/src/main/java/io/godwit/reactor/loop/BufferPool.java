package io.godwit.reactor.loop;

import io.godwit.core.message.BufferSource;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The direct buffers of one loop that outlive a cycle: unfinished messages, and what a socket did not take. Loop only, but
 * for {@link #lentBytes}.
 *
 * <p>Sizes are powers of two. What comes back is kept for the next borrower up to a total; past that, and for giants, it is
 * left to the garbage collector. How much is lent at a time has a budget: who asks for more is refused, but for those who
 * {@link #require} what is bounded by other means, and cannot do without.
 */
public final class BufferPool implements BufferSource {

    private static final int SHIFT_MIN = 6;
    private static final int SHIFT_MAX = 24;

    private static final VarHandle LENT_BYTES;

    static {
        try {
            LENT_BYTES = MethodHandles.lookup().findVarHandle(BufferPool.class, "lentBytes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final List<ArrayDeque<ByteBuffer>> shelves = new ArrayList<>();
    private final long keptBytesMax;
    private final long lentBytesMax;
    private final LongSupplier lentElsewhere;
    private long keptBytes;
    private int lent;

    /** Written by the loop alone. */
    private long lentBytes;

    /**
     * Starts empty.
     *
     * @param keptBytesMax how many bytes to keep for reuse
     * @param lentBytesMax how many bytes may be lent at a time to those who can be refused
     */
    public BufferPool(final long keptBytesMax, final long lentBytesMax) {
        this(keptBytesMax, lentBytesMax, () -> 0);
    }

    /**
     * Starts empty, with a budget that it shares.
     *
     * @param keptBytesMax how many bytes to keep for reuse
     * @param lentBytesMax how many bytes may be lent at a time, here and elsewhere, to those who can be refused
     * @param lentElsewhere how many bytes are lent of the same budget by others
     */
    BufferPool(final long keptBytesMax, final long lentBytesMax, final LongSupplier lentElsewhere) {
        this.lentElsewhere = lentElsewhere;
        this.keptBytesMax = keptBytesMax;
        this.lentBytesMax = lentBytesMax;
        for (int shift = SHIFT_MIN; shift <= SHIFT_MAX; shift++) {
            shelves.add(new ArrayDeque<>());
        }
    }

    @Override
    public ByteBuffer acquire(final int bytesMin) {
        return lentBytes + capacityFor(bytesMin) > lentBytesMax - lentElsewhere.getAsLong() ? null : require(bytesMin);
    }

    /**
     * Lends a buffer whatever the budget is, which it counts against: for what is short or bounded by its borrower, and
     * cannot be refused.
     *
     * @param bytesMin the least capacity
     * @return as {@link #acquire}, and never null
     */
    public ByteBuffer require(final int bytesMin) {
        final int shelf = shelfFor(bytesMin);
        final ByteBuffer kept = shelf < shelves.size() ? shelves.get(shelf).pollLast() : null;
        final ByteBuffer buffer = kept == null ? ByteBuffer.allocateDirect(capacityFor(bytesMin)) : kept.clear();
        if (kept != null) {
            keptBytes -= kept.capacity();
        }
        lent++;
        noteLent(buffer.capacity());
        return buffer;
    }

    @Override
    public void release(final ByteBuffer buffer) {
        final int bytes = buffer.capacity();
        lent--;
        noteLent(-bytes);
        final int shelf = shelfFor(bytes);
        if (shelf < shelves.size() && keptBytes + bytes <= keptBytesMax) {
            shelves.get(shelf).addLast(buffer);
            keptBytes += bytes;
        }
    }

    private void noteLent(final int bytes) {
        LENT_BYTES.setOpaque(this, lentBytes + bytes);
    }

    /** {@return how many bytes are lent now, as capacity. Any thread} */
    public long lentBytes() {
        return (long) LENT_BYTES.getOpaque(this);
    }

    /** {@return how many buffers are lent now: none, once all connections have ended} */
    public int lent() {
        return lent;
    }

    private static int capacityFor(final int bytesMin) {
        final int shift = shelfFor(bytesMin) + SHIFT_MIN;
        return shift > SHIFT_MAX ? bytesMin : 1 << shift;
    }

    private static int shelfFor(final int bytes) {
        return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1) - SHIFT_MIN);
    }
}
