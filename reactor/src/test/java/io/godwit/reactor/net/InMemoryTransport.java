package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Settled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;

/**
 * One end of a pair that behaves as TCP does, without a socket: bytes written here are read there, a bounded number of them
 * waits between, each side ends for itself, and a side can be cut off. Both ends belong to one thread; each may be opened on
 * a loop that this thread drives, or be used by hand.
 *
 * <p>Memory is held only while bytes wait, so that there can be very many pairs.
 */
public final class InMemoryTransport implements Transport, Settled {

    private static final int KEPT_BYTES_MIN = 64;
    private static final SocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final int bytesMax;
    private InMemoryTransport peer;
    private EventLoop loop;
    private SelectHandler handler;

    /** What was written there and not yet read here, from position to limit. Null while there is nothing. */
    private ByteBuffer received;

    private int interest;
    private boolean dispatching;
    private boolean outputEnded;
    private boolean closed;
    private boolean reset;

    /** What the next write throws; null: nothing. */
    private Error failure;

    /** What is done during the next write; null: nothing. */
    private Runnable meanwhile;

    private InMemoryTransport(final int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /**
     * Makes two ends.
     *
     * @param bytesMax how many bytes may wait in each direction
     * @return one end, whose {@link #peer} is the other
     */
    public static InMemoryTransport pair(final int bytesMax) {
        final InMemoryTransport one = new InMemoryTransport(bytesMax);
        final InMemoryTransport other = new InMemoryTransport(bytesMax);
        one.peer = other;
        other.peer = one;
        return one;
    }

    /** {@return the other end} */
    public InMemoryTransport peer() {
        return peer;
    }

    /** {@return how many bytes wait to be read here} */
    public int readableBytes() {
        return received == null ? 0 : received.remaining();
    }

    /** {@return whether this end was closed, from here} */
    public boolean isClosed() {
        return closed;
    }

    /** Cuts the connection off: what waits is lost, and the other end is broken. */
    public void reset() {
        received = null;
        closed = true;
        peer.breakOff();
    }

    /** Has the next write here throw what no transport should. */
    public void failNextWrite(final Error thrown) {
        failure = thrown;
    }

    /** Has something done while the next write here is under way, as another thread may at any time. */
    public void duringNextWrite(final Runnable task) {
        meanwhile = task;
    }

    private void breakOff() {
        if (!closed) {
            reset = true;
            received = null;
            noteChange();
        }
    }

    @Override
    public void open(final EventLoop owner, final SelectHandler ready) throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        loop = owner;
        handler = ready;
    }

    @Override
    public void interest(final int ops) {
        interest = ops;
        noteChange();
    }

    @Override
    public int read(final ByteBuffer in) throws IOException {
        requireWhole();
        if (received == null) {
            return peer.outputEnded || peer.closed ? -1 : 0;
        }
        final int bytes = Math.min(in.remaining(), received.remaining());
        in.put(in.position(), received, received.position(), bytes);
        in.position(in.position() + bytes);
        received.position(received.position() + bytes);
        if (!received.hasRemaining()) {
            received = null;
        }
        peer.noteChange();
        return bytes;
    }

    @Override
    public int write(final ByteBuffer out) throws IOException {
        requireWhole();
        if (meanwhile != null) {
            final Runnable task = meanwhile;
            meanwhile = null;
            task.run();
        }
        if (failure != null) {
            final Error thrown = failure;
            failure = null;
            throw thrown;
        }
        if (outputEnded) {
            throw new ClosedChannelException();
        }
        if (peer.closed) {
            reset = true;
            requireWhole();
        }
        final int bytes = Math.min(out.remaining(), bytesMax - peer.readableBytes());
        if (bytes > 0) {
            peer.take(out, bytes);
            peer.noteChange();
        }
        return bytes;
    }

    private void take(final ByteBuffer out, final int bytes) {
        final int waiting = readableBytes();
        if (received == null) {
            received = ByteBuffer.allocate(Math.max(bytes, Math.min(bytesMax, KEPT_BYTES_MIN)))
                    .limit(0);
        } else if (received.capacity() - received.limit() < bytes) {
            final byte[] kept = new byte[Math.min(bytesMax, Math.max(2 * waiting, waiting + bytes))];
            received.get(kept, 0, waiting);
            received = ByteBuffer.wrap(kept).limit(waiting);
        }
        final int end = received.limit();
        received.limit(end + bytes).put(end, out, out.position(), bytes);
        out.position(out.position() + bytes);
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireWhole();
        outputEnded = true;
        peer.noteChange();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (received != null) {
            // As TCP: who closes with unread bytes in hand tells the peer that they were lost.
            reset();
        } else {
            closed = true;
            peer.noteChange();
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return ADDRESS;
    }

    private void requireWhole() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (reset) {
            throw new IOException("Connection reset");
        }
    }

    private int readyOps() {
        if (reset) {
            return SelectionKey.OP_READ | SelectionKey.OP_WRITE;
        }
        final boolean readable = received != null || peer.outputEnded || peer.closed;
        final boolean writable = outputEnded || peer.closed || peer.readableBytes() < bytesMax;
        return (readable ? SelectionKey.OP_READ : 0) | (writable ? SelectionKey.OP_WRITE : 0);
    }

    private void noteChange() {
        if (loop != null && !closed && !dispatching && (readyOps() & interest) != 0) {
            dispatching = true;
            loop.settleLater(this);
        }
    }

    /** The loop's turn: tells the handler, and again in the next cycle if that has not changed what is ready. */
    @Override
    public void settle() {
        dispatching = false;
        final int ready = closed ? 0 : readyOps() & interest;
        if (ready != 0) {
            handler.onReady(ready);
            noteChange();
        }
    }
}
