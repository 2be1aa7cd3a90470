package io.godwit.reactor.broadcast;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The subscribers of one topic on one loop: how many there are is any thread's to know, who they are is the loop's. A walk
 * goes over them in pieces; whoever is taken out meanwhile, nobody is skipped and nobody is met twice.
 */
public final class Subscribers {

    private static final Membership[] NONE = {};
    private static final int CAPACITY_MIN = 8;

    private final Deliveries deliveries;
    private final AtomicInteger count = new AtomicInteger();
    private Membership[] slots = NONE;
    private int size;

    /** Those before it have been met by the walk; 0 where there is none. */
    private int met;

    /**
     * Starts with none.
     *
     * @param deliveries of the loop
     */
    public Subscribers(final Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    /** {@return the deliveries of the loop} */
    public Deliveries deliveries() {
        return deliveries;
    }

    /** {@return how many there are. Any thread} */
    public int count() {
        return Math.max(0, count.get());
    }

    void count(final int change) {
        count.addAndGet(change);
    }

    void add(final Membership member) {
        if (size == slots.length) {
            slots = Arrays.copyOf(slots, Math.max(CAPACITY_MIN, 2 * size));
        }
        member.slot(size);
        slots[size++] = member;
    }

    /** Fills the gap with the last one met, and the gap that leaves with the last of all: each stays on its side. */
    void remove(final Membership member) {
        int gap = member.slot();
        if (gap < met) {
            move(--met, gap);
            gap = met;
        }
        size--;
        if (gap < size) {
            move(size, gap);
        }
        slots[size] = null;
        member.slot(-1);
        if (size <= slots.length / 4) {
            slots = size == 0 ? NONE : Arrays.copyOf(slots, slots.length / 2);
        }
    }

    private void move(final int from, final int to) {
        slots[to] = slots[from];
        slots[to].slot(to);
    }

    /** Begins a walk. */
    void rewind() {
        met = 0;
    }

    /** {@return the next one of the walk; null: it has met all} */
    Membership next() {
        if (met < size) {
            return slots[met++];
        }
        met = 0;
        return null;
    }
}
