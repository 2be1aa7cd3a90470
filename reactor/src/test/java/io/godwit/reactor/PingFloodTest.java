package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** A peer that pings and does not read (RFC 6455 §5.5.3: of what it missed, the latest Pong suffices). */
class PingFloodTest {

    private static final int PINGS = 100_000;

    /** What may wait: a batch that the socket did not take, and one Pong. */
    private static final long WAITING_BYTES_MAX = 2 * 65_536;

    private static final class Watched extends Recorder {
        private final AtomicLong highest = new AtomicLong();
        private volatile int seen;

        @Override
        public void onPing(final WebSocket socket, final ByteBuffer payload) {
            seen = payload.getInt(0);
            highest.accumulateAndGet(socket.bufferedBytes(), Math::max);
        }
    }

    private static void flood(final RawPeer peer) {
        try {
            for (int i = 0; i < PINGS; i += 100) {
                final byte[][] pings = new byte[100][];
                for (int j = 0; j < 100; j++) {
                    pings[j] = RawPeer.frame(
                            0x89, ByteBuffer.allocate(125).putInt(0, i + j).array());
                }
                peer.send(RawPeer.concat(pings));
            }
            peer.send(RawPeer.closeFrame(1000));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void shouldAnswerTheLastPingOfAPeerThatDidNotRead() throws Exception {
        final Watched handler = new Watched();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = new RawPeer(server.port(), 4_096)) {
            peer.send(RawPeer.upgrade("/"));
            assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
            final Thread thread = new Thread(() -> flood(peer));
            thread.start();
            handler.awaitThat(() -> handler.seen == PINGS - 1 || handler.highest.get() > 0, "a full socket");
            int last = -1;
            RawPeer.Frame frame = peer.readFrame();
            while (frame.opcode() == 0xA) {
                final int number = ByteBuffer.wrap(frame.payload()).getInt(0);
                assertThat(number).as("in the order of the Pings").isGreaterThan(last);
                last = number;
                frame = peer.readFrame();
            }
            thread.join();
            assertThat(frame.closeCode()).isEqualTo(1000);
            assertThat(last).isEqualTo(PINGS - 1);
            assertThat(handler.highest.get()).isBetween(1L, WAITING_BYTES_MAX);
        }
    }
}
