package io.godwit.bench.peers;

/**
 * What a server has to do with each message.
 *
 * @param payloadBytes how long the messages are; the floor has to know it, the others need it for their limits
 * @param isText whether they are text, for who does not find it out by himself
 * @param isBroadcast whether a message goes to every connection rather than back to the one it came from
 */
public record Service(int payloadBytes, boolean isText, boolean isBroadcast) {

    /** What the kernel may hold for a server that is being connected to. */
    public static final int BACKLOG = 4_096;

    /** The longest message that any server has to take. */
    public static final int MESSAGE_BYTES_MAX = 1 << 20;

    /** How many connections any server has to take, from one address too. */
    public static final int CONNECTIONS_MAX = 20_000;

    /**
     * Checks the size.
     *
     * @param payloadBytes 0 to {@link #MESSAGE_BYTES_MAX}
     * @param isText as above
     * @param isBroadcast as above
     * @throws IllegalArgumentException if it is out of range
     */
    public Service {
        if (payloadBytes < 0 || payloadBytes > MESSAGE_BYTES_MAX) {
            throw new IllegalArgumentException("messages of 0 to " + MESSAGE_BYTES_MAX + " bytes, not " + payloadBytes);
        }
    }
}
