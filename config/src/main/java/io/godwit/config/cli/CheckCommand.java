package io.godwit.config.cli;

import io.godwit.config.settings.DaemonSettings;
import io.godwit.config.settings.MistakenSettings;
import io.godwit.config.settings.SettingsFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Judges a settings file without serving it. */
@Command(
        name = "check",
        description = "Tells every mistake in a settings file; serves nothing.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {ExitStatus.OK_TEXT, ExitStatus.NOT_PRINTED_TEXT, ExitStatus.MISTAKE_TEXT})
final class CheckCommand implements Callable<Integer> {
    @Mixin
    private SettingsArgument argument;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        try {
            final SettingsFile file = argument.file();
            final DaemonSettings settings = file.settings();
            final String counts = count(settings.listeners().size(), "listener") + ", "
                    + count(settings.endpoints().size(), "endpoint");
            spec.commandLine().getOut().println(file.name() + ": fine (" + counts + ")");
            return Printed.status(
                    spec.commandLine().getOut(), spec.commandLine().getErr(), ExitStatus.OK);
        } catch (final MistakenSettings mistaken) {
            spec.commandLine().getErr().println(mistaken.getMessage());
            return ExitStatus.MISTAKE;
        }
    }

    private static String count(final int number, final String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
