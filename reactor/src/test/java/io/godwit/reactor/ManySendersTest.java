package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many threads send on the same connections at once: each message arrives whole, in the order of its thread.
 *
 * <p>What is not taken is tried again. A thread goes round its connections, and passes over those that do not take its
 * message; where none of them took one it waits until one of them is writable, or for a moment. The hard limit is so low that
 * this happens.
 */
class ManySendersTest {

    private static final int THREADS = 8;
    private static final int CONNECTIONS = 100;
    private static final int MESSAGES = 100;
    private static final int FILLING_BYTES_MAX = 20 * 1_024;
    private static final int BYTES_SOFT = 30_000;
    private static final int BYTES_MAX = 100_000;
    private static final int EMPTY_EVERY = 7;
    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(100);

    /** The filling of all messages: a piece of it from somewhere. Two bytes a character at times, so that a cut shows. */
    private static final String FILLING = "0123456789aé".repeat(2 * FILLING_BYTES_MAX / 12);

    /** One message of one thread to one connection; even ones are text, and some have no content at all. */
    private record Numbered(int thread, int number) {

        boolean isText() {
            return number % 2 == 0;
        }

        boolean isEmpty() {
            return number % EMPTY_EVERY == EMPTY_EVERY - 1;
        }

        String content() {
            if (isEmpty()) {
                return "";
            }
            final int hash = Math.abs((number * 31 + thread) * 0x9E3779B1 >> 1);
            // Most are small, as they are in life; some are as long as they may be.
            final int length = number % 3 == 0 ? hash % (FILLING_BYTES_MAX + 1) : hash % 200;
            final int start = hash % FILLING_BYTES_MAX;
            return thread + ":" + number + ":" + FILLING.substring(start, start + length);
        }

        byte[] payload() {
            return content().getBytes(StandardCharsets.UTF_8);
        }

        SendResult sendOn(final WebSocket ws) {
            return isText() ? ws.send(content()) : ws.send(ByteBuffer.wrap(payload()));
        }
    }

    /** What the peer of one connection has got. */
    private static final class Received {
        private final int[] next = new int[THREADS];
        private final ByteArrayOutputStream message = new ByteArrayOutputStream();
        private int opcode;
        private int empty;
        private int all;

        void add(final RawPeer.Frame frame) {
            if (message.size() == 0 && opcode == 0) {
                opcode = frame.opcode();
            } else {
                assertThat(frame.opcode()).as("a message within another").isZero();
            }
            message.writeBytes(frame.payload());
            if ((frame.firstByte() & 0x80) != 0) {
                add(message.toByteArray());
                message.reset();
                opcode = 0;
            }
        }

        private void add(final byte[] payload) {
            all++;
            if (payload.length == 0) {
                empty++;
                return;
            }
            final String[] parts =
                    new String(payload, 0, Math.min(payload.length, 10), StandardCharsets.UTF_8).split(":", 3);
            final int thread = Integer.parseInt(parts[0]);
            // An empty message does not say whose it is: those are passed over here, and counted.
            if (new Numbered(thread, next[thread]).isEmpty()) {
                next[thread]++;
            }
            final Numbered expected = new Numbered(thread, next[thread]);
            assertThat(parts[1]).as("thread " + thread).isEqualTo(String.valueOf(next[thread]++));
            assertThat(opcode).isEqualTo(expected.isText() ? 1 : 2);
            if (!Arrays.equals(payload, expected.payload())) {
                assertThat(new String(payload, StandardCharsets.UTF_8)).isEqualTo(expected.content());
            }
        }
    }

    /** Sends all messages of one thread. */
    private static final class Sender implements Runnable {
        private final int thread;
        private final List<WebSocket> all;
        private final Semaphore writable;
        private final AtomicLong dropped;
        private final int[] next;

        Sender(final int thread, final List<WebSocket> all, final Semaphore writable, final AtomicLong dropped) {
            this.thread = thread;
            this.all = all;
            this.writable = writable;
            this.dropped = dropped;
            next = new int[all.size()];
        }

        @Override
        public void run() {
            final long endNs = System.nanoTime() + WAIT_NS;
            while (!isDone()) {
                if (System.nanoTime() > endNs) {
                    throw new IllegalStateException("what was not taken is not taken later either");
                }
                if (!sendRound()) {
                    awaitWritable();
                }
            }
        }

        private boolean isDone() {
            return Arrays.stream(next).allMatch(number -> number == MESSAGES);
        }

        private boolean sendRound() {
            boolean taken = false;
            for (int i = 0; i < next.length; i++) {
                // No two threads begin with the same connection.
                final int at = (i + thread * next.length / THREADS) % next.length;
                if (next[at] < MESSAGES) {
                    final SendResult result = new Numbered(thread, next[at]).sendOn(all.get(at));
                    if (result.isTaken()) {
                        next[at]++;
                        taken = true;
                    } else if (result == SendResult.DROPPED) {
                        dropped.incrementAndGet();
                    } else {
                        throw new IllegalStateException("closed");
                    }
                }
            }
            return taken;
        }

        private void awaitWritable() {
            try {
                writable.tryAcquire(20, TimeUnit.MILLISECONDS);
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Queue<WebSocket> opened = new ConcurrentLinkedQueue<>();
    private final Semaphore writable = new Semaphore(0);
    private final AtomicLong dropped = new AtomicLong();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    private final WebSocketHandler handler = new WebSocketHandler() {
        @Override
        public void onOpen(final WebSocket ws) {
            opened.add(ws);
        }

        @Override
        public void onWritable(final WebSocket ws) {
            writable.release();
        }
    };

    private final CountDownLatch released = new CountDownLatch(1);

    private void holdUpTheLoop(final CheckedServer server) {
        server.server().loops().servers().get(0).loop().execute(() -> {
            try {
                released.await(WAIT_NS, TimeUnit.NANOSECONDS);
            } catch (final InterruptedException e) {
                failures.add(e);
            }
        });
    }

    @ParameterizedTest(name = "fragments of {0} bytes")
    @ValueSource(ints = {0, 4_000})
    void shouldDeliverEachMessageWholeAndInTheOrderOfItsThread(final int fragmentBytes) throws Exception {
        final Endpoint endpoint = Endpoint.of(handler)
                .withLimits(Limits.of(ProtocolLimits.DEFAULT, BYTES_SOFT, BYTES_MAX, fragmentBytes));
        try (CheckedServer server = CheckedServer.of(endpoint);
                Selector selector = Selector.open()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                final FrameStream stream = FrameStream.open(server.port(), "/", 2 * FILLING_BYTES_MAX);
                stream.channel().register(selector, SelectionKey.OP_READ, stream);
            }
            awaitThat(() -> opened.size() == CONNECTIONS, "all connections");
            holdUpTheLoop(server);
            final List<Thread> senders = startSenders();
            // The loop is held up until a connection has no more room, which the kernel's buffers would put off: so
            // there are messages that have to be tried again, however fast the machine is.
            awaitThat(() -> dropped.get() > 0, "a message that is not taken");
            released.countDown();
            final List<Received> all = receive(selector);
            for (final Thread sender : senders) {
                sender.join();
            }
            assertThat(failures).isEmpty();
            assertAllReceived(all);
            for (final SelectionKey key : selector.keys()) {
                ((FrameStream) key.attachment()).close();
            }
        }
    }

    private void awaitThat(final BooleanSupplier condition, final String what) {
        final long endNs = System.nanoTime() + WAIT_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(endNs);
            assertThat(failures).isEmpty();
            Await.pause();
        }
    }

    private List<Thread> startSenders() {
        final List<WebSocket> all = List.copyOf(opened);
        final List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
            final Thread thread = new Thread(new Sender(t, all, writable, dropped));
            thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
            thread.start();
            threads.add(thread);
        }
        return threads;
    }

    private List<Received> receive(final Selector selector) throws IOException {
        final List<Received> all = new ArrayList<>();
        for (final SelectionKey key : selector.keys()) {
            all.add(new Received());
            key.attach(new Reading((FrameStream) key.attachment(), all.get(all.size() - 1)));
        }
        final long endNs = System.nanoTime() + WAIT_NS;
        while (all.stream().anyMatch(received -> received.all < THREADS * MESSAGES)) {
            assertThat(System.nanoTime()).as("all messages have come").isLessThan(endNs);
            assertThat(failures).isEmpty();
            selector.select(key -> ((Reading) key.attachment()).read(), 100);
        }
        selector.keys().forEach(key -> key.attach(((Reading) key.attachment()).stream));
        return all;
    }

    /** A connection's peer. */
    private record Reading(FrameStream stream, Received received) {

        void read() {
            try {
                assertThat(stream.read()).as("bytes, rather than the end").isNotEqualTo(FrameStream.END);
                for (RawPeer.Frame frame = stream.next(); frame != null; frame = stream.next()) {
                    received.add(frame);
                }
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void assertAllReceived(final List<Received> all) {
        final int emptyOfThread = (int) IntStream.range(0, MESSAGES)
                .filter(number -> new Numbered(0, number).isEmpty())
                .count();
        for (final Received received : all) {
            assertThat(received.all).isEqualTo(THREADS * MESSAGES);
            assertThat(received.empty).as("empty messages").isEqualTo(THREADS * emptyOfThread);
        }
    }
}
