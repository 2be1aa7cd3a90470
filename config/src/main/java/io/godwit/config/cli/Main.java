package io.godwit.config.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line of the daemon. */
@Command(
        name = "godwit",
        description = "A WebSocket server, started from its settings file.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {ServeCommand.class, CheckCommand.class, DefaultsCommand.class, HelpCommand.class},
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {
            ExitStatus.OK_TEXT,
            ExitStatus.CANNOT_SERVE_TEXT,
            ExitStatus.MISTAKE_TEXT,
            ExitStatus.FAILED_TEXT
        })
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private Main() {}

    /**
     * Runs a command and ends the process with its status.
     *
     * @param arguments the command and what it takes
     */
    public static void main(final String... arguments) {
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    /**
     * Runs a command.
     *
     * @param out for what was asked for
     * @param err for what went wrong
     * @param arguments the command and what it takes
     * @return the status
     */
    static int run(final PrintWriter out, final PrintWriter err, final String... arguments) {
        return new CommandLine(new Main()).setOut(out).setErr(err).execute(arguments);
    }

    /** Without a command there is nothing to do. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitStatus.MISTAKE;
    }

    /** The version, as the build wrote it into the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            final String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"godwit " + (version == null ? "(not packed)" : version)};
        }
    }
}
