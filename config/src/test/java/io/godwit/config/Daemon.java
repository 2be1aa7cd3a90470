package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The packed daemon in a process of its own, as an operator starts it; it ends with the test. */
final class Daemon implements AutoCloseable {
    static final int SIGHUP = 1;
    static final int SIGINT = 2;

    /** A JVM starts within it beside whatever else the machine does: with a load of 30 on two processors, half a minute is not enough. */
    static final long DEADLINE_S = 120;

    private static final Path JAR = Path.of(System.getProperty("godwit.jar", "target/godwit.jar"));

    private final Path folder;
    private final Process process;
    private final BufferedReader output;
    private final List<String> printed = new ArrayList<>();

    private Daemon(final Path folder, final List<String> options, final String... arguments) throws IOException {
        this.folder = folder;
        final List<String> command = new ArrayList<>(List.of(java().toString()));
        command.addAll(options);
        command.addAll(List.of("-jar", JAR.toString()));
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        output = process.inputReader();
    }

    /** {@return the program of the JDK that runs this test} */
    static Path java() {
        return Path.of(System.getProperty("java.home"), "bin", "java");
    }

    /**
     * Serves, and waits until it listens.
     *
     * @param settings the content of its settings file
     * @param options of the JVM
     * @return the daemon
     */
    static Daemon serve(final String settings, final String... options) throws IOException {
        final Daemon daemon = start(settings, options);
        final long listeners = settings.lines().filter("[[listener]]"::equals).count();
        try {
            while (daemon.printed.size() < listeners) {
                final String line = daemon.readLine();
                assertThat(line)
                        .as("a line from the daemon, which said %s", daemon.errors())
                        .isNotNull();
                daemon.printed.add(line);
            }
            return daemon;
        } catch (final Throwable failed) {
            daemon.close();
            throw failed;
        }
    }

    /**
     * Serves, or tries to, and does not wait.
     *
     * @param settings the content of its settings file
     * @param options of the JVM
     * @return the daemon
     */
    static Daemon start(final String settings, final String... options) throws IOException {
        final Path folder = Files.createTempDirectory("godwit-it-");
        final Path file = Files.writeString(folder.resolve("godwit.toml"), settings);
        return new Daemon(folder, List.of(options), "serve", file.toString());
    }

    /**
     * Runs a command that ends by itself.
     *
     * @param arguments the command line
     * @return the daemon
     */
    static Daemon run(final String... arguments) throws IOException {
        return new Daemon(Files.createTempDirectory("godwit-it-"), List.of(), arguments);
    }

    /** {@return what it has printed until it listened} */
    List<String> printed() {
        return List.copyOf(printed);
    }

    /** {@return the port of its first listener} */
    int port() {
        final String line = printed.get(0);
        return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
    }

    /** {@return where it is reached on IPv4's loopback} */
    URI uri(final String scheme, final String path) {
        return URI.create(scheme + "://127.0.0.1:" + port() + path);
    }

    /** {@return the settings file that it was started with} */
    Path settingsFile() {
        return folder.resolve("godwit.toml");
    }

    /** Sends SIGTERM, by the handle: the process itself would close its output before it was read. */
    void terminate() {
        process.toHandle().destroy();
    }

    /** Sends SIGINT, as Control-C does. */
    void interrupt() throws IOException, InterruptedException {
        signal("INT");
    }

    /** Sends SIGHUP, as a terminal does that is closed. */
    void hangUp() throws IOException, InterruptedException {
        signal("HUP");
    }

    private void signal(final String name) throws IOException, InterruptedException {
        final Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    /**
     * A build that a script has started in the background, or that nohup has, passes an ignored signal on to all that it
     * starts; and the JVM leaves it ignored.
     *
     * @param signal its number
     * @return whether the daemon will not see it; false if the system does not tell
     */
    boolean ignores(final int signal) throws IOException {
        final Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (!Files.exists(status)) {
            return false;
        }
        final String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        return (Long.parseUnsignedLong(mask.split("\\s+")[1], 16) >> signal - 1 & 1) == 1;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@return its exit status, when it has ended} */
    int exitStatus() throws InterruptedException {
        assertThat(process.waitFor(DEADLINE_S, TimeUnit.SECONDS))
                .as("it has ended")
                .isTrue();
        return process.exitValue();
    }

    /** {@return what is left of its standard output, when it has ended} */
    List<String> remainingOutput() throws IOException {
        return output.lines().toList();
    }

    /** {@return what it has written to standard error so far} */
    String errors() {
        try {
            return Files.readString(folder.resolve("stderr"));
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private String readLine() {
        return CompletableFuture.supplyAsync(() -> {
                    try {
                        return output.readLine();
                    } catch (final IOException broken) {
                        throw new UncheckedIOException(broken);
                    }
                })
                .orTimeout(DEADLINE_S, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().orTimeout(DEADLINE_S, TimeUnit.SECONDS).join();
        output.close();
        try (var files = Files.list(folder)) {
            for (final Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
