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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A message that has begun while the connection is not read: the deadline of the message stands still, whatever the reason is,
 * and the peer has its whole time once it is read again. A peer that is read, and ends what it has begun, has no deadline.
 */
class UnreadMessageTest {

    private static final Duration LONGER_THAN_A_MESSAGE =
            Timeouts.DEFAULT.message().multipliedBy(2);
    private static final int PING_FRAME_BYTES = 2 + Integer.BYTES + 125;

    private final Stepped stepped;

    UnreadMessageTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    private void assertWholeTimeFromNowOn(final Stepped.Peer peer) throws IOException {
        stepped.pass(Timeouts.DEFAULT.message().minusSeconds(1));
        assertThat(peer.events).doesNotContain("error MESSAGE_TIMEOUT");
        assertThat(peer.isOpen()).isTrue();
        stepped.pass(Duration.ofSeconds(2));
        assertThat(peer.events).contains("error MESSAGE_TIMEOUT");
    }

    private static EndpointLimits slow(final int bytesSoft) {
        return EndpointLimits.DEFAULT.withOutbound(
                new OutboundLimits(bytesSoft, 1_000_000, SlowConsumerPolicy.CLOSE, Duration.ofMinutes(4)));
    }

    /** It may have sent the rest long ago, which nobody has read. */
    @Test
    void shouldStandStillDuringABacklog() throws IOException {
        final Stepped.Peer peer = stepped.open(slow(1_000), 500, (ws, message) -> {});
        peer.write(Stepped.frame(0x02, (byte) 1));
        stepped.settle();
        for (int i = 0; i < 20; i++) {
            peer.ws.send(ByteBuffer.allocate(100));
        }
        stepped.pass(LONGER_THAN_A_MESSAGE);
        assertThat(peer.events).isEmpty();
        assertThat(peer.isOpen()).isTrue();
        for (int i = 0; i < 10; i++) {
            peer.read(500);
            stepped.settle();
        }
        assertWholeTimeFromNowOn(peer);
    }

    /** It does not take the Pongs that it asks for, and so is not read either. */
    @Test
    void shouldStandStillWhilePongsAreNotTaken() throws IOException {
        final Stepped.Peer peer = stepped.open(slow(10_000), 140, (ws, message) -> {});
        peer.write(Stepped.frame(0x89, new byte[125]));
        for (int i = 0; i < 20; i++) {
            stepped.settle();
            peer.write(Stepped.frame(0x89, new byte[125]));
        }
        // The last of the room is a part of a Ping: it was read up to there, or lies unread in the socket.
        peer.write(Stepped.head(Stepped.frame(0x89, new byte[125]), 9));
        stepped.pass(LONGER_THAN_A_MESSAGE);
        assertThat(peer.events).isEmpty();
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void shouldStandStillWhileThePeerIsThrottled() throws IOException {
        final RateLimits rate = new RateLimits(1_000, 100, RateLimits.Action.THROTTLE);
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT.withRate(rate));
        peer.write(Stepped.frame(0x02, new byte[10_000]));
        stepped.settle();
        assertThat(stepped.count(Metric.THROTTLES)).isOne();
        // Some 99 s, at a hundred bytes a second.
        stepped.pass(Duration.ofSeconds(98));
        assertThat(peer.events).isEmpty();
        stepped.pass(Duration.ofSeconds(2));
        assertWholeTimeFromNowOn(peer);
    }

    /** Each read ends within a Ping: none of them is unfinished for longer than a second. */
    @Test
    void shouldNotTakeManyPingsForOneMessageHoweverTheyAreCut() throws IOException {
        for (final int cut : new int[] {1, 3, 6, 7, PING_FRAME_BYTES - 1}) {
            final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
            final byte[] ping = Stepped.frame(0x89, new byte[125]);
            assertThat(ping).hasSize(PING_FRAME_BYTES);
            peer.write(Stepped.head(ping, cut));
            for (int i = 0; i < LONGER_THAN_A_MESSAGE.toSeconds(); i++) {
                stepped.pass(Duration.ofSeconds(1));
                peer.write(java.util.Arrays.copyOfRange(ping, cut, ping.length));
                peer.write(Stepped.head(ping, cut));
                stepped.settle();
                peer.read(1 << 10);
            }
            assertThat(peer.events).as("cut after %d bytes", cut).isEmpty();
            assertWholeTimeFromNowOn(peer);
        }
    }

    /** Nor does a message that begins behind a Ping begin with that Ping. */
    @Test
    void shouldGiveAMessageBehindACutPingItsOwnTime() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        final byte[] ping = Stepped.frame(0x89, new byte[125]);
        peer.write(Stepped.head(ping, 9));
        stepped.pass(Duration.ofSeconds(28));
        peer.write(java.util.Arrays.copyOfRange(ping, 9, ping.length));
        peer.write(Stepped.frame(0x02, (byte) 1));
        stepped.settle();
        assertWholeTimeFromNowOn(peer);
    }

    /** What Pings there are within a message does not give it more time. */
    @Test
    void shouldNotExtendAMessageByThePingsWithinIt() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        peer.write(Stepped.frame(0x02, (byte) 1));
        for (int i = 0; i < 29; i++) {
            stepped.pass(Duration.ofSeconds(1));
            peer.write(Stepped.frame(0x89, (byte) 1));
            stepped.settle();
        }
        assertThat(peer.events).isEmpty();
        stepped.pass(Duration.ofSeconds(2));
        assertThat(peer.events).contains("error MESSAGE_TIMEOUT");
    }
}
