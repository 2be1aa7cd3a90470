package io.godwit.reactor.loop;

/** Whoever waits for memory, and is to be told when there is some: to send what was refused, or to read. */
public interface MemoryWaiter {

    /**
     * There is as much memory as was wanted; or, for a reader, less, and nobody who could give some back, or it has waited for long
     * and {@link #holdsNothing}: then it may read a little all the same. On the loop, once for each wait.
     */
    void onMemory();

    /** {@return whether it has ended, and is not to be told: another thread may have added it at that moment. On the loop} */
    default boolean isGone() {
        return false;
    }

    /** {@return whether those who hold memory, and whose peers have done nothing for long, make way for it. On the loop} */
    default boolean comesFirst() {
        return false;
    }

    /** {@return whether it, a reader, would read if there were memory; if not, nobody makes way for it. On the loop} */
    default boolean wantsToRead() {
        return true;
    }

    /** {@return whether it, a reader, holds nothing of what has come: then it may read a little once it has waited for long} */
    default boolean holdsNothing() {
        return false;
    }
}
