package io.godwit.reactor.server;

import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.ConnectionInfo;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.Mailed;
import io.godwit.reactor.loop.RationedLog;
import io.godwit.reactor.metrics.LoopCounters;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Acceptor;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PlainTransport;
import io.godwit.reactor.net.Stage;
import io.godwit.reactor.session.Opened;
import io.godwit.reactor.session.Sessions;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * What one loop serves: its listening sockets and its connections, from the first to the last. Loop only, but for what says
 * otherwise.
 */
public final class LoopServer implements Mailed {

    private static final RationedLog LOG = new RationedLog();

    private final EventLoop loop;
    private final Service service;
    private final Connections connections;
    private final LoopCounters counters;
    private final Sessions sessions;
    private final HandOver handOver;
    private final List<Acceptor> acceptors = new ArrayList<>();

    private final Consumer<Connection> onEnded = connection -> ended(connection, false);
    private final Consumer<Connection> onTurnedAwayEnded = connection -> ended(connection, true);
    private final CountDownLatch stoppedAccepting = new CountDownLatch(1);

    /** What other threads ask for, which finds its way in however many commands wait. */
    private final AtomicBoolean inMail = new AtomicBoolean();

    private volatile boolean stopRequested;
    private volatile Departure requested;

    private Goodbye goodbye;
    private boolean goingDown;
    private boolean over;

    /**
     * Makes a server that has no listening socket yet.
     *
     * @param loop the owner
     * @param service what is served, and on which terms
     * @param ids for its connections
     * @param handOver how it shares what it accepts with other loops; null: it does not
     */
    LoopServer(final EventLoop loop, final Service service, final ConnectionIds ids, final HandOver handOver) {
        this.loop = loop;
        this.service = service;
        connections = new Connections(ids);
        this.handOver = handOver;
        counters = loop.counters();
        loop.sendBufferBytes(options().sockets().sendBufferBytes());
        sessions = new Sessions(loop, options().timeouts(), service.workers());
    }

    // --- in

    /**
     * Accepts the connections of a socket.
     *
     * @param channel bound, non-blocking
     * @throws IOException if it is closed
     */
    void listen(final ServerSocketChannel channel) throws IOException {
        acceptors.add(new Acceptor(loop, channel, options().admission().backlog(), this::accept));
    }

    /** Judges who comes before anything else is done for him. */
    private void accept(final SocketChannel channel) {
        counters.increment(Metric.CONNECTIONS_ACCEPTED);
        final long source;
        try {
            source = Admission.sourceOf(channel.getRemoteAddress());
        } catch (final IOException e) {
            discard(channel, e);
            return;
        }
        switch (service.admission().admit(source)) {
            case ADMITTED -> serveOrGive(channel, source);
            case SERVER_FULL -> refuse(channel, source, Metric.CONNECTIONS_REFUSED, HttpAnswers.FULL);
            case SOURCE_FULL -> refuse(channel, source, Metric.ADDRESSES_REFUSED, HttpAnswers.ADDRESS_FULL);
        }
    }

    private void serveOrGive(final SocketChannel channel, final long source) {
        boolean given = false;
        if (handOver != null && !goingDown) {
            try {
                given = handOver.give(channel, source);
            } catch (final RuntimeException | Error e) {
                // No memory to give it away with, or a mistake: its place must not be lost.
                leave(source, false);
                discard(channel, e);
                return;
            }
        }
        if (!given) {
            serve(channel, source, null);
        }
    }

    private void refuse(final SocketChannel channel, final long source, final Metric metric, final HttpAnswer answer) {
        counters.increment(metric);
        if (service.admission().turnAway(source)) {
            serve(channel, source, answer);
        } else {
            // Past a bound there is not even an answer.
            discard(channel, null);
        }
    }

    /** Serves a connection that another loop has accepted, and admitted. */
    void adopt(final SocketChannel channel, final long source) {
        if (over) {
            service.admission().leave(source);
            discard(channel, null);
        } else {
            serve(channel, source, null);
        }
    }

    /** Serves a connection that was accepted for another loop, and not judged yet. */
    void adoptUnjudged(final SocketChannel channel) {
        if (over) {
            discard(channel, null);
        } else {
            accept(channel);
        }
    }

    private void serve(final SocketChannel channel, final long source, final HttpAnswer refusal) {
        Connection connection = null;
        try {
            connection = new Connection(
                    loop,
                    connections.nextId(),
                    new PlainTransport(channel),
                    refusal == null ? onEnded : onTurnedAwayEnded);
            counters.increment(Metric.CONNECTIONS_OPEN);
            begin(connection, refusal);
        } catch (final IOException | RuntimeException | Error e) {
            if (connection == null) {
                leave(source, refusal != null);
                discard(channel, e);
            } else {
                LOG.log(System.Logger.Level.ERROR, "", connection, " could not be served", e);
                connection.abort(e);
                connection.settleNow();
            }
        }
    }

    private void begin(final Connection connection, final HttpAnswer refusal) {
        final HttpStage stage = new HttpStage(connection, this);
        connection.stage(stage);
        connection.deadline(loop.nowNs() + options().timeouts().handshake().toNanos());
        connections.add(connection);
        if (refusal != null) {
            stage.turnAway(refusal);
        } else if (goingDown) {
            // It has nothing under way: it does not need the time that is left.
            connection.shutdown(Long.MAX_VALUE);
        }
    }

    private static void discard(final SocketChannel channel, final Throwable cause) {
        if (cause != null) {
            final boolean gone = cause instanceof IOException;
            LOG.log(gone ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR, "a connection was not served", cause);
        }
        try {
            channel.close();
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "a socket did not close", e);
        }
    }

    private void ended(final Connection connection, final boolean turnedAway) {
        // First: it is all that takes memory, and if there is none, the connection tells of its end again.
        final long source = Admission.sourceOf(connection.remoteAddress());
        connections.remove(connection);
        counters.add(Metric.CONNECTIONS_OPEN, -1);
        leave(source, turnedAway);
        stopIfDown();
    }

    private void leave(final long source, final boolean turnedAway) {
        if (turnedAway) {
            service.admission().leaveTurnedAway(source);
        } else {
            service.admission().leave(source);
        }
    }

    // --- what other threads ask for

    /**
     * Has {@link #stopAccepting} called. It takes no memory, or makes up for it in the next cycle. Any thread.
     *
     * @param here whether that is the loop's own: then it is called at once
     */
    void requestStopAccepting(final boolean here) {
        stopRequested = true;
        ask(here);
    }

    /**
     * Has {@link #goDown} called, likewise. Any thread, one at a time.
     *
     * @param departure how
     * @param here as above
     */
    void request(final Departure departure, final boolean here) {
        requested = departure;
        ask(here);
    }

    private void ask(final boolean here) {
        if (here) {
            doAsRequested();
        } else {
            mail();
        }
    }

    private void mail() {
        if (inMail.compareAndSet(false, true)) {
            loop.mail(this);
        }
    }

    @Override
    public void onMail() {
        inMail.set(false);
        doAsRequested();
    }

    private void doAsRequested() {
        try {
            final Departure departure = requested;
            if (departure != null) {
                goDown(departure);
            } else if (stopRequested) {
                stopAccepting();
            }
        } catch (final OutOfMemoryError e) {
            // It is still asked for: the next cycle tries again.
            mail();
        }
    }

    /** {@return whether it was asked to accept no more. Any thread} */
    boolean isStopRequested() {
        return stopRequested || requested != null;
    }

    /** {@return what is at zero once {@link #stopAccepting} was called, and the kernel knows. Any thread} */
    CountDownLatch stoppedAccepting() {
        return stoppedAccepting;
    }

    // --- the end

    /** Closes the listening sockets, after what the kernel had accepted for them was taken over. */
    void stopAccepting() {
        acceptors.forEach(Acceptor::close);
        acceptors.clear();
        // The kernel hears of it when the selector lets go of them, which is before the end of this cycle.
        loop.settleLater(stoppedAccepting::countDown);
    }

    /** Stops accepting, says goodbye to each connection, and ends the loop once all are gone. */
    void goDown(final Departure departure) {
        goingDown = true;
        stopAccepting();
        if (goodbye == null) {
            goodbye = new Goodbye(loop, connections, departure);
        } else {
            goodbye.hasten(departure);
        }
        goodbye.go();
        stopIfDown();
    }

    private void stopIfDown() {
        if (goodbye != null && connections.isEmpty()) {
            goodbye.end();
            loop.stop();
        }
    }

    /** The loop comes to its end, maybe before its connections did: ends those that are left, each with its onClose. */
    void cutOff() {
        goingDown = true;
        over = true;
        stoppedAccepting.countDown();
        CutOff.all(connections);
        if (goodbye != null) {
            goodbye.end();
        }
        sessions.end();
    }

    // --- what it is

    /** {@return how many connections there are. Any thread} */
    public int connectionCount() {
        return connections.size();
    }

    /**
     * Finds an open WebSocket. Any thread.
     *
     * @param id its number
     * @return it, or null
     */
    WebSocket find(final long id) {
        final Connection connection = connections.find(id);
        return connection != null && connection.stage() instanceof Opened opened ? opened.webSocket() : null;
    }

    /** Shows all connections that there are during the whole walk, and maybe some of the others. Any thread. */
    void forEach(final long nowNs, final Consumer<? super ConnectionInfo> visitor) {
        connections.forEach(connection -> visitor.accept(describe(connection, nowNs)));
    }

    private static ConnectionInfo describe(final Connection connection, final long nowNs) {
        final Stage stage = connection.stage();
        final Opened opened = stage instanceof Opened open ? open : null;
        final WebSocket ws = opened == null ? null : opened.webSocket();
        // What is neither the one nor the other has ended, but for its socket.
        final ReadyState withoutWebSocket = stage instanceof HttpStage ? ReadyState.CONNECTING : ReadyState.CLOSED;
        return new ConnectionInfo(
                connection.id(),
                connection.remoteAddress(),
                ws == null ? null : ws.path(),
                ws == null ? withoutWebSocket : ws.readyState(),
                Duration.ofNanos(Math.max(0, nowNs - connection.acceptedNs())),
                connection.outbound().waitingBytes(),
                opened == null ? 0 : opened.messagesReceived(),
                opened == null ? 0 : opened.messagesSent(),
                connection.receivedBytes(),
                connection.outbound().sentBytes(),
                ws);
    }

    boolean isGoingDown() {
        return goingDown;
    }

    LoopCounters counters() {
        return counters;
    }

    /** {@return the loop that it is on. Any thread} */
    public EventLoop loop() {
        return loop;
    }

    Routes routes() {
        return service.routes();
    }

    ServerOptions options() {
        return service.options();
    }

    Sessions sessions() {
        return sessions;
    }
}
