package io.godwit.reactor.server;

import io.godwit.reactor.loop.CycleWatch;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopBuffers;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.metrics.LoopCounters;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.function.LongSupplier;

/**
 * One place among the loops of a server: a loop with its thread and its connections; and, where an error has ended that one,
 * the next. Its listening sockets, direct memory, counters and ids stay.
 */
final class LoopRunner {

    /** Told when a loop has ended. */
    interface Listener {

        /**
         * A loop has ended, with all its connections. The last thing that its thread does.
         *
         * @param runner whose loop it was
         * @param failure what ended it, or null
         */
        void onLoopEnded(LoopRunner runner, Throwable failure);
    }

    private final String name;
    private final Service service;
    private final LongSupplier clock;
    private final ThreadFactory threads;
    private final long warningNs;
    private final LoopCounters counters = new LoopCounters();
    private final ConnectionIds ids;
    private volatile List<ServerSocketChannel> channels = List.of();
    private HandOver handOver;

    /** Null until a loop is opened. */
    private LoopBuffers buffers;

    /** The present one. */
    private volatile LoopServer server;

    /** Whether a watchdog looks after it. */
    private volatile boolean watched;

    /** When the cycle began that the watchdog has found to last too long; {@link CycleWatch#ASLEEP}: none. */
    private volatile long blockedSinceNs = CycleWatch.ASLEEP;

    LoopRunner(final int index, final Service service, final LongSupplier clock, final ThreadFactory threads) {
        name = "godwit-loop-" + index;
        this.service = service;
        this.clock = clock;
        this.threads = threads;
        warningNs = service.options().threads().blockedLoopWarning().toNanos();
        ids = new ConnectionIds(index, service.options().threads().loops());
    }

    /**
     * Opens a loop, in place of the former, which has ended.
     *
     * @param sockets what it accepts from
     * @param way how it shares that with other loops; null: it does not
     * @throws IOException if there is no descriptor for a selector, no direct memory, or a socket is closed
     */
    void open(final List<ServerSocketChannel> sockets, final HandOver way) throws IOException {
        channels = sockets;
        handOver = way;
        open();
    }

    private void open() throws IOException {
        final LoopOptions options = LoopOptions.of(service.options().loop(), service.connectionsBound());
        if (buffers == null) {
            buffers = LoopBuffers.allocate(options);
        }
        final EventLoop loop = new EventLoop(name, options, clock, counters, buffers);
        try {
            final LoopServer opened = new LoopServer(loop, service, ids, handOver);
            for (final ServerSocketChannel channel : channels) {
                // The former may have stopped accepting.
                if (channel.isOpen()) {
                    opened.listen(channel);
                }
            }
            server = opened;
        } catch (final IOException | RuntimeException | Error e) {
            loop.onClose();
            throw e;
        }
    }

    /** Has a thread of its own drive the loop to its end. */
    void start(final Listener listener) {
        final LoopServer driven = server;
        final Thread thread = threads.newThread(() -> listener.onLoopEnded(this, drive(driven)));
        thread.setName(name);
        thread.start();
    }

    /** Opens another loop after an error has ended the former, and has a new thread drive it. */
    void restart(final Listener listener) throws IOException {
        open();
        try {
            start(listener);
        } catch (final RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private Throwable drive(final LoopServer driven) {
        Throwable failure = null;
        try {
            driven.loop().run(service.options().threads().idling());
        } catch (final RuntimeException | Error e) {
            failure = e;
        }
        try {
            close(driven);
        } catch (final RuntimeException | Error e) {
            failure = failure == null ? e : failure;
        }
        return failure;
    }

    /** Ends the loop, by the thread that drives it. Who is still connected has been told nothing yet, and is told here. */
    void close() {
        close(server);
    }

    private static void close(final LoopServer ended) {
        try {
            ended.cutOff();
        } finally {
            ended.loop().onClose();
        }
    }

    /** {@return the present loop's; null before it is opened. Any thread} */
    LoopServer server() {
        return server;
    }

    /** {@return a figure of its loops, the present one and the former. Any thread} */
    long count(final Metric metric) {
        if (metric == Metric.BUFFERED_BYTES) {
            final LoopServer present = server;
            return present == null ? 0 : present.loop().memory().usedBytes();
        }
        if (metric.isMaximum()) {
            return time(metric);
        }
        return counters.get(metric);
    }

    private long time(final Metric metric) {
        final LoopServer present = server;
        if (present == null) {
            return 0;
        }
        final CycleWatch watch = present.loop().watch();
        final long nowNs = clock.getAsLong();
        return metric == Metric.LOOP_LAG_NANOS ? watch.lagNs(nowNs) : watch.longestNs(nowNs);
    }

    /**
     * Tells what the watchdog has found. By its thread.
     *
     * @param sinceNs when the cycle began that lasts longer than it should, without the time in which the whole process stood
     *     still; {@link CycleWatch#ASLEEP}: it does not
     */
    void blockedSince(final long sinceNs) {
        blockedSinceNs = sinceNs;
        watched = true;
    }

    /**
     * {@return whether a cycle of its loop lasts longer than it should, as the watchdog has found: after a stall of the process
     * nobody else can tell how much of it is the loop's own. A loop that is stepped has no watchdog, and is judged by the
     * clock. Any thread}
     */
    boolean isBlocked() {
        final CycleWatch watch = server.loop().watch();
        if (!watched) {
            return watch.lagNs(clock.getAsLong()) >= warningNs;
        }
        final long sinceNs = blockedSinceNs;
        return sinceNs != CycleWatch.ASLEEP && sinceNs == watch.busySinceNs();
    }

    /** {@return what it accepts from. Any thread} */
    List<ServerSocketChannel> channels() {
        return channels;
    }

    LoopCounters counters() {
        return counters;
    }

    String name() {
        return name;
    }
}
