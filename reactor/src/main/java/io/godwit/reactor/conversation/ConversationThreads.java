package io.godwit.reactor.conversation;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/** The threads of conversations for which the user gives none. They do not keep the JVM up. */
final class ConversationThreads {

    private static final Executor EXECUTOR = newExecutor();

    private ConversationThreads() {}

    /** {@return a thread for each task: virtual where the JDK has them} */
    static Executor executor() {
        return EXECUTOR;
    }

    private static Executor newExecutor() {
        try {
            final MethodHandle virtual = MethodHandles.publicLookup()
                    .findStatic(
                            Executors.class,
                            "newVirtualThreadPerTaskExecutor",
                            MethodType.methodType(ExecutorService.class));
            return (ExecutorService) virtual.invokeExact();
        } catch (final Throwable e) {
            return newPlatformThreads();
        }
    }

    /**
     * As many threads as there are conversations, and those are bounded by the connections. None is kept for the next one: an
     * idle thread would keep the class loader of the application that was served last.
     */
    static Executor newPlatformThreads() {
        final AtomicLong number = new AtomicLong();
        return task -> {
            final Thread thread = new Thread(task, "godwit-conversation-" + number.getAndIncrement());
            thread.setDaemon(true);
            thread.start();
        };
    }
}
