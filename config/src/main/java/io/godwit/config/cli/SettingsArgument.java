package io.godwit.config.cli;

import io.godwit.config.settings.MistakenSettings;
import io.godwit.config.settings.SettingsFile;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The settings file that a command works on. */
final class SettingsArgument {
    @Parameters(arity = "0..1", paramLabel = "FILE", description = "The settings file. Without one: the defaults.")
    private Path path;

    SettingsFile file() throws MistakenSettings {
        return path == null ? SettingsFile.packed() : SettingsFile.at(path);
    }
}
