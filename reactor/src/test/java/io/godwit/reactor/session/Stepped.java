package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.InMemoryTransport;
import io.godwit.reactor.worker.WorkerPool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;

/** Open connections to peers in memory, on a loop that is stepped by hand and whose clock is set by the test. */
final class Stepped implements AutoCloseable {

    /** Less than what the loop takes for a stall. */
    private static final long STEP_NS = 100_000_000L;

    /** A cycle that has more to do than this comes to no end. */
    private static final int CYCLES_MAX = 1_000_000;

    final EventLoop loop;
    private final Sessions sessions;
    private final WorkerPool workers;
    private final List<Peer> onWorkers = new ArrayList<>();
    private long clockNs;
    private long lastId;

    /** So often there is no memory to tell a handler of an end. */
    int endsWithoutMemory;

    Stepped(final Timeouts timeouts) throws IOException {
        this(timeouts, 64 << 20);
    }

    Stepped(final Timeouts timeouts, final long bufferedBytesMax) throws IOException {
        final LoopOptions options = LoopOptions.of(LoopLimits.DEFAULT.withBufferedBytesMax(bufferedBytesMax), 10_000);
        loop = new EventLoop("stepped", options, () -> clockNs);
        workers = new WorkerPool(1, 100, (thread, failure) -> false);
        sessions = new Sessions(loop, timeouts, workers, this::closeInfo);
    }

    private CloseInfo closeInfo(
            final int code, final String reason, final long unsentMessages, final long unsentBytes) {
        if (endsWithoutMemory > 0) {
            endsWithoutMemory--;
            throw new OutOfMemoryError("injected");
        }
        return new CloseInfo(code, reason, unsentMessages, unsentBytes);
    }

    /** A client, the connection at the other end, and what its handler was told. */
    final class Peer implements WebSocketHandler {
        final List<String> events = new CopyOnWriteArrayList<>();
        volatile int writables;
        private final InMemoryTransport client;
        private final BiConsumer<WebSocket, Message> reply;
        Connection connection;
        volatile WebSocket ws;
        volatile CloseInfo how;
        Runnable whenWritable = () -> {};
        volatile long droppedMessages;
        volatile long droppedBytes;

        private Peer(final int bytesMax, final BiConsumer<WebSocket, Message> reply) {
            this.reply = reply;
            client = InMemoryTransport.pair(bytesMax);
        }

        private void open(final Endpoint endpoint) throws IOException {
            connection = new Connection(loop, ++lastId, client.peer(), ended -> events.add("ended"));
            sessions.open(connection, new Opening(endpoint, "/", null, null, null));
        }

        @Override
        public void onOpen(final WebSocket opened) {
            ws = opened;
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            events.add("message " + message.length());
            reply.accept(socket, message);
        }

        @Override
        public void onError(final WebSocket socket, final Failure failure) {
            events.add("error " + (failure.violation() == null ? failure.kind() : failure.violation()));
        }

        @Override
        public void onWritable(final WebSocket socket) {
            writables++;
            whenWritable.run();
        }

        /** Comes one at a time, here or on a worker. */
        @Override
        public void onDropped(final WebSocket socket, final long messages, final long bytes) {
            droppedMessages += messages;
            droppedBytes += bytes;
        }

        @Override
        public void onClose(final WebSocket socket, final CloseInfo close) {
            how = close;
            events.add("close " + close.code());
        }

        boolean isOpen() {
            return ws.readyState() == ReadyState.OPEN;
        }

        /** Sends bytes, which the server reads when it is stepped next: {@return how many found room} */
        int write(final byte[] bytes) throws IOException {
            return client.write(ByteBuffer.wrap(bytes));
        }

        /** {@return what has come, as much as that} */
        ByteBuffer read(final int bytesMax) throws IOException {
            final ByteBuffer in = ByteBuffer.allocate(bytesMax);
            client.read(in);
            return in.flip();
        }

        /** {@return the opcodes of the frames that have come} */
        List<Integer> readOpcodes() throws IOException {
            final ByteBuffer in = read(client.readableBytes());
            final List<Integer> opcodes = new ArrayList<>();
            while (in.remaining() >= 2) {
                opcodes.add(in.get() & 0xF);
                final int length = in.get();
                in.position(in.position() + (length == 126 ? in.getShort() & 0xFFFF : length));
            }
            return opcodes;
        }

        int readableBytes() {
            return client.readableBytes();
        }

        void shutdownOutput() throws IOException {
            client.shutdownOutput();
        }

        /** Has the server's next write to it throw. */
        void failNextWrite(final Error thrown) {
            client.peer().failNextWrite(thrown);
        }

        /** Has something done while the server's next write to it is under way. */
        void duringNextWrite(final Runnable task) {
            client.peer().duringNextWrite(task);
        }

        void reset() {
            client.reset();
        }
    }

    Peer open(final EndpointLimits limits) throws IOException {
        return open(limits, 1 << 20, (ws, message) -> {});
    }

    /** {@return a connection between whose ends so many bytes find room in each direction} */
    Peer open(final EndpointLimits limits, final int bytesMax, final BiConsumer<WebSocket, Message> reply)
            throws IOException {
        // The loop belongs to this thread from the first step on.
        loop.doWork();
        final Peer peer = new Peer(bytesMax, reply);
        peer.open(Endpoint.of(peer).withLimits(limits));
        settle();
        return peer;
    }

    /** {@return a connection whose handler runs on a worker, once it has been told that it is open} */
    Peer openOnWorkers(final EndpointLimits limits, final BiConsumer<WebSocket, Message> reply) throws IOException {
        loop.doWork();
        if (onWorkers.isEmpty()) {
            workers.start();
        }
        final Peer peer = new Peer(1 << 20, reply);
        assertThat(workers.enter()).isTrue();
        onWorkers.add(peer);
        peer.open(Endpoint.of(peer).withLimits(limits).onWorkers());
        settleUntil(() -> peer.ws != null);
        return peer;
    }

    /** {@return what the connections share} */
    Sessions sessions() {
        return sessions;
    }

    /** Steps the loop until other threads have brought something about. */
    void settleUntil(final BooleanSupplier condition) throws IOException {
        final long endNs = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(endNs);
            settle();
            Thread.onSpinWait();
        }
    }

    /** Takes all of the loop's memory but for its reserve, as others who cannot make way do: {@return how much} */
    long useUpMemory() {
        final long free = loop.memory().freeBytes();
        loop.memory().takeAnyway(free);
        return free;
    }

    /** Steps the loop until there is nothing to do. */
    void settle() throws IOException {
        int cycles = 0;
        while (loop.doWork() > 0) {
            assertThat(++cycles).isLessThan(CYCLES_MAX);
        }
    }

    /** Lets time pass, in which the loop runs. */
    void pass(final Duration time) throws IOException {
        for (long left = time.toNanos(); left > 0; left -= STEP_NS) {
            clockNs += Math.min(left, STEP_NS);
            settle();
        }
    }

    /** Lets time pass in which the loop stands still; then it does one cycle. */
    void stall(final Duration time) throws IOException {
        clockNs += time.toNanos();
        loop.doWork();
    }

    long count(final Metric metric) {
        return loop.counters().get(metric);
    }

    /** Does something on another thread, and waits for it. */
    static void elsewhere(final Runnable doing) {
        CompletableFuture.runAsync(doing, task -> new Thread(task).start()).join();
    }

    /** {@return a client's frame; the masking key is 0} */
    static byte[] frame(final int firstByte, final byte... payload) {
        final ByteBuffer frame = ByteBuffer.allocate(8 + payload.length).put((byte) firstByte);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        }
        frame.putInt(0).put(payload).flip();
        final byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    /** {@return the first bytes of something} */
    static byte[] head(final byte[] bytes, final int count) {
        return java.util.Arrays.copyOf(bytes, count);
    }

    @Override
    public void close() {
        onWorkers.forEach(Peer::reset);
        try {
            settleUntil(() -> workers.places() == 0);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        workers.shutdown();
        loop.onClose();
    }
}
