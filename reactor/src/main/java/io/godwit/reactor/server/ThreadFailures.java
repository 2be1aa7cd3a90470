package io.godwit.reactor.server;

import io.godwit.reactor.loop.CarefulLog;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The threads of one server that errors have ended, and how many of them may still be replaced: so many within ten minutes.
 * Any thread.
 */
final class ThreadFailures {

    private static final CarefulLog LOG = new CarefulLog();

    private static final long RECENT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long WINDOW_NS = TimeUnit.MINUTES.toNanos(10);

    private final LongSupplier clock;

    /** When the last ones were, at their number modulo the length: as many as may be replaced within the window. */
    private final long[] whenNs;

    private String last;
    private int count;
    private long lastNs;

    ThreadFailures(final int restartsMax, final LongSupplier clock) {
        this.clock = clock;
        whenNs = new long[restartsMax];
    }

    /** {@return whether the thread may be replaced} */
    synchronized boolean note(final String thread, final Throwable thrown) {
        lastNs = clock.getAsLong();
        final boolean replaceable = isReplaceable(lastNs);
        if (whenNs.length > 0) {
            whenNs[count % whenNs.length] = lastNs;
        }
        count++;
        last = thread;
        LOG.log(System.Logger.Level.ERROR, "", this, "", thrown);
        return replaceable;
    }

    /** {@return the last failure, as the log tells it} */
    @Override
    public synchronized String toString() {
        return last + " has failed, failure " + count + "; " + whenNs.length + " within ten minutes are made good";
    }

    private boolean isReplaceable(final long nowNs) {
        final int max = whenNs.length;
        return count < max || max > 0 && nowNs - whenNs[count % max] >= WINDOW_NS;
    }

    /** {@return whether there was one within the last minute} */
    synchronized boolean isRecent() {
        return count > 0 && clock.getAsLong() - lastNs < RECENT_NS;
    }
}
