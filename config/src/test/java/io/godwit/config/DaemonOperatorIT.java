package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong around the packed daemon: signals that are not meant for it, outputs that nobody reads, disks that are full. */
class DaemonOperatorIT {
    private static final Path FULL = Path.of("/dev/full");
    private static final Path JAR = Path.of(System.getProperty("godwit.jar", "target/godwit.jar"));
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String SETTINGS = """
            [[listener]]
            address = "127.0.0.1"
            port = 0
            [[endpoint]]
            path = "/"
            app = "echo"
            """;

    @TempDir
    private Path folder;

    @Test
    void shouldServeOnAfterSighup() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(SETTINGS)) {
            assumeThat(daemon.ignores(Daemon.SIGHUP)).isFalse();
            daemon.hangUp();
            awaitError(daemon, "SIGHUP is ignored");
            final TestClient client = TestClient.connect(daemon.uri("ws", "/"));
            client.socket().sendText("still here", true).join();
            assertThat(client.nextText()).isEqualTo("still here");
            daemon.terminate();
            assertThat(client.closeCode()).isEqualTo(1001);
            assertThat(daemon.exitStatus()).isZero();
            assertThat(daemon.errors().lines().filter(line -> line.contains("SIGHUP")))
                    .hasSize(1);
        }
    }

    /** The settings file is a pipe into which nobody writes: the daemon opens it, and waits there. */
    @Test
    void shouldCatchSignalsWhileItReadsItsSettings() throws Exception {
        final Path pipe = folder.resolve("pipe.toml");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        // Opens it as soon as the daemon does.
        final Process writer = new ProcessBuilder(
                        "sh", "-c", "exec 3>\"$1\"; echo opened; read -r line", "sh", pipe.toString())
                .start();
        try (Daemon daemon = Daemon.run("serve", pipe.toString())) {
            final CompletableFuture<String> opened = CompletableFuture.supplyAsync(() -> firstLineOf(writer));
            assertThat(opened)
                    .succeedsWithin(Duration.ofSeconds(Daemon.DEADLINE_S))
                    .isEqualTo("opened");
            if (!daemon.ignores(Daemon.SIGHUP)) {
                daemon.hangUp();
                awaitError(daemon, "SIGHUP is ignored");
            }
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
        } finally {
            writer.destroyForcibly();
        }
    }

    private static String firstLineOf(final Process process) {
        try {
            return process.inputReader().readLine();
        } catch (final IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** What the JVM does not tell of cannot be answered; so nothing else is promised. */
    @Test
    void shouldPromiseNoGoodOrderWhereTheJvmLeavesSignalsAlone() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(SETTINGS, "-Xrs")) {
            assertThat(daemon.errors()).as("what it says before it listens").contains("-Xrs");
            daemon.terminate();
            final int killed = 128;
            final int sigterm = 15;
            assertThat(daemon.exitStatus()).isEqualTo(killed + sigterm);
            assertThat(daemon.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("-Xrs", "kill the daemon at once")
                    .doesNotContain("second signal");
        }
    }

    @Test
    void shouldTellWhoAsksThatItGoesBeforeItRefusesAnybody() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(SETTINGS + "[server]\ndrain-delay = \"1h\"\n")) {
            assertThat(health(daemon)).isEqualTo(200);
            daemon.terminate();
            final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Daemon.DEADLINE_S);
            while (health(daemon) != 503) {
                assertThat(System.nanoTime()).as("503 is due").isLessThan(endNs);
            }
            final TestClient late = TestClient.connect(daemon.uri("ws", "/"));
            late.socket().sendText("late", true).join();
            assertThat(late.nextText()).isEqualTo("late");
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    /**
     * Both outputs are pipes that are full, and stay so: the daemon listens, logs, and ends all the same. The port is one
     * that was free a moment ago, since nobody can read which one the daemon has taken.
     */
    @Test
    void shouldEndThoughNobodyReadsWhatItSays() throws Exception {
        final String fillThenServe = "timeout 1 cat /dev/zero; timeout 1 cat /dev/zero >&2; exec \"$@\"";
        Process daemon = null;
        try {
            do {
                final int port = freePort();
                final Path settings = Files.writeString(
                        folder.resolve("godwit.toml"), SETTINGS.replace("port = 0", "port = " + port));
                daemon = new ProcessBuilder(
                                "sh",
                                "-c",
                                fillThenServe,
                                "sh",
                                Daemon.java().toString(),
                                "-jar",
                                JAR.toString(),
                                "serve",
                                settings.toString())
                        .start();
                awaitListening(daemon, port);
            } while (!daemon.isAlive());
            kill(daemon, "HUP");
            kill(daemon, "TERM");
            assertThat(daemon.waitFor(Daemon.DEADLINE_S, TimeUnit.SECONDS))
                    .as("it has ended")
                    .isTrue();
            assertThat(daemon.exitValue()).isZero();
        } finally {
            if (daemon != null) {
                daemon.destroyForcibly();
            }
        }
    }

    @Test
    void shouldTellInOneLineThatThereIsTooLittleMemory() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.start(SETTINGS + "[threads]\nloops = 256\n", "-XX:MaxDirectMemorySize=1m")) {
            assertThat(daemon.exitStatus()).isEqualTo(1);
            // A line of the log says before that the default of a loop's memory had to shrink.
            assertThat(daemon.errors().lines().filter(line -> !line.contains(" INFO ")))
                    .singleElement()
                    .asString()
                    .startsWith("godwit: ");
        }
    }

    /** Nothing in the file is wrong: the JVM's heap is too small for the defaults. */
    @Test
    void shouldTellThatTheHeapIsTooSmallForTheDefaults() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.start(SETTINGS, "-Xmx16m")) {
            assertThat(daemon.exitStatus()).isEqualTo(2);
            assertThat(daemon.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith(daemon.settingsFile() + ": memory: the JVM's heap of ")
                    .endsWith(": raise it (-Xmx), or lower server.connections-max, server.backlog or threads.loops");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"defaults", "check", "--version", "--help"})
    void shouldFailIfTheDiskIsFull(final String command) throws IOException, InterruptedException {
        assumeThat(Files.exists(FULL)).isTrue();
        final Path errors = folder.resolve("errors");
        final Process process = new ProcessBuilder(Daemon.java().toString(), "-jar", JAR.toString(), command)
                .redirectOutput(FULL.toFile())
                .redirectError(errors.toFile())
                .start();
        assertThat(process.waitFor(Daemon.DEADLINE_S, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(1);
        assertThat(errors).hasContent("godwit: standard output cannot be written");
    }

    /** A client that knows "localhost" tries one of its addresses, and may not try another. */
    @Test
    void shouldBeReachedAtEachAddressOfLocalhost() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(SETTINGS.replace("127.0.0.1", "localhost"))) {
            assertThat(daemon.printed()).singleElement().asString().startsWith("listening on ws://localhost:");
            assertAnswersAt("127.0.0.1", daemon.port());
            // Asked by itself: a resolver may know no second address of the name.
            if (isOfThisMachine(InetAddress.getByName("::1"))) {
                assertAnswersAt("::1", daemon.port());
            }
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
            assertThat(daemon.errors()).isEmpty();
        }
    }

    private static void assertAnswersAt(final String address, final int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getByName(address), port)) {
            socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Daemon.DEADLINE_S));
            socket.getOutputStream().write("GET /nowhere HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .as("at %s", address)
                    .startsWith("HTTP/1.1 404 ");
        }
    }

    private static boolean isOfThisMachine(final InetAddress address) {
        try (ServerSocket probe = new ServerSocket(0, 1, address)) {
            return probe.isBound();
        } catch (final IOException none) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return probe.getLocalPort();
        }
    }

    /** Returns when it listens, or has ended. */
    private static void awaitListening(final Process daemon, final int port) throws IOException, InterruptedException {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Daemon.DEADLINE_S);
        while (daemon.isAlive()) {
            try (Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port)) {
                assertThat(socket.isConnected()).isTrue();
                return;
            } catch (final ConnectException notYet) {
                assertThat(System.nanoTime()).as("it is to listen").isLessThan(endNs);
                Thread.sleep(10);
            }
        }
    }

    private static void kill(final Process process, final String signal) throws IOException, InterruptedException {
        final Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void awaitError(final Daemon daemon, final String text) throws InterruptedException {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(Daemon.DEADLINE_S);
        while (!daemon.errors().contains(text)) {
            assertThat(System.nanoTime()).as("a log line: " + text).isLessThan(endNs);
            Thread.sleep(10);
        }
    }

    private static int health(final Daemon daemon) throws IOException, InterruptedException {
        final URI uri = daemon.uri("http", "/health");
        return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
