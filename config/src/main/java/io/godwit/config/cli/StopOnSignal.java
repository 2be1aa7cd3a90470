package io.godwit.config.cli;

import io.godwit.config.daemon.DaemonServer;

/** Closes the daemon in good order when SIGTERM or SIGINT comes, and makes that an orderly end of the process. */
final class StopOnSignal {
    private static final System.Logger LOG = System.getLogger(StopOnSignal.class.getName());

    private final Thread hook;

    private StopOnSignal(final Thread hook) {
        this.hook = hook;
    }

    /**
     * Waits for the signals, in a shutdown hook.
     *
     * @param daemon what to close
     * @return what undoes it
     */
    static StopOnSignal install(final DaemonServer daemon) {
        final Thread hook = new Thread(() -> stop(daemon), "stop-on-signal");
        Runtime.getRuntime().addShutdownHook(hook);
        return new StopOnSignal(hook);
    }

    /** For a daemon that has ended by itself: the process is to tell so, and not to end in good order. */
    void uninstall() {
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    /** Halts, since the JVM by itself ends with 128 and the signal's number, which says that it was killed. */
    private static void stop(final DaemonServer daemon) {
        int status = ExitStatus.CANNOT_SERVE;
        try {
            daemon.close();
            status = ExitStatus.OK;
        } catch (final RuntimeException broken) {
            LOG.log(System.Logger.Level.ERROR, "the connections could not be closed in good order", broken);
        } finally {
            Runtime.getRuntime().halt(status);
        }
    }
}
