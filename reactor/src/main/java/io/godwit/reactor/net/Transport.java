package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * What carries a connection's bytes, and knows when it can: a socket, as it is for plain TCP or with records for TLS; in
 * tests a piece of memory. Loop only, never blocking.
 */
public interface Transport {

    /**
     * Joins a loop, at first with no interest. Once, before all else.
     *
     * @param loop its owner from now on
     * @param handler told when the transport is ready for what it is asked for: in each cycle again, for as long as it is
     *     ready and asked. Not from within a call of this interface
     * @throws IOException if it is closed already
     */
    void open(EventLoop loop, SelectHandler handler) throws IOException;

    /**
     * Says what the connection waits for, in place of what it waited for before. Costs nothing where that is the same.
     *
     * @param ops {@link java.nio.channels.SelectionKey#OP_READ}: something, or the end, can be read;
     *     {@link java.nio.channels.SelectionKey#OP_WRITE}: some bytes are taken; both, or 0. A broken transport is ready for
     *     either, and says so when it is tried
     */
    void interest(int ops);

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
     * Sends the end of our bytes: the peer reads what was written, and then -1. Nothing can be written after it.
     *
     * @throws IOException if the connection is broken
     */
    void shutdownOutput() throws IOException;

    /**
     * Ends both directions; the handler is not called any more. What was written before still reaches the peer, unless the
     * peer has sent what was not read. A repeated call does nothing. Does not throw: there is nothing that a caller could
     * do.
     */
    void close();

    /** {@return the peer's address} */
    SocketAddress remoteAddress();
}
