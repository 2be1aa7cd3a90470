package io.godwit.config.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.RunLast;
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
        // First of all: until then, signals kill the process by the JVM's own way.
        if (arguments.length > 0 && arguments[0].equals(ServeCommand.NAME)) {
            StopOnSignal.install();
        }
        // Of its own writer the parser does not learn that standard output has failed.
        final PrintWriter out = new PrintWriter(System.out, true);
        System.exit(commandLine().setOut(out).execute(arguments));
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
        return commandLine().setOut(out).setErr(err).execute(arguments);
    }

    /** What is printed by the parser itself, which is help and version, has to arrive like what the commands print. */
    private static CommandLine commandLine() {
        return new CommandLine(new Main()).setExecutionStrategy(parsed -> {
            final Integer helped = CommandLine.executeHelpRequest(parsed);
            if (helped == null) {
                return new RunLast().execute(parsed);
            }
            final CommandLine line = parsed.commandSpec().commandLine();
            return Printed.status(line.getOut(), line.getErr(), helped);
        });
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
