package io.godwit.config.cli;

import io.godwit.config.cli.Signals.Catching;
import io.godwit.config.daemon.DaemonServer;

/**
 * Ends the daemon when SIGTERM or SIGINT comes: at first in good order, and when another one comes meanwhile, at once. A
 * SIGHUP, by which operators have other daemons read their settings anew, and by which a terminal says that it is closed,
 * ends nothing.
 */
final class StopOnSignal {
    private static final System.Logger LOG = System.getLogger(StopOnSignal.class.getName());

    /** Null until there is one to end. */
    private DaemonServer daemon;

    private boolean stopping;

    private StopOnSignal() {}

    /**
     * Waits for the signals from now on. Until it {@link #serves}, the first one ends the process, with status 0.
     *
     * @return what waits for them
     */
    static StopOnSignal install() {
        final StopOnSignal stop = new StopOnSignal();
        final Catching catching = Signals.handle("TERM", stop::onSignal);
        Signals.handle("INT", stop::onSignal);
        Signals.handle("HUP", StopOnSignal::onHangup);
        if (catching == Catching.NO_API) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "this JVM cannot catch signals: a second signal will not be noticed, SIGHUP ends the daemon too, and the"
                            + " exit status is not 0");
            Runtime.getRuntime().addShutdownHook(new Thread(stop::onShutdown, "stop-on-signal"));
        } else if (catching == Catching.LEFT_TO_SYSTEM) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "the JVM runs with -Xrs: SIGTERM, SIGINT and SIGHUP kill the daemon at once, and no connection gets a"
                            + " Close");
        }
        return stop;
    }

    /**
     * Gives what the signals are to end.
     *
     * @param running the daemon, which listens
     */
    synchronized void serves(final DaemonServer running) {
        daemon = running;
    }

    private void onSignal() {
        final DaemonServer running;
        final boolean repeated;
        synchronized (this) {
            running = daemon;
            repeated = stopping;
            stopping = running != null;
        }
        if (running == null) {
            // Nobody is connected, and what the start waits for, such as a name server, may take its time.
            System.exit(ExitStatus.OK);
        } else if (repeated) {
            running.cutOff();
        } else {
            running.drain();
        }
    }

    private void onShutdown() {
        final DaemonServer running;
        synchronized (this) {
            running = daemon;
        }
        if (running != null) {
            running.drain();
        }
    }

    private static void onHangup() {
        LOG.log(
                System.Logger.Level.INFO,
                "SIGHUP is ignored: the settings are read at the start only; start the daemon anew to change them");
    }
}
