package io.godwit.reactor.loop;

import java.util.function.IntFunction;

/**
 * Those who wait for {@link Settled#settle}, in order. If there is no memory to grow, {@link #add} throws and all who waited
 * before still wait: the JDK's ArrayDeque stores the element first, and is empty if it then cannot grow (JDK 17). Loop only.
 *
 * <p>Each target waits at most once, so that its length is bounded by their number.
 */
final class SettleQueue {

    private static final int CAPACITY_MIN = 64;

    private final IntFunction<Settled[]> allocator;

    /** A ring, its length a power of two. */
    private Settled[] ring;

    private int head;
    private int count;

    SettleQueue() {
        this(Settled[]::new);
    }

    /**
     * Starts empty.
     *
     * @param allocator makes an array of so many places
     */
    SettleQueue(final IntFunction<Settled[]> allocator) {
        this.allocator = allocator;
        ring = allocator.apply(CAPACITY_MIN);
    }

    /**
     * Adds one at the end.
     *
     * @param target waits not yet
     * @throws OutOfMemoryError if there is no memory to grow; nothing has changed
     */
    void add(final Settled target) {
        if (count == ring.length) {
            grow();
        }
        ring[head + count & ring.length - 1] = target;
        count++;
    }

    private void grow() {
        final Settled[] wider = allocator.apply(2 * count);
        final int untilEnd = count - head;
        System.arraycopy(ring, head, wider, 0, untilEnd);
        System.arraycopy(ring, 0, wider, untilEnd, head);
        ring = wider;
        head = 0;
    }

    /** {@return the first, which is removed; or null} */
    Settled poll() {
        if (count == 0) {
            return null;
        }
        final Settled first = ring[head];
        ring[head] = null;
        head = head + 1 & ring.length - 1;
        count--;
        return first;
    }

    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }
}
