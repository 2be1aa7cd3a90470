package io.godwit.bench.report;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.Locale;
import java.util.stream.Collectors;

/** Where a program runs, and what its Java machine can tell of memory. Any thread. */
public final class Machine {

    /** What one collection uncovers, such as a cleaner's work, the next one takes. */
    private static final int COLLECTIONS = 3;

    private Machine() {}

    /** {@return processors, system, JDK, heap and collector, in one line} */
    public static String describe() {
        final Runtime runtime = Runtime.getRuntime();
        return String.format(
                Locale.ROOT,
                "%d processors, %s %s %s; JDK %s; heap up to %,d MiB; %s",
                runtime.availableProcessors(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("os.arch"),
                Runtime.version(),
                runtime.maxMemory() >> 20,
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .map(GarbageCollectorMXBean::getName)
                        .collect(Collectors.joining(", ")));
    }

    /** {@return the heap in use, in bytes, once the garbage was collected} */
    public static long heapBytes() {
        final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        for (int i = 0; i < COLLECTIONS; i++) {
            memory.gc();
        }
        return memory.getHeapMemoryUsage().getUsed();
    }

    /** {@return how long collections have taken until now, in milliseconds} */
    public static long collectionMs() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }
}
