package io.godwit.bench.micro;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.net.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * A peer without a socket: it sends what it is told to, takes all that it is sent, and counts that. The loop is told one
 * cycle later that there is something to read, as if the selector had found it. Loop only.
 */
final class MemoryPeer implements Transport, Settled {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final SocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private ByteBuffer unread = NOTHING;
    private long takenBytes;
    private EventLoop loop;
    private SelectHandler handler;
    private int interest;
    private boolean toSettle;
    private boolean closed;

    /**
     * Sends frames.
     *
     * @param frames borrowed until they have been read; between position and limit, copied as they are read
     */
    void send(final ByteBuffer frames) {
        unread = frames;
        noteChange();
    }

    /** {@return how many bytes it was sent, from the first} */
    long takenBytes() {
        return takenBytes;
    }

    /** Whoever waits for something asks this meanwhile, or would wait for ever. */
    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the connection was ended, with " + unread.remaining() + " bytes unread");
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
        final int bytes = Math.min(in.remaining(), unread.remaining());
        in.put(in.position(), unread, unread.position(), bytes).position(in.position() + bytes);
        unread.position(unread.position() + bytes);
        return bytes;
    }

    @Override
    public int write(final ByteBuffer out) {
        final int bytes = out.remaining();
        takenBytes += bytes;
        out.position(out.limit());
        return bytes;
    }

    @Override
    public void shutdownOutput() {
        // Whoever counts bytes needs no end.
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public SocketAddress remoteAddress() {
        return ADDRESS;
    }

    private boolean isReady() {
        return !closed && (interest & SelectionKey.OP_READ) != 0 && unread.hasRemaining();
    }

    private void noteChange() {
        if (!toSettle && isReady()) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    @Override
    public void settle() {
        toSettle = false;
        if (isReady()) {
            handler.onReady(SelectionKey.OP_READ);
            noteChange();
        }
    }
}
