package io.godwit.core.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The inputs that fuzzing has kept for a target, in {@code src/test/corpus}: one a line, each byte a character of ISO 8859-1,
 * written with the escapes of a Java string.
 */
public final class Corpus {
    private Corpus() {}

    /** {@return the lines of the module's corpus of that name} */
    public static List<String> lines(final String name) {
        try {
            return Files.readAllLines(Path.of("src/test/corpus", name + ".txt"), StandardCharsets.US_ASCII);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the bytes that a line stands for} */
    public static byte[] bytes(final String line) {
        return line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
    }
}
