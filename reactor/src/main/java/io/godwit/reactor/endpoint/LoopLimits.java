package io.godwit.reactor.endpoint;

/**
 * What one loop may hold for all its connections together, and what it does at most in one cycle before the others have
 * their turn.
 *
 * @param bufferedBytesMax memory for unfinished messages, for what waits for sockets and for what crosses threads; a peer
 *     whose message would exceed it is closed with 1013, a message to be sent is {@link SendResult#DROPPED}
 * @param readBytesPerConnectionMax read from one socket
 * @param acceptsMax new connections of one listening socket
 * @param commandsMax commands of other threads; also how many may wait
 * @param expiriesMax expired timers
 * @param deliveriesMax messages of topics, counted once for each subscriber
 */
public record LoopLimits(
        long bufferedBytesMax,
        int readBytesPerConnectionMax,
        int acceptsMax,
        int commandsMax,
        int expiriesMax,
        int deliveriesMax) {

    /** 256 MiB; 256 KiB, 64, 1,024, 1,024, 4,096. */
    public static final LoopLimits DEFAULT = new LoopLimits(256L << 20, 262_144, 64, 1_024, 1_024, 4_096);

    private static final int COUNT_MAX = 1 << 20;

    /**
     * Checks each.
     *
     * @param bufferedBytesMax 1 MiB at least
     * @param readBytesPerConnectionMax 4 KiB at least
     * @param acceptsMax 1 to 1,048,576, as the others
     * @param commandsMax as above
     * @param expiriesMax as above
     * @param deliveriesMax as above
     * @throws IllegalArgumentException if one is not
     */
    public LoopLimits {
        Checks.requireRange("bufferedBytesMax", bufferedBytesMax, 1 << 20, Long.MAX_VALUE);
        Checks.requireRange("readBytesPerConnectionMax", readBytesPerConnectionMax, 4_096, Integer.MAX_VALUE);
        Checks.requireRange("acceptsMax", acceptsMax, 1, COUNT_MAX);
        Checks.requireRange("commandsMax", commandsMax, 1, COUNT_MAX);
        Checks.requireRange("expiriesMax", expiriesMax, 1, COUNT_MAX);
        Checks.requireRange("deliveriesMax", deliveriesMax, 1, COUNT_MAX);
    }

    /**
     * Sets the memory for all connections together.
     *
     * @param bytes 1 MiB at least
     * @return a copy of these limits with it
     */
    public LoopLimits withBufferedBytesMax(final long bytes) {
        return new LoopLimits(bytes, readBytesPerConnectionMax, acceptsMax, commandsMax, expiriesMax, deliveriesMax);
    }
}
