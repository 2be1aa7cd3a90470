package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A log that throws, whatever is written: it costs the line, and nothing else. */
class BrokenLogTest {

    private static final Logger LOG = Logger.getLogger("io.godwit.reactor");

    private final Handler broken = new Handler() {
        @Override
        public void publish(final LogRecord entry) {
            throw new IllegalStateException("the log is full, says a test");
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void breakIt() {
        LOG.addHandler(broken);
        LOG.setUseParentHandlers(false);
    }

    @AfterEach
    void mendIt() {
        LOG.removeHandler(broken);
        LOG.setUseParentHandlers(true);
    }

    /** More of them than there are workers, and restarts. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeOnAfterHandlersThatThrowAtTheEnd(final boolean onWorkers) throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onClose(final WebSocket socket, final int code, final String reason) {
                super.onClose(socket, code, reason);
                throw new IllegalStateException("thrown on purpose");
            }
        };
        final Endpoint endpoint = Endpoint.of(handler);
        final ServerOptions twoWorkers = ServerOptions.DEFAULT.withThreads(
                ServerOptions.DEFAULT.threads().withWorkers(2));
        try (CheckedServer server = CheckedServer.of(onWorkers ? endpoint.onWorkers() : endpoint, twoWorkers)) {
            for (int i = 1; i <= 8; i++) {
                try (RawPeer peer = server.open()) {
                    peer.send(RawPeer.closeFrame(1000));
                    assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
                }
                final int times = i;
                handler.awaitThat(
                        () -> handler.events.stream()
                                        .filter("close 1000"::equals)
                                        .count()
                                == times,
                        "the end");
            }
            try (RawPeer peer = server.open()) {
                peer.sendText("hi");
                handler.await("text hi");
            }
            assertThat(server.count(Metric.THREAD_FAILURES)).isZero();
            assertThat(server.server().health()).isEqualTo(ServerHealth.SERVING);
        }
    }

    @Test
    void shouldCloseAConversationWhoseBodyThrows() throws IOException {
        final Endpoint endpoint = Endpoint.of(Conversation.handler(ws -> {
            throw new IllegalStateException("thrown on purpose");
        }));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().closeCode()).isEqualTo(1011);
            peer.send(RawPeer.closeFrame(1011));
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @Test
    void shouldAnswerARequestWhoseHandlerThrows() throws IOException {
        try (CheckedServer server = CheckedServer.with(builder -> builder.http("/", request -> {
                    throw new IllegalStateException("thrown on purpose");
                }));
                RawPeer peer = server.connect()) {
            assertThat(peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").readToEnd())
                    .startsWith("HTTP/1.1 500");
        }
    }
}
