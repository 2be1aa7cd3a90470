package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Coverage-guided fuzzing of what reads a stranger's bytes: a minute for each target, or {@code -Dgodwit.fuzz.seconds=…}. The
 * fuzzer is Jazzer, in a process of its own, and on the class path in the profile {@code fuzz} only. It begins with the corpus
 * that {@code src/test/corpus} of the target's module keeps, which each build runs without it; with {@code
 * -Dgodwit.fuzz.keep=true} what has reached new code meanwhile is kept there too.
 */
@Tag("fuzz")
class FuzzIT {

    private static final long SECONDS = Long.getLong("godwit.fuzz.seconds", 60);
    private static final boolean KEEP = Boolean.getBoolean("godwit.fuzz.keep");
    private static final Path ROOT = Path.of(System.getProperty("godwit.root", ".."));

    /** Longer inputs find little that shorter ones do not, and are slower. */
    private static final int INPUT_BYTES_MAX = 2_048;

    /** An input that takes so long is a finding: each target does a constant amount of work for a byte. */
    private static final int INPUT_SECONDS_MAX = 20;

    /** What a build runs each time, and a reader may look at, is short. */
    private static final int KEPT_BYTES_MAX = 400;

    private static final long END_SECONDS = 180;

    /** What is fuzzed: a class with a method {@code fuzzerTestOneInput(byte[])} among a module's tests, and its corpus. */
    enum Target {
        HEADS("core", "io.godwit.core.http.HeadFuzz"),
        FRAMES("core", "io.godwit.core.protocol.FrameFuzz"),
        SETTINGS("config", "io.godwit.config.settings.SettingsFuzz");

        private final Path module;
        private final String type;

        Target(final String module, final String type) {
            this.module = ROOT.resolve(module);
            this.type = type;
        }

        private String lowerCaseName() {
            return name().toLowerCase(Locale.ROOT);
        }

        private Path corpus() {
            return module.resolve("src/test/corpus").resolve(lowerCaseName() + ".txt");
        }
    }

    @ParameterizedTest
    @EnumSource
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    void shouldFindNothing(final Target target) throws IOException, InterruptedException {
        final Path folder = Path.of("target", "fuzz", target.lowerCaseName()).toAbsolutePath();
        final Path kept = unpack(target, folder.resolve("kept"));
        final Path found = Files.createDirectories(folder.resolve("found"));
        final Path broken = emptied(folder.resolve("broken"));
        final int status = jazzer(
                target,
                folder.resolve("log"),
                List.of(
                        found.toString(),
                        kept.toString(),
                        "-max_total_time=" + SECONDS,
                        "-max_len=" + INPUT_BYTES_MAX,
                        "-timeout=" + INPUT_SECONDS_MAX,
                        "-artifact_prefix=" + broken + File.separator));
        assertThat(linesOf(broken))
                .as("inputs that break it; see %s", folder.resolve("log"))
                .isEmpty();
        assertThat(status)
                .as("exit status of the fuzzer; see %s", folder.resolve("log"))
                .isZero();
        if (KEEP) {
            final Path merged = emptied(folder.resolve("merged"));
            final int merge = jazzer(
                    target,
                    folder.resolve("merge-log"),
                    List.of(
                            "-merge=1",
                            "-max_len=" + KEPT_BYTES_MAX,
                            merged.toString(),
                            kept.toString(),
                            found.toString()));
            assertThat(merge)
                    .as("exit status of the merge; see %s", folder.resolve("merge-log"))
                    .isZero();
            Files.write(target.corpus(), linesOf(merged), StandardCharsets.US_ASCII);
        }
    }

    private static int jazzer(final Target target, final Path log, final List<String> arguments)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(Daemon.java().toString(), "-Xmx1g"));
        if (Runtime.version().feature() >= 21) {
            // Its agent comes after the start, of which newer JDKs warn.
            command.add("-XX:+EnableDynamicAgentLoading");
        }
        command.addAll(List.of(
                "-cp",
                target.module.resolve("target/test-classes")
                        + File.pathSeparator
                        + System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + target.type,
                "--instrumentation_includes=io.godwit.**"));
        command.addAll(arguments);
        final Process process = new ProcessBuilder(command)
                .directory(log.getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(process.waitFor(SECONDS + END_SECONDS, TimeUnit.SECONDS))
                    .as("the fuzzer has ended; see %s", log)
                    .isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    /** {@return the folder, with a file for each input of the corpus} */
    private static Path unpack(final Target target, final Path folder) throws IOException {
        emptied(folder);
        int number = 0;
        for (final String line : Files.readAllLines(target.corpus(), StandardCharsets.US_ASCII)) {
            final byte[] input = line.translateEscapes().getBytes(StandardCharsets.ISO_8859_1);
            Files.write(folder.resolve(Integer.toString(number++)), input);
        }
        return folder;
    }

    private static Path emptied(final Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        return folder;
    }

    /** {@return each input of a folder as a line of a corpus, the shortest first} */
    private static List<String> linesOf(final Path folder) throws IOException {
        final List<String> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                lines.add(line(Files.readAllBytes(file)));
            }
        }
        lines.sort(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        return lines;
    }

    /** Writes what {@link String#translateEscapes} reads. */
    private static String line(final byte[] input) {
        final StringBuilder line = new StringBuilder();
        for (final byte value : input) {
            final char c = (char) (value & 0xFF);
            switch (c) {
                case '\r' -> line.append("\\r");
                case '\n' -> line.append("\\n");
                case '\t' -> line.append("\\t");
                case '\\' -> line.append("\\\\");
                default -> {
                    if (c >= ' ' && c <= '~') {
                        line.append(c);
                    } else {
                        line.append(String.format("\\%03o", (int) c));
                    }
                }
            }
        }
        return line.toString();
    }
}
