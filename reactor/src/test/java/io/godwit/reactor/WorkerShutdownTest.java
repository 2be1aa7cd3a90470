package io.godwit.reactor;

import static io.godwit.reactor.WorkerCallbackTest.text;
import static io.godwit.reactor.WorkersTest.onWorkers;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.WorkerCallbackTest.Acting;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What handlers on workers are told when the server goes down, and who waits for them. */
class WorkerShutdownTest {

    @Test
    void shouldDeliverWhatWaitedWhenTheServerGoesDown() throws IOException {
        final Acting handler = new Acting(true, socket -> {});
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(text("first"), text("second")));
            handler.awaitThat(() -> server.count(Metric.MESSAGES_RECEIVED) == 2, "both");
            final Thread closer = new Thread(server.server()::close);
            closer.start();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
            handler.go.release();
        }
        assertThat(handler.events).containsExactly("open", "text first", "text second", "close 1001");
    }

    @Test
    void shouldWaitForTheHandlersInASecondCloseToo() throws Exception {
        final Acting handler = new Acting(true, socket -> {});
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.sendText("first");
            handler.await("text first");
            final Thread first = new Thread(server.server()::close);
            first.start();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
            handler.awaitThat(() -> !server.server().isRunning(), "the end of the loops");
            final Thread second = new Thread(() -> {
                server.server().close();
                handler.events.add("closed");
            });
            second.start();
            handler.awaitThat(() -> second.getState() != Thread.State.RUNNABLE, "the second to wait, or to return");
            handler.go.release();
            first.join();
            second.join();
        }
        assertThat(handler.events).containsExactly("open", "text first", "close 1001", "closed");
    }

    @Test
    void shouldNotWaitForAHandlerThatNeverReturns() throws IOException {
        final Acting handler = new Acting(true, socket -> {});
        final ServerOptions options = CheckedServer.timeouts(10_000, 60_000, 200);
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", onWorkers(handler))
                .options(options.withThreads(Threads.DEFAULT.withWorkers(2)))
                .build()
                .start();
        try (RawPeer stuck = RawPeer.open(server.port(), "/");
                RawPeer other = RawPeer.open(server.port(), "/")) {
            stuck.sendText("first");
            handler.await("text first");
            other.send(RawPeer.closeFrame(4002));
            handler.await("close 4002");
            server.close();
            assertThat(server.isRunning()).isFalse();
            assertThat(handler.events).doesNotContain("close 1006");
            handler.go.release();
            handler.await("close 1006");
        }
    }

    @Test
    void shouldSayGoodbyeBeforeTheDeadlineToWhomeverIsNotAnsweredYet() throws Exception {
        final Acting handler = new Acting(true, socket -> {});
        final ServerOptions options = CheckedServer.timeouts(10_000, 60_000, 60_000);
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", onWorkers(handler))
                .options(options.withThreads(Threads.DEFAULT.withWorkers(1)))
                .build()
                .start();
        // Half of it is the handler's, the rest the peer's, which has to be enough on a busy machine.
        final Thread drain = new Thread(() -> server.drain(Duration.ofSeconds(20)));
        try (RawPeer peer = RawPeer.open(server.port(), "/")) {
            peer.sendText("first");
            handler.await("text first");
            drain.start();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
        } finally {
            handler.go.release();
            drain.join();
        }
        assertThat(handler.events).containsExactly("open", "text first", "close 1001");
    }

    @Test
    void shouldCloseTheServerFromAWorker() throws IOException {
        final AtomicReference<WebSocketServer> server = new AtomicReference<>();
        final Acting handler = new Acting(false, socket -> server.get().close());
        server.set(WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", onWorkers(handler))
                .options(CheckedServer.timeouts(10_000, 60_000, 60_000))
                .build()
                .start());
        try (RawPeer peer = RawPeer.open(server.get().port(), "/")) {
            peer.sendText("first");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            handler.await("close 1001");
        }
        assertThat(handler.ws.send("late")).isEqualTo(SendResult.CLOSED);
    }

    /** Nobody else waits for the handlers if the server was closed in a callback. */
    @Test
    void shouldNotHaveEndedBeforeTheHandlersWereToldTheLast() throws Exception {
        final AtomicReference<WebSocketServer> server = new AtomicReference<>();
        final Acting handler = new Acting(false, socket -> server.get().close()) {
            @Override
            public void onClose(final WebSocket socket, final int code, final String reason) {
                go.acquireUninterruptibly();
                super.onClose(socket, code, reason);
            }
        };
        server.set(WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", onWorkers(handler))
                .options(CheckedServer.timeouts(10_000, 60_000, 60_000))
                .build()
                .start());
        try (RawPeer peer = RawPeer.open(server.get().port(), "/")) {
            peer.sendText("first");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            handler.awaitThat(() -> !server.get().isRunning(), "the end of the loops");
            assertThat(server.get().awaitTermination(Duration.ZERO)).isFalse();
            assertThat(handler.events).doesNotContain("close 1001");
        } finally {
            handler.go.release();
        }
        assertThat(server.get().awaitTermination(Duration.ofSeconds(60))).isTrue();
        assertThat(handler.events).endsWith("close 1001");
    }
}
