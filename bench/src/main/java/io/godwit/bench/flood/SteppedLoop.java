package io.godwit.bench.flood;

import io.godwit.reactor.metrics.Metric;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/** Drives a server step by step, and looks at each cycle. Its figures are to be read once its thread has ended. */
final class SteppedLoop implements Background.Task {

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double TOP = 99.9;

    private final FloodedServer server;
    private final Histogram cyclesNs = new Histogram(TimeUnit.MINUTES.toNanos(1), SIGNIFICANT_DIGITS);
    private long workMax;
    private long sendsMax;
    private long deliveriesMax;

    SteppedLoop(final FloodedServer server) {
        this.server = server;
    }

    @Override
    public void run(final BooleanSupplier goesOn) {
        while (goesOn.getAsBoolean()) {
            cycle();
        }
        // It comes to its end on the thread that drives it.
        server.server().close();
    }

    private void cycle() {
        final long sentBefore = server.count(Metric.MESSAGES_SENT);
        final long deliveredBefore = server.count(Metric.TOPIC_DELIVERIES);
        final long beganNs = System.nanoTime();
        final int work = server.server().doWork();
        final long endedNs = System.nanoTime();
        if (work == 0) {
            Thread.onSpinWait();
            return;
        }
        cyclesNs.recordValue(Math.min(endedNs - beganNs, cyclesNs.getHighestTrackableValue()));
        workMax = Math.max(workMax, work);
        sendsMax = Math.max(sendsMax, server.count(Metric.MESSAGES_SENT) - sentBefore);
        deliveriesMax = Math.max(deliveriesMax, server.count(Metric.TOPIC_DELIVERIES) - deliveredBefore);
    }

    /** {@return the most events, mails, timers and settlings of a cycle} */
    long workMax() {
        return workMax;
    }

    /** {@return the most messages that were taken to be sent in a cycle, echoes and deliveries of topics among them} */
    long sendsMax() {
        return sendsMax;
    }

    /** {@return the most messages of topics that were delivered in a cycle} */
    long deliveriesMax() {
        return deliveriesMax;
    }

    /** {@return what 999 of 1,000 cycles do not exceed, in nanoseconds} */
    long topNs() {
        return cyclesNs.getValueAtPercentile(TOP);
    }

    /** {@return the longest cycle, in nanoseconds} */
    long longestNs() {
        return cyclesNs.getMaxValue();
    }
}
