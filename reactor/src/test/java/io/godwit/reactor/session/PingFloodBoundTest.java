package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Timeouts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A peer that sends Pings, and takes none of the Pongs: what is not taken does not pile up, and so would never be noticed. */
class PingFloodBoundTest {

    private static final int BYTES_BETWEEN = 20_000;
    private static final byte[] PING = Stepped.frame(0x89, new byte[100]);

    private final Stepped stepped;

    PingFloodBoundTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    /** Sends Pings until no more find room: {@return how many bytes did} */
    private int flood(final Stepped.Peer peer) throws IOException {
        final byte[] some = new byte[100 * PING.length];
        for (int i = 0; i < 100; i++) {
            System.arraycopy(PING, 0, some, i * PING.length, PING.length);
        }
        int sent = 0;
        int written;
        do {
            written = peer.write(Arrays.copyOfRange(some, sent % some.length, some.length));
            sent += written;
            stepped.settle();
            assertThat(sent).as("it reads on for ever").isLessThan(10 * BYTES_BETWEEN);
        } while (written > 0);
        return sent;
    }

    private Stepped.Peer open() throws IOException {
        return stepped.open(EndpointLimits.DEFAULT, BYTES_BETWEEN, (ws, message) -> {});
    }

    @Test
    void shouldNotReadOnAPeerThatTakesNoPong() throws IOException {
        final Stepped.Peer peer = open();
        flood(peer);
        assertThat(peer.isOpen()).isTrue();
        stepped.pass(Duration.ofSeconds(32));
        assertThat(peer.events).startsWith("error POLICY");
    }

    @Test
    void shouldReadOnOnceItTakesThem() throws IOException {
        final Stepped.Peer peer = open();
        final int cut = flood(peer) % PING.length;
        int pongs = 0;
        for (int i = 0; i < 100 && peer.readableBytes() > 0; i++) {
            pongs += peer.read(BYTES_BETWEEN).remaining();
            stepped.settle();
        }
        assertThat(pongs).isPositive();
        peer.write(Arrays.copyOfRange(PING, cut, PING.length));
        stepped.settle();
        assertThat(peer.readOpcodes()).containsExactly(0xA);
        peer.ws.send(ByteBuffer.allocate(1));
        stepped.settle();
        assertThat(peer.readOpcodes()).containsExactly(0x2);
        assertThat(peer.events).isEmpty();
        assertThat(peer.writables).as("nobody waited for room").isZero();
    }
}
