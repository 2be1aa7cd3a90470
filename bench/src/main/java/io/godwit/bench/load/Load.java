package io.godwit.bench.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One run: opens the connections, loads the server, tells every second how it goes, and measures after the warm-up. For the
 * thread that calls it.
 */
public final class Load {

    private static final long NS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final double NS_PER_US = 1e3;

    private final LoadOptions options;
    private final PrintStream progress;
    private final Window window = new Window();
    private final ProcessCpu own = ProcessCpu.own();
    private final ProcessCpu server;
    private final List<LoadLoop> loops = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /**
     * Makes a run.
     *
     * @param options what to do
     * @param progress takes a line each second
     */
    public Load(final LoadOptions options, final PrintStream progress) {
        this.options = options;
        this.progress = progress;
        server = options.serverPid() == 0 ? null : ProcessCpu.of(options.serverPid());
    }

    /**
     * Runs it to its end.
     *
     * @return what was measured
     * @throws IOException if a connection cannot be opened, or a file not be written
     * @throws InterruptedException if the thread is interrupted
     * @throws WrongEcho if a message came back wrong, or not at all
     */
    public LoadResult run() throws IOException, InterruptedException {
        open();
        progress.printf(Locale.ROOT, "%d connections open%n", options.connections());
        for (final LoadLoop loop : loops) {
            final Thread thread = new Thread(loop, "load-" + threads.size());
            threads.add(thread);
            thread.start();
        }
        final Snapshot start;
        final Snapshot end;
        final Waits waits;
        try {
            watch("warm-up", options.warmup());
            waits = new Waits(own, server);
            start = new Snapshot();
            window.begin(start.timeNs);
            watch("measured", options.duration());
            end = new Snapshot();
            window.end(end.timeNs);
            waits.end();
        } finally {
            if (!window.hasEnded()) {
                loops.forEach(LoadLoop::abandon);
            }
            join();
        }
        requireNoFailure();
        final Histogram latencies = sum(true);
        writeHistogram(latencies);
        final LoadResult result = result(start, end, waits, latencies);
        if (options.results() != null) {
            result.write(options.results());
        }
        return result;
    }

    private void open() throws IOException {
        final List<List<SocketChannel>> shares = new ArrayList<>();
        for (int i = 0; i < options.threads(); i++) {
            shares.add(new ArrayList<>());
        }
        try {
            for (int i = 0; i < options.connections(); i++) {
                final int source = options.sources() > 1 ? 1 + i % options.sources() : 0;
                shares.get(i % options.threads())
                        .add(OpeningHandshake.open(options.server(), options.resource(), source));
            }
            for (int i = 0; i < options.threads(); i++) {
                loops.add(new LoadLoop(options, window, shares.get(i), i, options.threads()));
            }
        } catch (final IOException | RuntimeException e) {
            for (final List<SocketChannel> share : shares) {
                for (final SocketChannel channel : share) {
                    channel.close();
                }
            }
            throw e;
        }
    }

    /** Tells every second how it goes; ends early where a loop has. */
    private void watch(final String phase, final Duration duration) throws InterruptedException {
        Snapshot last = new Snapshot();
        final long endNs = last.timeNs + duration.toNanos();
        for (int second = 1; last.timeNs < endNs; second++) {
            awaitUntil(Math.min(endNs, last.timeNs + NS_PER_SECOND));
            requireNoFailure();
            final Snapshot now = new Snapshot();
            progress.printf(Locale.ROOT, "%-8s %3d s %s%n", phase, second, now.since(last));
            last = now;
        }
    }

    private void awaitUntil(final long timeNs) throws InterruptedException {
        final Thread first = threads.get(0);
        long leftNs = timeNs - System.nanoTime();
        while (leftNs > 0 && first.isAlive()) {
            TimeUnit.NANOSECONDS.timedJoin(first, leftNs);
            leftNs = timeNs - System.nanoTime();
        }
    }

    private void join() throws InterruptedException {
        for (final Thread thread : threads) {
            thread.join();
        }
    }

    private void requireNoFailure() {
        for (final LoadLoop loop : loops) {
            final Throwable failure = loop.failure();
            if (failure instanceof WrongEcho) {
                throw (WrongEcho) failure;
            }
            if (failure != null) {
                throw new IllegalStateException("a thread of the load has failed", failure);
            }
        }
    }

    private Histogram sum(final boolean latencies) {
        Histogram sum = null;
        for (final LoadLoop loop : loops) {
            final Histogram one = latencies ? loop.latencies() : loop.lateness();
            if (sum == null) {
                sum = one.copy();
            } else {
                sum.add(one);
            }
        }
        return sum;
    }

    private void writeHistogram(final Histogram latencies) throws IOException {
        if (options.histogram() != null) {
            try (PrintStream out = new PrintStream(Files.newOutputStream(options.histogram()))) {
                latencies.outputPercentileDistribution(out, NS_PER_US);
            }
        }
    }

    private LoadResult result(final Snapshot start, final Snapshot end, final Waits waits, final Histogram latencies) {
        return new LoadResult(
                end.received - start.received,
                (end.timeNs - start.timeNs) / (double) NS_PER_SECOND,
                end.reads - start.reads,
                end.ownSeconds - start.ownSeconds,
                end.serverSeconds - start.serverSeconds,
                waits.loadSeconds(),
                waits.serverSeconds(),
                waits.stolenSeconds(),
                latencies.getValueAtPercentile(50),
                latencies.getValueAtPercentile(90),
                latencies.getValueAtPercentile(99),
                latencies.getValueAtPercentile(99.9),
                latencies.getValueAtPercentile(99.99),
                latencies.getMaxValue(),
                sum(false).getValueAtPercentile(99),
                loops.stream().mapToLong(LoadLoop::unsent).sum());
    }

    /** All that is counted, at one moment. */
    private final class Snapshot {
        private final long timeNs = System.nanoTime();
        private final long received =
                loops.stream().mapToLong(LoadLoop::received).sum();
        private final long reads = loops.stream().mapToLong(LoadLoop::reads).sum();
        private final double ownSeconds = own.seconds();
        private final double serverSeconds = server == null ? Double.NaN : server.seconds();

        private String since(final Snapshot earlier) {
            final double seconds = (timeNs - earlier.timeNs) / (double) NS_PER_SECOND;
            final String serverShare = server == null
                    ? ""
                    : String.format(
                            Locale.ROOT, ", server %3.0f %%", 100 * (serverSeconds - earlier.serverSeconds) / seconds);
            final long newReads = Math.max(1, reads - earlier.reads);
            return String.format(
                    Locale.ROOT,
                    "%,11.0f messages/s, %6.1f at a time, CPU: load %3.0f %%%s",
                    (received - earlier.received) / seconds,
                    (received - earlier.received) / (double) newReads,
                    100 * (ownSeconds - earlier.ownSeconds) / seconds,
                    serverShare);
        }
    }
}
