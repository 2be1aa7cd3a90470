package io.godwit.bench.arrivals;

import com.sun.management.ThreadMXBean;
import io.godwit.bench.report.Machine;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What a loop's thread did in a time: CPU, allocation, and each of its cycles. For that thread. */
final class Window {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double PERCENT = 100;
    private static final double NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Histogram cyclesNs = new Histogram(TimeUnit.MINUTES.toNanos(1), SIGNIFICANT_DIGITS);
    private final long beganNs;
    private final long cpuNs;
    private final long allocatedBytes;
    private final long collectionMs;
    private int deadlinesMax;
    private long lastCpuNs;
    private long cycleCpuNsMax;
    private long wallNs;
    private long usedCpuNs;
    private long usedBytes;
    private long usedCollectionMs;

    /** Begins, on the thread that is watched. */
    Window() {
        // What is counted in the end is not to be what was made for counting.
        collectionMs = Machine.collectionMs();
        beganNs = System.nanoTime();
        cpuNs = THREADS.getCurrentThreadCpuTime();
        lastCpuNs = cpuNs;
        allocatedBytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Notes a cycle: how long it took without its sleep, and how many deadlines came in it. */
    void cycle(final long workNs, final int deadlines) {
        cyclesNs.recordValue(Math.min(workNs, cyclesNs.getHighestTrackableValue()));
        deadlinesMax = Math.max(deadlinesMax, deadlines);
        final long nowCpuNs = THREADS.getCurrentThreadCpuTime();
        cycleCpuNsMax = Math.max(cycleCpuNsMax, nowCpuNs - lastCpuNs);
        lastCpuNs = nowCpuNs;
    }

    /** Ends, on the same thread. */
    Window end() {
        usedBytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - allocatedBytes;
        usedCpuNs = THREADS.getCurrentThreadCpuTime() - cpuNs;
        wallNs = System.nanoTime() - beganNs;
        usedCollectionMs = Machine.collectionMs() - collectionMs;
        return this;
    }

    double cpuPercent() {
        return PERCENT * usedCpuNs / wallNs;
    }

    double allocatedBytesPerSecond() {
        return usedBytes * NS_PER_SECOND / wallNs;
    }

    double cyclesPerSecond() {
        return cyclesNs.getTotalCount() * NS_PER_SECOND / wallNs;
    }

    /** {@return the work of a cycle that so many in a hundred do not exceed} */
    long cycleNs(final double percentile) {
        return cyclesNs.getValueAtPercentile(percentile);
    }

    /** {@return the most CPU time of a cycle, which other processes and the garbage collector do not lengthen} */
    long cycleCpuNsMax() {
        return cycleCpuNsMax;
    }

    int deadlinesMax() {
        return deadlinesMax;
    }

    long collectionMs() {
        return usedCollectionMs;
    }
}
