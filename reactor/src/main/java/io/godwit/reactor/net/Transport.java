package io.godwit.reactor.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * A transform of bytes between a socket and a connection: none for plain TCP, records for TLS. Loop only, never blocking.
 */
public interface Transport {

    /**
     * Reads what has come.
     *
     * @param in borrowed; filled from its position
     * @return how many bytes; 0: none now; -1: the peer has sent its last
     * @throws IOException if the connection is broken
     */
    int read(ByteBuffer in) throws IOException;

    /**
     * Writes as much as the socket takes.
     *
     * @param out borrowed; its position moves behind what was taken
     * @return how many bytes of it
     * @throws IOException if the connection is broken
     */
    int write(ByteBuffer out) throws IOException;

    /**
     * Sends the end of our bytes.
     *
     * @throws IOException if the connection is broken
     */
    void shutdownOutput() throws IOException;

    /** Closes the socket. Does not throw: there is nothing that a caller could do. */
    void close();

    /** {@return the peer's address} */
    SocketAddress remoteAddress();
}
