package io.godwit.reactor.net;

import io.godwit.reactor.loop.BufferPool;
import java.nio.ByteBuffer;

/**
 * What a socket did not take yet: whole messages, encoded, in order; only the first may have begun to leave. Loop only.
 *
 * <p>A buffer of the pool is the queue's own and goes back to the pool; a read-only one is shared with other connections
 * and is left alone. Between position and limit lies what has not left. Small messages share a buffer: one for each would
 * take many times their length, and a peer that reads slowly decides how many there are.
 */
final class OutboundQueue {

    private static final int CAPACITY_MIN = 8;

    private final BufferPool pool;

    /** A ring; null while nothing waits, since most connections never have anything waiting. */
    private ByteBuffer[] ring;

    private int head;
    private int count;

    /** Where reading goes on in the last buffer, while it is open for writing. */
    private int lastPosition;

    OutboundQueue(final BufferPool pool) {
        this.pool = pool;
    }

    boolean isEmpty() {
        return count == 0;
    }

    ByteBuffer first() {
        return ring[head];
    }

    void addLast(final ByteBuffer message) {
        ensureRoom();
        ring[(head + count++) & (ring.length - 1)] = message;
    }

    /**
     * Opens the last buffer for one more message.
     *
     * @param bytes its length
     * @return the buffer, to be written from its position on, and then {@link #closeLast closed}; null: it has no room
     */
    ByteBuffer openLast(final int bytes) {
        if (count == 0) {
            return null;
        }
        final ByteBuffer last = last();
        final int end = last.limit();
        if (last.isReadOnly() || last.capacity() - end < bytes) {
            return null;
        }
        lastPosition = last.position();
        return last.limit(last.capacity()).position(end);
    }

    /**
     * Takes what was written into the last buffer.
     *
     * @param written what {@link #openLast} gave
     */
    void closeLast(final ByteBuffer written) {
        written.flip().position(lastPosition);
    }

    /** {@return whether that is the last buffer} */
    boolean isLast(final ByteBuffer buffer) {
        return count > 0 && last() == buffer;
    }

    private ByteBuffer last() {
        return ring[(head + count - 1) & (ring.length - 1)];
    }

    void addFirst(final ByteBuffer message) {
        ensureRoom();
        head = (head - 1) & (ring.length - 1);
        ring[head] = message;
        count++;
    }

    /**
     * Copies as many messages from the front as fit, without removing them.
     *
     * @param batch filled from its position
     */
    void copyTo(final ByteBuffer batch) {
        for (int i = 0; i < count; i++) {
            final ByteBuffer message = ring[(head + i) & (ring.length - 1)];
            final int bytes = message.remaining();
            if (bytes > batch.remaining()) {
                return;
            }
            batch.put(batch.position(), message, message.position(), bytes);
            batch.position(batch.position() + bytes);
        }
    }

    /**
     * Removes what has left.
     *
     * @param bytes at most as many as wait
     */
    void discard(final int bytes) {
        int left = bytes;
        while (count > 0) {
            final ByteBuffer message = ring[head];
            if (left < message.remaining()) {
                message.position(message.position() + left);
                return;
            }
            left -= message.remaining();
            removeFirst();
        }
    }

    /** Removes all, and gives the buffers back. */
    void clear() {
        while (count > 0) {
            removeFirst();
        }
    }

    private void removeFirst() {
        final ByteBuffer message = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        if (--count == 0) {
            ring = null;
            head = 0;
        }
        if (!message.isReadOnly()) {
            pool.release(message);
        }
    }

    private void ensureRoom() {
        if (ring == null) {
            ring = new ByteBuffer[CAPACITY_MIN];
        } else if (count == ring.length) {
            final ByteBuffer[] wider = new ByteBuffer[2 * count];
            for (int i = 0; i < count; i++) {
                wider[i] = ring[(head + i) & (count - 1)];
            }
            ring = wider;
            head = 0;
        }
    }
}
