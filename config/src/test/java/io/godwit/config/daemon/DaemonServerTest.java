package io.godwit.config.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.config.settings.MistakenSettings;
import io.godwit.reactor.endpoint.ServerHealth;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

    private static Socket open(final DaemonServer daemon) throws IOException {
        final int port = URI.create(daemon.urls().get(0)).getPort();
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
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
