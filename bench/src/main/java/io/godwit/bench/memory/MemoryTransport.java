package io.godwit.bench.memory;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.net.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * Carries a connection's bytes to and from a peer in memory. The loop is told one cycle later what is ready, as if the
 * selector had found it. Loop only, but for {@link #isClosed}.
 */
public final class MemoryTransport implements Transport, Settled {

    private static final SocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final MemoryPeer peer;
    private EventLoop loop;
    private SelectHandler handler;
    private int interest;
    private boolean toSettle;
    private volatile boolean closed;

    /**
     * Makes a transport, not yet open.
     *
     * @param peer at its other end
     */
    public MemoryTransport(final MemoryPeer peer) {
        this.peer = peer;
    }

    /** Looks what is ready now. For a peer that has come to it by itself: what the connection does is noticed. */
    public void noteChange() {
        if (!toSettle && readyOps() != 0) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    private int readyOps() {
        return closed ? 0 : peer.readyOps() & interest;
    }

    /** Its turn. */
    @Override
    public void settle() {
        toSettle = false;
        final int ready = readyOps();
        if (ready != 0) {
            handler.onReady(ready);
            noteChange();
        }
    }

    @Override
    public void open(final EventLoop owner, final SelectHandler ready) {
        loop = owner;
        handler = ready;
    }

    @Override
    public void interest(final int ops) {
        interest = ops;
        noteChange();
    }

    @Override
    public int read(final ByteBuffer in) {
        return peer.read(in);
    }

    @Override
    public int write(final ByteBuffer out) {
        final int bytes = out.remaining();
        peer.take(out);
        noteChange();
        return bytes;
    }

    @Override
    public void shutdownOutput() {
        peer.end();
        noteChange();
    }

    @Override
    public void close() {
        closed = true;
    }

    /** {@return whether the connection has ended. Any thread} */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public SocketAddress remoteAddress() {
        return ADDRESS;
    }
}
