package io.godwit.config.cli;

import io.godwit.config.daemon.DaemonServer;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ends the daemon when SIGTERM or SIGINT comes: at first in good order, and when another one comes meanwhile, at once.
 */
final class StopOnSignal {
    private static final System.Logger LOG = System.getLogger(StopOnSignal.class.getName());

    private final DaemonServer daemon;
    private final AtomicBoolean stopping = new AtomicBoolean();

    private StopOnSignal(final DaemonServer daemon) {
        this.daemon = daemon;
    }

    /**
     * Waits for the signals from now on.
     *
     * @param daemon what to end
     */
    static void install(final DaemonServer daemon) {
        final StopOnSignal stop = new StopOnSignal(daemon);
        final boolean caught = Signals.handle("TERM", stop::onSignal) & Signals.handle("INT", stop::onSignal);
        if (!caught) {
            // Then the JVM itself waits for them, and tells only of the first.
            LOG.log(System.Logger.Level.WARNING, "a second signal will not be noticed, and the exit status not be 0");
            Runtime.getRuntime().addShutdownHook(new Thread(daemon::drain, "stop-on-signal"));
        }
    }

    private void onSignal() {
        if (stopping.compareAndSet(false, true)) {
            daemon.drain();
        } else {
            daemon.cutOff();
        }
    }
}
