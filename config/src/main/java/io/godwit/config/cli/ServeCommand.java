package io.godwit.config.cli;

import io.godwit.config.daemon.DaemonServer;
import io.godwit.config.settings.DaemonSettings;
import io.godwit.config.settings.ListenerSettings;
import io.godwit.config.settings.MistakenSettings;
import io.godwit.config.settings.SettingsFile;
import io.godwit.reactor.endpoint.ListenException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Serves until a signal comes. */
@Command(
        name = ServeCommand.NAME,
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
    static final String NAME = "serve";

    private static final System.Logger LOG = System.getLogger(ServeCommand.class.getName());

    @Mixin
    private SettingsArgument argument;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        final PrintWriter err = spec.commandLine().getErr();
        final SettingsFile file;
        final DaemonSettings settings;
        try {
            file = argument.file();
            settings = file.settings();
        } catch (final MistakenSettings mistaken) {
            err.println(mistaken.getMessage());
            return ExitStatus.MISTAKE;
        }
        final StopOnSignal stop = StopOnSignal.install();
        final Optional<String> warning = stop.warning();
        if (warning.isPresent()) {
            // Not logged: the log has a thread of its own, and whoever waits for the daemon to listen is to know this
            // before.
            Announcement.of(err, List.of("godwit: " + warning.get())).await();
        }
        final DaemonServer daemon;
        try {
            daemon = DaemonServer.start(settings);
        } catch (final ListenException unbound) {
            final ListenerSettings listener = settings.listeners().get(unbound.index());
            err.println(listener.failure(file.name(), unbound.getMessage()));
            return ExitStatus.CANNOT_SERVE;
        } catch (final IOException failed) {
            err.println("godwit: " + failed.getMessage());
            return ExitStatus.CANNOT_SERVE;
        } catch (final OutOfMemoryError scarce) {
            err.println("godwit: this JVM has too little memory for these settings: " + scarce.getMessage());
            return ExitStatus.CANNOT_SERVE;
        }
        stop.serves(daemon);
        OpenFiles.judge(settings.server().admission()).ifPresent(text -> LOG.log(System.Logger.Level.WARNING, text));
        final Announcement announced = announce(daemon);
        final int status = awaitEnd(daemon, err);
        announced.await();
        return status;
    }

    /** {@return the status} */
    static int awaitEnd(final DaemonServer daemon, final PrintWriter err) throws InterruptedException {
        final Optional<Throwable> failure = daemon.awaitEnd();
        if (failure.isEmpty()) {
            return ExitStatus.OK;
        }
        Announcement.of(err, List.of("godwit: the server has gone down by an error: " + failure.get()))
                .await();
        return ExitStatus.FAILED;
    }

    /** Whoever starts the daemon may wait for these lines: they come when it listens, and the signals are caught. */
    private Announcement announce(final DaemonServer daemon) {
        final List<String> lines =
                daemon.urls().stream().map(url -> "listening on " + url).toList();
        return Announcement.of(spec.commandLine().getOut(), lines);
    }
}
