package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Has every server do every work, in turn: round after round, each beginning with another server, so that what the machine
 * does meanwhile falls on all alike. For one thread.
 */
final class Comparison {

    /** What the open loop asks for, of what the floor can do. */
    private static final double RATE_OF_CAPACITY = 0.5;

    private static final long NO_RATE = 0;

    private final ComparisonOptions options;
    private final PrintStream progress;
    private final Turn turn;
    private final Results results = new Results();
    private long ratePerSecond;
    private int failures;

    /**
     * Makes a comparison.
     *
     * @param options what to compare
     * @param log takes what servers and loads say
     * @param progress takes a line for each turn
     */
    Comparison(final ComparisonOptions options, final Path log, final PrintStream progress) {
        this.options = options;
        this.progress = progress;
        turn = new Turn(options, log);
    }

    /**
     * Does it all.
     *
     * @return what was measured
     */
    Results run() {
        for (final Workload workload : options.workloads()) {
            progress.println(workload.title());
            if (workload == Workload.LATENCY) {
                probeCapacity();
            }
            for (int round = 0; round < options.rounds(); round++) {
                round(workload, round);
            }
        }
        return results;
    }

    /** {@return how many turns failed} */
    int failures() {
        return failures;
    }

    /** {@return the rate of the open loop, in messages a second; 0: there was none} */
    long ratePerSecond() {
        return ratePerSecond;
    }

    private void probeCapacity() {
        try {
            final Map<Figure, Double> floor = turn.take(Workload.ECHO_20_X1, Peer.FLOOR, NO_RATE);
            ratePerSecond = Math.max(1, Math.round(RATE_OF_CAPACITY * floor.get(Figure.MESSAGES_PER_SECOND)));
            progress.printf(Locale.ROOT, "  at %,d messages/s, half of what the floor can do%n", ratePerSecond);
        } catch (final IOException e) {
            fail(Peer.FLOOR, e);
        }
    }

    private void round(final Workload workload, final int round) {
        final List<Peer> peers = options.peers();
        for (int i = 0; i < peers.size(); i++) {
            final Peer peer = peers.get((round + i) % peers.size());
            if (workload == Workload.LATENCY && ratePerSecond == NO_RATE) {
                return;
            }
            try {
                final Map<Figure, Double> figures = turn.take(workload, peer, ratePerSecond);
                results.add(workload, peer, round, figures);
                progress.printf(
                        Locale.ROOT, "  round %d  %-20s %s%n", round + 1, peer.title(), summary(workload, figures));
            } catch (final IOException e) {
                fail(peer, e);
            }
        }
    }

    private static String summary(final Workload workload, final Map<Figure, Double> figures) {
        if (workload == Workload.IDLE) {
            return String.format(Locale.ROOT, "%,.0f B", figures.get(Figure.HEAP_BYTES));
        }
        return String.format(
                Locale.ROOT,
                "%.3f s for a million, %,.0f messages/s, CPU: server %.0f %%, load %.0f %%; p50 %,.0f µs, p99 %,.0f µs",
                figures.get(Figure.CPU_PER_MILLION),
                figures.get(Figure.MESSAGES_PER_SECOND),
                100 * figures.get(Figure.SERVER_SHARE),
                100 * figures.get(Figure.LOAD_SHARE),
                figures.get(Figure.P50_US),
                figures.get(Figure.P99_US));
    }

    private void fail(final Peer peer, final IOException e) {
        failures++;
        progress.println("  " + peer.title() + " failed: " + e.getMessage());
    }
}
