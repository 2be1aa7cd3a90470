package io.godwit.reactor.endpoint;

/**
 * What the sockets of connections are asked for. Immutable; start from {@link #DEFAULT}.
 *
 * @param sendBufferBytes how many bytes each socket is asked to hold that it has not delivered yet ({@code SO_SNDBUF}); 0: as
 *     many as the system likes. Linux gives twice that, for what it adds counts too. No one tells when the peer has them, so
 *     a deadline that waits for an answer is longer by the time that they may take; a large buffer makes a vanished peer hard
 *     to tell from a slow one. A small one slows down peers that are far away: it is the most that is on its way to a peer,
 *     so that 128 KiB over 100 ms are about 2 MB/s
 */
public record SocketOptions(int sendBufferBytes) {

    /** 128 KiB. */
    public static final SocketOptions DEFAULT = new SocketOptions(131_072);

    private static final int SEND_BUFFER_BYTES_MAX = 1 << 30;

    /**
     * Checks each.
     *
     * @param sendBufferBytes 0, or 4 KiB to 1 GiB
     * @throws IllegalArgumentException if it is not
     */
    public SocketOptions {
        if (sendBufferBytes != 0) {
            Checks.requireRange("sendBufferBytes", sendBufferBytes, 4_096, SEND_BUFFER_BYTES_MAX);
        }
    }

    /**
     * Sets the send buffer.
     *
     * @param bytes as above
     * @return a copy of these options with it
     */
    public SocketOptions withSendBufferBytes(final int bytes) {
        return new SocketOptions(bytes);
    }
}
