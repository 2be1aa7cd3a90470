package io.godwit.config.settings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A fuzz target: any bytes as a settings file. They give settings, or a list of mistakes, each of which stands at a place
 * that the file has and is told in one line; nothing else.
 */
public final class SettingsFuzz {
    private static final Path FILE = file();

    private SettingsFuzz() {}

    /** Called by the fuzzer, and by {@link SettingsCorpusTest}. */
    public static void fuzzerTestOneInput(final byte[] input) {
        try {
            Files.write(FILE, input);
            if (SettingsFile.at(FILE).settings() == null) {
                throw new AssertionError("neither settings nor mistakes");
            }
        } catch (final MistakenSettings mistaken) {
            judge(mistaken.mistakes(), input);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void judge(final List<Mistake> mistakes, final byte[] input) {
        if (mistakes.isEmpty()) {
            throw new AssertionError("mistaken without a mistake");
        }
        int lines = 1;
        for (final byte value : input) {
            lines += value == '\n' ? 1 : 0;
        }
        for (final Mistake mistake : mistakes) {
            final boolean placed = mistake.line() >= 1
                    && mistake.line() <= lines
                    && mistake.column() >= 1
                    && mistake.column() <= input.length + 1;
            if (!placed || mistake.in("f").chars().anyMatch(Character::isISOControl)) {
                throw new AssertionError(mistake + " in a file of " + lines + " lines");
            }
        }
    }

    private static Path file() {
        try {
            final Path file = Files.createTempFile("godwit-fuzz-", ".toml");
            file.toFile().deleteOnExit();
            return file;
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
