package io.godwit.reactor.broadcast;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The subscribers of one topic on one loop: how many there are is any thread's to know, who they are is the loop's. A walk
 * goes over them in pieces; whoever is taken out meanwhile, nobody is skipped and nobody is met twice.
 */
public final class Subscribers extends Arrivals.Arrival {

    private static final Membership[] NONE = {};
    private static final int CAPACITY_MIN = 8;

    /** Copies an array to one of another length. */
    interface Copy {
        /**
         * Copies one.
         *
         * @param slots what
         * @param length of the copy
         * @return the copy
         * @throws OutOfMemoryError if there is no memory for it
         */
        Membership[] of(Membership[] slots, int length);
    }

    private final Object topic;
    private final Deliveries deliveries;
    private final Copy copy;
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicReference<Gap> lost = new AtomicReference<>(Gap.NONE);
    private Membership[] slots = NONE;
    private int size;

    /** Those before it have been met by the walk; 0 where there is none. */
    private int met;

    /**
     * Starts with none.
     *
     * @param topic of what
     * @param deliveries of the loop
     */
    public Subscribers(final Object topic, final Deliveries deliveries) {
        this(topic, deliveries, Arrays::copyOf);
    }

    /**
     * Starts with none.
     *
     * @param topic of what
     * @param deliveries of the loop
     * @param copy makes longer and shorter arrays
     */
    Subscribers(final Object topic, final Deliveries deliveries, final Copy copy) {
        this.topic = topic;
        this.deliveries = deliveries;
        this.copy = copy;
    }

    /** {@return what they are subscribed to} */
    Object topic() {
        return topic;
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

    /**
     * A publication has reached other loops, but the log of this one is full: its subscribers are told. Any thread.
     *
     * @param bytes its length
     */
    public void lose(final int bytes) {
        lost.accumulateAndGet(new Gap(1, bytes), Gap::plus);
        deliveries.add(this);
    }

    /** {@return all that has ever been lost. Any thread} */
    Gap lost() {
        return lost.get();
    }

    void add(final Membership member) {
        if (size == slots.length) {
            slots = copy.of(slots, Math.max(CAPACITY_MIN, 2 * size));
        }
        member.slot(size);
        slots[size++] = member;
    }

    /** Fills its place with the last one met, and the place that leaves with the last of all: each stays on its side. */
    void remove(final Membership member) {
        int free = member.slot();
        if (free < met) {
            move(--met, free);
            free = met;
        }
        size--;
        if (free < size) {
            move(size, free);
        }
        slots[size] = null;
        member.slot(-1);
        if (size <= slots.length / 4) {
            shrink();
        }
    }

    private void shrink() {
        try {
            slots = size == 0 ? NONE : copy.of(slots, slots.length / 2);
        } catch (final OutOfMemoryError e) {
            // Another time: whoever ends must not fail for want of memory to give memory back.
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

    /** {@return whether the walk, which is not over, has met one of them} */
    boolean hasMet(final Membership member) {
        return member.slot() >= 0 && member.slot() < met;
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
