package io.godwit.reactor.loop;

/** Whoever has left in its socket what there was no memory for, and is to be told when it may read. Loop only. */
public interface MemoryReader extends MemoryWaiter {

    /**
     * There is as much memory as was wanted. Or there is less, and nobody who could give some back; or it has waited for long
     * and {@link #holdsNothing}: then it may read a little all the same.
     */
    @Override
    void onMemory();

    /** {@return whether it would read if there were memory; if not, nobody makes way for it} */
    default boolean wantsToRead() {
        return true;
    }

    /** {@return whether it holds nothing of what has come: then it may read a little once it has waited for long} */
    default boolean holdsNothing() {
        return false;
    }
}
