package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OnWritableTest {

    private static final int SOFT_BYTES = 100_000;
    private static final int BYTES_MAX = 1_000_000;

    /** Fills the way out until something is refused, and tries that again each time it is asked to. */
    private static class Insistent extends Recorder {
        private final AtomicInteger asked = new AtomicInteger();
        private final ByteBuffer large;
        private volatile int filled;
        private volatile boolean taken;

        Insistent(final int largeBytes) {
            large = ByteBuffer.allocate(largeBytes);
        }

        @Override
        public void onOpen(final WebSocket socket) {
            int count = 0;
            while (socket.send(ByteBuffer.allocate(SOFT_BYTES / 3)) != SendResult.DROPPED) {
                // The kernel's buffers fill, then ours.
                count++;
            }
            filled = count;
            super.onOpen(socket);
        }

        @Override
        public void onWritable(final WebSocket socket) {
            asked.incrementAndGet();
            taken = taken || socket.send(large).isTaken();
        }
    }

    private static Endpoint endpoint(final Insistent handler) {
        return Endpoint.of(handler)
                .withLimits(Limits.of(new ProtocolLimits(1_000, 1_000, 1), SOFT_BYTES, BYTES_MAX, 0));
    }

    @Test
    void shouldAskAgainOnlyWhereMoreHasLeft() throws IOException {
        final Insistent handler = new Insistent(BYTES_MAX - 100);
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/", endpoint(handler)));
                RawPeer peer = server.open()) {
            handler.await("open");
            int frames = 0;
            int bytes = peer.readFrame().payload().length;
            while (bytes != BYTES_MAX - 100) {
                assertThat(bytes).isEqualTo(SOFT_BYTES / 3);
                frames++;
                bytes = peer.readFrame().payload().length;
            }
            assertThat(handler.taken).isTrue();
            // Once at the soft mark, and then only where the socket has taken more: a message, or a part of one.
            assertThat(handler.asked.get()).isBetween(1, frames + 1_000);
        }
    }

    @Test
    void shouldNotAskForWhatWillNeverFit() throws IOException {
        final Insistent handler = new Insistent(BYTES_MAX + 1);
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/", endpoint(handler)));
                RawPeer peer = server.open()) {
            handler.await("open");
            for (int i = 0; i < handler.filled; i++) {
                assertThat(peer.readFrame().payload()).hasSize(SOFT_BYTES / 3);
            }
            handler.awaitThat(() -> handler.asked.get() > 0, "room");
            assertThat(peer.send(RawPeer.frame(0x89)).readUntil(0xA).opcode()).isEqualTo(0xA);
            assertThat(handler.asked).hasValue(1);
            assertThat(handler.taken).isFalse();
        }
    }
}
