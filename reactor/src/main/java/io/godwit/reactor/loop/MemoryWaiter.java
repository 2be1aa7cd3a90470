package io.godwit.reactor.loop;

/** Whoever was refused for want of memory, and is to be told when there is some again. */
public interface MemoryWaiter {

    /** There is memory again, at least as much as was wanted when this was written. On the loop, once for each wait. */
    void onMemory();

    /** {@return whether it has ended, and is not to be told: another thread may have added it at that moment. On the loop} */
    default boolean isGone() {
        return false;
    }
}
