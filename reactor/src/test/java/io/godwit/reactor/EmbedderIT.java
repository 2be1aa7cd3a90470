package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.godwit.core.frame.Opcode;
import io.godwit.embedder.EmbeddedEcho;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.agrona.DeadlineTimerWheel;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That whoever embeds the server adds jars and nothing else: no flag, and no warning, on the JDK that runs this. */
class EmbedderIT {

    /** The reactor and all that it ships with. */
    static final String JARS = Stream.of(
                    WebSocketServer.class,
                    Opcode.class,
                    DeadlineTimerWheel.class,
                    MpscVarHandleArrayQueue.class,
                    MessagePassingQueue.class)
            .map(EmbedderIT::placeOf)
            .collect(Collectors.joining(File.pathSeparator));

    @TempDir
    private Path output;

    static String placeOf(final Class<?> type) {
        try {
            return Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (final URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private String run(final String... options) throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.add(EmbeddedEcho.class.getName());
        final Path out = output.resolve("out");
        final Path err = output.resolve("err");
        final ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        // The JVM would tell on its standard error that it has picked them up.
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
        final Process process = builder.start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(err)).isEmpty();
        assertThat(process.exitValue()).as(Files.readString(out)).isZero();
        return Files.readString(out).strip();
    }

    private static String classPath(final String... entries) {
        return String.join(File.pathSeparator, entries);
    }

    @Test
    void shouldRunFromTheClassPath() throws IOException, InterruptedException {
        assertThat(run("-cp", classPath(placeOf(EmbeddedEcho.class), JARS))).isEqualTo("null echoed 1000");
    }

    @Test
    void shouldRunFromTheModulePath() throws IOException, InterruptedException {
        assertThat(run("--module-path", JARS, "--add-modules", "io.godwit.reactor", "-cp", placeOf(EmbeddedEcho.class)))
                .isEqualTo("io.godwit.reactor echoed 1000");
    }

    @Test
    void shouldRunWhereUnsafeMemoryAccessIsDenied() throws IOException, InterruptedException {
        assumeTrue(Runtime.version().feature() >= 24, "older JDKs do not know the option");
        assertThat(run("--sun-misc-unsafe-memory-access=deny", "-cp", classPath(placeOf(EmbeddedEcho.class), JARS)))
                .isEqualTo("null echoed 1000");
    }
}
