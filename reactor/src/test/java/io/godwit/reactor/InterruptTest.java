package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a callback does to the interrupt flag of its thread is not the next one's matter; a driver's own flag stays. */
class InterruptTest {

    /** Each callback notes whether it starts with a clear flag, and leaves it set. */
    private static final class Interrupting extends Recorder {

        private void note(final String what) {
            events.add(what + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
            Thread.currentThread().interrupt();
        }

        @Override
        public Upgrade onUpgrade(final UpgradeRequest request) {
            note("upgrade");
            return Upgrade.accept();
        }

        @Override
        public void onOpen(final WebSocket socket) {
            note("open");
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            note("message");
            if (message.text().equals("throw")) {
                throw new IllegalStateException("thrown by a test");
            }
        }

        @Override
        public void onPing(final WebSocket socket, final ByteBuffer payload) {
            note("ping");
        }

        @Override
        public void onPong(final WebSocket socket, final ByteBuffer payload) {
            note("pong");
        }

        @Override
        public void onError(final WebSocket socket, final Failure failure) {
            note("error");
        }

        @Override
        public void onClose(final WebSocket socket, final int code, final String reason) {
            note("close");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeginEachCallbackWithAClearFlag(final boolean onWorkers) throws IOException {
        final Interrupting handler = new Interrupting();
        final Endpoint endpoint = onWorkers ? Endpoint.of(handler).onWorkers() : Endpoint.of(handler);
        final ServerOptions oneWorker = ServerOptions.DEFAULT.withThreads(
                ServerOptions.DEFAULT.threads().withWorkers(1));
        try (CheckedServer server = CheckedServer.with(builder -> builder.options(oneWorker)
                        .endpoint("/", endpoint)
                        .http("/plain", request -> {
                            handler.note("plain");
                            return HttpAnswer.text(200, "ok");
                        }));
                RawPeer plain = server.connect();
                RawPeer peer = server.open()) {
            assertThat(plain.send("GET /plain HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .readToEnd())
                    .startsWith("HTTP/1.1 200");
            peer.send(RawPeer.concat(
                    RawPeer.frame(0x81, (byte) 'a'),
                    RawPeer.frame(0x89, (byte) 'b'),
                    RawPeer.frame(0x8A, (byte) 'c'),
                    RawPeer.frame(0x81, (byte) 't', (byte) 'h', (byte) 'r', (byte) 'o', (byte) 'w')));
            assertThat(peer.readUntil(0x8).closeCode()).isEqualTo(1011);
            peer.send(RawPeer.closeFrame(1011));
            handler.awaitThat(() -> handler.events.stream().anyMatch(event -> event.startsWith("close")), "the end");
        }
        assertThat(handler.events)
                .containsExactlyInAnyOrder(
                        "upgrade", "plain", "open", "message", "ping", "pong", "message", "error", "close");
    }

    @Test
    void shouldLeaveTheInterruptOfASteppedDriverAsItIs() throws IOException {
        final Interrupting handler = new Interrupting();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", handler)
                .stepped()
                .build()
                .start();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/"));
            Thread.currentThread().interrupt();
            handler.awaitThat(() -> server.doWork() >= 0 && handler.events.contains("open"), "the connection");
            assertThat(Thread.interrupted()).as("the driver was interrupted").isTrue();
            server.doWork();
            assertThat(Thread.interrupted()).as("once").isFalse();
            peer.readHead();
        }
        assertThat(handler.events).containsExactly("upgrade", "open");
        server.close();
        assertThat(Thread.interrupted())
                .as("its own onClose has interrupted it")
                .isTrue();
        assertThat(handler.events).containsExactly("upgrade", "open", "close");
    }
}
