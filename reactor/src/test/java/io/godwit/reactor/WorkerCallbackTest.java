package io.godwit.reactor;

import static io.godwit.reactor.WorkersTest.onWorkers;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.reactor.endpoint.AdmissionLimits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What handlers on workers are told, in which order, and what becomes of what they throw. */
class WorkerCallbackTest {

    /** Does what the test says with the first message, and waits before it where it is to. */
    static class Acting extends Recorder {
        final Semaphore go = new Semaphore(0);
        private final Consumer<WebSocket> act;
        private final boolean waits;

        Acting(final boolean waits, final Consumer<WebSocket> act) {
            this.waits = waits;
            this.act = act;
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            super.onMessage(socket, message);
            if (message.text().equals("first")) {
                if (waits) {
                    go.acquireUninterruptibly();
                }
                act.accept(socket);
            }
        }
    }

    static byte[] text(final String text) {
        return RawPeer.frame(0x81, text.getBytes(RawPeer.BYTES));
    }

    @Test
    void shouldDeliverWhatCameBeforeThePeersCloseBeforeOnClose() throws IOException {
        final Acting handler = new Acting(true, socket -> {});
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(text("first"), text("second"), text("third"), RawPeer.closeFrame(4001)));
            assertThat(peer.readFrame().closeCode()).isEqualTo(4001);
            assertThat(peer.isAtEnd()).isTrue();
            handler.go.release();
        }
        assertThat(handler.events).containsExactly("open", "text first", "text second", "text third", "close 4001");
    }

    @Test
    void shouldDeliverWhatCameBeforeAReset() throws IOException {
        final Acting handler = new Acting(true, socket -> {});
        try (CheckedServer server = CheckedServer.of(onWorkers(handler))) {
            final RawPeer peer = server.open();
            peer.send(RawPeer.concat(text("first"), text("second")));
            handler.await("text first");
            handler.awaitThat(() -> server.count(Metric.MESSAGES_RECEIVED) == 2, "both");
            peer.reset();
            handler.awaitThat(() -> server.count(Metric.WEBSOCKETS_CLOSED) == 1, "the end");
            handler.go.release();
        }
        assertThat(handler.events)
                .startsWith("open", "text first", "text second")
                .endsWith("close 1006")
                .containsOnlyOnce("close 1006");
    }

    /** The turn that tells the end may have begun before there was anything to tell. */
    @Test
    void shouldTellWhatWasDroppedBeforeTheEnd() throws IOException {
        final Acting handler = new Acting(true, socket -> {}) {
            @Override
            public void onDropped(final WebSocket socket, final long messages, final long bytes) {
                events.add("dropped " + messages);
            }
        };
        final EndpointLimits keepLatest = EndpointLimits.DEFAULT.withOutbound(
                OutboundLimits.DEFAULT.withBytes(10_000, 100_000).withPolicy(SlowConsumerPolicy.KEEP_LATEST));
        try (CheckedServer server = CheckedServer.of(onWorkers(handler).withLimits(keepLatest))) {
            final RawPeer deaf = server.open();
            deaf.sendText("first");
            handler.await("text first");
            handler.awaitThat(
                    () -> {
                        handler.ws.send(ByteBuffer.allocate(50_000));
                        return server.count(Metric.MESSAGES_EVICTED) > 0;
                    },
                    "evictions");
            deaf.reset();
            handler.awaitThat(() -> server.count(Metric.WEBSOCKETS_CLOSED) == 1, "the end");
            final long evicted = server.count(Metric.MESSAGES_EVICTED);
            handler.go.release();
            handler.await("close 1006");
            assertThat(handler.events).startsWith("open", "text first").endsWith("dropped " + evicted, "close 1006");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldNotDeliverWhatWaitsToAHandlerThatHasEndedTheConnection(final boolean abort) throws IOException {
        final Acting handler = new Acting(true, abort ? WebSocket::abort : WebSocket::close);
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(text("first"), text("second")));
            handler.awaitThat(() -> server.count(Metric.MESSAGES_RECEIVED) == 2, "both");
            handler.go.release();
            if (!abort) {
                assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
                peer.send(RawPeer.closeFrame(1000));
            }
            handler.awaitThat(() -> handler.events.size() == 3, "the end");
        }
        assertThat(handler.events).containsExactly("open", "text first", abort ? "close 1006" : "close 1000");
    }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "overflow", "memory"})
    void shouldContainWhatAHandlerThrows(final String what) throws IOException {
        final Acting handler = new Acting(false, socket -> {
            socket.send("sent before");
            switch (what) {
                case "exception" -> throw new IllegalStateException("thrown by a test");
                case "memory" -> throw new OutOfMemoryError("thrown by a test");
                default -> throw new StackOverflowError("thrown by a test");
            }
        });
        try (CheckedServer server = CheckedServer.of(onWorkers(handler), oneWorker());
                RawPeer peer = server.open();
                RawPeer other = server.open()) {
            peer.send(RawPeer.concat(text("first"), text("second")));
            assertThat(peer.readFrame().text()).isEqualTo("sent before");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1011);
            assertThat(peer.isAtEnd()).isTrue();
            handler.await("close 1006");
            other.sendText("other");
            handler.await("text other");
            assertThat(server.count(Metric.HANDLER_FAILURES)).isOne();
            assertThat(server.count(Metric.THREAD_FAILURES)).isZero();
        }
        assertThat(handler.events)
                .startsWith("open", "open", "text first", "error HANDLER", "close 1006", "text other")
                .doesNotContain("text second");
    }

    private static ServerOptions oneWorker() {
        return oneWorkerWith(CheckedServer.PATIENT);
    }

    private static ServerOptions oneWorkerWith(final ServerOptions options) {
        return options.withThreads(Threads.DEFAULT.withWorkers(1));
    }

    @Test
    void shouldTellAHandlerThatThrowsAfterTheConnectionHasEnded() throws IOException {
        final Acting handler = new Acting(true, socket -> {
            throw new IllegalStateException("thrown by a test");
        });
        try (CheckedServer server = CheckedServer.of(onWorkers(handler))) {
            final RawPeer peer = server.open();
            peer.send(RawPeer.concat(text("first"), text("second"), RawPeer.closeFrame(1000)));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            peer.close();
            handler.awaitThat(() -> server.count(Metric.WEBSOCKETS_CLOSED) == 1, "the end");
            handler.go.release();
            handler.await("close 1000");
            assertThat(server.count(Metric.HANDLER_FAILURES)).isOne();
        }
        assertThat(handler.events).containsExactly("open", "text first", "error HANDLER", "close 1000");
    }

    @Test
    void shouldContainWhatEachCallbackThrows() throws IOException {
        final AtomicInteger closes = new AtomicInteger();
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                super.onOpen(socket);
                throw new IllegalStateException("thrown by a test in onOpen");
            }

            @Override
            public void onError(final WebSocket socket, final Failure failure) {
                super.onError(socket, failure);
                throw new IllegalStateException("thrown by a test in onError");
            }

            @Override
            public void onClose(final WebSocket socket, final int code, final String reason) {
                closes.incrementAndGet();
                throw new IllegalStateException("thrown by a test in onClose");
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler), oneWorker());
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().closeCode()).isEqualTo(1011);
            assertThat(peer.isAtEnd()).isTrue();
            handler.awaitThat(() -> closes.get() == 1, "onClose");
            assertThat(server.count(Metric.HANDLER_FAILURES)).isOne();
        }
        assertThat(handler.events).containsExactly("open", "error HANDLER");
        assertThat(closes).hasValue(1);
    }

    @Test
    void shouldDecideOnWorkersAndShowTheRequestInOnOpen() throws IOException {
        final List<String> seen = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public Upgrade onUpgrade(final UpgradeRequest request) {
                seen.add(Thread.currentThread().getName().replaceAll("[0-9]", ""));
                return Upgrade.accept().withAttachment("attached");
            }

            @Override
            public void onOpen(final WebSocket socket) {
                seen.add(socket.request().headers().first("X-Test"));
                seen.add(socket.attachment());
                super.onOpen(socket);
            }

            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                try {
                    socket.request();
                } catch (final IllegalStateException e) {
                    events.add("no request");
                }
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open("X-Test: value")) {
            peer.sendText("x");
            handler.await("no request");
        }
        assertThat(seen).containsExactly("godwit-worker-", "value", "attached");
    }

    @ParameterizedTest
    @ValueSource(strings = {"refuse 403", "later 403", "null 500", "throw 500", "fail 500"})
    void shouldRefuseAsTheHandlerSaysOnAWorker(final String decision) throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public Upgrade onUpgrade(final UpgradeRequest request) {
                final Upgrade refusal = Upgrade.refuse(403, "no");
                return switch (decision.split(" ")[0]) {
                    case "refuse" -> refusal;
                    case "later" -> Upgrade.later(CompletableFuture.completedFuture(refusal));
                    case "null" -> null;
                    case "throw" -> throw new IllegalStateException("thrown by a test");
                    default ->
                        Upgrade.later(CompletableFuture.failedFuture(new IllegalStateException("failed by a test")));
                };
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.connect()) {
            assertThat(peer.send(RawPeer.upgrade("/")).readToEnd())
                    .startsWith("HTTP/1.1 " + decision.split(" ")[1] + " ");
        }
        assertThat(handler.events).isEmpty();
    }

    @Test
    void shouldTurnAwayWhereTooManyWaitForTheWorkers() throws IOException {
        final Semaphore go = new Semaphore(0);
        final Recorder handler = new Recorder() {
            @Override
            public void onClose(final WebSocket socket, final int code, final String reason) {
                events.add("closing");
                go.acquireUninterruptibly();
                super.onClose(socket, code, reason);
            }
        };
        final ServerOptions options =
                oneWorkerWith(CheckedServer.handshakeTimeout(500)).withAdmission(new AdmissionLimits(4, 4, 1));
        final List<String> answers = new ArrayList<>();
        try (CheckedServer server = CheckedServer.of(onWorkers(handler), options)) {
            try (RawPeer peer = server.open()) {
                peer.send(RawPeer.closeFrame(1000));
                handler.await("closing");
            }
            // Each that is not decided on keeps a place, long after its client was told that it took too long.
            while (answers.size() < 10) {
                try (RawPeer peer = server.connect()) {
                    answers.add(peer.send(RawPeer.upgrade("/")).readToEnd());
                }
            }
            go.release();
        }
        assertThat(answers.subList(0, 9)).allMatch(answer -> answer.endsWith("took too long\n"));
        assertThat(answers.get(9))
                .startsWith("HTTP/1.1 503 ")
                .contains("Retry-After")
                .endsWith("is full\n");
        assertThat(handler.events).containsExactly("open", "closing", "close 1000");
    }

    @Test
    void shouldHandAViewToItsThreadAlone() throws IOException {
        final AtomicReference<Message> kept = new AtomicReference<>();
        final Acting handler = new Acting(false, socket -> {}) {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                kept.set(message);
                final Thread thief = new Thread(() -> {
                    try {
                        socket.send(message);
                    } catch (final IllegalStateException e) {
                        events.add("refused");
                    }
                });
                thief.start();
                try {
                    thief.join();
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                events.add(message.bytes().isReadOnly() + " " + message.length() + " " + message.text());
                events.add("" + socket.send(message));
                events.add("" + socket.send(message.bytes()));
                events.add("" + socket.send(message.copy()));
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.sendText("grüße");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x81);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x82);
            assertThat(peer.readFrame().text()).isEqualTo("grüße");
            handler.awaitThat(() -> isStale(kept.get()), "the view to end");
        }
        assertThat(handler.events).contains("refused", "true 7 grüße").containsSequence("SENT", "SENT", "SENT");
    }

    private static boolean isStale(final Message view) {
        try {
            view.length();
            return false;
        } catch (final IllegalStateException e) {
            return true;
        }
    }

    @Test
    void shouldWriteAMessageInFragmentsOverSeveralCallbacks() throws IOException {
        final Recorder handler = new Recorder() {
            private MessageWriter writer;

            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                if (writer == null) {
                    writer = socket.startMessage(Opcode.TEXT);
                }
                assertThat(writer.append(message.text())).isEqualTo(SendResult.SENT);
                if (message.text().equals("last")) {
                    assertThat(writer.finish()).isEqualTo(SendResult.SENT);
                    assertThat(socket.send("after")).isEqualTo(SendResult.SENT);
                } else {
                    assertThat(socket.send("held")).isEqualTo(SendResult.SENT);
                }
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.sendText("first").sendText("second").sendText("last");
            assertThat(peer.readFrame().text()).isEqualTo("first");
            assertThat(peer.readFrame().text()).isEqualTo("second");
            assertThat(peer.readFrame().text()).isEqualTo("last");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            assertThat(peer.readFrame().text()).isEqualTo("held");
            assertThat(peer.readFrame().text()).isEqualTo("held");
            assertThat(peer.readFrame().text()).isEqualTo("after");
        }
    }
}
