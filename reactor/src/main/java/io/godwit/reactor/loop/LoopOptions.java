package io.godwit.reactor.loop;

/**
 * The bounds of one cycle, and the sizes of a loop's own memory.
 *
 * @param readBufferBytes the loop's one read buffer: the most that is read from one socket at a time
 * @param readsPerEventMax how often a socket that fills it is read again before the next one has its turn
 * @param writeBatchBytes the loop's one write batch; longer messages have a buffer of their own
 * @param keptBytesMax how much released memory the loop keeps for reuse
 * @param acceptsPerCycleMax new connections of one listener in one cycle
 * @param commandsPerCycleMax commands of other threads in one cycle; also how many may wait
 * @param expiriesPerCycleMax expired timers in one cycle
 * @param mailboxMax how many connections with mail may wait: at least twice as many as there can be connections, since
 *     some may have ended after they got theirs
 */
public record LoopOptions(
        int readBufferBytes,
        int readsPerEventMax,
        int writeBatchBytes,
        long keptBytesMax,
        int acceptsPerCycleMax,
        int commandsPerCycleMax,
        int expiriesPerCycleMax,
        int mailboxMax) {

    /**
     * Gives the defaults for a number of connections.
     *
     * @param connectionsMax the most that the loop may own at a time
     * @return the options
     */
    public static LoopOptions forConnections(final int connectionsMax) {
        return new LoopOptions(65_536, 4, 131_072, 32L << 20, 64, 1_024, 1_024, 2 * connectionsMax);
    }
}
