package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The memory in which messages go from thread to thread: not made anew for each, bounded, and given back on every way.
 * That nothing is lent at the end is checked by each server's end.
 */
class HandoffTest {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static final int ROUNDS_MAX = 5;

    /** What the JVM may allocate in the course of a run of its own: constant, and far from a byte for each message. */
    private static final long SLACK_BYTES = 16_384;

    /** Knows the threads on which it runs. */
    private static final class Echo extends Recorder {
        private final Set<Long> threads = ConcurrentHashMap.newKeySet();

        @Override
        public void onOpen(final WebSocket socket) {
            threads.add(Thread.currentThread().getId());
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            socket.send(message);
        }
    }

    private static long allocatedBytes(final String... names) {
        long sum = 0;
        for (final Thread thread : Thread.getAllStackTraces().keySet()) {
            for (final String name : names) {
                if (thread.getName().startsWith(name)) {
                    sum += THREADS.getThreadAllocatedBytes(thread.getId());
                }
            }
        }
        return sum;
    }

    @ParameterizedTest
    @CsvSource({"1, 20, 50, 100000", "2, 1000, 50, 50000", "1, 0, 1, 20000"})
    void shouldCrossToWorkersAndBackWithoutAllocation(
            final int opcode, final int payloadBytes, final int together, final int messages) throws IOException {
        final byte[] request =
                RawPeer.frame(0x80 | opcode, "x".repeat(payloadBytes).getBytes(RawPeer.BYTES));
        final byte[] requests = new byte[request.length * together];
        for (int i = 0; i < together; i++) {
            System.arraycopy(request, 0, requests, i * request.length, request.length);
        }
        final byte[] replies = new byte[(payloadBytes + (payloadBytes < 126 ? 2 : 4)) * together];
        final ServerOptions options = CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withWorkers(2));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(new Echo()).onWorkers(), options);
                RawPeer peer = server.open()) {
            for (int i = 0; i < messages / together / 2; i++) {
                peer.send(requests).readFully(replies);
            }
            // On a busy machine the compiler comes late to what it can spare: what allocates by itself does so every
            // time.
            long allocated = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS_MAX && allocated > SLACK_BYTES; round++) {
                final long before = allocatedBytes("godwit-");
                for (int i = 0; i < messages / together; i++) {
                    peer.send(requests).readFully(replies);
                }
                allocated = allocatedBytes("godwit-") - before;
            }
            assertThat(allocated)
                    .as("bytes that loop and workers allocated for " + messages + " messages")
                    .isBetween(0L, SLACK_BYTES);
        }
    }

    @Test
    void shouldSendFromAnyThreadWithoutAllocation() throws Exception {
        final int messages = 50_000;
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            final ByteBuffer payload = ByteBuffer.allocate(20);
            final byte[] replies = new byte[(2 + 20) * 50];
            long before = 0;
            long beforeHere = 0;
            final long here = Thread.currentThread().getId();
            for (int i = 0; i < 2 * messages; i += 50) {
                if (i == messages) {
                    before = allocatedBytes("godwit-");
                    beforeHere = THREADS.getThreadAllocatedBytes(here);
                }
                for (int j = 0; j < 50; j += 2) {
                    handler.ws.send(payload);
                    handler.ws.send("a text of twenty let");
                }
                peer.readFully(replies);
            }
            final long allocatedHere = THREADS.getThreadAllocatedBytes(here) - beforeHere;
            assertThat(allocatedBytes("godwit-") - before).isBetween(0L, SLACK_BYTES);
            // What asks the JVM for its threads is counted here too.
            assertThat(allocatedHere).isBetween(0L, 4 * SLACK_BYTES);
        }
    }

    /** Holds its loop up while a test sends. */
    private static final class Held extends Recorder {
        private final Semaphore go = new Semaphore(0);

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            super.onMessage(socket, message);
            go.acquireUninterruptibly();
        }
    }

    private static Endpoint room(final Held handler, final int bytes) {
        return Endpoint.of(handler).withLimits(Limits.of(ProtocolLimits.DEFAULT, bytes / 2, bytes, 0));
    }

    @Test
    void shouldDropWhatWouldBeTooManyMessages() throws IOException {
        final Held handler = new Held();
        try (CheckedServer server = CheckedServer.of(room(handler, 64 << 20));
                RawPeer peer = server.open()) {
            peer.sendText("hold");
            handler.await("text hold");
            int taken = 0;
            while (handler.ws.send("") != SendResult.DROPPED) {
                taken++;
            }
            assertThat(taken).isEqualTo(65_536);
            handler.go.release();
            for (int i = 0; i < taken; i++) {
                assertThat(peer.readFrame().payload()).isEmpty();
            }
            handler.await("writable");
            assertThat(handler.ws.send("again").isTaken()).isTrue();
            assertThat(peer.readFrame().text()).isEqualTo("again");
            handler.awaitThat(() -> handler.ws.bufferedBytes() == 0, "no room to be taken");
        }
    }

    @Test
    void shouldDropWhatWouldBeTooMuchMemory() throws IOException {
        final Held handler = new Held();
        final ServerOptions options = CheckedServer.PATIENT.withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(1 << 20));
        try (CheckedServer server = CheckedServer.of(room(handler, 64 << 20), options);
                RawPeer peer = server.open()) {
            peer.sendText("hold");
            handler.await("text hold");
            final ByteBuffer payload = ByteBuffer.allocate(30_000);
            int taken = 0;
            while (handler.ws.send(payload) != SendResult.DROPPED) {
                taken++;
            }
            // Each takes 32,928 bytes of three quarters of the budget: twelve are as much as is left then, 358,368.
            assertThat(taken)
                    .as("until more waits than there is memory to spare")
                    .isEqualTo(12);
            assertThat(server.server().loops().servers().get(0).loop().handoff().lentBytes())
                    .isLessThanOrEqualTo(1 << 20);
            handler.go.release();
            for (int i = 0; i < taken; i++) {
                assertThat(peer.readFrame().payload()).hasSize(30_000);
            }
            handler.await("writable");
            handler.awaitThat(() -> handler.ws.bufferedBytes() == 0, "no room to be taken");
        }
    }

    /** A text that cannot be read. */
    private static final class Throwing implements CharSequence {

        @Override
        public int length() {
            return 100;
        }

        @Override
        public char charAt(final int index) {
            return 'x';
        }

        @Override
        public CharSequence subSequence(final int start, final int end) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String toString() {
            throw new IllegalStateException("by a test");
        }
    }

    @Test
    void shouldGiveBackWhereATextCannotBeEncoded() throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            assertThatIllegalArgumentException().isThrownBy(() -> handler.ws.send("half \uD800"));
            final AtomicBoolean thrown = new AtomicBoolean();
            try {
                handler.ws.send(new Throwing());
            } catch (final RuntimeException e) {
                thrown.set(true);
            }
            assertThat(thrown).isTrue();
            assertThat(handler.ws.bufferedBytes()).isZero();
            assertThat(server.server().loops().servers().get(0).loop().handoff().lentBytes())
                    .isZero();
            handler.ws.send("whole");
            assertThat(peer.readFrame().text()).isEqualTo("whole");
        }
    }

    @Test
    void shouldGiveBackWhatWaitsAtTheEnd() throws IOException {
        final Held handler = new Held();
        try (CheckedServer server = CheckedServer.of(handler)) {
            final RawPeer peer = server.open();
            peer.sendText("hold");
            handler.await("text hold");
            for (int i = 0; i < 5_000; i++) {
                handler.ws.send("never read");
            }
            assertThat(server.server().loops().servers().get(0).loop().handoff().lentBytes())
                    .isPositive();
            handler.ws.abort();
            handler.go.release();
            handler.await("close 1006");
            assertThat(handler.ws.send("late")).isEqualTo(SendResult.CLOSED);
            peer.close();
        }
    }

    @Test
    void shouldGiveBackWhatIsHeldForTheEndOfAMessage() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final MessageWriter writer = socket.startMessage(Opcode.TEXT);
                writer.append("begun");
                socket.send("held");
                socket.send(ByteBuffer.allocate(10));
                events.add("begun");
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("x");
            handler.await("begun");
            handler.ws.send("from another thread");
            assertThat(peer.readFrame().text()).isEqualTo("begun");
            peer.reset();
            handler.awaitThat(() -> handler.events.contains("close 1006"), "the end");
        }
    }

    @Test
    void shouldGiveBackWhatIsSentWhileConnectionsEnd() throws Exception {
        final List<WebSocket> open = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                synchronized (open) {
                    open.add(socket);
                }
                super.onOpen(socket);
            }
        };
        final AtomicBoolean stop = new AtomicBoolean();
        try (CheckedServer server = CheckedServer.of(handler)) {
            final List<Thread> senders = new ArrayList<>();
            for (int t = 0; t < 3; t++) {
                senders.add(new Thread(() -> {
                    while (!stop.get()) {
                        final List<WebSocket> all;
                        synchronized (open) {
                            all = List.copyOf(open);
                        }
                        all.forEach(socket -> socket.send("to whoever is there"));
                    }
                }));
            }
            senders.forEach(Thread::start);
            for (int i = 0; i < 200; i++) {
                final RawPeer peer = server.open();
                peer.readFrame();
                if (i % 2 == 0) {
                    peer.reset();
                } else {
                    peer.close();
                }
                synchronized (open) {
                    if (open.size() > 20) {
                        open.remove(0);
                    }
                }
            }
            stop.set(true);
            for (final Thread sender : senders) {
                sender.join();
            }
        }
    }
}
