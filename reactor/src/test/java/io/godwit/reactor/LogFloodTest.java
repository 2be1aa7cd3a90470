package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** Whatever a peer can make a server log, it can make it log in a loop: the lines are bounded. */
class LogFloodTest {
    private static final Logger LOG = Logger.getLogger("io.godwit.reactor");
    private static final int PEERS = 40;

    private static final List<String> TARGETS =
            List.of("/loop", "/workers", "/talk", "/loop?now", "/workers?now", "/loop?later", "/page");

    /** What fails on a loop, on a worker, in a conversation, in HTTP: ten each in a minute, which may end meanwhile. */
    private static final int LINES_MAX = 4 * 10 * 2;

    /** Of this test alone: what other tests have logged is no part of its ration. */
    private static final class Provoked extends RuntimeException {
        private static final long serialVersionUID = 1;

        Provoked() {
            super("thrown by a test");
        }
    }

    private static final class Failing implements WebSocketHandler {
        @Override
        public Upgrade onUpgrade(final UpgradeRequest request) {
            return switch (String.valueOf(request.head().query())) {
                case "now" -> throw new Provoked();
                case "later" -> Upgrade.later(CompletableFuture.failedFuture(new Provoked()));
                default -> Upgrade.accept();
            };
        }

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            throw new Provoked();
        }

        @Override
        public void onClose(final WebSocket ws, final int code, final String reason) {
            throw new Provoked();
        }
    }

    @Test
    void shouldWriteABoundedNumberOfLines() throws IOException {
        final AtomicInteger lines = new AtomicInteger();
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/loop", Endpoint.of(new Failing()))
                .endpoint("/workers", Endpoint.of(new Failing()).onWorkers())
                .endpoint("/talk", Conversation.handler(ws -> {
                    ws.receive();
                    throw new Provoked();
                }))
                .http("/page", LogFloodTest::fail))) {
            final Filter filter = LOG.getFilter();
            LOG.setFilter(entry -> {
                if (entry.getThrown() instanceof Provoked) {
                    lines.incrementAndGet();
                }
                return filter.isLoggable(entry);
            });
            try {
                for (final String target : TARGETS) {
                    for (int i = 0; i < PEERS; i++) {
                        provoke(server, target);
                    }
                }
            } finally {
                LOG.setFilter(filter);
            }
        }
        assertThat(TARGETS.size() * PEERS).isGreaterThan(2 * LINES_MAX);
        assertThat(lines.get()).isPositive().isLessThanOrEqualTo(LINES_MAX);
    }

    private static HttpAnswer fail(final Object request) {
        throw new Provoked();
    }

    /** Returns when the server has ended the connection, and so has logged why. */
    private static void provoke(final CheckedServer server, final String target) throws IOException {
        try (RawPeer peer = server.connect()) {
            if (target.equals("/page")) {
                peer.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
            } else {
                peer.send(RawPeer.upgrade(target)).sendText("a").send(RawPeer.closeFrame(1000));
            }
            peer.readToEnd();
        }
    }
}
