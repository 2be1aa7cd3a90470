package io.godwit.bench.load;

import java.util.Map;

/**
 * What kept the load and the server from running while they were measured: the direct measure of a disturbed run. CPU time
 * left over does not tell it, since the system counts that of all processes by samples and that of each one exactly, and
 * charges interrupts, which the loopback is full of, differently in the two.
 *
 * <p>It is looked at twice only: a look at all threads each second would itself take a millisecond from the load. For
 * one thread.
 */
final class Waits {

    private final ProcessCpu load;
    private final ProcessCpu server;
    private final Map<String, Double> loadBefore;
    private final Map<String, Double> serverBefore;
    private final double stolenBefore;
    private double loadSeconds;
    private double serverSeconds;
    private double stolenSeconds;

    /**
     * Begins.
     *
     * @param load this process
     * @param server the other, or null
     */
    Waits(final ProcessCpu load, final ProcessCpu server) {
        this.load = load;
        this.server = server;
        loadBefore = load.waits();
        serverBefore = waits(server);
        stolenBefore = ProcessCpu.stolenSeconds();
    }

    /** Ends what is measured. */
    void end() {
        loadSeconds = ProcessCpu.waitedSeconds(loadBefore, load.waits());
        serverSeconds = ProcessCpu.waitedSeconds(serverBefore, waits(server));
        stolenSeconds = ProcessCpu.stolenSeconds() - stolenBefore;
    }

    private static Map<String, Double> waits(final ProcessCpu process) {
        return process == null ? Map.of() : process.waits();
    }

    /** {@return how long that thread of the load that waited longest waited for a processor; NaN: not told} */
    double loadSeconds() {
        return loadSeconds;
    }

    /** {@return the server's, likewise} */
    double serverSeconds() {
        return serverSeconds;
    }

    /** {@return how long a hypervisor kept the machine's processors from it, all together; NaN: not told} */
    double stolenSeconds() {
        return stolenSeconds;
    }
}
