package io.godwit.config.cli;

import io.godwit.config.settings.SettingsFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the shipped settings file, to start one's own from. */
@Command(
        name = "defaults",
        description = "Prints the settings that hold where none are given, with what each is for.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "Exit status:%n",
        exitCodeList = {ExitStatus.OK_TEXT, ExitStatus.NOT_PRINTED_TEXT, ExitStatus.MISTAKE_TEXT})
final class DefaultsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().getOut().print(SettingsFile.packed().text());
        return Printed.status(spec.commandLine().getOut(), spec.commandLine().getErr(), ExitStatus.OK);
    }
}
