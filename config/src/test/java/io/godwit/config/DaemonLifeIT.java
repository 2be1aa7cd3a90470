package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the packed daemon begins and ends. */
class DaemonLifeIT {
    private static final Duration DEADLINE = Duration.ofSeconds(Daemon.DEADLINE_S);
    private static final int CLIENTS = 4;
    private static final String ENDPOINT = """
            [[endpoint]]
            path = "/"
            app = "echo"
            """;

    /** A busy machine may hold up a loop: a test that reads the log does not depend on that. */
    private static final String NO_WARNING = "blocked-loop-warning = \"1h\"";

    private static final String ANY_PORT = "[[listener]]\naddress = \"127.0.0.1\"\nport = 0\n" + ENDPOINT;

    @Test
    void shouldPrintOneLineForEachListenerAndNothingElse() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve("""
                [[listener]]
                address = "localhost"
                port = 0
                [[listener]]
                address = "127.0.0.1"
                port = 0
                """ + ENDPOINT)) {
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
            assertThat(daemon.printed().get(0)).matches("listening on ws://localhost:[1-9]\\d*");
            assertThat(daemon.printed().get(1)).matches("listening on ws://127\\.0\\.0\\.1:[1-9]\\d*");
            assertThat(daemon.remainingOutput()).isEmpty();
            assertThat(daemon.errors()).isEmpty();
        }
    }

    @Test
    void shouldPutAnIpv6AddressInBrackets() throws IOException {
        assumeThat(hasIpv6Loopback()).isTrue();
        try (Daemon daemon = Daemon.serve("[[listener]]\naddress = \"::1\"\nport = 0\n" + ENDPOINT)) {
            assertThat(daemon.printed().get(0)).matches("listening on ws://\\[::1]:[1-9]\\d*");
        }
    }

    @Test
    void shouldCloseWith1001OnSigterm() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT)) {
            final TestClient client = TestClient.connect(daemon.uri("ws", "/"));
            daemon.terminate();
            assertThat(client.closeCode()).isEqualTo(1001);
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    @Test
    void shouldCloseWith1001OnSigint() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT)) {
            assumeThat(daemon.ignores(Daemon.SIGINT)).isFalse();
            final TestClient client = TestClient.connect(daemon.uri("ws", "/"));
            daemon.interrupt();
            assertThat(client.closeCode()).isEqualTo(1001);
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    @Test
    void shouldNotWaitForeverForAPeerThatDoesNotAnswer() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT + "[server]\nclose-timeout = \"100ms\"\n");
                Socket silent = open(daemon)) {
            daemon.terminate();
            assertThat(silent.getInputStream().read()).isEqualTo(0x88);
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"loop, 1", "workers, 1", "loop, 2", "workers, 2"})
    void shouldDrainWhileItIsBusy(final String execution, final int loops) throws Exception {
        try (Daemon daemon = Daemon.serve(ANY_PORT + """
                execution = "%s"
                [threads]
                loops = %d
                %s
                """.formatted(execution, loops, NO_WARNING))) {
            final List<TestClient> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(TestClient.connect(daemon.uri("ws", "/")));
            }
            final List<CompletableFuture<Void>> chats =
                    clients.stream().map(DaemonLifeIT::chat).toList();
            for (final TestClient client : clients) {
                assertThat(client.nextText()).isEqualTo("0");
            }
            daemon.terminate();
            for (final TestClient client : clients) {
                assertThat(client.closeCode()).isEqualTo(1001);
            }
            assertThat(daemon.exitStatus()).isZero();
            for (final CompletableFuture<Void> chat : chats) {
                assertThat(chat).failsWithin(DEADLINE);
            }
            assertThatItHasToldThatItDrained(daemon, CLIENTS);
        }
    }

    /** Sends one message after the other, each when the former has left, until that fails. Each on a thread of its own. */
    private static CompletableFuture<Void> chat(final TestClient client) {
        final Runnable sending = () -> {
            for (int i = 0; i < Integer.MAX_VALUE; i++) {
                client.socket()
                        .sendText(Integer.toString(i), true)
                        .orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS)
                        .join();
            }
        };
        return CompletableFuture.runAsync(sending, task -> new Thread(task, "chat").start());
    }

    @Test
    void shouldEndAtOnceOnASecondSigterm() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT + """
                        [server]
                        close-timeout = "1h"
                        drain-timeout = "2h"
                        [threads]
                        """ + NO_WARNING);
                Socket silent = open(daemon)) {
            daemon.terminate();
            // It has been sent its Close, and does not answer: the daemon waits.
            assertThat(silent.getInputStream().read()).isEqualTo(0x88);
            assertThat(daemon.isAlive()).isTrue();
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
            assertThatItHasToldThatItDrained(daemon, 1);
        }
    }

    private static void assertThatItHasToldThatItDrained(final Daemon daemon, final int connections) {
        final String time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d(:\\d\\d)?\\S+";
        assertThat(daemon.errors().lines())
                .satisfiesExactly(
                        line -> assertThat(line)
                                .matches(".* INFO +DaemonServer: draining; open connections: " + connections
                                        + "; those that are left at " + time + " are cut off"),
                        line -> assertThat(line).endsWith(" drained; connections that are left: 0"));
    }

    /** Whoever has an HTTP answer is not waited for. */
    @Test
    void shouldSayNothingIfNoWebSocketIsOpen() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT + "[threads]\n" + NO_WARNING);
                Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), daemon.port())) {
            plain.getOutputStream()
                    .write("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(plain.getInputStream().read()).isEqualTo('H');
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
            assertThat(daemon.errors()).isEmpty();
            assertThat(daemon.remainingOutput()).isEmpty();
        }
    }

    @Test
    void shouldAcceptNothingMoreWhileItDrains() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT + "[server]\nclose-timeout = \"1h\"\ndrain-timeout = \"2h\"\n");
                Socket silent = open(daemon)) {
            daemon.terminate();
            assertThat(silent.getInputStream().read()).isEqualTo(0x88);
            assertThatThrownBy(() -> new Socket(InetAddress.getByName("127.0.0.1"), daemon.port()).close())
                    .isInstanceOf(ConnectException.class);
            // What was open is still served to its end: the answer to Close ends it, and with it the daemon.
            silent.getOutputStream().write(new byte[] {(byte) 0x88, (byte) 0x80, 0, 0, 0, 0});
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    /** The API by which signals are caught may be missing in an image that was made for the daemon. */
    @Test
    void shouldCloseInGoodOrderWhereSignalsCannotBeCaught() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT, "--limit-modules", "java.base,java.logging,java.naming,java.xml")) {
            final TestClient client = TestClient.connect(daemon.uri("ws", "/"));
            daemon.terminate();
            assertThat(client.closeCode()).isEqualTo(1001);
            final int killed = 128;
            final int sigterm = 15;
            assertThat(daemon.exitStatus()).isEqualTo(killed + sigterm);
            assertThat(daemon.errors().lines().findFirst().orElse(""))
                    .startsWith("godwit: ")
                    .contains("a second signal");
        }
    }

    @Test
    void shouldTellInOneLineThatAPortIsTaken() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Daemon daemon = Daemon.start(
                        "[[listener]]\naddress = \"127.0.0.1\"\nport = " + taken.getLocalPort() + "\n" + ENDPOINT)) {
            assertThat(daemon.exitStatus()).isEqualTo(1);
            assertThat(daemon.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith(daemon.settingsFile() + ":1:1: listener: cannot listen on 127.0.0.1:"
                            + taken.getLocalPort() + ": ");
            assertThat(daemon.remainingOutput()).isEmpty();
        }
    }

    @Test
    void shouldTellInOneLineThatAnAddressIsNotOfThisMachine() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.start(ANY_PORT + "[[listener]]\naddress = \"192.0.2.1\"\nport = 0\n")) {
            assertThat(daemon.exitStatus()).isEqualTo(1);
            assertThat(daemon.errors().lines())
                    .singleElement()
                    .asString()
                    .startsWith(daemon.settingsFile() + ":7:1: listener: cannot listen on 192.0.2.1:0: ");
        }
    }

    @Test
    void shouldTellAllMistakesOfItsFile() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.start("[[listener]]\nport = -1\nprot = 1\n" + ENDPOINT)) {
            assertThat(daemon.exitStatus()).isEqualTo(2);
            assertThat(daemon.errors()).isEqualTo("""
                    %1$s:2:1: listener.port: -1 is out of range; allowed: a whole number, 0 to 65535
                    %1$s:3:1: listener.prot: is not known; the nearest key is listener.port
                    """.formatted(daemon.settingsFile()));
            assertThat(daemon.remainingOutput()).isEmpty();
        }
    }

    @Test
    void shouldTellTheVersionOfTheBuild() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.run("--version");
                JarFile jar = new JarFile(System.getProperty("godwit.jar", "target/godwit.jar"))) {
            final String version = jar.getManifest().getMainAttributes().getValue("Implementation-Version");
            assertThat(daemon.remainingOutput()).isEqualTo(List.of("godwit " + version));
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    @Test
    void shouldCarryTheLicencesAndNoModuleDescriptorOrSignature() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("godwit.jar", "target/godwit.jar"))) {
            assertThat(jar.getEntry("META-INF/LICENSE")).isNotNull();
            assertThat(jar.getEntry("META-INF/NOTICE")).isNotNull();
            assertThat(jar.stream().map(entry -> entry.getName()))
                    .noneMatch(
                            name -> name.endsWith("module-info.class") || name.matches("META-INF/.*\\.(SF|DSA|RSA)"));
        }
    }

    /** {@return an open WebSocket of a client that says nothing by itself} */
    private static Socket open(final Daemon daemon) throws IOException {
        final Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), daemon.port());
        final String request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        final ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            final int next = socket.getInputStream().read();
            assertThat(next).as("what follows %s", head).isNotNegative();
            head.write(next);
        }
        assertThat(head.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 101");
        return socket;
    }

    private static boolean hasIpv6Loopback() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return probe.isBound();
        } catch (final IOException none) {
            return false;
        }
    }
}
