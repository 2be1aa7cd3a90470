package io.godwit.core.testkit;

import java.lang.reflect.Method;

/**
 * The JVM's own count of what the current thread has allocated. Reached reflectively: tests are compiled as part of the
 * module, which does not read {@code jdk.management}, and run on the class path, where it is there.
 */
public final class ThreadAllocation {
    private final Object bean;
    private final Method bytesOfThread;
    private final long thread;

    public ThreadAllocation() {
        try {
            bean = Class.forName("java.lang.management.ManagementFactory")
                    .getMethod("getThreadMXBean")
                    .invoke(null);
            bytesOfThread =
                    Class.forName("com.sun.management.ThreadMXBean").getMethod("getThreadAllocatedBytes", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        thread = Thread.currentThread().getId();
    }

    /** A few hundred bytes of the count are this call's own. */
    public long bytes() {
        try {
            return (long) bytesOfThread.invoke(bean, thread);
        } catch (final ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
