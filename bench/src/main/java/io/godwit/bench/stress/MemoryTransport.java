package io.godwit.bench.stress;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.net.Transport;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A peer without a socket: it sends nothing, and takes all. Loop only, but for {@link #isClosed}. */
final class MemoryTransport implements Transport {

    private static final int TAKEN_BYTES_MAX = 256;
    private static final SocketAddress NOWHERE = InetSocketAddress.createUnresolved("nowhere", 1);

    private final ByteBuffer taken = ByteBuffer.allocate(TAKEN_BYTES_MAX);
    private volatile boolean closed;

    @Override
    public void open(final EventLoop loop, final SelectHandler handler) {
        // Nothing will ever be ready.
    }

    @Override
    public void interest(final int ops) {
        // As above.
    }

    @Override
    public int read(final ByteBuffer in) {
        return 0;
    }

    @Override
    public int write(final ByteBuffer out) {
        final int bytes = out.remaining();
        taken.put(out);
        return bytes;
    }

    @Override
    public void shutdownOutput() {
        // Nobody is there to read the end.
    }

    @Override
    public void close() {
        closed = true;
    }

    /** {@return whether the connection has ended. Any thread} */
    boolean isClosed() {
        return closed;
    }

    /** {@return what was taken: the payload of each message, one after the other, and a full stop for Close} */
    String taken() {
        final StringBuilder all = new StringBuilder();
        final ByteBuffer frames = taken.duplicate().flip();
        while (frames.hasRemaining()) {
            final int opcode = frames.get() & 0xF;
            final byte[] payload = new byte[frames.get()];
            frames.get(payload);
            all.append(opcode == 0x8 ? "." : new String(payload, StandardCharsets.US_ASCII));
        }
        return all.toString();
    }

    @Override
    public SocketAddress remoteAddress() {
        return NOWHERE;
    }
}
