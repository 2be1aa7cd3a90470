package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler may count on: callbacks in order, one at a time, never inside a call; and that it may throw. */
class CallbackTest {

    private static final EndpointLimits SMALL = Limits.of(new ProtocolLimits(500, 500, 8), 10, 1_000, 0);

    /** Throws where it is told to. */
    private static final class Throwing extends Recorder {
        private final String where;

        Throwing(final String where) {
            this.where = where;
        }

        private void pass(final String callback) {
            if (callback.equals(where)) {
                events.add("throws");
                throw new AssertionError("thrown by a test in " + callback);
            }
        }

        @Override
        public boolean takesFragments() {
            return where.equals("onFragment");
        }

        @Override
        public void onOpen(final WebSocket socket) {
            super.onOpen(socket);
            pass("onOpen");
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            pass("onMessage");
        }

        @Override
        public void onFragment(final WebSocket socket, final Message view, final boolean last) {
            pass("onFragment");
        }

        @Override
        public void onPing(final WebSocket socket, final ByteBuffer payload) {
            pass("onPing");
        }

        @Override
        public void onPong(final WebSocket socket, final ByteBuffer payload) {
            pass("onPong");
        }

        @Override
        public void onWritable(final WebSocket socket) {
            pass("onWritable");
        }

        @Override
        public void onError(final WebSocket socket, final Failure failure) {
            super.onError(socket, failure);
            pass("onError");
        }

        @Override
        public void onClose(final WebSocket socket, final int code, final String reason) {
            super.onClose(socket, code, reason);
            pass("onClose");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"onOpen", "onMessage", "onFragment", "onPing", "onPong", "onWritable"})
    void shouldCloseWith1011WhereAHandlerThrows(final String where) throws IOException {
        final Throwing handler = new Throwing(where);
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/echo", WebSocketHandler.echo())
                        .endpoint("/", Endpoint.of(handler).withLimits(SMALL)));
                RawPeer other = RawPeer.open(server.port(), "/echo")) {
            try (RawPeer peer = server.open()) {
                handler.await("open");
                handler.ws.send("more than the soft mark");
                peer.sendText("x").send(RawPeer.frame(0x89)).send(RawPeer.frame(0x8A));
                RawPeer.Frame frame = peer.readFrame();
                while (frame.opcode() != 8) {
                    frame = peer.readFrame();
                }
                assertThat(frame.closeCode()).isEqualTo(1011);
                assertThat(frame.text().substring(2)).isEqualTo("internal error");
                assertThat(peer.isAtEnd()).isTrue();
            }
            handler.await("close 1006");
            assertThat(handler.events).containsExactly("open", "throws", "error HANDLER", "close 1006");
            assertThat(other.sendText("lives on").readFrame().text()).isEqualTo("lives on");
        }
    }

    @Test
    void shouldSurviveAHandlerThatThrowsInOnError() throws IOException {
        final Throwing handler = new Throwing("onError");
        try (CheckedServer server =
                CheckedServer.of(Endpoint.of(handler), CheckedServer.timeouts(60_000, 60_000, 150))) {
            try (RawPeer peer = server.open()) {
                peer.send(new byte[] {(byte) 0x83});
                assertThat(peer.readFrame().closeCode()).isEqualTo(1002);
                assertThat(peer.isAtEnd()).isTrue();
            }
            handler.await("close 1006");
            assertThat(handler.events)
                    .containsExactly(
                            "open", "error RESERVED_OPCODE", "throws", "error HANDLER", "throws", "close 1006");

            handler.events.clear();
            final RawPeer peer = server.open();
            handler.await("open");
            peer.reset();
            handler.await("close 1006");
            // The deadline of a closing handshake passes, which there must not be.
            try (RawPeer silent = server.connect()) {
                silent.send("GET / HTTP/1.1\r\n");
                server.server().close();
            }
        }
        assertThat(handler.events).endsWith("throws", "close 1006").containsOnlyOnce("close 1006");
    }

    @Test
    void shouldSurviveAHandlerThatThrowsInOnClose() throws IOException {
        final Throwing handler = new Throwing("onClose");
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(peer.send(RawPeer.closeFrame(1000)).readFrame().closeCode())
                    .isEqualTo(1000);
            assertThat(peer.isAtEnd()).isTrue();
            try (RawPeer next = server.open()) {
                next.send(RawPeer.closeFrame(1001));
                handler.await("close 1001");
            }
        }
        assertThat(handler.events)
                .containsExactlyInAnyOrder("open", "open", "close 1000", "throws", "close 1001", "throws");
    }

    /** Calls all there is to call, in every callback, and looks for a callback that comes meanwhile, or too late. */
    private static final class Entering implements WebSocketHandler {
        private static final class State {
            private final AtomicBoolean inside = new AtomicBoolean();
            private final AtomicInteger turn = new AtomicInteger();
            private volatile boolean closed;
        }

        private final Queue<String> faults = new ConcurrentLinkedQueue<>();
        private final Queue<WebSocket> open = new ConcurrentLinkedQueue<>();
        private final AtomicInteger opened = new AtomicInteger();
        private final AtomicInteger closed = new AtomicInteger();
        private final AtomicInteger seen = new AtomicInteger();

        private void enter(final WebSocket ws, final String callback) {
            final State state = ws.attachment();
            if (state.closed) {
                faults.add(callback + " after onClose");
            }
            if (!state.inside.compareAndSet(false, true)) {
                faults.add(callback + " inside of another");
            }
            seen.incrementAndGet();
            ws.send(callback);
            ws.ping(ByteBuffer.allocate(1));
            ws.pauseReading();
            ws.startMessage(Opcode.TEXT).finish();
            ws.resumeReading();
            switch (state.turn.incrementAndGet() % 64) {
                case 61 -> ws.close();
                case 62 -> ws.abort();
                case 63 -> throw new IllegalStateException("thrown by a test");
                default -> ws.send(ByteBuffer.allocate(400));
            }
            state.inside.set(false);
        }

        private void tryEnter(final WebSocket ws, final String callback) {
            try {
                enter(ws, callback);
            } catch (final IllegalStateException e) {
                ws.<State>attachment().inside.set(false);
                throw e;
            }
        }

        @Override
        public void onOpen(final WebSocket ws) {
            final State state = new State();
            // Each connection comes to another end.
            state.turn.set((int) (7 * ws.id()));
            ws.attach(state);
            opened.incrementAndGet();
            open.add(ws);
            tryEnter(ws, "onOpen");
        }

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            tryEnter(ws, "onMessage");
        }

        @Override
        public void onPing(final WebSocket ws, final ByteBuffer payload) {
            tryEnter(ws, "onPing");
        }

        @Override
        public void onPong(final WebSocket ws, final ByteBuffer payload) {
            tryEnter(ws, "onPong");
        }

        @Override
        public void onWritable(final WebSocket ws) {
            tryEnter(ws, "onWritable");
        }

        @Override
        public void onError(final WebSocket ws, final Failure failure) {
            // A handler that threw is told so while it is still inside.
            if (failure.kind() != Failure.Kind.HANDLER) {
                tryEnter(ws, "onError");
            }
        }

        @Override
        public void onClose(final WebSocket ws, final int code, final String reason) {
            open.remove(ws);
            closed.incrementAndGet();
            try {
                tryEnter(ws, "onClose");
            } finally {
                ws.<State>attachment().closed = true;
            }
        }
    }

    @Test
    void shouldNeverCallBackInsideACallNorTwiceAtATimeNorAfterOnClose() throws IOException, InterruptedException {
        final Entering handler = new Entering();
        final AtomicBoolean done = new AtomicBoolean();
        final Thread outside = new Thread(() -> {
            while (!done.get()) {
                handler.open.forEach(ws -> {
                    ws.send("from outside");
                    ws.pauseReading();
                    ws.resumeReading();
                });
                Thread.yield();
            }
        });
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(SMALL))) {
            outside.start();
            for (int round = 0; round < 40; round++) {
                final List<RawPeer> peers = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    peers.add(server.connect().send(RawPeer.upgrade("/")));
                }
                for (final RawPeer peer : peers) {
                    sendAndLeave(peer, round);
                }
            }
            // Each of them has been accepted, opened and ended, or was gone before it was asked for.
            server.server().close();
        } finally {
            done.set(true);
            outside.join();
        }
        assertThat(handler.faults).isEmpty();
        assertThat(handler.closed).hasValue(handler.opened.get());
        assertThat(handler.opened).hasPositiveValue();
        assertThat(handler.seen.get()).isGreaterThan(handler.opened.get());
    }

    private static void sendAndLeave(final RawPeer peer, final int round) throws IOException {
        try {
            for (int i = 0; i < 20; i++) {
                peer.send(RawPeer.concat(
                        RawPeer.frame(0x81, (byte) 'm'), RawPeer.frame(0x89), RawPeer.frame(0x8A, (byte) 'p')));
            }
            switch (round % 4) {
                case 0 -> peer.send(RawPeer.closeFrame(1000));
                case 1 -> peer.send(new byte[] {(byte) 0x83});
                case 2 -> peer.shutdownOutput();
                default -> peer.reset();
            }
            if (round % 4 != 3) {
                peer.readToEnd();
            }
        } catch (final IOException e) {
            // The handler has aborted it: bytes on their way then are answered with a reset.
        } finally {
            peer.close();
        }
    }
}
