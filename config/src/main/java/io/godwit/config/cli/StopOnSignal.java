package io.godwit.config.cli;

import io.godwit.config.cli.Signals.Catching;
import io.godwit.config.daemon.DaemonServer;
import java.util.Optional;

/**
 * Ends the daemon when SIGTERM or SIGINT comes: at first in good order, and when another one comes meanwhile, at once. A
 * SIGHUP, by which operators have other daemons read their settings anew, and by which a terminal says that it is closed,
 * ends nothing.
 */
final class StopOnSignal {
    /** That of this process, whose signals there are once. */
    private static StopOnSignal installed;

    private final Catching catching;

    /** Null until there is one to end. */
    private DaemonServer daemon;

    private boolean stopping;

    private StopOnSignal() {
        catching = Signals.handle("TERM", this::onSignal);
        Signals.handle("INT", this::onSignal);
        Signals.handle("HUP", StopOnSignal::onHangup);
        if (catching == Catching.NO_API) {
            Runtime.getRuntime().addShutdownHook(new Thread(this::onShutdown, "stop-on-signal"));
        }
    }

    /**
     * Waits for the signals from the first call on. Until it {@link #serves}, the first one ends the process, with status 0.
     * Loads as little as it can: until it returns, a signal kills the process.
     *
     * @return what waits for them, the same each time
     */
    static synchronized StopOnSignal install() {
        if (installed == null) {
            installed = new StopOnSignal();
        }
        return installed;
    }

    /** {@return what whoever starts the daemon has to know of its signals; nothing if all are caught} */
    Optional<String> warning() {
        return switch (catching) {
            case CAUGHT -> Optional.empty();
            case NO_API ->
                Optional.of(
                        "this JVM cannot catch signals: a second signal will not be noticed, SIGHUP ends the daemon too, and the"
                                + " exit status is not 0");
            case LEFT_TO_SYSTEM ->
                Optional.of(
                        "the JVM runs with -Xrs: SIGTERM, SIGINT and SIGHUP kill the daemon at once, and no connection gets a"
                                + " Close");
        };
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
        Log.LOG.log(
                System.Logger.Level.INFO,
                "SIGHUP is ignored: the settings are read at the start only; start the daemon anew to change them");
    }

    /** A class of its own: to load a logger takes longer than all else that comes before the signals are caught. */
    private static final class Log {
        static final System.Logger LOG = System.getLogger(StopOnSignal.class.getName());
    }
}
