package io.godwit.reactor.loop;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What several connections of one loop hold together, such as a message of a topic that waits for many sockets: its bytes are
 * taken of the loop's budget once, however many hold it, and given back by the last. Loop only.
 */
public final class SharedMemory {

    /** What each holder takes for itself: a view of the bytes, and its place in a queue. */
    private static final int HOLDER_BYTES = MemoryBudget.BUFFER_OVERHEAD_BYTES;

    /** How many hold one thing. */
    static final class Holding {
        private final int bytes;
        private int holders;

        Holding(final int bytes) {
            this.bytes = bytes;
        }
    }

    private final MemoryBudget budget;
    private final Map<Object, Holding> holdings;

    /**
     * Starts with nothing held.
     *
     * @param budget of the loop
     */
    SharedMemory(final MemoryBudget budget) {
        this(budget, new IdentityHashMap<>());
    }

    /**
     * Starts with nothing held.
     *
     * @param budget of the loop
     * @param holdings empty, by identity
     */
    SharedMemory(final MemoryBudget budget, final Map<Object, Holding> holdings) {
        this.budget = budget;
        this.holdings = holdings;
    }

    /**
     * Holds something, for one holder more.
     *
     * @param what known by its identity
     * @param bytes how long it is; the same each time
     * @return whether there was room, in the budget and in the JVM; if not, nothing is held. {@link #letGo} follows each time
     *     that there was
     */
    public boolean hold(final Object what, final int bytes) {
        final Holding present = holdings.get(what);
        final long more = HOLDER_BYTES + (present == null ? (long) bytes : 0);
        if (!budget.tryTake(more)) {
            return false;
        }
        if (present != null) {
            present.holders++;
            return true;
        }
        if (!holdFirst(what, bytes)) {
            budget.give(more);
            return false;
        }
        return true;
    }

    private boolean holdFirst(final Object what, final int bytes) {
        try {
            final Holding first = new Holding(bytes);
            first.holders = 1;
            holdings.put(what, first);
            return true;
        } catch (final OutOfMemoryError e) {
            // It costs whoever asks, and not the loop.
            return false;
        }
    }

    /**
     * Lets go, for one holder.
     *
     * @param what is held
     */
    public void letGo(final Object what) {
        final Holding holding = holdings.get(what);
        holding.holders--;
        if (holding.holders == 0) {
            holdings.remove(what);
        }
        budget.give(HOLDER_BYTES + (holding.holders == 0 ? (long) holding.bytes : 0));
    }

    /**
     * Tells what the first holder has to find room for. Any thread.
     *
     * @param bytes how long it is
     * @return how many bytes {@link #hold} takes
     */
    public static long costOf(final int bytes) {
        return HOLDER_BYTES + (long) bytes;
    }

    /**
     * Tells what another holder would have to find room for.
     *
     * @param what known by its identity
     * @param bytes how long it is
     * @return how many bytes {@link #hold} takes
     */
    public long costOf(final Object what, final int bytes) {
        return HOLDER_BYTES + (holdings.containsKey(what) ? 0 : (long) bytes);
    }

    /** {@return how many things are held} */
    public int count() {
        return holdings.size();
    }
}
