package io.godwit.reactor.net;

import io.godwit.reactor.loop.CarefulLog;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** TCP as it is. */
public final class PlainTransport implements Transport {

    private static final CarefulLog LOG = new CarefulLog();

    private final SocketChannel channel;
    private final SocketAddress remoteAddress;
    private SelectionKey key;

    /**
     * Wraps a socket.
     *
     * @param channel connected, non-blocking; closed with this
     * @throws IOException if the peer is gone already
     */
    public PlainTransport(final SocketChannel channel) throws IOException {
        this.channel = channel;
        remoteAddress = channel.getRemoteAddress();
    }

    @Override
    public void open(final EventLoop loop, final SelectHandler handler) throws IOException {
        key = loop.register(channel, 0, handler);
    }

    @Override
    public void interest(final int ops) {
        if (key.isValid() && key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    @Override
    public int read(final ByteBuffer in) throws IOException {
        return channel.read(in);
    }

    @Override
    public int write(final ByteBuffer out) throws IOException {
        return channel.write(out);
    }

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a socket did not close", e);
        }
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }
}
