package io.godwit.reactor.loop;

import java.util.function.IntFunction;

/**
 * Those who wait for {@link Settled#settle}, in order. There is a place for as many as are expected from the start, since
 * what ends a connection has to wait here even if memory is out. If more come and there is no memory to grow, {@link #add}
 * throws and all who waited before still wait: the JDK's ArrayDeque stores the element first, and is empty if it then cannot
 * grow (JDK 17). Loop only.
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

    /**
     * Starts empty.
     *
     * @param expected how many wait at most, as a rule
     */
    SettleQueue(final int expected) {
        this(expected, Settled[]::new);
    }

    /**
     * Starts empty.
     *
     * @param expected how many wait at most, as a rule
     * @param allocator makes an array of so many places
     */
    SettleQueue(final int expected, final IntFunction<Settled[]> allocator) {
        this.allocator = allocator;
        ring = allocator.apply(Math.max(CAPACITY_MIN, Integer.highestOneBit(Math.max(1, expected - 1)) << 1));
    }

    /**
     * Adds one at the end.
     *
     * @param target waits not yet
     * @throws OutOfMemoryError if more wait than were expected, and there is no memory to grow; nothing has changed
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
