package io.godwit.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a whole, with real processes, for a moment. */
class ComparisonTest {

    private static final List<String> BRIEFLY = List.of(
            "--rounds", "1", "--warmup", "0", "--seconds", "0.2", "--server-cpus", "none", "--load-cpus", "none");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldCompareInProcessesOfTheirOwn(@TempDir final Path folder) throws Exception {
        final int status = run(
                folder, "--servers", "floor,godwit,godwit-workers", "--work", "echo-64k-x1,latency,idle", "--quick");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(status).isZero();
        assertThat(Files.readString(folder.resolve("comparison.md")))
                .contains("| JVM of the servers | ")
                .contains("| Godwit, on workers | ")
                .contains("p99.9 µs")
                .contains("heap B per connection");
        assertThat(folder.resolve("latency.svg")).isNotEmptyFile();
        assertThat(folder.resolve("percentiles.svg")).isNotEmptyFile();
        assertThat(folder.resolve("idle.svg")).isNotEmptyFile();
    }

    @Test
    void shouldGoOnWithoutAServerThatFails(@TempDir final Path folder) {
        // No such processor: neither server nor load comes up.
        final ComparisonOptions options = ComparisonOptions.parse(
                "--servers",
                "floor",
                "--work",
                "idle",
                "--quick",
                "--server-cpus",
                "9999",
                "--output",
                folder.toString());
        final Comparison comparison =
                new Comparison(options, folder.resolve("log"), new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(comparison.run().has(Workload.IDLE)).isFalse();
        assertThat(comparison.failures()).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("floor failed: the server has ended; " + folder.resolve("log") + " says why");
    }

    @Test
    void shouldTellAMistake(@TempDir final Path folder) {
        assertThat(run(folder, "--work", "nothing")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("\"nothing\" is none of", "usage:");
    }

    private int run(final Path folder, final String... args) {
        final List<String> all = Stream.of(Stream.of(args), BRIEFLY.stream(), Stream.of("--output", folder.toString()))
                .flatMap(part -> part)
                .toList();
        return ComparisonMain.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                all.toArray(String[]::new));
    }
}
