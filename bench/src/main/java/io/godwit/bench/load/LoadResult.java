package io.godwit.bench.load;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;

/**
 * What was measured within the window. CPU is that of the whole process, in seconds; NaN: not known.
 *
 * @param messages how many came back; in a broadcast, how many were delivered
 * @param seconds how long it was
 * @param reads how many reads brought a message or more
 * @param loadCpuSeconds the load's own CPU time
 * @param serverCpuSeconds the server's
 * @param loadWaitedSeconds how long that thread of the load that waited longest was ready to run and had no processor
 * @param serverWaitedSeconds the server's, likewise; where it has more threads than processors, they wait for each other too
 * @param stolenSeconds how long a hypervisor kept the machine's processors from it, all together
 * @param p50Ns the latency that half of the messages have at most, in nanoseconds
 * @param p90Ns that 90 % have
 * @param p99Ns that 99 % have
 * @param p999Ns that 99.9 % have
 * @param p9999Ns that 99.99 % have
 * @param maxNs the longest
 * @param latenessP99Ns in an open loop, by how much the load itself missed the time of 99 % of its messages, at most
 * @param unsent in an open loop, messages that were due and that the server did not take; they are among the latencies,
 *     with the time that they had waited by the end
 */
public record LoadResult(
        long messages,
        double seconds,
        long reads,
        double loadCpuSeconds,
        double serverCpuSeconds,
        double loadWaitedSeconds,
        double serverWaitedSeconds,
        double stolenSeconds,
        long p50Ns,
        long p90Ns,
        long p99Ns,
        long p999Ns,
        long p9999Ns,
        long maxNs,
        long latenessP99Ns,
        long unsent) {

    /** From here on a thread has hardly a moment to wait in. */
    private static final double BUSY = 0.93;

    /** {@return messages a second} */
    public double messagesPerSecond() {
        return messages / seconds;
    }

    /** {@return the server's CPU seconds for a million messages} */
    public double serverCpuPerMillion() {
        return serverCpuSeconds * 1e6 / messages;
    }

    /** {@return the load's CPU time as a part of the time; 1: one processor all the time} */
    public double loadShare() {
        return loadCpuSeconds / seconds;
    }

    /** {@return the server's, likewise} */
    public double serverShare() {
        return serverCpuSeconds / seconds;
    }

    /** {@return what the load waited for a processor as a part of the time; 1: all the time} */
    public double loadWaited() {
        return loadWaitedSeconds / seconds;
    }

    /** {@return what the server waited, likewise} */
    public double serverWaited() {
        return serverWaitedSeconds / seconds;
    }

    /** {@return what a hypervisor took, as a part of one processor} */
    public double stolenShare() {
        return stolenSeconds / seconds;
    }

    /** {@return how many messages came with one read, on average} */
    public double messagesPerRead() {
        return reads == 0 ? 0 : (double) messages / reads;
    }

    /**
     * Tells whether the server was not what held messages back.
     *
     * @param threads how many the load has
     * @return whether the load had no time left while the server had
     */
    public boolean isLoadTheBottleneck(final int threads) {
        return loadShare() > BUSY * threads && serverShare() < BUSY;
    }

    /**
     * Writes all of it.
     *
     * @param file overwritten
     * @throws IOException if it cannot be written
     */
    void write(final Path file) throws IOException {
        final Properties values = new Properties();
        values.setProperty("messages", Long.toString(messages));
        values.setProperty("seconds", Double.toString(seconds));
        values.setProperty("reads", Long.toString(reads));
        values.setProperty("loadCpuSeconds", Double.toString(loadCpuSeconds));
        values.setProperty("serverCpuSeconds", Double.toString(serverCpuSeconds));
        values.setProperty("loadWaitedSeconds", Double.toString(loadWaitedSeconds));
        values.setProperty("serverWaitedSeconds", Double.toString(serverWaitedSeconds));
        values.setProperty("stolenSeconds", Double.toString(stolenSeconds));
        values.setProperty("p50Ns", Long.toString(p50Ns));
        values.setProperty("p90Ns", Long.toString(p90Ns));
        values.setProperty("p99Ns", Long.toString(p99Ns));
        values.setProperty("p999Ns", Long.toString(p999Ns));
        values.setProperty("p9999Ns", Long.toString(p9999Ns));
        values.setProperty("maxNs", Long.toString(maxNs));
        values.setProperty("latenessP99Ns", Long.toString(latenessP99Ns));
        values.setProperty("unsent", Long.toString(unsent));
        try (Writer out = Files.newBufferedWriter(file)) {
            values.store(out, null);
        }
    }

    /**
     * Reads what another process has written.
     *
     * @param file by {@code --results}
     * @return the result
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is not such a file
     */
    public static LoadResult read(final Path file) throws IOException {
        final Properties values = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            values.load(in);
        }
        return new LoadResult(
                integer(values, "messages"),
                number(values, "seconds"),
                integer(values, "reads"),
                number(values, "loadCpuSeconds"),
                number(values, "serverCpuSeconds"),
                number(values, "loadWaitedSeconds"),
                number(values, "serverWaitedSeconds"),
                number(values, "stolenSeconds"),
                integer(values, "p50Ns"),
                integer(values, "p90Ns"),
                integer(values, "p99Ns"),
                integer(values, "p999Ns"),
                integer(values, "p9999Ns"),
                integer(values, "maxNs"),
                integer(values, "latenessP99Ns"),
                integer(values, "unsent"));
    }

    private static long integer(final Properties values, final String name) {
        return Long.parseLong(required(values, name));
    }

    private static double number(final Properties values, final String name) {
        return Double.parseDouble(required(values, name));
    }

    private static String required(final Properties values, final String name) {
        final String value = values.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("no " + name + " among the results");
        }
        return value;
    }
}
