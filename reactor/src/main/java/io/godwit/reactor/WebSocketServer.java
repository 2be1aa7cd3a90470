package io.godwit.reactor;

import io.godwit.core.message.Utf8;
import io.godwit.reactor.conversation.AcceptQueue;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.ConnectionInfo;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.Durations;
import io.godwit.reactor.metrics.Metrics;
import io.godwit.reactor.server.ListeningSockets;
import io.godwit.reactor.server.LoopGroup;
import io.godwit.reactor.server.Routes;
import io.godwit.reactor.server.Shutdown;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A WebSocket server: listening sockets, what is served at which path, and the loops that serve it.
 *
 * <pre>{@code
 * try (WebSocketServer server = WebSocketServer.builder()
 *         .listen("127.0.0.1", 8080)
 *         .endpoint("/echo", WebSocketHandler.echo())
 *         .build()
 *         .start()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Each loop has a thread of its own, which keeps the JVM up; or none, where the server is {@link WebSocketServerBuilder#stepped}, and then
 * the caller drives it by {@link #doWork}. All methods may be called by any thread, but for those of a stepped server, which
 * belong to the thread that drives it. A server is started once, unless starting fails, and not after {@link #close}.
 *
 * <p>Where an error ends a loop, the connections of that loop end, each with its onClose, and another loop takes its place;
 * past {@link io.godwit.reactor.endpoint.Threads#restartsMax} of those within ten minutes the server goes down, and
 * {@link #failure} tells why. Where a handler holds a loop for longer than
 * {@link io.godwit.reactor.endpoint.Threads#blockedLoopWarning}, {@link #health} and the log tell; a daemon thread looks after
 * that.
 */
public final class WebSocketServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.godwit.reactor");

    /** How long loops that have started may take to end again, where another cannot be started. */
    private static final Duration GRACE = Duration.ofSeconds(3);

    private final List<InetSocketAddress> requested;
    private final Routes routes;
    private final ServerOptions options;

    /** What a loop may hold by default, if the heap had room for it; 0: it has, or something else was asked for. */
    private final long shrunkFromBytes;

    private final boolean stepped;
    private final boolean sharesPorts;
    private final AcceptQueue accepted;
    private ListeningSockets sockets;

    /** Whether it was closed before it was started. */
    private boolean closedUnstarted;

    /** Null until it is started. */
    private volatile LoopGroup loops;

    WebSocketServer(final WebSocketServerBuilder builder) {
        requested = List.copyOf(builder.addresses);
        routes = builder.routes.copy();
        final long messageBytesMax = routes.messageBytesMax();
        options = builder.options.fittedTo(Runtime.getRuntime().maxMemory(), messageBytesMax);
        final long usualBytes = LoopLimits.fittedBytesMax(messageBytesMax);
        final boolean shrunk = builder.options.loop().bufferedBytesMax() == LoopLimits.FITTED
                && options.loop().bufferedBytesMax() < usualBytes;
        shrunkFromBytes = shrunk ? usualBytes : 0;
        stepped = builder.stepped;
        sharesPorts = builder.sharesPorts;
        accepted = builder.acceptingPath == null ? null : new AcceptQueue(builder.acceptingMax);
        if (accepted != null) {
            routes.replaceEndpoint(builder.acceptingPath, Endpoint.of(accepted.handler()));
        }
    }

    /**
     * Starts a server in one line: it answers text or binary messages with text, at any free or given port of this machine's
     * loopback address, on the path {@code /}.
     *
     * <p>An answer that cannot be sent is not lost in silence: one that is longer than
     * {@link io.godwit.reactor.endpoint.OutboundLimits#bytesMax}, or finds no room, closes its connection with 1011, as an
     * exception does, and the log tells why. Asking a binary message for its text closes it with 1003.
     *
     * @param port 0: any free one
     * @param reply from a message, valid during the call, to the answer; null: none. It runs on the loop and must not block
     * @return the server, which runs
     * @throws IOException if the port is taken
     */
    public static WebSocketServer serve(final int port, final Function<? super Message, ? extends CharSequence> reply)
            throws IOException {
        Objects.requireNonNull(reply, "reply");
        return builder()
                .listen("localhost", port)
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onMessage(final WebSocket ws, final Message message) {
                        final CharSequence answer = reply.apply(message);
                        if (answer != null) {
                            answer(ws, Utf8.snapshot(answer));
                        }
                    }
                })
                .build()
                .start();
    }

    private static void answer(final WebSocket ws, final String answer) {
        final SendResult result = ws.send(answer);
        if (!result.isTaken() && result != SendResult.CLOSED) {
            throw new AnswerNotSentException("an answer of " + Utf8.encodedLength(answer) + " bytes was not sent ("
                    + result + "): " + ws.bufferedBytes() + " bytes wait, and "
                    + EndpointLimits.DEFAULT.outbound().bytesMax() + " may");
        }
    }

    /** Of a class of its own, so that the log counts it apart from what the function itself throws. */
    private static final class AnswerNotSentException extends RuntimeException {
        private static final long serialVersionUID = 1;

        AnswerNotSentException(final String message) {
            super(message);
        }
    }

    /** {@return a builder, with no address and no path yet} */
    public static WebSocketServerBuilder builder() {
        return new WebSocketServerBuilder();
    }

    /**
     * Binds the addresses and starts to serve. Where that fails nothing is left behind, and it may be tried again.
     *
     * @return this
     * @throws IOException if an address is unknown or cannot be bound, for instance since the port is taken (a
     *     {@link io.godwit.reactor.endpoint.ListenException}, which tells which), or there is no direct memory for the loops'
     *     buffers; the message names it, and no address is left bound
     * @throws IllegalStateException if it was started before, or closed
     */
    public synchronized WebSocketServer start() throws IOException {
        if (sockets != null) {
            throw new IllegalStateException("the server was started before");
        }
        if (closedUnstarted) {
            throw new IllegalStateException("the server was closed before it was started");
        }
        if (shrunkFromBytes > 0) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "each loop may hold {0} bytes, since the heap has no room for the default of {1}",
                    Long.toString(options.loop().bufferedBytesMax()),
                    Long.toString(shrunkFromBytes));
        }
        final int count = options.threads().loops();
        final int owners = count > 1 && sharesPorts && ListeningSockets.canSharePorts() ? count : 1;
        sockets = ListeningSockets.bind(requested, options.admission().backlog(), owners);
        try {
            final LoopGroup group = new LoopGroup(routes, options, stepped);
            group.open(sockets);
            // Before the first callback, which may ask for it.
            loops = group;
            group.start();
        } catch (final IOException | RuntimeException | Error e) {
            undoStart();
            throw e;
        }
        return this;
    }

    private void undoStart() {
        if (loops != null) {
            try {
                loops.awaitEnd(GRACE);
            } catch (final InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        loops = null;
        sockets.close();
        sockets = null;
    }

    /**
     * Does one duty cycle of a stepped server, without waiting.
     *
     * @return how much was done; 0: nothing
     * @throws IllegalStateException if the server has a thread of its own, or does not run, or in a callback
     * @throws UncheckedIOException if the selector fails; this, or an Error that is thrown here, has ended the server
     */
    public int doWork() {
        final LoopGroup group = loops;
        if (!stepped || group == null || !group.isRunning()) {
            throw new IllegalStateException(stepped ? "the server does not run" : "the server has a thread of its own");
        }
        if (group.inCallback()) {
            throw new IllegalStateException("a callback cannot drive the loop that runs it");
        }
        return group.cycle(0);
    }

    /**
     * Tells the port.
     *
     * @return the real port of the first address
     * @throws IllegalStateException if the server was not started
     */
    public int port() {
        return addresses().get(0).getPort();
    }

    /**
     * Tells the addresses.
     *
     * @return the real ones, in the order in which they were given
     * @throws IllegalStateException if the server was not started
     */
    public synchronized List<InetSocketAddress> addresses() {
        requireStarted();
        return sockets.addresses();
    }

    /** {@return whether it was started, and has not come to its end} */
    public boolean isRunning() {
        final LoopGroup group = loops;
        return group != null && group.isRunning();
    }

    /** {@return how it is, as a load balancer asks} */
    public ServerHealth health() {
        final LoopGroup group = loops;
        return group == null ? ServerHealth.DOWN : group.health();
    }

    /**
     * Tells whether the server went down by itself.
     *
     * @return the error that was one too many for {@link io.godwit.reactor.endpoint.Threads#restartsMax}; empty where it runs,
     *     or came to its end as it was asked to
     */
    public Optional<Throwable> failure() {
        final LoopGroup group = loops;
        return Optional.ofNullable(group == null ? null : group.failure());
    }

    /** {@return its counters, which go on after its end} */
    public Metrics metrics() {
        return metric -> {
            final LoopGroup group = loops;
            return group == null ? 0 : group.registry().count(metric);
        };
    }

    /** {@return all connections of this moment, whatever their state, those that are still HTTP too} */
    public List<ConnectionInfo> connections() {
        final List<ConnectionInfo> all = new ArrayList<>();
        forEachConnection(all::add);
        return all;
    }

    /**
     * Walks over all connections without making a list of them. Those that come or go meanwhile are shown or not.
     *
     * @param visitor called by the calling thread, once for each
     */
    public void forEachConnection(final Consumer<? super ConnectionInfo> visitor) {
        Objects.requireNonNull(visitor, "visitor");
        final LoopGroup group = loops;
        if (group != null) {
            group.registry().forEach(visitor);
        }
    }

    /**
     * Finds a connection whose opening handshake has succeeded, and whose socket is not closed yet.
     *
     * @param id as {@link WebSocket#id} tells it
     * @return the live connection, which any thread may use
     */
    public Optional<WebSocket> connection(final long id) {
        final LoopGroup group = loops;
        return Optional.ofNullable(group == null ? null : group.registry().find(id));
    }

    /**
     * Waits for the next connection of {@link WebSocketServerBuilder#accepting}, which its caller owns, and closes.
     *
     * @param timeout how long to wait; zero or less: not at all
     * @return the connection; null: the time is up
     * @throws InterruptedException if the waiting thread is interrupted
     * @throws IllegalStateException if there is no such path, or the server is being closed
     */
    public Conversation accept(final Duration timeout) throws InterruptedException {
        if (accepted == null) {
            throw new IllegalStateException("no path was made for accepting");
        }
        return accepted.accept(timeout);
    }

    /**
     * Closes the listening sockets, after what the kernel had accepted for them was taken over. Open connections live on.
     *
     * @throws IllegalStateException if the server was not started
     */
    public void stopAccepting() {
        requireStarted();
        if (isRunning()) {
            loops.shutdown().stopAccepting();
        }
    }

    /**
     * Stops accepting, sends Close 1001 to every connection (RFC 6455 §7.4.1), waits for each one's answer for
     * {@link io.godwit.reactor.endpoint.Timeouts#close} from when its Close can have been read, and cuts it off then. A peer
     * that takes what waits for it, as fast as {@link io.godwit.reactor.endpoint.OutboundLimits} ask, is waited for; but no
     * longer than 30 seconds and {@code Timeouts.close} in all. Returns when all have ended, and their handlers were told: those on
     * workers have {@code Timeouts.close} for what they still do, and what runs on then is named in the log and left behind, on a
     * daemon thread. A loop that a handler holds is waited for 3 seconds longer at most; its connections are left behind then, as the
     * log tells. In a callback, returns at once. A stepped server is driven meanwhile. A thread that is interrupted waits no longer, stays
     * interrupted, and the server comes to its end all the same. A repeated call waits as
     * well, and does nothing more; during {@link #drain}, it hastens that. While another thread starts the server, this waits
     * for it. A server that was not started is not to be started any more.
     */
    @Override
    public void close() {
        end(Duration.ZERO, Shutdown.longest(options.timeouts()));
    }

    /**
     * Does as {@link #close}, but spreads the goodbyes, so that not all peers return at once to where they are served next:
     * over half of the time at most, and a hundred a second at least. Each peer's data that waits is sent before its Close.
     *
     * @param deadline when those that are left are cut off, whatever waits for them; before it a peer is cut off as by
     *     {@link #close}, if it takes nothing, or does not answer its Close
     * @throws IllegalArgumentException if it is negative
     */
    public void drain(final Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("a deadline is not negative: " + deadline);
        }
        final Duration bounded = Duration.ofNanos(Durations.nanos(deadline));
        end(bounded.dividedBy(2), bounded);
    }

    private void end(final Duration spread, final Duration deadline) {
        final LoopGroup started = loops;
        final LoopGroup group = started != null ? started : loopsToEnd();
        if (accepted != null) {
            accepted.close();
        }
        if (group != null) {
            group.shutdown().end(spread, deadline);
        }
    }

    /** {@return the loops, once a start that is under way is over; null: there are none, and there will be none} */
    private synchronized LoopGroup loopsToEnd() {
        closedUnstarted = loops == null;
        return loops;
    }

    /**
     * Waits until the server has come to its end, be it by {@link #close} or by {@link #failure}: until each handler was told
     * {@code onClose}. Those on workers have {@link io.godwit.reactor.endpoint.Timeouts#close} for what they do from when the last
     * connection has ended; what still runs then is left behind, on a daemon thread. In a callback on a worker, handlers are not
     * waited for. In a callback on a loop nothing is, nor by the thread that drives a stepped server, before that has ended:
     * the thread that would wait is the one that has to bring the end about.
     *
     * @param timeout how long to wait
     * @return whether it has ended, or was never started
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public boolean awaitTermination(final Duration timeout) throws InterruptedException {
        final LoopGroup group = loops;
        return group == null || group.awaitTermination(timeout);
    }

    /** For tests: what is left once the server has ended. */
    LoopGroup loops() {
        return loops;
    }

    private void requireStarted() {
        if (loops == null) {
            throw new IllegalStateException("the server was not started");
        }
    }
}
