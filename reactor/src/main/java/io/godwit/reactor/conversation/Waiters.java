package io.godwit.reactor.conversation;

import io.godwit.reactor.loop.Durations;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Threads that wait for something to become so. Any thread; whoever makes it so never blocks. */
final class Waiters {

    private final ConcurrentLinkedQueue<Thread> threads = new ConcurrentLinkedQueue<>();

    /** {@return the time of {@link System#nanoTime} until when a wait may last} */
    static long deadlineNs(final Duration timeout) {
        return System.nanoTime() + Durations.nanos(timeout);
    }

    /** {@return a time that does not come} */
    static long noDeadlineNs() {
        return System.nanoTime() + Long.MAX_VALUE / 2;
    }

    /**
     * Waits.
     *
     * @param condition asked again after each {@link #signal}
     * @param deadlineNs in the time of {@link System#nanoTime}
     * @return whether it holds; false: the time is up
     */
    boolean await(final BooleanSupplier condition, final long deadlineNs) throws InterruptedException {
        if (condition.getAsBoolean()) {
            return true;
        }
        final Thread self = Thread.currentThread();
        threads.add(self);
        try {
            while (!condition.getAsBoolean()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                final long leftNs = deadlineNs - System.nanoTime();
                if (leftNs <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, leftNs);
            }
            return true;
        } finally {
            threads.remove(self);
        }
    }

    /** What is waited for may have become so. */
    void signal() {
        // What was changed before is seen by whoever is not seen here.
        VarHandle.fullFence();
        if (!threads.isEmpty()) {
            threads.forEach(LockSupport::unpark);
        }
    }
}
