package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Deadlines of peers that have yet to read what they were sent: it is extended while they take something, and what may lie
 * in the kernel is given its time. The slowest that is accepted takes 65,536 bytes in 30 s.
 */
class SlowPeerEndTest {

    private static final int MESSAGES = 100;
    private static final int MESSAGE_BYTES = 1_000;

    private final Stepped stepped;

    SlowPeerEndTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    /** {@return a connection that has been sent 100 messages and a Close, of which most waits} */
    private Stepped.Peer closing(final int bytesBetween) throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT, bytesBetween, (ws, message) -> {});
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(peer.ws.send(ByteBuffer.allocate(MESSAGE_BYTES)).isTaken())
                    .isTrue();
        }
        stepped.settle();
        peer.ws.close();
        stepped.settle();
        return peer;
    }

    /** Ten seconds for all, twice as long as the closing handshake may take. */
    @Test
    void shouldNotCutOffASteadyReader() throws IOException {
        final Stepped.Peer peer = closing(10_000);
        final int all = MESSAGES * (MESSAGE_BYTES + 4) + 4;
        int read = 0;
        for (int second = 0; second < 11; second++) {
            read += peer.read(10_000).remaining();
            stepped.pass(Duration.ofSeconds(1));
        }
        assertThat(read).as("with the Close").isEqualTo(all);
        assertThat(peer.events).isEmpty();
        stepped.pass(Duration.ofSeconds(3));
        assertThat(peer.events).as("it has five seconds from its Close").isEmpty();
        peer.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.settle();
        assertThat(peer.events).containsExactly("close 1000");
    }

    @Test
    void shouldCutOffWhoTakesNothing() throws IOException {
        final Stepped.Peer peer = closing(10_000);
        stepped.pass(Duration.ofSeconds(4));
        assertThat(peer.events).isEmpty();
        stepped.pass(Duration.ofMillis(1_200));
        assertThat(peer.events).containsExactly("error TIMEOUT", "close 1006", "ended");
        assertThat(stepped.count(Metric.CLOSE_TIMEOUTS)).isOne();
    }

    @Test
    void shouldCutOffWhoTakesLessThanItHasTo() throws IOException {
        final Stepped.Peer peer = closing(10_000);
        for (int second = 0; second < 29; second++) {
            peer.read(100);
            stepped.pass(Duration.ofSeconds(1));
        }
        assertThat(peer.events).isEmpty();
        peer.read(100);
        stepped.pass(Duration.ofMillis(1_200));
        assertThat(peer.events).containsExactly("error TIMEOUT", "close 1006", "ended");
    }

    /** All is taken at once, as by a kernel, and is read when the peer gets there. */
    @Test
    void shouldGiveItsTimeToWhatTheKernelMayHold() throws IOException {
        stepped.loop.sendBufferBytes(65_536);
        final Stepped.Peer patient = closing(1 << 20);
        final Stepped.Peer gone = closing(1 << 20);
        // 100,408 bytes take 46 s.
        stepped.pass(Duration.ofSeconds(45));
        assertThat(patient.events).isEmpty();
        patient.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.pass(Duration.ofSeconds(4));
        assertThat(patient.events).startsWith("close 1000");
        assertThat(gone.events).isEmpty();
        stepped.pass(Duration.ofSeconds(3));
        assertThat(gone.events).containsExactly("error TIMEOUT", "close 1006", "ended");
    }

    /** Who has sent its Close sends nothing that could reset the connection before the rest was read. */
    @Test
    void shouldNotWaitForWhatIsUnreadOnceThePeerHasSentItsLast() throws IOException {
        stepped.loop.sendBufferBytes(65_536);
        final Stepped.Peer peer = closing(1 << 20);
        peer.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.settle();
        assertThat(peer.events).containsExactly("close 1000");
        // It does not end its side, and has two seconds for that.
        stepped.pass(Duration.ofMillis(2_200));
        assertThat(peer.events).containsExactly("close 1000", "ended");
        assertThat(peer.readableBytes()).as("nothing was lost").isEqualTo(MESSAGES * (MESSAGE_BYTES + 4) + 4);
    }

    @Test
    void shouldGiveNoMoreThanTheKernelCanHold() throws IOException {
        stepped.loop.sendBufferBytes(4_096);
        final Stepped.Peer gone = closing(1 << 20);
        // Twice that, which take less than 4 s.
        stepped.pass(Duration.ofSeconds(10));
        assertThat(gone.events).containsExactly("error TIMEOUT", "close 1006", "ended");
    }

    @Test
    void shouldAwaitAPongThatStandsBehindWhatTheKernelMayHold() throws IOException {
        stepped.loop.sendBufferBytes(65_536);
        final Stepped.Peer patient = stepped.open(EndpointLimits.DEFAULT);
        final Stepped.Peer gone = stepped.open(EndpointLimits.DEFAULT);
        stepped.pass(Duration.ofSeconds(29));
        for (int i = 0; i < MESSAGES; i++) {
            patient.ws.send(ByteBuffer.allocate(MESSAGE_BYTES));
            gone.ws.send(ByteBuffer.allocate(MESSAGE_BYTES));
        }
        stepped.settle();
        // They have a Ping before the 33rd second, which stands behind bytes until the 75th, and then 20 s.
        stepped.pass(Duration.ofSeconds(64));
        assertThat(stepped.count(Metric.PINGS_SENT)).isEqualTo(2);
        assertThat(patient.isOpen()).isTrue();
        assertThat(gone.isOpen()).isTrue();
        patient.write(Stepped.frame(0x8A));
        stepped.pass(Duration.ofSeconds(3));
        assertThat(patient.isOpen()).isTrue();
        assertThat(gone.events).containsExactly("error TIMEOUT");
        assertThat(stepped.count(Metric.PONG_TIMEOUTS)).isOne();
    }

    /** What is sent after a Ping does not put off the Pong: the kernel of a peer that has vanished takes it all the same. */
    @Test
    void shouldNotTakeForProgressWhatIsSentAfterThePing() throws IOException {
        stepped.loop.sendBufferBytes(65_536);
        final Stepped.Peer gone = stepped.open(EndpointLimits.DEFAULT);
        for (int second = 0; second < 55; second++) {
            gone.ws.send(ByteBuffer.allocate(MESSAGE_BYTES));
            stepped.pass(Duration.ofSeconds(1));
        }
        assertThat(gone.events).containsExactly("error TIMEOUT");
    }
}
