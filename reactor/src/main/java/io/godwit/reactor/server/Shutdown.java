package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.CarefulLog;
import io.godwit.reactor.loop.Durations;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Brings the loops of a running server to their end, and waits for it where the caller can wait. Any thread. */
public final class Shutdown {

    private static final CarefulLog LOG = new CarefulLog();

    /** Beyond the closing handshakes: for the last bytes to be taken and the sockets to be closed. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** How much longer than the closing handshake a peer may need that takes steadily what waits for it. */
    private static final Duration STEADY = Duration.ofSeconds(30);

    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final LoopGroup loops;

    Shutdown(final LoopGroup loops) {
        this.loops = loops;
    }

    /**
     * Tells how long an end takes at most for which no deadline is given.
     *
     * @param timeouts of the server
     * @return the time for the closing handshake, and 30 s for what has to leave before it
     */
    public static Duration longest(final Timeouts timeouts) {
        return timeouts.close().plus(STEADY);
    }

    /** Closes the listening sockets, and returns when the kernel knows; in a callback, and where it is stepped, at once. */
    public void stopAccepting() {
        loops.stopAccepting();
        if (loops.isStepped() || loops.inCallback()) {
            return;
        }
        try {
            if (!loops.awaitStoppedAccepting(GRACE)) {
                LOG.log(System.Logger.Level.WARNING, "a loop is held up, and has not stopped accepting yet");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Says goodbye to all connections, and returns when all have ended, and their handlers know; in a callback at once. Where
     * another call has ended them, the handlers may still be on their way to know.
     *
     * @param spreadMax over how long the goodbyes may be spread
     * @param deadline when those that are left are cut off
     */
    public void end(final Duration spreadMax, final Duration deadline) {
        final boolean running = loops.isRunning();
        if (running) {
            loops.depart(spreadMax, deadline);
        }
        if (loops.inCallback()) {
            return;
        }
        if (running) {
            awaitLoops(deadline.plus(GRACE));
        }
        awaitWorkers();
    }

    private void awaitLoops(final Duration patience) {
        if (loops.isStepped()) {
            driveToTheEnd(patience);
        } else if (!awaitOrInterrupt(patience)) {
            LOG.log(System.Logger.Level.WARNING, "connections are left behind");
            loops.abandon();
        }
    }

    private void awaitWorkers() {
        try {
            loops.awaitWorkers();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void driveToTheEnd(final Duration patience) {
        final long endNs = System.nanoTime() + Durations.nanos(patience);
        while (loops.isRunning() && System.nanoTime() - endNs < 0) {
            loops.cycle(STEP_NS);
        }
        if (loops.isRunning()) {
            loops.endStepped();
        }
    }

    /**
     * Not to wait any longer is all that an interrupt asks for: nobody is cut off for it. A loop that a handler holds does not
     * even begin: it is not waited for as for peers.
     */
    private boolean awaitOrInterrupt(final Duration patience) {
        try {
            final Duration toBegin = loops.closeTimeout().plus(GRACE);
            return loops.awaitStoppedAccepting(toBegin.compareTo(patience) < 0 ? toBegin : patience)
                    && loops.awaitEnd(patience);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
