package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What a peer gets that is silent, or too fast. */
class VigilTest {

    private static final int PING = 0x9;
    private static final int MESSAGES = 100;

    private final Recorder handler = new Recorder();

    private static ServerOptions keepAlive(final long pingMs, final long pongMs) {
        return CheckedServer.PATIENT.withTimeouts(CheckedServer.PATIENT
                .timeouts()
                .withKeepAlive(Duration.ofMillis(pingMs), Duration.ofMillis(pongMs))
                .withClose(Await.LONG));
    }

    private static Endpoint limited(final Recorder recorder, final RateLimits rate) {
        return Endpoint.of(recorder).withLimits(EndpointLimits.DEFAULT.withRate(rate));
    }

    @Test
    void shouldPingASilentPeerForAsLongAsItAnswers() throws IOException {
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler), keepAlive(50, 600_000));
                RawPeer peer = server.open()) {
            for (int i = 0; i < 3; i++) {
                final RawPeer.Frame ping = peer.readFrame();
                assertThat(ping.opcode()).isEqualTo(PING);
                peer.send(RawPeer.frame(0x8A, ping.payload()));
            }
            handler.awaitThat(() -> handler.events.contains("pong "), "a pong");
            assertThat(server.count(Metric.PINGS_SENT)).isGreaterThanOrEqualTo(3);
            assertThat(server.count(Metric.PONG_TIMEOUTS)).isZero();
            peer.send(RawPeer.closeFrame(1000));
            handler.await("close 1000");
        }
    }

    @Test
    void shouldCloseWhoDoesNotAnswerAPing() throws IOException {
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler), keepAlive(50, 50));
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().opcode()).isEqualTo(PING);
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
            handler.await("close 1001");
            assertThat(server.count(Metric.PONG_TIMEOUTS)).isEqualTo(1);
        }
        assertThat(handler.events).containsExactly("open", "error TIMEOUT", "close 1001");
    }

    @Test
    void shouldCutOffWhoAnswersNeitherPingNorClose() throws IOException {
        final ServerOptions options = CheckedServer.PATIENT.withTimeouts(CheckedServer.PATIENT
                .timeouts()
                .withKeepAlive(Duration.ofMillis(50), Duration.ofMillis(50))
                .withClose(Duration.ofMillis(50)));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler), options);
                RawPeer peer = server.open()) {
            handler.await("close 1006");
            assertThat(server.count(Metric.CLOSE_TIMEOUTS)).isEqualTo(1);
            assertThat(peer.readFrame().opcode()).isEqualTo(PING);
        }
        assertThat(handler.events).containsExactly("open", "error TIMEOUT", "error TIMEOUT", "close 1006");
    }

    @Test
    void shouldCloseWhoSendsMoreMessagesThanItMay() throws IOException {
        final RateLimits rate = new RateLimits(3, 1 << 20, RateLimits.Action.CLOSE);
        try (CheckedServer server = CheckedServer.of(limited(handler, rate));
                RawPeer peer = server.open()) {
            final byte[] one = RawPeer.frame(0x81, (byte) 'x');
            peer.send(RawPeer.concat(one, one, one, one, one));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1008);
            handler.await("close 1006");
            assertThat(server.count(Metric.RATES_EXCEEDED)).isEqualTo(1);
        }
        assertThat(handler.events)
                .containsExactly("open", "text x", "text x", "text x", "error RATE_EXCEEDED", "close 1006");
    }

    @Test
    void shouldCountControlFramesToo() throws IOException {
        final RateLimits rate = new RateLimits(3, 1 << 20, RateLimits.Action.CLOSE);
        try (CheckedServer server = CheckedServer.of(limited(handler, rate));
                RawPeer peer = server.open()) {
            final byte[] one = RawPeer.frame(0x89);
            peer.send(RawPeer.concat(one, one, one, one, one));
            assertThat(peer.readUntil(0x8).closeCode()).isEqualTo(1008);
            handler.await("close 1006");
        }
        assertThat(handler.events).containsOnlyOnce("error RATE_EXCEEDED");
    }

    @Test
    void shouldCloseWhoSendsMoreBytesThanItMay() throws IOException {
        final RateLimits rate = new RateLimits(1_000, 1_000, RateLimits.Action.CLOSE);
        try (CheckedServer server = CheckedServer.of(limited(handler, rate));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x82, new byte[1_100]));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1008);
            handler.await("close 1006");
        }
    }

    /** Nothing is lost, in order, though all of it was sent at once. */
    @Test
    void shouldReadMoreSlowlyFromWhoIsThrottled() throws IOException {
        final Recorder echo = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                socket.send(message);
            }
        };
        final RateLimits rate = new RateLimits(MESSAGES / 2, 1 << 20, RateLimits.Action.THROTTLE);
        try (CheckedServer server = CheckedServer.of(limited(echo, rate));
                RawPeer peer = server.open()) {
            final byte[][] frames = new byte[MESSAGES][];
            for (int i = 0; i < MESSAGES; i++) {
                frames[i] =
                        RawPeer.frame(0x81, Integer.toString(i).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            }
            peer.send(RawPeer.concat(frames));
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(peer.readFrame().text()).isEqualTo(Integer.toString(i));
            }
            assertThat(server.count(Metric.THROTTLES)).isPositive();
            peer.send(RawPeer.closeFrame(1000));
            echo.await("close 1000");
        }
    }

    @Test
    void shouldCloseAThrottledConnectionAtOnceWhenAsked() throws IOException {
        final RateLimits rate = new RateLimits(1, 1 << 20, RateLimits.Action.THROTTLE);
        try (CheckedServer server = CheckedServer.of(limited(handler, rate));
                RawPeer peer = server.open()) {
            final byte[] one = RawPeer.frame(0x81, (byte) 'x');
            peer.send(RawPeer.concat(one, one, one, one));
            handler.awaitThat(() -> server.count(Metric.THROTTLES) > 0, "a throttle");
            handler.ws.close();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            peer.send(RawPeer.closeFrame(1000));
            handler.await("close 1000");
        }
    }
}
