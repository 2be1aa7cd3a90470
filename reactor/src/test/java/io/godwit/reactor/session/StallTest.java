package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.RateLimits;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The process was stopped, the machine suspended, or a handler held the loop, for longer than peers may be silent: no peer is
 * charged with that, and none is judged before what lies in its socket was read.
 */
class StallTest {

    private static final int CLIENTS = 3_000;
    private static final Duration LONGER_THAN_IDLE = Timeouts.DEFAULT.idle().multipliedBy(2);

    private final Stepped stepped;

    StallTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    private List<Stepped.Peer> openMany() throws IOException {
        final List<Stepped.Peer> peers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            peers.add(stepped.open(EndpointLimits.DEFAULT, 1_024, (ws, message) -> {}));
        }
        return peers;
    }

    /** The peers' bytes are read after the timers of the first cycle, as those of sockets that a select did not get to. */
    @Test
    void shouldCloseNobodyWhoseBytesLieUnread() throws IOException {
        final List<Stepped.Peer> peers = openMany();
        for (final Stepped.Peer peer : peers) {
            peer.write(Stepped.frame(0x82, (byte) 1));
        }
        stepped.stall(LONGER_THAN_IDLE);
        stepped.settle();
        assertThat(peers).allMatch(Stepped.Peer::isOpen).allMatch(peer -> peer.events.equals(List.of("message 1")));
        assertThat(stepped.count(Metric.IDLE_TIMEOUTS)).isZero();
    }

    /** Nobody asked them for anything meanwhile. */
    @Test
    void shouldCloseNobodyWhoHadNothingToSay() throws IOException {
        final List<Stepped.Peer> peers = openMany();
        for (int i = 0; i < 3; i++) {
            stepped.stall(LONGER_THAN_IDLE);
            stepped.settle();
        }
        assertThat(peers).allMatch(Stepped.Peer::isOpen).allMatch(peer -> peer.events.isEmpty());
        stepped.pass(Duration.ofSeconds(35));
        assertThat(stepped.count(Metric.PINGS_SENT))
                .as("the keep-alive goes on")
                .isEqualTo(CLIENTS);
        stepped.pass(Duration.ofSeconds(25));
        assertThat(stepped.count(Metric.PONG_TIMEOUTS)).isEqualTo(CLIENTS);
    }

    @Test
    void shouldNotChargeAStallToWhoOwesAPongOrAClose() throws IOException {
        final Stepped.Peer pinged = stepped.open(EndpointLimits.DEFAULT);
        final Stepped.Peer closing = stepped.open(EndpointLimits.DEFAULT);
        stepped.pass(Duration.ofSeconds(33));
        assertThat(pinged.readOpcodes()).containsExactly(0x9);
        closing.ws.close();
        stepped.settle();
        stepped.stall(LONGER_THAN_IDLE);
        pinged.write(Stepped.frame(0x8A));
        closing.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.settle();
        closing.shutdownOutput();
        stepped.settle();
        assertThat(pinged.isOpen()).isTrue();
        assertThat(closing.events).containsExactly("close 1000", "ended");
        assertThat(stepped.count(Metric.CLOSE_TIMEOUTS)).isZero();
    }

    @Test
    void shouldNotChargeAStallToWhoIsInAMessage() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        peer.write(Stepped.frame(0x02, (byte) 1));
        stepped.settle();
        stepped.stall(LONGER_THAN_IDLE);
        peer.write(Stepped.frame(0x80, (byte) 2));
        stepped.settle();
        assertThat(peer.events).containsExactly("message 2");
    }

    /** What comes at once then is what came in all that time. */
    @Test
    void shouldNotTakeForTooFastWhatGatheredMeanwhile() throws IOException {
        final RateLimits rate = new RateLimits(10, 1_000, RateLimits.Action.CLOSE);
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT.withRate(rate));
        stepped.pass(Duration.ofSeconds(2));
        for (int i = 0; i < 50; i++) {
            peer.write(Stepped.frame(0x82, new byte[50]));
        }
        stepped.stall(Duration.ofSeconds(5));
        stepped.settle();
        assertThat(peer.events).hasSize(50).containsOnly("message 50");
        for (int i = 0; i < 40; i++) {
            peer.write(Stepped.frame(0x82, new byte[50]));
        }
        stepped.settle();
        assertThat(peer.events).contains("error RATE_EXCEEDED");
    }

    /** A select takes so many events; timers that come due meanwhile find the others' bytes unread. */
    @Test
    void shouldReadBeforeItJudges() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        for (int i = 0; i < 400 && stepped.count(Metric.PINGS_SENT) == 0; i++) {
            stepped.pass(Duration.ofMillis(100));
        }
        assertThat(stepped.count(Metric.PINGS_SENT)).isOne();
        stepped.pass(Duration.ofMillis(19_900));
        peer.write(Stepped.frame(0x8A));
        stepped.stall(Duration.ofMillis(240));
        stepped.settle();
        assertThat(peer.isOpen()).isTrue();
    }
}
