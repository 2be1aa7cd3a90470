package io.godwit.bench.micro;

import io.godwit.bench.memory.MemoryPeer;
import io.godwit.bench.memory.MemoryTransport;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/** A peer that sends what it is told to, takes all that it is sent, and counts that. Loop only. */
final class CountingPeer implements MemoryPeer {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final MemoryTransport transport = new MemoryTransport(this);
    private ByteBuffer unread = NOTHING;
    private long takenBytes;

    /** {@return what the connection has of it} */
    MemoryTransport transport() {
        return transport;
    }

    /**
     * Sends frames.
     *
     * @param frames borrowed until they have been read; between position and limit, copied as they are read
     */
    void send(final ByteBuffer frames) {
        unread = frames;
        transport.noteChange();
    }

    /** {@return how many bytes it was sent, from the first} */
    long takenBytes() {
        return takenBytes;
    }

    /** Whoever waits for something asks this meanwhile, or would wait for ever. */
    void requireOpen() {
        if (transport.isClosed()) {
            throw new IllegalStateException("the connection was ended, with " + unread.remaining() + " bytes unread");
        }
    }

    @Override
    public int readyOps() {
        return unread.hasRemaining() ? SelectionKey.OP_READ : 0;
    }

    @Override
    public int read(final ByteBuffer in) {
        final int bytes = Math.min(in.remaining(), unread.remaining());
        in.put(in.position(), unread, unread.position(), bytes).position(in.position() + bytes);
        unread.position(unread.position() + bytes);
        return bytes;
    }

    @Override
    public void take(final ByteBuffer out) {
        takenBytes += out.remaining();
        out.position(out.limit());
    }
}
