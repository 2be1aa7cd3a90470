package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** How the packed daemon begins and ends. */
class DaemonLifeIT {
    private static final String ENDPOINT = """
            [[endpoint]]
            path = "/"
            app = "echo"
            """;
    private static final String ANY_PORT = "[[listener]]\nport = 0\n" + ENDPOINT;

    @Test
    void shouldPrintOneLineForEachListenerAndNothingElse() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve("""
                [[listener]]
                address = "localhost"
                port = 0
                [[listener]]
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
            assumeThat(ignoresSigint(daemon.pid())).isFalse();
            final TestClient client = TestClient.connect(daemon.uri("ws", "/"));
            daemon.interrupt();
            assertThat(client.closeCode()).isEqualTo(1001);
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    @Test
    void shouldNotWaitForeverForAPeerThatDoesNotAnswer() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.serve(ANY_PORT + "[server]\nclose-timeout = \"100ms\"\n");
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            final String request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            silent.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            final InputStream in = silent.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
            daemon.terminate();
            assertThat(daemon.exitStatus()).isZero();
        }
    }

    @Test
    void shouldTellInOneLineThatAPortIsTaken() throws IOException, InterruptedException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
                Daemon daemon = Daemon.start("[[listener]]\nport = " + taken.getLocalPort() + "\n" + ENDPOINT)) {
            assertThat(daemon.exitStatus()).isEqualTo(1);
            assertThat(daemon.errors().lines())
                    .singleElement()
                    .asString()
                    .contains("127.0.0.1:" + taken.getLocalPort());
            assertThat(daemon.remainingOutput()).isEmpty();
        }
    }

    @Test
    void shouldTellInOneLineThatAnAddressIsNotOfThisMachine() throws IOException, InterruptedException {
        try (Daemon daemon = Daemon.start("[[listener]]\naddress = \"192.0.2.1\"\nport = 0\n" + ENDPOINT)) {
            assertThat(daemon.exitStatus()).isEqualTo(1);
            assertThat(daemon.errors().lines()).singleElement().asString().contains("192.0.2.1");
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

    private static boolean hasIpv6Loopback() {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
            return probe.isBound();
        } catch (final IOException none) {
            return false;
        }
    }

    /** A build that was started in the background of a script passes an ignored SIGINT on to all that it starts. */
    private static boolean ignoresSigint(final long pid) throws IOException {
        final Path status = Path.of("/proc", Long.toString(pid), "status");
        if (!Files.exists(status)) {
            return false;
        }
        final String mask = Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("SigIgn:"))
                .findFirst()
                .orElse("SigIgn: 0");
        final int sigint = 2;
        return (Long.parseUnsignedLong(mask.split("\\s+")[1], 16) >> sigint - 1 & 1) == 1;
    }
}
