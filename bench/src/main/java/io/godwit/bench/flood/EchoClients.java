package io.godwit.bench.flood;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Many well-behaved clients in one thread. They send in turn, at a steady rate that does not wait for the echoes: who is
 * served late is counted as often as it happens. Latency is from just before the write to just after the read.
 */
final class EchoClients implements AutoCloseable {

    private static final int SELECT_MS = 1;
    private static final long END_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int SIGNIFICANT_DIGITS = 3;

    private final Selector selector = Selector.open();
    private final List<EchoClient> clients = new ArrayList<>();
    private final Recorder latenciesNs = new Recorder(TimeUnit.MINUTES.toNanos(1), SIGNIFICANT_DIGITS);
    private final long intervalNs;
    private final Background thread;

    /**
     * Connects them all, and has them begin.
     *
     * @param port the server's
     * @param path of an echo
     * @param count how many
     * @param echoesPerSecond of all together
     * @throws IOException if one does not get its connection
     */
    EchoClients(final int port, final String path, final int count, final int echoesPerSecond) throws IOException {
        intervalNs = TimeUnit.SECONDS.toNanos(1) / echoesPerSecond;
        for (int i = 0; i < count; i++) {
            clients.add(new EchoClient(port, path, selector));
        }
        thread = Background.start("echo clients", this::run);
    }

    private void run(final BooleanSupplier goesOn) throws IOException {
        long dueNs = System.nanoTime();
        int turn = 0;
        try {
            while (goesOn.getAsBoolean()) {
                final long nowNs = System.nanoTime();
                // What this thread itself is late with is made up for, but for no more than one message of each.
                dueNs = Math.max(dueNs, nowNs - clients.size() * intervalNs);
                for (; nowNs - dueNs >= 0; dueNs += intervalNs) {
                    clients.get(turn).send();
                    turn = (turn + 1) % clients.size();
                }
                selector.select(this::read, SELECT_MS);
            }
        } catch (final UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void read(final SelectionKey key) {
        try {
            ((EchoClient) key.attachment()).read(latenciesNs);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@return the latencies of the echoes that come in this time, or until one has come, in nanoseconds. Another thread} */
    Histogram measure(final long millis) throws InterruptedException {
        final long endNs = System.nanoTime() + END_NS;
        latenciesNs.reset();
        Histogram measured;
        do {
            TimeUnit.MILLISECONDS.sleep(millis);
            measured = latenciesNs.getIntervalHistogram();
        } while (measured.getTotalCount() == 0 && !thread.hasEnded() && System.nanoTime() - endNs < 0);
        if (measured.getTotalCount() == 0) {
            // Which tells why, where the clients have failed.
            close();
            throw new IllegalStateException("no echo came");
        }
        return measured;
    }

    @Override
    public void close() {
        thread.end();
        try {
            for (final EchoClient client : clients) {
                client.close();
            }
            selector.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
