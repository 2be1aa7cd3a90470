package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A server that is ended by what runs on its own loop: what the peer is answered, and that nothing waits for itself. */
class EndByCallbackTest {

    private static final Duration FOREVER = Duration.ofDays(300);

    private final AtomicReference<WebSocketServer> holder = new AtomicReference<>();

    private CheckedServer serverThatDecides(final Supplier<Upgrade> decision) throws IOException {
        final WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public Upgrade onUpgrade(final UpgradeRequest request) {
                holder.get().close();
                return decision.get();
            }
        };
        final CheckedServer server = CheckedServer.of(handler);
        holder.set(server.server());
        return server;
    }

    private static String answerTo(final CheckedServer server, final String request) throws IOException {
        try (RawPeer peer = server.connect()) {
            peer.send(request);
            return peer.readToEnd();
        }
    }

    /** Whoever asks a server to stop, by a request for that, is told what the responder has said. */
    @Test
    void shouldAnswerTheRequestThatEndsIt() throws IOException {
        try (CheckedServer server = CheckedServer.with(builder -> builder.http("/stop", request -> {
                    holder.get().close();
                    return HttpAnswer.text(200, "it stops");
                }));
                RawPeer asleep = server.connect()) {
            holder.set(server.server());
            assertThat(answerTo(server, "GET /stop HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 200 ")
                    .contains("it stops");
            assertThat(asleep.isAtEnd()).isTrue();
        }
    }

    @Test
    void shouldAnswerTheRequestThatEndsItThoughItsResponderThrows() throws IOException {
        try (CheckedServer server = CheckedServer.with(builder -> builder.http("/stop", request -> {
            holder.get().close();
            throw new IllegalStateException("thrown by a test");
        }))) {
            holder.set(server.server());
            assertThat(answerTo(server, "GET /stop HTTP/1.1\r\nHost: a\r\n\r\n"))
                    .startsWith("HTTP/1.1 500 ");
        }
    }

    @Test
    void shouldRefuseTheUpgradeThatEndsItAsItsHandlerDoes() throws IOException {
        try (CheckedServer server = serverThatDecides(() -> Upgrade.refuse(403, "not you"))) {
            assertThat(answerTo(server, RawPeer.upgrade("/")))
                    .startsWith("HTTP/1.1 403 ")
                    .contains("not you");
        }
    }

    @Test
    void shouldNotAcceptTheUpgradeThatEndsIt() throws IOException {
        try (CheckedServer server = serverThatDecides(Upgrade::accept)) {
            assertThat(answerTo(server, RawPeer.upgrade("/"))).startsWith("HTTP/1.1 503 ");
        }
    }

    @Test
    void shouldNotWaitForALaterDecisionOfTheUpgradeThatEndsIt() throws IOException {
        try (CheckedServer server = serverThatDecides(() -> Upgrade.later(new CompletableFuture<>()))) {
            assertThat(answerTo(server, RawPeer.upgrade("/"))).startsWith("HTTP/1.1 503 ");
        }
    }

    /** The loop that would wait is the one that has to bring the end about. */
    @Test
    void shouldNotWaitOnItsLoopForItsOwnEnd() throws IOException, InterruptedException {
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                holder.get().close();
                note("onMessage");
            }

            @Override
            public void onClose(final WebSocket socket, final int code, final String reason) {
                note("onClose");
            }

            private void note(final String callback) {
                try {
                    events.add(callback + " " + holder.get().awaitTermination(FOREVER));
                } catch (final InterruptedException e) {
                    events.add(e.toString());
                }
            }
        };
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder));
                RawPeer peer = server.open()) {
            holder.set(server.server());
            peer.sendText("go");
            assertThat(peer.readUntil(8).closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
            peer.shutdownOutput();
            assertThat(server.server().awaitTermination(Await.LONG)).isTrue();
            assertThat(recorder.events).containsSubsequence("onMessage false", "onClose false");
        }
    }

    /** Between two steps as well: nobody else drives it meanwhile. */
    @Test
    void shouldNotWaitForASteppedServerWhereItIsDriven() throws IOException, InterruptedException {
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", WebSocketHandler.echo())
                .stepped()
                .build()
                .start();
        try {
            server.doWork();
            assertThat(server.awaitTermination(FOREVER)).isFalse();
        } finally {
            server.close();
        }
        assertThat(server.awaitTermination(FOREVER)).isTrue();
    }

    /** What an error has ended is told by callbacks as well: one that closes the server must not drive it to run the others. */
    @Test
    void shouldNotDriveASteppedServerWhileItEnds() throws IOException {
        final List<String> events = new ArrayList<>();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onOpen(final WebSocket ws) {
                        events.add("open");
                    }

                    @Override
                    public void onClose(final WebSocket ws, final int code, final String reason) {
                        events.add("closing");
                        holder.get().close();
                        events.add("closed");
                    }
                })
                .stepped()
                .build()
                .start();
        holder.set(server);
        try (RawPeer first = new RawPeer(server.port());
                RawPeer second = new RawPeer(server.port())) {
            first.send(RawPeer.upgrade("/"));
            second.send(RawPeer.upgrade("/"));
            Await.that(
                    () -> {
                        server.doWork();
                        return events.size() == 2;
                    },
                    events::toString);
            final EventLoop loop = server.loops().servers().get(0).loop();
            loop.execute(() -> {
                throw new LinkageError("thrown by a test");
            });
            assertThatThrownBy(server::doWork).isInstanceOf(LinkageError.class);
            assertThat(events).containsExactly("open", "open", "closing", "closed", "closing", "closed");
            assertThat(server.isRunning()).isFalse();
            assertThat(loop.memory().usedBytes()).isZero();
        }
    }
}
