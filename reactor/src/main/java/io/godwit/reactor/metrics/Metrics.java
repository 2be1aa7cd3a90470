package io.godwit.reactor.metrics;

/** What a server has counted, over all its loops. Any thread; each figure is read by itself. */
@FunctionalInterface
public interface Metrics {

    /**
     * Reads one.
     *
     * @param metric of which
     * @return how many
     */
    long get(Metric metric);
}
