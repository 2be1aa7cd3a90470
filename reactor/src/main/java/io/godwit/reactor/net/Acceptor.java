package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Timed;
import io.godwit.reactor.loop.Timers;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * A listening socket on its loop. Loop only.
 *
 * <p>Whatever is thrown while one connection is being accepted costs that connection; whatever the kernel's own accept
 * throws makes a pause.
 */
public final class Acceptor implements SelectHandler, Timed {

    private static final RationedLog LOG = new RationedLog();
    private static final long RETRY_NS = 250_000_000L;

    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final int backlog;
    private final Consumer<SocketChannel> onAccepted;
    private final SelectionKey key;
    private int retry = Timers.NONE;
    private boolean starved;

    /**
     * Starts accepting.
     *
     * @param loop that accepts
     * @param channel bound, non-blocking; closed with this
     * @param backlog how many connections the kernel may hold for it
     * @param onAccepted takes over each connection, non-blocking; where it throws, the connection is closed
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
        } catch (final IOException | RuntimeException | Error e) {
            // Most likely the descriptors have run out. To select on would spin: the connection stays acceptable.
            if (!starved) {
                starved =
                        LOG.log(System.Logger.Level.WARNING, "accepting pauses until it succeeds again: ", e, "", null);
            }
            loop.counters().increment(Metric.ACCEPT_PAUSES);
            if (key.isValid()) {
                pause();
            }
        }
    }

    private void pause() {
        try {
            retry = loop.timers().schedule(loop.nowNs() + RETRY_NS, this);
            key.interestOps(0);
        } catch (final OutOfMemoryError e) {
            // Nobody would end the pause: so there is none, and the next cycle tries again.
        }
    }

    @Override
    public void onTimer(final long nowNs) {
        retry = Timers.NONE;
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
            takeOver(accepted);
        }
    }

    private void takeOver(final SocketChannel accepted) throws IOException {
        try {
            accepted.configureBlocking(false);
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (loop.sendBufferBytes() > 0) {
                accepted.setOption(StandardSocketOptions.SO_SNDBUF, loop.sendBufferBytes());
            }
            onAccepted.accept(accepted);
        } catch (final IOException e) {
            // A peer that is gone already costs its own socket, and no pause for the others.
            LOG.log(System.Logger.Level.DEBUG, "a connection was gone before it was served", e);
            accepted.close();
        } catch (final RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a connection was not taken over", e);
            accepted.close();
        }
    }

    /** Accepts what the kernel holds already, which would be reset otherwise, and closes the socket. */
    public void close() {
        loop.timers().cancel(retry);
        retry = Timers.NONE;
        try {
            if (channel.isOpen()) {
                // The kernel holds one more than it was asked to.
                accept(backlog + 1);
            }
        } catch (final IOException | RuntimeException | Error e) {
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
