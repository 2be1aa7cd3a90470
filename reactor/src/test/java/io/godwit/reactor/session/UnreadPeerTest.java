package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that are not being read, for whatever reason: whether they are noticed when they have gone, and left alone if not. */
class UnreadPeerTest {

    /** With what the spread of a connection adds. */
    private static final Duration PING_AT_LATEST = Duration.ofSeconds(33);

    private final Stepped stepped;

    UnreadPeerTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    @Test
    void shouldNoticeThatThePeerOfAPausedConnectionHasReset() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        peer.ws.pauseReading();
        peer.write(Stepped.frame(0x82, (byte) 1));
        stepped.settle();
        peer.reset();
        stepped.pass(PING_AT_LATEST);
        assertThat(peer.events).containsExactly("error IO", "close 1006", "ended");
    }

    /** One message in a thousand seconds: they are throttled for longer than anybody waits. */
    @Test
    void shouldNoticeThatThePeersOfThrottledConnectionsHaveReset() throws IOException {
        final RateLimits rate = new RateLimits(1_000, 1, RateLimits.Action.THROTTLE);
        final List<Stepped.Peer> peers = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT.withRate(rate));
            peer.write(Stepped.frame(0x82, new byte[1_000]));
            peers.add(peer);
        }
        stepped.settle();
        assertThat(stepped.count(Metric.THROTTLES)).isEqualTo(40);
        peers.forEach(Stepped.Peer::reset);
        stepped.pass(PING_AT_LATEST);
        assertThat(peers).allMatch(peer -> peer.events.contains("ended"));
    }

    /** What it is allowed now and then has come long ago: that it is read shows nothing of the peer. */
    @Test
    void shouldNoticeThatThePeerOfAThrottledConnectionHasResetThoughSomeOfItIsReadEachSecond() throws IOException {
        final RateLimits rate = new RateLimits(5, 1_000_000, RateLimits.Action.THROTTLE);
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT.withRate(rate), 1 << 20, (ws, message) -> {});
        for (int i = 0; i < 1_000; i++) {
            peer.write(Stepped.frame(0x82, (byte) 1));
        }
        stepped.settle();
        peer.reset();
        stepped.pass(PING_AT_LATEST);
        assertThat(peer.events).endsWith("error IO", "close 1006", "ended");
    }

    @Test
    void shouldNoticeThatThePeerHasResetThoughTheHandlerReadsOneMessageNowAndThen() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT, 1 << 20, (ws, message) -> ws.pauseReading());
        for (int i = 0; i < 100; i++) {
            peer.write(Stepped.frame(0x82, (byte) 1));
        }
        stepped.settle();
        peer.reset();
        for (int seconds = 0; seconds < PING_AT_LATEST.toSeconds(); seconds++) {
            peer.ws.resumeReading();
            stepped.pass(Duration.ofSeconds(1));
        }
        assertThat(peer.events).endsWith("error IO", "close 1006", "ended");
    }

    /** What waits for its socket is tried, and a broken socket says so. */
    @Test
    void shouldNoticeThatThePeerOfABackloggedConnectionHasReset() throws IOException {
        final Stepped.Peer peer = backlogged();
        peer.reset();
        stepped.settle();
        assertThat(peer.events).endsWith("ended");
    }

    private Stepped.Peer backlogged() throws IOException {
        final OutboundLimits outbound =
                new OutboundLimits(1_000, 100_000, SlowConsumerPolicy.CLOSE, Duration.ofMinutes(2));
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT.withOutbound(outbound), 500, (ws, message) -> {});
        for (int i = 0; i < 20; i++) {
            peer.ws.send(ByteBuffer.allocate(100));
        }
        stepped.settle();
        return peer;
    }

    @Test
    void shouldLeaveAPausedConnectionOpenForEver() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        peer.ws.pauseReading();
        stepped.pass(Duration.ofMinutes(12));
        assertThat(peer.events).isEmpty();
        assertThat(peer.isOpen()).isTrue();
        final List<Integer> sent = peer.readOpcodes();
        assertThat(sent).hasSizeBetween(21, 24).containsOnly(0x9);
        for (int i = 0; i < sent.size(); i++) {
            peer.write(Stepped.frame(0x8A));
        }
        peer.ws.resumeReading();
        stepped.pass(PING_AT_LATEST);
        assertThat(peer.readOpcodes()).as("read again, it has to answer").containsExactly(0x9);
        stepped.pass(Duration.ofSeconds(25));
        assertThat(peer.events).startsWith("error TIMEOUT");
    }

    /** Whoever resumes in the moment of a Ping has not been asked yet. */
    @Test
    void shouldNotAwaitAPongForAPingThatWasSentUnread() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        peer.ws.pauseReading();
        for (int i = 0; i < 400 && stepped.count(Metric.PINGS_SENT) == 0; i++) {
            stepped.pass(Duration.ofMillis(100));
        }
        assertThat(stepped.count(Metric.PINGS_SENT)).isOne();
        peer.ws.resumeReading();
        stepped.pass(Duration.ofSeconds(25));
        assertThat(peer.isOpen()).isTrue();
    }

    /** Many such Pings would wait for nothing. */
    @Test
    void shouldSendNoPingToWhoHasSomethingToTake() throws IOException {
        final Stepped.Peer peer = backlogged();
        stepped.pass(Duration.ofSeconds(100));
        assertThat(peer.isOpen()).isTrue();
        assertThat(stepped.count(Metric.PINGS_SENT)).isZero();
    }

    /** Twenty in a minute are within its limit, and our Pings are not its doing. */
    @Test
    void shouldNotChargeThePeerWithThePongsThatItOwes() throws IOException {
        final RateLimits rate = new RateLimits(1, 7, RateLimits.Action.CLOSE);
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT.withRate(rate));
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 20; i++) {
                peer.ws.ping(ByteBuffer.allocate(5));
            }
            stepped.settle();
            assertThat(peer.readOpcodes()).hasSize(20);
            for (int i = 0; i < 20; i++) {
                peer.write(Stepped.frame(0x8A, new byte[5]));
            }
            peer.write(Stepped.frame(0x82, (byte) 1));
            stepped.pass(Duration.ofSeconds(1));
            assertThat(peer.events).hasSize(round + 1).containsOnly("message 1");
        }
        peer.write(Stepped.frame(0x82, (byte) 1));
        peer.write(Stepped.frame(0x8A));
        stepped.settle();
        assertThat(peer.events).as("a Pong that nobody asked for counts").contains("error RATE_EXCEEDED");
    }
}
