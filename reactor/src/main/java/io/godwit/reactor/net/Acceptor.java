package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Timed;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/** A listening socket on its loop. Loop only. */
public final class Acceptor implements SelectHandler, Timed {

    private static final System.Logger LOG = System.getLogger("io.godwit.reactor");
    private static final long RETRY_NS = 250_000_000L;

    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final int backlog;
    private final Consumer<SocketChannel> onAccepted;
    private final SelectionKey key;
    private boolean starved;

    /**
     * Starts accepting.
     *
     * @param loop that accepts
     * @param channel bound, non-blocking; closed with this
     * @param backlog how many connections the kernel may hold for it
     * @param onAccepted takes over each connection, non-blocking
     * @throws IOException if the channel is closed
     */
    public Acceptor(
            final EventLoop loop,
            final ServerSocketChannel channel,
            final int backlog,
            final Consumer<SocketChannel> onAccepted)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.backlog = backlog;
        this.onAccepted = onAccepted;
        key = loop.register(channel, SelectionKey.OP_ACCEPT, this);
    }

    @Override
    public void onReady(final int readyOps) {
        try {
            accept(loop.options().acceptsPerCycleMax());
            starved = false;
        } catch (final IOException e) {
            // Most likely the descriptors have run out. To select on would spin: the connection stays acceptable.
            if (!starved) {
                starved = true;
                LOG.log(System.Logger.Level.WARNING, "accepting pauses until it succeeds again: " + e.getMessage());
            }
            key.interestOps(0);
            loop.timers().schedule(loop.nowNs() + RETRY_NS, this);
        }
    }

    @Override
    public void onTimer(final long nowNs) {
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void accept(final int max) throws IOException {
        for (int i = 0; i < max; i++) {
            final SocketChannel accepted = channel.accept();
            if (accepted == null) {
                return;
            }
            if (isReady(accepted)) {
                onAccepted.accept(accepted);
            }
        }
    }

    /** A peer that is gone already costs its own socket, and no pause for the others. */
    private static boolean isReady(final SocketChannel accepted) throws IOException {
        try {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            return true;
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection was gone before it was served", e);
            accepted.close();
            return false;
        }
    }

    /** Accepts what the kernel holds already, which would be reset otherwise, and closes the socket. */
    public void close() {
        try {
            if (channel.isOpen()) {
                accept(backlog);
            }
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the last connections were not accepted", e);
        } finally {
            closeChannel();
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a listening socket did not close", e);
        }
    }
}
