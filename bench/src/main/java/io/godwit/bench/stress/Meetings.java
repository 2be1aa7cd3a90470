package io.godwit.bench.stress;

import io.godwit.reactor.loop.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;

/**
 * One thread asks a loop for something, and again as soon as it was done: so that each request falls together with the loop's
 * going to sleep. Where a wakeup is lost, the loop sleeps for ever.
 */
final class Meetings {

    private static final int TIMES = 20_000;

    /** Requests come sooner or later than the loop's last look at what waits: each a little later, and then soon again. */
    private static final int DELAYS = 32;

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    private final EventLoop loop;
    private volatile int done;

    /**
     * Begins with none.
     *
     * @param loop that is asked
     */
    Meetings(final EventLoop loop) {
        this.loop = loop;
    }

    /** Something was done: all up to that number. Loop only. */
    void done(final int number) {
        done = number;
    }

    /** Drives the loop until it is stopped, and closes it. */
    void drive() {
        try {
            while (!loop.isStopped()) {
                loop.cycle(Long.MAX_VALUE);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        loop.onClose();
    }

    /**
     * Asks each time that the former request was answered, and stops the loop at the end; gives up, and leaves it asleep,
     * where one is not answered.
     *
     * @param request told its number, from 1
     */
    void ask(final IntConsumer request) {
        for (int i = 1; i <= TIMES; i++) {
            for (int delay = i % DELAYS; delay > 0; delay--) {
                Thread.onSpinWait();
            }
            request.accept(i);
            if (!await(i)) {
                return;
            }
        }
        loop.stop();
    }

    private boolean await(final int number) {
        final long endNs = System.nanoTime() + PATIENCE_NS;
        while (done < number) {
            if (System.nanoTime() > endNs) {
                return false;
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
