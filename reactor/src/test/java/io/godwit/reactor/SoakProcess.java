package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** The {@link SoakServer} in its process. */
final class SoakProcess implements AutoCloseable {

    /** All that it may take for its connections; the default for direct memory is as much again. */
    private static final String HEAP = "-Xmx96m";

    private static final long ANSWER_SECONDS = 120;

    /** An entry of the log begins with its level. */
    private static final String LOG_FORMAT = "-Djava.util.logging.SimpleFormatter.format=%4$s %5$s%6$s%n";

    private static final Pattern TROUBLE = Pattern.compile("SEVERE.*|.*(Error|Exception).*");

    private final Path log;
    private final Process process;
    private final BufferedReader output;
    private final int port;

    /**
     * Starts it, and waits until it listens.
     *
     * @param log where its standard error goes
     */
    SoakProcess(final Path log) throws IOException {
        this.log = log;
        process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        HEAP,
                        LOG_FORMAT,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SoakServer.class.getName()))
                .redirectError(log.toFile())
                .start();
        output = process.inputReader();
        port = Integer.parseInt(line());
    }

    int port() {
        return port;
    }

    /** {@return what it counts now} */
    SoakCount count() throws IOException {
        process.outputWriter().append('\n').flush();
        return SoakCount.parse(line());
    }

    private String line() {
        final String line = CompletableFuture.supplyAsync(() -> {
                    try {
                        return output.readLine();
                    } catch (final IOException e) {
                        throw new UncheckedIOException(e);
                    }
                })
                .orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                .join();
        assertThat(line).as("an answer of the server; its log: %s", log).isNotNull();
        return line;
    }

    /** {@return the lines of its log that tell of an error} */
    List<String> errors() throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.filter(line -> TROUBLE.matcher(line).matches())
                    .limit(20)
                    .toList();
        }
    }

    /** Ends it in good order; it looks itself whether anything is left. */
    int end() throws IOException, InterruptedException {
        process.outputWriter().close();
        assertThat(process.waitFor(ANSWER_SECONDS, TimeUnit.SECONDS))
                .as("the server ends")
                .isTrue();
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
