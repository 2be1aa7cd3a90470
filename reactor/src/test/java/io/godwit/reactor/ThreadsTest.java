package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A connection in the hands of threads other than its loop. */
class ThreadsTest {

    private static final int THREADS = 4;
    private static final int MESSAGES = 1_000;

    @Test
    void shouldSendWholeMessagesInTheOrderOfEachThread() throws Exception {
        final Recorder handler = new Recorder();
        final Queue<SendResult> refused = new ConcurrentLinkedQueue<>();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                final int number = t;
                threads.add(new Thread(() -> {
                    for (int i = 0; i < MESSAGES; i++) {
                        final SendResult result = i % 2 == 0
                                ? handler.ws.send(number + ":" + i)
                                : handler.ws.send(ByteBuffer.wrap((number + ":" + i).getBytes(RawPeer.BYTES)));
                        if (!result.isTaken()) {
                            refused.add(result);
                        }
                    }
                }));
            }
            threads.forEach(Thread::start);
            final int[] next = new int[THREADS];
            for (int i = 0; i < THREADS * MESSAGES; i++) {
                final RawPeer.Frame frame = peer.readFrame();
                final String[] parts = frame.text().split(":");
                final int thread = Integer.parseInt(parts[0]);
                assertThat(Integer.parseInt(parts[1])).isEqualTo(next[thread]);
                assertThat(frame.firstByte()).isEqualTo(next[thread] % 2 == 0 ? 0x81 : 0x82);
                next[thread]++;
            }
            for (final Thread thread : threads) {
                thread.join();
            }
            handler.awaitThat(() -> handler.ws.bufferedBytes() == 0, "nothing to wait");
        }
        assertThat(refused).isEmpty();
    }

    @Test
    void shouldTellAThreadWhenItMayGoOn() throws Exception {
        final Semaphore writable = new Semaphore(0);
        final Recorder handler = new Recorder() {
            @Override
            public void onWritable(final WebSocket socket) {
                writable.release();
            }
        };
        final int count = 2_000;
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            final Thread producer = new Thread(() -> {
                for (int i = 0; i < count; ) {
                    final ByteBuffer payload = ByteBuffer.allocate(8_000).putInt(0, i);
                    writable.drainPermits();
                    final SendResult result = handler.ws.send(payload);
                    if (result.isTaken()) {
                        i++;
                    }
                    if (result != SendResult.SENT) {
                        // Without a call it would wait for ever, and the test time out.
                        writable.acquireUninterruptibly();
                    }
                }
            });
            producer.start();
            for (int i = 0; i < count; i++) {
                assertThat(ByteBuffer.wrap(peer.readFrame().payload()).getInt(0))
                        .isEqualTo(i);
            }
            producer.join();
        }
    }

    @Test
    void shouldPingPauseAndCloseFromAnyThread() throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            final ByteBuffer payload = ByteBuffer.wrap(new byte[] {'x', 'y'}, 1, 1);
            assertThat(handler.ws.ping(payload)).isEqualTo(SendResult.SENT);
            assertThat(handler.ws.pong(payload)).isEqualTo(SendResult.SENT);
            assertThat(payload.remaining()).isOne();
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x89);
            assertThat(peer.readFrame().text()).isEqualTo("y");

            handler.ws.pauseReading();
            // Goes the same way, so that the pause has come when it arrives.
            handler.ws.send("paused");
            assertThat(peer.readFrame().text()).isEqualTo("paused");
            peer.sendText("held back");
            handler.ws.send("still paused");
            assertThat(peer.readFrame().text()).isEqualTo("still paused");
            assertThat(handler.events).containsExactly("open");
            handler.ws.resumeReading();
            handler.await("text held back");

            handler.ws.send("last");
            handler.ws.close(4000, "from outside");
            assertThat(handler.ws.send("late")).isEqualTo(SendResult.CLOSED);
            assertThat(handler.ws.isOpen()).isFalse();
            assertThat(peer.readFrame().text()).isEqualTo("last");
            assertThat(peer.readFrame().closeCode()).isEqualTo(4000);
            peer.send(RawPeer.closeFrame(4000));
            handler.await("close 4000");
            assertThat(handler.ws.readyState()).isEqualTo(ReadyState.CLOSED);
        }
    }

    @Test
    void shouldCloseThoughItIsPaused() throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            handler.ws.pauseReading();
            handler.ws.send("paused");
            assertThat(peer.readFrame().text()).isEqualTo("paused");
            peer.sendText("unread").sendText("unread");
            handler.ws.close();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            peer.send(RawPeer.closeFrame(1000));
            assertThat(peer.isAtEnd()).isTrue();
        }
        assertThat(handler.events).containsExactly("open", "close 1000");
    }

    @Test
    void shouldAbortFromAnyThread() throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            handler.ws.abort();
            assertThat(handler.ws.readyState()).isEqualTo(ReadyState.CLOSED);
            assertThat(handler.ws.send("late")).isEqualTo(SendResult.CLOSED);
            assertThat(peer.isAtEnd()).isTrue();
            handler.await("close 1006");
        }
        assertThat(handler.events).containsExactly("open", "close 1006");
    }

    @Test
    void shouldAbortWhereAMessageInFragmentsIsNotFinished() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final var writer = socket.startMessage(Opcode.TEXT);
                writer.append("begun");
                final Thread other = new Thread(() -> socket.send("from another thread"));
                other.start();
                try {
                    other.join();
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                socket.abort();
                events.add("append " + writer.append("more"));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open();
                RawPeer other = server.open()) {
            peer.sendText("go");
            handler.await("close 1006");
            assertThat(handler.events).contains("append CLOSED");
            assertThat(other.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
        }
    }

    @Test
    void shouldRefuseOffTheLoopWhatBelongsToIt() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                super.onOpen(socket);
                final Thread other = new Thread(() -> events.add(refusal(socket)));
                other.start();
                try {
                    other.join();
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("refused");
            assertThatIllegalStateException()
                    .isThrownBy(() -> handler.ws.request())
                    .withMessageContaining(Thread.currentThread().getName());
            assertThat(peer.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
        }
    }

    private static String refusal(final WebSocket socket) {
        try {
            return "gave " + socket.request();
        } catch (final IllegalStateException e) {
            return "refused";
        }
    }

    @Test
    void shouldSendFromOneConnectionsHandlerToTheOthers() throws IOException {
        final Queue<WebSocket> all = new ConcurrentLinkedQueue<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                all.add(socket);
            }

            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                all.forEach(other -> other.send(message));
                final Message copy = message.copy();
                all.forEach(other -> other.send(copy));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer one = server.open();
                RawPeer two = server.open();
                RawPeer three = server.open()) {
            handler.awaitThat(() -> all.size() == 3, "all to be open");
            for (int i = 0; i < 100; i++) {
                one.sendText("message " + i);
            }
            for (final RawPeer peer : List.of(two, three, one)) {
                for (int i = 0; i < 100; i++) {
                    assertThat(peer.readFrame().text()).isEqualTo("message " + i);
                    assertThat(peer.readFrame().text()).isEqualTo("message " + i);
                }
            }
        }
    }

    @Test
    void shouldSendBeforeTheServersGoodbyeWhatWasSentBeforeIt() throws IOException {
        final Semaphore go = new Semaphore(0);
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                go.acquireUninterruptibly();
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            // While the loop is held up, all of it arrives there, more than it takes in one turn.
            peer.sendText("wait");
            handler.await("text wait");
            final Thread closer = new Thread(() -> {
                for (int i = 0; i < 3 * MESSAGES; i++) {
                    handler.ws.send("last " + i);
                }
                server.server().close();
            });
            closer.start();
            handler.awaitThat(() -> closer.getState() == Thread.State.TIMED_WAITING, "close() to wait");
            go.release();
            for (int i = 0; i < 3 * MESSAGES; i++) {
                assertThat(peer.readFrame().text()).isEqualTo("last " + i);
            }
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
        }
        assertThat(handler.events).startsWith("open", "text wait").endsWith("close 1001");
    }

    @Test
    void shouldLetAnyThreadWriteAMessageInFragments() throws IOException {
        final AtomicReference<MessageWriter> writer = new AtomicReference<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                writer.set(socket.startMessage(Opcode.BINARY));
                super.onOpen(socket);
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            assertThat(writer.get().append(ByteBuffer.allocate(1))).isEqualTo(SendResult.SENT);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x02);
            assertThatIllegalStateException().isThrownBy(() -> handler.ws.startMessage(Opcode.TEXT));
            assertThat(handler.ws.send("held")).isEqualTo(SendResult.SENT);
            assertThat(handler.ws.ping(ByteBuffer.allocate(0))).isEqualTo(SendResult.SENT);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x89);
            assertThat(writer.get().append(ByteBuffer.allocate(2))).isEqualTo(SendResult.SENT);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x00);
            assertThat(writer.get().finish()).isEqualTo(SendResult.SENT);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            assertThat(peer.readFrame().text()).isEqualTo("held");
            final MessageWriter second = handler.ws.startMessage(Opcode.TEXT);
            assertThat(second.append("grüße")).isEqualTo(SendResult.SENT);
            assertThat(second.finish()).isEqualTo(SendResult.SENT);
            assertThat(handler.ws.startMessage(Opcode.BINARY).finish()).isEqualTo(SendResult.SENT);
            assertThat(peer.readFrame().text()).isEqualTo("grüße");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x82);
        }
    }
}
