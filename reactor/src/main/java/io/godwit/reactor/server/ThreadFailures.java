package io.godwit.reactor.server;

import io.godwit.reactor.loop.CarefulLog;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** The threads of one server that errors have ended, and how many of them may still be replaced. Any thread. */
final class ThreadFailures {

    private static final CarefulLog LOG = new CarefulLog();

    private static final long RECENT_NS = TimeUnit.SECONDS.toNanos(60);

    private final int restartsMax;
    private final LongSupplier clock;
    private int count;
    private long lastNs;

    ThreadFailures(final int restartsMax, final LongSupplier clock) {
        this.restartsMax = restartsMax;
        this.clock = clock;
    }

    /** {@return whether the thread may be replaced} */
    synchronized boolean note(final String thread, final Throwable thrown) {
        count++;
        lastNs = clock.getAsLong();
        LOG.log(
                System.Logger.Level.ERROR,
                thread + " has failed, failure " + count + "; " + restartsMax + " are made good",
                thrown);
        return count <= restartsMax;
    }

    /** {@return whether there was one within the last minute} */
    synchronized boolean isRecent() {
        return count > 0 && clock.getAsLong() - lastNs < RECENT_NS;
    }
}
