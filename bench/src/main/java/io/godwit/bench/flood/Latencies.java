package io.godwit.bench.flood;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.HdrHistogram.Histogram;

/** The latencies of echoes in one situation, of several rounds: of each figure the median. For one thread. */
final class Latencies {

    private final List<Histogram> roundsNs = new ArrayList<>();

    void add(final Histogram roundNs) {
        roundsNs.add(roundNs);
    }

    /** {@return what so many in a hundred do not exceed, in nanoseconds} */
    double percentileNs(final double percentile) {
        return median(round -> round.getValueAtPercentile(percentile));
    }

    /** {@return the longest, in nanoseconds} */
    double longestNs() {
        return median(Histogram::getMaxValue);
    }

    /** {@return how many there were, in all rounds} */
    long count() {
        return roundsNs.stream().mapToLong(Histogram::getTotalCount).sum();
    }

    private double median(final ToDoubleFunction<Histogram> figure) {
        final double[] sorted = roundsNs.stream().mapToDouble(figure).sorted().toArray();
        final int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
