package io.godwit.bench.load;

import io.godwit.core.frame.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * One thread of the load, with connections of its own. It runs until the window has ended, then waits for what is in
 * flight, and closes. What it counts may be read by any thread; the histograms after it has ended.
 */
final class LoadLoop implements Runnable {

    private static final int BUFFER_BYTES = 131_072;
    private static final long LATENCY_NS_MAX = TimeUnit.MINUTES.toNanos(10);
    private static final long ANSWER_NS_MAX = TimeUnit.SECONDS.toNanos(20);
    private static final long CLOSE_NS_MAX = TimeUnit.SECONDS.toNanos(2);
    private static final long SELECT_MS = 20;

    private final LoadOptions options;
    private final Window window;
    private final Selector selector;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Pace pace;
    private final MessageEncoder encoder;
    private final Histogram latencies = new Histogram(LATENCY_NS_MAX, 3);
    private final Histogram lateness = new Histogram(LATENCY_NS_MAX, 3);
    private final ByteBuffer in;
    private final ByteBuffer out;
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong reads = new AtomicLong();
    private boolean isEnding;
    private int closedByServer;
    private long unsent;
    private volatile Throwable failure;
    private volatile boolean abandoned;

    /**
     * Takes its connections over.
     *
     * @param options what to do
     * @param window what is measured
     * @param channels open, not blocking
     * @param first the number of the first of them
     * @param step how far the numbers of two neighbours are apart
     * @throws IOException if there is no selector
     */
    LoadLoop(
            final LoadOptions options,
            final Window window,
            final List<SocketChannel> channels,
            final int first,
            final int step)
            throws IOException {
        this.options = options;
        this.window = window;
        final MessageContent content =
                new MessageContent(options.payloadBytes(), options.isText(), new SplittableRandom());
        pace = pace(channels.size());
        encoder = new MessageEncoder(options, content, pace);
        in = ByteBuffer.allocateDirect(BUFFER_BYTES);
        out = ByteBuffer.allocateDirect(Math.max(BUFFER_BYTES, encoder.frameBytes()));
        selector = Selector.open();
        for (final SocketChannel channel : channels) {
            final int slot = connections.size();
            final int number = first + slot * step;
            // In a broadcast, what comes is what the first connection has sent.
            final EchoReader reader = new EchoReader(options, content, options.isBroadcast() ? 0 : number);
            final LoadConnection connection = new LoadConnection(channel, number, slot, reader);
            connection.registered(channel.register(selector, SelectionKey.OP_READ, connection));
            connections.add(connection);
        }
    }

    private Pace pace(final int count) {
        if (options.isBroadcast()) {
            return new Broadcast(this::send, connections, options.depth());
        }
        return options.isOpenLoop()
                ? new OpenLoop(
                        this::send,
                        connections,
                        options.ratePerSecond() * (double) count / options.connections(),
                        window,
                        lateness)
                : new ClosedLoop(this::send, connections, count, options.depth());
    }

    @Override
    public void run() {
        try {
            if (options.isBroadcast() && options.isChecked()) {
                awaitSubscribed();
            }
            pace.start(System.nanoTime());
            while (!window.hasEnded() && !abandoned) {
                cycle(pace.goesByTheClock());
            }
            isEnding = true;
            drain();
            closeAll();
        } catch (final IOException | RuntimeException | Error e) {
            failure = e;
        } finally {
            letGo();
        }
    }

    /**
     * A server may answer the opening handshake before it counts the connection among those that a broadcast goes to. It
     * takes a connection's frames after that, so that its Pong tells.
     */
    private void awaitSubscribed() throws IOException {
        final long endNs = System.nanoTime() + ANSWER_NS_MAX;
        for (final LoadConnection connection : connections) {
            connection.sendControl(Opcode.PING, ByteBuffer.allocate(0), encoder.writer());
        }
        while (!connections.stream().allMatch(LoadConnection::pongReceived) && !abandoned) {
            selector.select(dispatch, SELECT_MS);
            if (System.nanoTime() > endNs) {
                throw new WrongEcho("a Ping was not answered");
            }
        }
    }

    private void cycle(final boolean isSpinning) throws IOException {
        if (isSpinning) {
            selector.selectNow(dispatch);
            pace.sendDue(System.nanoTime());
        } else {
            selector.select(dispatch, SELECT_MS);
        }
    }

    private void dispatch(final SelectionKey key) {
        final LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (key.isReadable()) {
                read(connection);
            }
            if (key.isValid() && key.isWritable()) {
                connection.flush(out, encoder, System.nanoTime());
            }
        } catch (final IOException e) {
            throw new WrongEcho("a connection failed: " + e.getMessage());
        }
    }

    private void read(final LoadConnection connection) throws IOException {
        final long before = connection.received();
        if (connection.read(in) < 0 || connection.closeReceived()) {
            throw new WrongEcho("the server has closed a connection");
        }
        final int count = (int) (connection.received() - before);
        if (count > 0) {
            final long nowNs = System.nanoTime();
            requireSent(connection);
            record(connection, before, count, nowNs);
            reads.lazySet(reads.getPlain() + 1);
            received.lazySet(received.getPlain() + count);
            pace.onEchoes(connection, count, nowNs);
        }
        final ByteBuffer ping = connection.takePing();
        if (ping != null) {
            connection.sendControl(Opcode.PONG, ping, encoder.writer());
            connection.flush(out, encoder, System.nanoTime());
        }
    }

    private void requireSent(final LoadConnection connection) {
        final LoadConnection sender = options.isBroadcast() ? connections.get(0) : connection;
        if (connection.received() > sender.sent()) {
            throw new WrongEcho("more messages have come than were sent");
        }
    }

    private void record(final LoadConnection connection, final long first, final int count, final long nowNs) {
        for (int i = 0; i < count; i++) {
            final long intendedNs = pace.intendedNs(connection, first + i);
            if (window.contains(intendedNs)) {
                latencies.recordValue(Math.min(nowNs - intendedNs, LATENCY_NS_MAX));
            }
        }
    }

    private void send(final LoadConnection connection, final int count, final long nowNs) throws IOException {
        if (!isEnding) {
            connection.owe(count);
            connection.flush(out, encoder, nowNs);
        }
    }

    /** Waits for what is in flight. What was due and could not even be sent is charged with the time until now. */
    private void drain() throws IOException {
        final long nowNs = System.nanoTime();
        for (final LoadConnection connection : connections) {
            if (pace.goesByTheClock()) {
                unsent += connection.owed();
                record(connection, connection.sent(), (int) connection.owed(), nowNs);
            }
            connection.oweNothing();
        }
        while (pace.inFlight() > 0 && !abandoned) {
            selector.select(dispatch, SELECT_MS);
            if (System.nanoTime() - nowNs > ANSWER_NS_MAX) {
                throw new WrongEcho(pace.inFlight() + " messages have not come back");
            }
        }
    }

    private void closeAll() throws IOException {
        for (final LoadConnection connection : connections) {
            connection.close(encoder.writer());
        }
        final long startNs = System.nanoTime();
        while (closedByServer < connections.size() && System.nanoTime() - startNs < CLOSE_NS_MAX) {
            selector.select(this::awaitClose, SELECT_MS);
        }
    }

    /** A server that answers Close late, or with a reset, has still echoed all that it had to. */
    private void awaitClose(final SelectionKey key) {
        final LoadConnection connection = (LoadConnection) key.attachment();
        boolean isClosed;
        try {
            isClosed = connection.read(in) < 0 || connection.closeReceived();
        } catch (final IOException e) {
            isClosed = true;
        }
        if (isClosed) {
            key.cancel();
            closedByServer++;
        }
    }

    private void letGo() {
        try {
            for (final LoadConnection connection : connections) {
                connection.channel().close();
            }
            selector.close();
        } catch (final IOException e) {
            throw new IllegalStateException("a socket does not close", e);
        }
    }

    /** Ends it at once. Any thread. */
    void abandon() {
        abandoned = true;
    }

    /** {@return what has ended it early, or null} */
    Throwable failure() {
        return failure;
    }

    /** {@return how many messages have come} */
    long received() {
        return received.get();
    }

    /** {@return how many reads have brought a message or more} */
    long reads() {
        return reads.get();
    }

    /** {@return how many messages were due in an open loop, and not sent since the server did not take them} */
    long unsent() {
        return unsent;
    }

    /** {@return the latencies of what was due in the window, in nanoseconds} */
    Histogram latencies() {
        return latencies;
    }

    /** {@return by how much the loop itself missed the time of what was due, in nanoseconds} */
    Histogram lateness() {
        return lateness;
    }
}
