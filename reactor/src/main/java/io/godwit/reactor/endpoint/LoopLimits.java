package io.godwit.reactor.endpoint;

/**
 * What one loop may hold for all its connections together, and what it does at most in one cycle before the others have
 * their turn.
 *
 * @param bufferedBytesMax heap memory for unfinished messages and heads, for what waits for sockets, HTTP answers included, and
 *     for what crosses threads. A peer whose message would exceed it is closed with 1013, a request is answered 503, a message to
 *     be sent is {@link SendResult#DROPPED}, and {@link WebSocketHandler#onWritable} follows once there is memory again.
 *     {@link #FITTED}: as much as the heap has room for
 * @param readBytesPerConnectionMax read from one socket
 * @param acceptsMax new connections of one listening socket
 * @param commandsMax commands of other threads; also how many may wait, and how many publications may
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

    /**
     * In place of {@link #bufferedBytesMax}: {@link #FITTED_BYTES_MAX}, or four times the longest message if that is more; but no
     * more than the JVM's heap has room for, beside the connections ({@link ServerOptions#fittedTo}).
     */
    public static final long FITTED = 0;

    /** What {@link #FITTED} usually comes to: 256 MiB. */
    public static final long FITTED_BYTES_MAX = 256L << 20;

    /** {@link #FITTED}; 256 KiB, 64, 1,024, 1,024, 4,096. */
    public static final LoopLimits DEFAULT = new LoopLimits(FITTED, 262_144, 64, 1_024, 1_024, 4_096);

    /** The least that a loop can do with: 1 MiB. */
    static final long BUFFERED_BYTES_MIN = 1 << 20;

    /**
     * Tells what {@link #FITTED} comes to if the heap has room for it.
     *
     * @param messageBytesMax the longest message of all endpoints, in bytes
     * @return {@link #FITTED_BYTES_MAX}, or four times the longest message if that is more
     */
    public static long fittedBytesMax(final long messageBytesMax) {
        return MemoryFit.usualBytes(messageBytesMax);
    }

    private static final int COUNT_MAX = 1 << 20;

    /**
     * Checks each.
     *
     * @param bufferedBytesMax {@link #FITTED}, or 1 MiB at least
     * @param readBytesPerConnectionMax 4 KiB at least
     * @param acceptsMax 1 to 1,048,576, as the others
     * @param commandsMax as above
     * @param expiriesMax as above
     * @param deliveriesMax as above
     * @throws IllegalArgumentException if one is not
     */
    public LoopLimits {
        if (bufferedBytesMax != FITTED) {
            // An eighth more is the reserve.
            Checks.requireRange("bufferedBytesMax", bufferedBytesMax, BUFFERED_BYTES_MIN, Long.MAX_VALUE / 2);
        }
        Checks.requireRange("readBytesPerConnectionMax", readBytesPerConnectionMax, 4_096, Integer.MAX_VALUE);
        Checks.requireRange("acceptsMax", acceptsMax, 1, COUNT_MAX);
        Checks.requireRange("commandsMax", commandsMax, 1, COUNT_MAX);
        Checks.requireRange("expiriesMax", expiriesMax, 1, COUNT_MAX);
        Checks.requireRange("deliveriesMax", deliveriesMax, 1, COUNT_MAX);
    }

    /**
     * Sets the memory for all connections together.
     *
     * @param bytes {@link #FITTED}, or 1 MiB at least
     * @return a copy of these limits with it
     */
    public LoopLimits withBufferedBytesMax(final long bytes) {
        return new LoopLimits(bytes, readBytesPerConnectionMax, acceptsMax, commandsMax, expiriesMax, deliveriesMax);
    }
}
