package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Handlers on workers: order, stalls, bounds. */
class WorkersTest {

    /** The kernel makes a receive buffer that nobody has set as large as what comes, up to tens of megabytes. */
    private static final int SLOW_READER_BYTES = 65_536;

    static Endpoint onWorkers(final WebSocketHandler handler) {
        return Endpoint.of(handler).onWorkers();
    }

    private static ServerOptions workers(final int count) {
        return CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withWorkers(count));
    }

    private static ServerOptions workersOfTwoLoops(final int count) {
        return CheckedServer.PATIENT.withThreads(
                Threads.DEFAULT.withWorkers(count).withLoops(2));
    }

    private static Endpoint mailbox(final WebSocketHandler handler, final int messagesMax, final int bytesMax) {
        final Endpoint endpoint = onWorkers(handler);
        return endpoint.withLimits(endpoint.limits().withMailbox(new MailboxLimits(messagesMax, bytesMax)));
    }

    /** Waits in onMessage for a permit where the message says so. */
    private static final class Waiting extends Recorder {
        private final Semaphore go = new Semaphore(0);
        private final AtomicInteger delivered = new AtomicInteger();

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            if (message.isText() && message.text().equals("wait")) {
                events.add("waits");
                go.acquireUninterruptibly();
            }
            delivered.incrementAndGet();
            socket.send(message);
        }
    }

    @Test
    void shouldKeepTheOrderOfEachConnectionAndNeverOverlap() throws Exception {
        final int peers = 40;
        final int messages = 500;
        final Queue<String> mistakes = new ConcurrentLinkedQueue<>();
        final AtomicInteger closes = new AtomicInteger();
        final WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public void onOpen(final WebSocket ws) {
                ws.attach(new AtomicBoolean());
            }

            @Override
            public void onMessage(final WebSocket ws, final Message message) {
                final AtomicBoolean inside = ws.attachment();
                if (!inside.compareAndSet(false, true)) {
                    mistakes.add("two callbacks at a time");
                }
                if (!Thread.currentThread().getName().startsWith("godwit-worker-")) {
                    mistakes.add("on " + Thread.currentThread().getName());
                }
                ws.send(message);
                inside.set(false);
            }

            @Override
            public void onClose(final WebSocket ws, final int code, final String reason) {
                closes.incrementAndGet();
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler), workersOfTwoLoops(8))) {
            final List<Thread> threads = new ArrayList<>();
            for (int p = 0; p < peers; p++) {
                threads.add(new Thread(() -> exchange(server, messages, mistakes)));
            }
            threads.forEach(Thread::start);
            for (final Thread thread : threads) {
                thread.join();
            }
        }
        assertThat(mistakes).isEmpty();
        assertThat(closes).as("when close() has returned").hasValue(peers);
    }

    private static void exchange(final CheckedServer server, final int messages, final Queue<String> mistakes) {
        try (RawPeer peer = server.open()) {
            for (int sent = 0; sent < messages; sent += 50) {
                for (int i = sent; i < sent + 50; i++) {
                    peer.sendText("message " + i);
                }
                for (int i = sent; i < sent + 50; i++) {
                    final String text = peer.readFrame().text();
                    if (!text.equals("message " + i)) {
                        mistakes.add(text + " in place of " + i);
                    }
                }
            }
        } catch (final IOException e) {
            mistakes.add(e.toString());
        }
    }

    @Test
    void shouldStallTheConnectionOfASleepingHandlerAlone() throws IOException {
        final Waiting handler = new Waiting();
        try (CheckedServer server = CheckedServer.of(onWorkers(handler), workers(2));
                RawPeer asleep = server.open();
                RawPeer awake = server.open()) {
            asleep.sendText("wait").sendText("behind it");
            handler.await("waits");
            for (int i = 0; i < 200; i++) {
                assertThat(awake.sendText("echo " + i).readFrame().text()).isEqualTo("echo " + i);
            }
            // The loop serves it all the same: it is its handler that sleeps.
            assertThat(asleep.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
            handler.go.release();
            assertThat(asleep.readFrame().text()).isEqualTo("wait");
            assertThat(asleep.readFrame().text()).isEqualTo("behind it");
        }
    }

    @Test
    void shouldStopReadingWhileTheMailboxIsFull() throws Exception {
        final Waiting handler = new Waiting();
        final int count = 4_000;
        final byte[] payload = new byte[20_000];
        final byte[] frame = RawPeer.frame(0x82, payload);
        try (CheckedServer server = CheckedServer.of(mailbox(handler, 1_000_000, 160_000));
                RawPeer peer = server.open()) {
            peer.sendText("wait");
            handler.await("waits");
            final CountDownLatch sent = new CountDownLatch(1);
            final Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        peer.send(frame);
                    }
                    sent.countDown();
                } catch (final IOException e) {
                    handler.events.add("sender " + e);
                }
            });
            sender.start();
            handler.awaitThat(() -> server.count(Metric.MAILBOXES_FULL) == 1, "the mailbox to be full");
            final long received = 1 + 8;
            requireReceived(server, handler, received);
            // 80 MB do not fit into what the kernel keeps, which may be half of it: the peer is held back, and
            // everybody else is served.
            try (RawPeer other = server.open()) {
                assertThat(other.sendText("other").readFrame().text()).isEqualTo("other");
            }
            assertThat(sent.getCount()).isOne();
            assertThat(server.count(Metric.MESSAGES_RECEIVED)).isEqualTo(received + 1);

            handler.go.release();
            assertThat(peer.readFrame().text()).isEqualTo("wait");
            for (int i = 0; i < count; i++) {
                assertThat(peer.readFrame().payload()).hasSize(payload.length);
            }
            sender.join();
            assertThat(sent.getCount()).isZero();
        }
        assertThat(handler.events).noneMatch(event -> event.startsWith("sender"));
    }

    @Test
    void shouldResumeWhenHalfOfTheMailboxIsEmpty() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                permits(socket).acquireUninterruptibly();
            }

            @Override
            public void onOpen(final WebSocket socket) {
                socket.attach(new Semaphore(0));
                super.onOpen(socket);
            }
        };
        try (CheckedServer server = CheckedServer.of(mailbox(handler, 8, 1_000_000));
                RawPeer peer = server.open()) {
            for (int i = 0; i < 40; i++) {
                peer.sendText("" + i);
            }
            handler.awaitThat(() -> server.count(Metric.MAILBOXES_FULL) == 1, "the mailbox to be full");
            requireReceived(server, handler, 8);
            handler.await("text 0");
            permits(handler.ws).release(3);
            handler.await("text 3");
            assertThat(server.count(Metric.MESSAGES_RECEIVED)).as("five wait").isEqualTo(8);
            permits(handler.ws).release();
            handler.awaitThat(() -> server.count(Metric.MAILBOXES_FULL) == 2, "the mailbox to be full again");
            requireReceived(server, handler, 12);
            permits(handler.ws).release(40);
            handler.await("text 39");
        }
        for (int i = 0; i < 40; i++) {
            assertThat(handler.events.get(1 + i)).isEqualTo("text " + i);
        }
    }

    /** What a read has brought is counted at its end, which is after it has filled a mailbox. */
    private static void requireReceived(final CheckedServer server, final Recorder handler, final long messages) {
        handler.awaitThat(() -> server.count(Metric.MESSAGES_RECEIVED) >= messages, "the messages to be counted");
        assertThat(server.count(Metric.MESSAGES_RECEIVED)).isEqualTo(messages);
    }

    private static Semaphore permits(final WebSocket ws) {
        return ws.attachment();
    }

    @Test
    void shouldLoseNothingOfAnEchoToASlowPeer() throws Exception {
        final Waiting handler = new Waiting();
        final AtomicBoolean backlogged = new AtomicBoolean();
        final Endpoint endpoint = onWorkers(handler)
                .withLimits(
                        EndpointLimits.DEFAULT.withOutbound(OutboundLimits.DEFAULT.withTimeout(Duration.ofHours(1))));
        int count = 0;
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = new RawPeer(server.port(), SLOW_READER_BYTES)) {
            peer.send(RawPeer.upgrade("/")).readHead();
            final Thread sender = new Thread(() -> sendUntil(backlogged, peer, handler));
            sender.start();
            // It reads nothing until the server holds as much as it likes, whatever the kernel holds beside that.
            handler.awaitThat(() -> handler.ws != null && handler.ws.bufferedBytes() >= 65_536, "a backlog");
            backlogged.set(true);
            int number = ByteBuffer.wrap(peer.readFrame().payload()).getInt();
            while (number >= 0) {
                assertThat(number).isEqualTo(count++);
                number = ByteBuffer.wrap(peer.readFrame().payload()).getInt();
            }
            sender.join();
        }
        assertThat(handler.delivered).as("with the last one").hasValue(count + 1);
        assertThat(handler.events).noneMatch(event -> event.startsWith("sender") || event.startsWith("error"));
    }

    /** Sends numbered messages until there is a backlog, as many as have to go through it, and then -1. */
    private static void sendUntil(final AtomicBoolean backlogged, final RawPeer peer, final Waiting handler) {
        try {
            int number = 0;
            for (int after = 0; after < 2_000; number++) {
                peer.send(RawPeer.frame(
                        0x82, ByteBuffer.allocate(1_000).putInt(number).array()));
                after += backlogged.get() ? 1 : 0;
            }
            peer.send(RawPeer.frame(0x82, ByteBuffer.allocate(4).putInt(-1).array()));
        } catch (final IOException e) {
            handler.events.add("sender " + e);
        }
    }

    @Test
    void shouldHoldBackWhatHasComeWhileReadingIsPaused() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                if (message.text().equals("pause")) {
                    socket.pauseReading();
                }
                super.onMessage(socket, message);
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(
                    RawPeer.frame(0x81, "pause".getBytes(RawPeer.BYTES)), RawPeer.frame(0x81, (byte) 'x')));
            handler.await("text pause");
            handler.ws.send("paused");
            assertThat(peer.readFrame().text()).isEqualTo("paused");
            handler.ws.resumeReading();
            handler.await("text x");
        }
        assertThat(handler.events).startsWith("open", "text pause", "text x");
    }

    /** Whoever pauses has one message in hand at a time, however the connection ends; nor is he shown the rest without its middle. */
    @Test
    void shouldHandNothingOnOfWhatAPauseHeldBackOnceTheConnectionHasEnded() throws IOException {
        final AtomicReference<WebSocket> paused = new AtomicReference<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                if (message.text().equals("first")) {
                    paused.set(socket);
                    socket.pauseReading();
                    while (socket.isOpen()) {
                        Thread.onSpinWait();
                    }
                } else if (message.text().equals("resume")) {
                    paused.get().resumeReading();
                }
            }
        };
        final ServerOptions options = workers(1)
                .withTimeouts(
                        CheckedServer.PATIENT.timeouts().withKeepAlive(Duration.ofMillis(50), Duration.ofHours(1)));
        try (CheckedServer server = CheckedServer.of(onWorkers(handler), options);
                RawPeer other = server.open()) {
            try (RawPeer peer = server.open()) {
                final byte[] more = RawPeer.frame(0x81, "more".getBytes(RawPeer.BYTES));
                final byte[][] frames = new byte[100][];
                Arrays.fill(frames, more);
                frames[0] = RawPeer.frame(0x81, "first".getBytes(RawPeer.BYTES));
                peer.send(RawPeer.concat(frames));
                handler.await("text first");
                other.sendText("resume");
            }
            handler.await("text resume");
            handler.await("close 1006");
        }
        assertThat(handler.events).doesNotContain("text more");
    }

    @Test
    void shouldDeliverFragmentsAndControlFrames() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public boolean takesFragments() {
                return true;
            }
        };
        try (CheckedServer server = CheckedServer.of(onWorkers(handler));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(
                    RawPeer.frame(0x01, (byte) 'a'),
                    RawPeer.frame(0x89, (byte) 'p'),
                    RawPeer.frame(0x8A, (byte) 'q'),
                    RawPeer.frame(0x80, (byte) 'b', (byte) 'c')));
            handler.await("fragment 2 last");
        }
        assertThat(handler.events).startsWith("open", "fragment 1", "ping p", "pong q", "fragment 2 last");
    }

    @Test
    void shouldDeliverLongMessages() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                events.add("" + message);
                socket.send(message);
            }
        };
        final Endpoint endpoint = onWorkers(handler);
        final ProtocolLimits protocol = new ProtocolLimits(300_000, 300_000, 8);
        try (CheckedServer server =
                        CheckedServer.of(endpoint.withLimits(endpoint.limits().withProtocol(protocol)));
                RawPeer peer = server.open()) {
            final byte[] payload = new byte[300_000];
            payload[299_999] = 1;
            // Longer than the mailbox's bytes: it finds room where that is empty.
            for (int i = 0; i < 3; i++) {
                peer.send(RawPeer.frame(0x82, payload));
                assertThat(peer.readFrame().payload()).isEqualTo(payload);
            }
        }
        assertThat(handler.events).contains("binary message of 300000 bytes");
    }

    @Test
    void shouldServeHandlersOfASteppedServer() throws IOException {
        final Recorder handler = new Recorder();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", onWorkers(handler))
                .stepped()
                .build()
                .start();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/")).sendText("stepped");
            handler.awaitThat(
                    () -> {
                        server.doWork();
                        return handler.events.contains("text stepped");
                    },
                    "the message");
        } finally {
            server.close();
        }
        assertThat(handler.events).startsWith("open", "text stepped").endsWith("close 1006");
        assertThat(server.loops().servers().get(0).loop().handoff().lentBytes()).isZero();
    }
}
