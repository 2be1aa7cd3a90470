package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.Timed;
import io.godwit.reactor.loop.Timers;
import io.godwit.reactor.net.Acceptor;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PlainTransport;
import io.godwit.reactor.session.Sessions;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What one loop serves: its listening sockets and its connections, from the first to the last. Loop only. */
public final class LoopServer implements Timed {

    private static final System.Logger LOG = System.getLogger("io.godwit.reactor");

    private final EventLoop loop;
    private final Routes routes;
    private final ServerOptions options;
    private final Sessions sessions;
    private final Runnable onDown;
    private final List<Acceptor> acceptors = new ArrayList<>();
    private final Set<Connection> connections = new HashSet<>();

    /** Those of them that found the server full, and are here until they have read so. */
    private final Set<Connection> turnedAway = new HashSet<>();

    private long lastId;
    private long shutdownTimer = Timers.NONE;
    private boolean goingDown;
    private boolean down;

    /**
     * Makes a server that has no listening socket yet.
     *
     * @param loop the owner
     * @param routes what is served
     * @param options on which terms
     * @param onDown told when, after {@link #shutdown}, the last connection has ended
     */
    public LoopServer(final EventLoop loop, final Routes routes, final ServerOptions options, final Runnable onDown) {
        this.loop = loop;
        this.routes = routes;
        this.options = options;
        this.onDown = onDown;
        sessions = new Sessions(
                loop, options.idleTimeout().toNanos(), options.closeTimeout().toNanos());
    }

    /**
     * Accepts the connections of a socket.
     *
     * @param channel bound, non-blocking
     * @throws IOException if it is closed
     */
    public void listen(final ServerSocketChannel channel) throws IOException {
        acceptors.add(new Acceptor(loop, channel, options.backlog(), this::accept));
    }

    private void accept(final SocketChannel channel) {
        // Past a bound there is not even an answer.
        final boolean full = connections.size() - turnedAway.size() >= options.connectionsMax();
        if (connections.size() >= connectionsBound(options)) {
            close(channel);
            return;
        }
        try {
            final Connection connection =
                    new Connection(loop, ++lastId, channel, new PlainTransport(channel), this::ended);
            final HttpStage stage = new HttpStage(connection, this);
            connection.stage(stage);
            connection.deadline(loop.nowNs() + options.handshakeTimeout().toNanos());
            connections.add(connection);
            if (full) {
                turnedAway.add(connection);
                stage.turnAway();
            }
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a connection was gone before it was served", e);
            close(channel);
        }
    }

    /**
     * Tells how many connections there can be at a time.
     *
     * @param options of the server
     * @return those that are served, and those that are being turned away
     */
    public static int connectionsBound(final ServerOptions options) {
        return options.connectionsMax() + options.backlog();
    }

    private static void close(final SocketChannel channel) {
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a socket did not close", e);
        }
    }

    private void ended(final Connection connection) {
        connections.remove(connection);
        turnedAway.remove(connection);
        tellIfDown();
    }

    /** Closes the listening sockets; what was accepted lives on. */
    public void stopAccepting() {
        acceptors.forEach(Acceptor::close);
        acceptors.clear();
    }

    /** Stops accepting, says goodbye to each connection, and cuts off those that have not gone when the time is up. */
    public void shutdown() {
        if (!goingDown) {
            goingDown = true;
            stopAccepting();
            List.copyOf(connections).forEach(Connection::shutdown);
            shutdownTimer =
                    loop.timers().schedule(loop.nowNs() + options.closeTimeout().toNanos(), this);
            tellIfDown();
        }
    }

    /** The loop comes to its end before its connections did: ends those that are left, each with its onClose. */
    public void cutOff() {
        goingDown = true;
        for (final Connection connection : List.copyOf(connections)) {
            try {
                connection.abort(null);
                connection.settle();
            } catch (final RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "a connection did not come to its end", e);
            }
        }
    }

    @Override
    public void onTimer(final long nowNs) {
        connections.forEach(connection -> connection.abort(null));
    }

    private void tellIfDown() {
        if (goingDown && connections.isEmpty() && !down) {
            down = true;
            loop.timers().cancel(shutdownTimer);
            onDown.run();
        }
    }

    /** {@return how many connections there are} */
    public int connectionCount() {
        return connections.size();
    }

    boolean isGoingDown() {
        return goingDown;
    }

    Routes routes() {
        return routes;
    }

    ServerOptions options() {
        return options;
    }

    Sessions sessions() {
        return sessions;
    }
}
