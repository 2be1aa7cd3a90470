package io.godwit.reactor.loop;

/**
 * Whoever holds memory of a loop until a peer does something, such as to read what was sent to it. Loop only.
 */
public abstract class MemoryHolder {

    /** Its neighbours among the {@link MemoryHolders}. */
    MemoryHolder older;

    MemoryHolder newer;

    /** When its peer had done something, last, or it was seen that it waits for us. */
    long sinceNs;

    private boolean listed;

    /** For who extends it. */
    protected MemoryHolder() {}

    /** Gives back, at once, what it holds, since others need it. Whose it was is told later: nobody is called from in here. */
    protected abstract void giveWay();

    /** {@return how many bytes it would give back, about} */
    protected abstract long wouldGiveBytes();

    /** {@return whether it waits for its peer; false: what the peer has done waits for us} */
    protected boolean isPeersTurn() {
        return true;
    }

    /** {@return whether it is among those who hold memory} */
    public final boolean isListed() {
        return listed;
    }

    final void listed(final boolean isThere) {
        listed = isThere;
    }
}
