package io.godwit.reactor.loop;

/** Whoever waits for memory, since something that it sends was refused, and is to be told when there is some. */
public interface MemoryWaiter {

    /** There is as much memory as was wanted. On the loop, once for each wait. */
    void onMemory();

    /** {@return whether it has ended, and is not to be told: another thread may have added it at that moment. On the loop} */
    default boolean isGone() {
        return false;
    }

    /** {@return whether those who hold memory, and whose peers have done nothing for long, make way for it. On the loop} */
    default boolean comesFirst() {
        return false;
    }
}
