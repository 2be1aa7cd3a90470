package io.godwit.reactor.loop;

import io.godwit.core.message.BufferSource;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The direct buffers of one loop that outlive a cycle: unfinished messages, and what a socket did not take. Loop only.
 *
 * <p>Sizes are powers of two. What comes back is kept for the next borrower up to a total; past that, and for giants, it is
 * left to the garbage collector. How much is lent at a time is bounded by the limits of those who borrow.
 */
public final class BufferPool implements BufferSource {

    private static final int SHIFT_MIN = 6;
    private static final int SHIFT_MAX = 24;

    private final List<ArrayDeque<ByteBuffer>> shelves = new ArrayList<>();
    private final long keptBytesMax;
    private long keptBytes;
    private int lent;

    /**
     * Starts empty.
     *
     * @param keptBytesMax how many bytes to keep for reuse
     */
    public BufferPool(final long keptBytesMax) {
        this.keptBytesMax = keptBytesMax;
        for (int shift = SHIFT_MIN; shift <= SHIFT_MAX; shift++) {
            shelves.add(new ArrayDeque<>());
        }
    }

    @Override
    public ByteBuffer acquire(final int bytesMin) {
        final int shelf = shelfFor(bytesMin);
        lent++;
        if (shelf >= shelves.size()) {
            return ByteBuffer.allocateDirect(bytesMin);
        }
        final ByteBuffer kept = shelves.get(shelf).pollLast();
        if (kept == null) {
            return ByteBuffer.allocateDirect(1 << (shelf + SHIFT_MIN));
        }
        keptBytes -= kept.capacity();
        return kept.clear();
    }

    @Override
    public void release(final ByteBuffer buffer) {
        lent--;
        final int bytes = buffer.capacity();
        final int shelf = shelfFor(bytes);
        if (shelf < shelves.size() && keptBytes + bytes <= keptBytesMax) {
            shelves.get(shelf).addLast(buffer);
            keptBytes += bytes;
        }
    }

    /** {@return how many buffers are lent now: none, once all connections have ended} */
    public int lent() {
        return lent;
    }

    private static int shelfFor(final int bytes) {
        return Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(Math.max(1, bytes) - 1) - SHIFT_MIN);
    }
}
