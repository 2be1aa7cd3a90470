package io.godwit.reactor;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpResponder;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.server.ListeningSockets;
import io.godwit.reactor.server.LoopServer;
import io.godwit.reactor.server.Routes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * A WebSocket server: listening sockets, what is served at which path, and the loop that serves it.
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
 * <p>It has a thread of its own, which keeps the JVM up; or none, where it is {@link Builder#stepped}, and then the caller
 * drives it by {@link #doWork}. All methods may be called by any thread, but for those of a stepped server, which belong to
 * the thread that drives it. A server is started once.
 */
public final class WebSocketServer implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger("io.godwit.reactor");

    /** Beyond the closing handshakes: for the last bytes to be taken and the sockets to be closed. */
    private static final Duration CLOSE_GRACE = Duration.ofSeconds(3);

    private static final long STEP_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final List<InetSocketAddress> requested;
    private final Routes routes;
    private final ServerOptions options;
    private final boolean stepped;
    private final CountDownLatch terminated = new CountDownLatch(1);
    private ListeningSockets sockets;
    private EventLoop loop;
    private LoopServer loopServer;

    /** Whether a stepped server's driver is in the loop now, so that what it calls is a callback. */
    private boolean inCycle;

    private WebSocketServer(final Builder builder) {
        requested = List.copyOf(builder.addresses);
        routes = builder.routes.copy();
        options = builder.options;
        stepped = builder.stepped;
    }

    /**
     * Starts a server in one line: it answers text or binary messages with text, at any free or given port of this machine's
     * loopback address, on the path {@code /}.
     *
     * @param port 0: any free one
     * @param reply from a message, valid during the call, to the answer; null: none. It runs on the loop and must not block
     * @return the server, which runs
     * @throws IOException if the port is taken
     */
    public static WebSocketServer serve(final int port, final Function<? super Message, ? extends CharSequence> reply)
            throws IOException {
        return builder()
                .listen("localhost", port)
                .endpoint("/", new WebSocketHandler() {
                    @Override
                    public void onMessage(final WebSocket ws, final Message message) {
                        final CharSequence answer = reply.apply(message);
                        if (answer != null) {
                            ws.send(answer);
                        }
                    }
                })
                .build()
                .start();
    }

    /** {@return a builder, with no address and no path yet} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Binds the addresses and starts to serve.
     *
     * @return this
     * @throws IOException if an address is unknown or cannot be bound, for instance since the port is taken; the message
     *     names it, and no address is left bound
     * @throws IllegalStateException if it was started before
     */
    public synchronized WebSocketServer start() throws IOException {
        if (sockets != null) {
            throw new IllegalStateException("the server was started before");
        }
        sockets = ListeningSockets.bind(requested, options.backlog());
        try {
            loop = new EventLoop(
                    "godwit-loop-0",
                    LoopOptions.forConnections(LoopServer.connectionsBound(options)),
                    System::nanoTime);
            loopServer = new LoopServer(loop, routes, options, loop::stop);
            sockets.listen(loopServer);
            if (!stepped) {
                new Thread(this::run, loop.roleName()).start();
            }
        } catch (final IOException | RuntimeException | Error e) {
            sockets.close();
            if (loop != null) {
                loop.onClose();
                loop = null;
            }
            throw e;
        }
        return this;
    }

    private void run() {
        try {
            loop.run();
        } catch (final Throwable t) {
            LOG.log(System.Logger.Level.ERROR, loop.roleName() + " has failed; the server is down", t);
        } finally {
            terminate();
        }
    }

    /** The last act, by the thread that drives the loop. Who is still connected here has been told nothing yet. */
    private void terminate() {
        loopServer.cutOff();
        loop.onClose();
        sockets.close();
        terminated.countDown();
    }

    /**
     * Does one duty cycle of a stepped server, without waiting.
     *
     * @return how much was done; 0: nothing
     * @throws IllegalStateException if the server has a thread of its own, or does not run, or in a callback
     */
    public int doWork() {
        if (!stepped || !isRunning()) {
            throw new IllegalStateException(stepped ? "the server does not run" : "the server has a thread of its own");
        }
        if (inCycle) {
            throw new IllegalStateException("a callback cannot drive the loop that runs it");
        }
        return cycle(0);
    }

    private int cycle(final long sleepNsMax) {
        inCycle = true;
        try {
            final int work = loop.cycle(sleepNsMax);
            if (loop.isStopped()) {
                terminate();
            }
            return work;
        } catch (final IOException e) {
            throw new UncheckedIOException("the selector failed", e);
        } finally {
            inCycle = false;
        }
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
    public synchronized boolean isRunning() {
        return loop != null && terminated.getCount() > 0;
    }

    /**
     * Closes the listening sockets, after what the kernel had accepted for them was taken over. Open connections live on.
     *
     * @throws IllegalStateException if the server was not started
     */
    public void stopAccepting() {
        requireStarted();
        if (!isRunning()) {
            return;
        }
        if (stepped || loop.inLoop()) {
            loopServer.stopAccepting();
            return;
        }
        final CountDownLatch stopped = new CountDownLatch(1);
        final boolean taken = loop.execute(() -> {
            loopServer.stopAccepting();
            // The kernel hears of it when the selector lets go of them, which is before the end of this cycle.
            loop.settleLater(stopped::countDown);
        });
        if (!taken || !await(stopped, CLOSE_GRACE)) {
            LOG.log(System.Logger.Level.WARNING, "the loop is held up, and has not stopped accepting yet");
        }
    }

    /**
     * Stops accepting, sends Close 1001 to every connection (RFC 6455 §7.4.1), waits for their answers up to
     * {@link ServerOptions#closeTimeout}, then cuts off those that are left. Returns when all have ended; in a callback, at
     * once. A stepped server is driven meanwhile. A thread that is interrupted waits no longer, stays interrupted, and the
     * server comes to its end all the same. A repeated call does nothing.
     */
    @Override
    public void close() {
        if (!isRunning()) {
            return;
        }
        if (stepped) {
            loopServer.shutdown();
            if (!inCycle) {
                driveToTheEnd();
            }
        } else if (loop.inLoop()) {
            loopServer.shutdown();
        } else {
            if (!loop.execute(loopServer::shutdown)
                    || !await(terminated, options.closeTimeout().plus(CLOSE_GRACE))) {
                LOG.log(System.Logger.Level.WARNING, "connections are left behind");
                loop.stop();
            }
        }
    }

    private void driveToTheEnd() {
        final long endNs =
                System.nanoTime() + options.closeTimeout().plus(CLOSE_GRACE).toNanos();
        while (isRunning() && System.nanoTime() < endNs) {
            cycle(STEP_NS);
        }
        if (isRunning()) {
            terminate();
        }
    }

    /** {@return false where the time is up} */
    private boolean await(final CountDownLatch latch, final Duration timeout) {
        try {
            return latch.await(timeout.toMillis(), TimeUnit.MILLISECONDS) || !isRunning();
        } catch (final InterruptedException e) {
            // Not to wait any longer is all that was asked for: nobody is cut off for it.
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** For tests: what is left once the server has ended. */
    EventLoop loop() {
        return loop;
    }

    /** For tests, as above. */
    LoopServer loopServer() {
        return loopServer;
    }

    private synchronized void requireStarted() {
        if (loop == null) {
            throw new IllegalStateException("the server was not started");
        }
    }

    /** Collects what a server is made of. For one thread. */
    public static final class Builder {

        private final List<InetSocketAddress> addresses = new ArrayList<>();
        private final Routes routes = new Routes();
        private ServerOptions options = ServerOptions.DEFAULT;
        private boolean stepped;

        private Builder() {}

        /**
         * Adds an address to listen on; one at least is needed.
         *
         * @param address a host name, an IPv4 or IPv6 address; {@code 0.0.0.0}: all of IPv4, {@code ::}: all
         * @param port 0: any free one
         * @return this
         * @throws IllegalArgumentException if the port is none
         */
        public Builder listen(final String address, final int port) {
            addresses.add(InetSocketAddress.createUnresolved(address, port));
            return this;
        }

        /**
         * Serves an endpoint at a path, which may have a plain HTTP answer too.
         *
         * @param path as it stands in the request, without the query
         * @param endpoint what to serve
         * @return this
         * @throws IllegalArgumentException if the path does not begin with a slash, or has an endpoint
         */
        public Builder endpoint(final String path, final Endpoint endpoint) {
            routes.endpoint(path, endpoint);
            return this;
        }

        /**
         * Serves a handler at a path, on the default terms.
         *
         * @param path as it stands in the request, without the query
         * @param handler serves all connections of the path
         * @return this
         * @throws IllegalArgumentException if the path does not begin with a slash, or has an endpoint
         */
        public Builder endpoint(final String path, final WebSocketHandler handler) {
            return endpoint(path, Endpoint.of(handler));
        }

        /**
         * Answers plain HTTP at a path, which may have an endpoint too.
         *
         * @param path as it stands in the request, without the query
         * @param responder answers GET and HEAD
         * @return this
         * @throws IllegalArgumentException if the path does not begin with a slash, or has a responder
         */
        public Builder http(final String path, final HttpResponder responder) {
            routes.http(path, responder);
            return this;
        }

        /**
         * Sets what holds for the server as a whole.
         *
         * @param terms in place of {@link ServerOptions#DEFAULT}
         * @return this
         */
        public Builder options(final ServerOptions terms) {
            options = Objects.requireNonNull(terms, "terms");
            return this;
        }

        /**
         * Has the server driven by its caller, through {@link WebSocketServer#doWork}, rather than by a thread of its own.
         *
         * @return this
         */
        public Builder stepped() {
            stepped = true;
            return this;
        }

        /**
         * Makes the server, which does not listen yet.
         *
         * @return the server
         * @throws IllegalStateException if there is no address
         */
        public WebSocketServer build() {
            if (addresses.isEmpty()) {
                throw new IllegalStateException("no address to listen on");
            }
            return new WebSocketServer(this);
        }
    }
}
