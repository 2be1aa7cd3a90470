package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A peer that opens and closes, and does nothing else: the server is afterwards what it was before. */
class ChurnTest {

    private static final int TIMES = 10_000;

    /** Ports of one address do not suffice, where each stays taken for a minute. */
    private static final int ADDRESSES = 8;

    /** The ways to open and close, each in its turn. */
    private static final int WAYS = 5;

    private static final class Counting implements WebSocketHandler {
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();

        @Override
        public void onOpen(final WebSocket ws) {
            opened.incrementAndGet();
        }

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            ws.send(message);
        }

        @Override
        public void onClose(final WebSocket ws, final int code, final String reason) {
            closed.incrementAndGet();
        }
    }

    private final Counting handler = new Counting();

    @Test
    void shouldHoldNothingForWhoOpensAndCloses10000Times() throws IOException {
        int upgrades = 0;
        try (CheckedServer server = CheckedServer.of(handler)) {
            final Leftovers leftovers = new Leftovers(server);
            for (int i = 0; i < TIMES; i++) {
                try (RawPeer peer = new RawPeer("127.0.0." + (1 + i % ADDRESSES), server.port())) {
                    upgrades += play(peer, i % WAYS);
                }
            }
            leftovers.awaitNone("who opens and closes");
            assertThat(server.count(Metric.WEBSOCKETS_OPENED)).isEqualTo(upgrades);
            assertThat(server.count(Metric.WEBSOCKETS_CLOSED)).isEqualTo(upgrades);
            assertThat(server.open().sendText("served").readFrame().text()).isEqualTo("served");
        }
        assertThat(handler.opened).hasValue(upgrades + 1);
        assertThat(handler.closed).as("one onClose for each onOpen").hasValue(upgrades + 1);
    }

    /** {@return 1 where it became a WebSocket, as the peer has seen} */
    private static int play(final RawPeer peer, final int way) throws IOException {
        switch (way) {
            case 0 -> {
                // No more than a connection.
                return 0;
            }
            case 1 -> {
                peer.reset();
                return 0;
            }
            case 2 -> {
                peer.send("GET / HTTP/1.1\r\n").reset();
                return 0;
            }
            case 3 -> {
                upgrade(peer);
                peer.sendText("x").reset();
                return 1;
            }
            default -> {
                upgrade(peer);
                assertThat(peer.send(RawPeer.closeFrame(1000)).readFrame().closeCode())
                        .isEqualTo(1000);
                assertThat(peer.isAtEnd()).isTrue();
                return 1;
            }
        }
    }

    private static void upgrade(final RawPeer peer) throws IOException {
        assertThat(peer.send(RawPeer.upgrade("/")).readHead()).startsWith("HTTP/1.1 101 ");
    }
}
