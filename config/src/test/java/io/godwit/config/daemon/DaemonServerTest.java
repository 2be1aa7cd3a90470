package io.godwit.config.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.config.settings.ListenerSettings;
import io.godwit.config.settings.MistakenSettings;
import io.godwit.reactor.endpoint.ServerHealth;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonServerTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, ws://127.0.0.1:8080",
        "localhost, ws://localhost:8080",
        "::1, ws://[::1]:8080",
        "[::1], ws://[::1]:8080",
    })
    void shouldGiveTheUrlAsABrowserTakesIt(final String address, final String url) {
        assertThat(DaemonServer.url(address, 8_080)).isEqualTo(url);
    }

    /** One line for each listener, however many addresses its name has. */
    @Test
    void shouldGiveEachListenerItsPort() {
        final List<ListenerSettings> listeners = List.of(
                listener("localhost", 0),
                listener("127.0.0.2", 8_080),
                listener("::1", 0),
                listener("localhost", 8_081));
        final List<InetSocketAddress> bound = List.of(
                new InetSocketAddress("127.0.0.1", 50_001),
                new InetSocketAddress("::1", 50_001),
                new InetSocketAddress("127.0.0.2", 8_080),
                new InetSocketAddress("::1", 50_002),
                new InetSocketAddress("127.0.0.1", 8_081),
                new InetSocketAddress("::1", 8_081));
        assertThat(DaemonServer.urls(listeners, bound))
                .containsExactly(
                        "ws://localhost:50001", "ws://127.0.0.2:8080", "ws://[::1]:50002", "ws://localhost:8081");
    }

    private static ListenerSettings listener(final String address, final int port) {
        return new ListenerSettings(address, port, 1, 1);
    }

    @ParameterizedTest
    @CsvSource({"loop, 1", "workers, 1", "loop, 2", "workers, 2"})
    void shouldEndAsItIsAsked(final String execution, final int loops) throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, """
                execution = "%s"
                [threads]
                loops = %d
                """.formatted(execution, loops));
        assertThat(daemon.health()).isEqualTo(ServerHealth.SERVING);
        daemon.drain();
        assertThat(daemon.health()).isEqualTo(ServerHealth.DOWN);
        assertThat(daemon.awaitEnd()).isEmpty();
    }

    @Test
    void shouldTellWhatItHasGoneDownBy() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, "[threads]\nrestarts-max = 0\n");
        final Error error = RunningDaemon.breakThread(daemon);
        assertThat(daemon.awaitEnd()).containsSame(error);
        assertThat(daemon.health()).isEqualTo(ServerHealth.DOWN);
        daemon.drain();
        assertThat(daemon.awaitEnd()).containsSame(error);
    }

    @Test
    void shouldGoOnWhereAThreadIsReplaced() throws IOException, MistakenSettings {
        try (DaemonServer daemon = RunningDaemon.serve(folder, "[threads]\nrestarts-max = 1\n")) {
            RunningDaemon.breakThread(daemon);
            assertThat(daemon.health()).isEqualTo(ServerHealth.FAILING);
        }
    }

    @Test
    void shouldWaitNoLongerWhenItIsHurried() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, """
                [server]
                close-timeout = "1h"
                drain-timeout = "2h"
                """);
        try (Socket silent = open(daemon)) {
            final CompletableFuture<Void> draining = CompletableFuture.runAsync(daemon::drain);
            // It has been sent its Close, and does not answer.
            assertThat(new DataInputStream(silent.getInputStream()).readUnsignedByte())
                    .isEqualTo(0x88);
            assertThat(draining).isNotDone();
            assertThat(daemon.health()).isEqualTo(ServerHealth.DRAINING);
            daemon.cutOff();
            assertThat(daemon.awaitEnd()).isEmpty();
            draining.get(30, TimeUnit.SECONDS);
        }
    }

    /** Load balancers see it coming, and whoever they have sent meanwhile is served. */
    @Test
    void shouldServeOnForAWhileAfterItHasToldWhoAsksThatItGoes() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, """
                [server]
                drain-delay = "1h"
                close-timeout = "1h"
                drain-timeout = "2h"
                """);
        assertThat(health(daemon)).startsWith("HTTP/1.1 200 ");
        final CompletableFuture<Void> draining = CompletableFuture.runAsync(daemon::drain);
        while (daemon.health() != ServerHealth.DRAINING) {
            Thread.onSpinWait();
        }
        assertThat(health(daemon)).startsWith("HTTP/1.1 503 ").endsWith("going down\n");
        try (Socket late = open(daemon)) {
            late.getOutputStream().write(new byte[] {(byte) 0x82, (byte) 0x81, 0, 0, 0, 0, 'a'});
            assertThat(late.getInputStream().readNBytes(3)).containsExactly(0x82, 1, 'a');
            assertThat(draining).isNotDone();
            // A second signal waits for nothing.
            daemon.cutOff();
            assertThat(daemon.awaitEnd()).isEmpty();
            draining.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldNotDelayItsEndIfNobodyAsksHowItIs() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, "[server]\ndrain-delay = \"1h\"\n");
        daemon.drain();
        assertThat(daemon.awaitEnd()).isEmpty();
    }

    @Test
    void shouldNotWaitOutItsDelayWhenAnErrorEndsIt() throws Exception {
        final DaemonServer daemon = RunningDaemon.serve(folder, """
                [server]
                drain-delay = "1h"
                [threads]
                restarts-max = 0
                """);
        assertThat(health(daemon)).startsWith("HTTP/1.1 200 ");
        final CompletableFuture<Void> draining = CompletableFuture.runAsync(daemon::drain);
        while (daemon.health() != ServerHealth.DRAINING) {
            Thread.onSpinWait();
        }
        final Error error = RunningDaemon.breakThread(daemon);
        assertThat(daemon.awaitEnd()).containsSame(error);
        draining.get(30, TimeUnit.SECONDS);
    }

    private static String health(final DaemonServer daemon) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(daemon))) {
            socket.getOutputStream()
                    .write("GET /health HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int port(final DaemonServer daemon) {
        return URI.create(daemon.urls().get(0)).getPort();
    }

    private static Socket open(final DaemonServer daemon) throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(daemon));
        final String request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) new DataInputStream(socket.getInputStream()).readUnsignedByte());
        }
        return socket;
    }
}
