package io.godwit.reactor.loop;

import io.godwit.core.frame.FrameWriter;
import io.godwit.reactor.endpoint.LoopLimits;

/**
 * The bounds of one cycle, and the sizes of a loop's own memory.
 *
 * @param readBufferBytes the loop's one read buffer: the most that is read from one socket at a time
 * @param readBytesPerEventMax how much is read from a socket that fills it again before the next one has its turn
 * @param writeBatchBytes the loop's one write batch; what is longer leaves in pieces of that length
 * @param bufferedBytesMax how many bytes the loop may hold ({@link MemoryBudget})
 * @param keptBytesMax how much released memory each of the loop's two pools keeps for reuse
 * @param acceptsPerCycleMax new connections of one listener in one cycle
 * @param commandsPerCycleMax commands of other threads in one cycle; also how many may wait
 * @param expiriesPerCycleMax expired timers in one cycle
 * @param deliveriesPerCycleMax messages of topics in one cycle, counted once for each subscriber
 * @param mailboxMax how many connections with mail may wait, and how many may wait to settle: at least twice as many as there
 *     can be connections, since some may have ended meanwhile; and one each for the loop's server, its goodbye, the
 *     deliveries of topics, and those who wait for memory
 */
public record LoopOptions(
        int readBufferBytes,
        int readBytesPerEventMax,
        int writeBatchBytes,
        long bufferedBytesMax,
        long keptBytesMax,
        int acceptsPerCycleMax,
        int commandsPerCycleMax,
        int expiriesPerCycleMax,
        int deliveriesPerCycleMax,
        int mailboxMax) {

    /**
     * The longest message of the default limit with its header: it comes with one read, and is handed on from there. What is
     * asked for per connection and event is read in as many times as it takes.
     */
    private static final int READ_BUFFER_BYTES = 65_536 + FrameWriter.HEADER_BYTES_MAX;

    private static final int WRITE_BATCH_BYTES = 131_072;

    private static final long KEPT_BYTES_MAX = 32L << 20;

    /**
     * Gives the defaults for a number of connections.
     *
     * @param connectionsMax the most that the loop may own at a time
     * @return the options
     */
    public static LoopOptions forConnections(final int connectionsMax) {
        return of(LoopLimits.DEFAULT.withBufferedBytesMax(LoopLimits.FITTED_BYTES_MAX), connectionsMax);
    }

    /**
     * Takes what an embedder may set, and adds the rest.
     *
     * @param limits the bounds that may be set; {@link LoopLimits#bufferedBytesMax} was fitted to the JVM
     * @param connectionsMax the most that the loop may own at a time
     * @return the options
     */
    public static LoopOptions of(final LoopLimits limits, final int connectionsMax) {
        return new LoopOptions(
                Math.min(READ_BUFFER_BYTES, limits.readBytesPerConnectionMax()),
                limits.readBytesPerConnectionMax(),
                WRITE_BATCH_BYTES,
                limits.bufferedBytesMax(),
                Math.min(KEPT_BYTES_MAX, limits.bufferedBytesMax() / 8),
                limits.acceptsMax(),
                limits.commandsMax(),
                limits.expiriesMax(),
                limits.deliveriesMax(),
                2 * connectionsMax + 4);
    }
}
