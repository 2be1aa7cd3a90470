package io.godwit.reactor.loop;

import java.nio.ByteBuffer;
import java.util.function.IntFunction;

/** Buffers of one size that are kept for reuse, the last one first. Loop only; the pool bounds how many there are. */
final class Shelf {

    private final IntFunction<ByteBuffer[]> allocator;
    private ByteBuffer[] buffers;
    private int count;

    /**
     * Starts empty.
     *
     * @param allocator makes an array of so many places
     */
    Shelf(final IntFunction<ByteBuffer[]> allocator) {
        this.allocator = allocator;
        buffers = allocator.apply(1);
    }

    /**
     * Keeps a buffer.
     *
     * @param buffer nobody uses it
     * @return false: there is no memory to grow, and the buffer is not kept
     */
    boolean push(final ByteBuffer buffer) {
        if (count == buffers.length && !grow()) {
            return false;
        }
        buffers[count++] = buffer;
        return true;
    }

    private boolean grow() {
        final ByteBuffer[] wider;
        try {
            wider = allocator.apply(2 * count);
        } catch (final OutOfMemoryError e) {
            // Buffers are returned on paths that end a connection, which must not fail.
            return false;
        }
        System.arraycopy(buffers, 0, wider, 0, count);
        buffers = wider;
        return true;
    }

    /** {@return the buffer that was kept last, which is removed; or null} */
    ByteBuffer poll() {
        if (count == 0) {
            return null;
        }
        final ByteBuffer last = buffers[--count];
        buffers[count] = null;
        return last;
    }
}
