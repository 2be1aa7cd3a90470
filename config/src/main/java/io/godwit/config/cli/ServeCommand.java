package io.godwit.config.cli;

import io.godwit.config.daemon.DaemonServer;
import io.godwit.config.settings.DaemonSettings;
import io.godwit.config.settings.MistakenSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Serves until a signal comes. */
@Command(
        name = "serve",
        description = "Serves what a settings file says, until SIGTERM or SIGINT.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            ExitStatus.OK_TEXT,
            ExitStatus.CANNOT_SERVE_TEXT,
            ExitStatus.MISTAKE_TEXT,
            ExitStatus.FAILED_TEXT
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin
    private SettingsArgument argument;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter err = spec.commandLine().getErr();
        final DaemonSettings settings;
        try {
            settings = argument.file().settings();
        } catch (final MistakenSettings mistaken) {
            err.println(mistaken.getMessage());
            return ExitStatus.MISTAKE;
        }
        final DaemonServer daemon;
        try {
            daemon = DaemonServer.start(settings);
        } catch (final IOException unbound) {
            err.println("godwit: " + unbound.getMessage());
            return ExitStatus.CANNOT_SERVE;
        }
        StopOnSignal.install(daemon);
        announce(daemon);
        return awaitEnd(daemon, err);
    }

    /** {@return the status} */
    static int awaitEnd(final DaemonServer daemon, final PrintWriter err) throws InterruptedException {
        final Optional<Throwable> failure = daemon.awaitEnd();
        failure.ifPresent(error -> err.println("godwit: the server has gone down by an error: " + error));
        return failure.isPresent() ? ExitStatus.FAILED : ExitStatus.OK;
    }

    /** Whoever starts the daemon may wait for these lines: they come when it listens, and the signals are caught. */
    private void announce(final DaemonServer daemon) {
        final PrintWriter out = spec.commandLine().getOut();
        daemon.urls().forEach(url -> out.println("listening on " + url));
        out.flush();
    }
}
