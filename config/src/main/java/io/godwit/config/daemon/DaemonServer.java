package io.godwit.config.daemon;

import io.godwit.config.ops.Health;
import io.godwit.config.settings.DaemonSettings;
import io.godwit.config.settings.EndpointSettings;
import io.godwit.config.settings.ListenerSettings;
import io.godwit.config.settings.OwnPaths;
import io.godwit.config.web.ConsolePage;
import io.godwit.core.handshake.OriginPolicy;
import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.WebSocketServerBuilder;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.ServerHealth;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** The server that a settings file describes, with the page and the health check beside its endpoints. Any thread. */
public final class DaemonServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(DaemonServer.class.getName());

    /** A loop that a handler holds up does not end; whoever waits for it looks that often whether to go on waiting. */
    private static final Duration LOOK = Duration.ofMillis(500);

    private final List<ListenerSettings> listeners;
    private final Duration drainDelay;
    private final Duration drainTimeout;
    private final WebSocketServer server;

    /** Whether somebody may rely on what /health says. */
    private volatile boolean healthAsked;

    /** Whether it is to end, though it may serve on for a while. */
    private volatile boolean leaving;

    /** Whether the log has the line that it drains, and is to have the line that it has. */
    private final AtomicBoolean toldDraining = new AtomicBoolean();

    /** At zero when nobody is to wait for handlers on workers any more. */
    private final CountDownLatch handlersDone = new CountDownLatch(1);

    /** At zero when whatever still runs is to be left behind. */
    private final CountDownLatch over = new CountDownLatch(1);

    private DaemonServer(final DaemonSettings settings) {
        listeners = settings.listeners();
        drainDelay = settings.drainDelay();
        drainTimeout = settings.drainTimeout();
        server = build(settings, this::tellHealth);
    }

    /**
     * Binds and starts serving.
     *
     * @param settings what to serve, and where
     * @return the running server
     * @throws IOException naming what cannot be had; a {@link io.godwit.reactor.endpoint.ListenException} if it is an address
     *     to listen on, with the index of its listener
     */
    public static DaemonServer start(final DaemonSettings settings) throws IOException {
        final DaemonServer daemon = new DaemonServer(settings);
        daemon.server.start();
        return daemon;
    }

    private static WebSocketServer build(final DaemonSettings settings, final Supplier<ServerHealth> health) {
        final WebSocketServerBuilder builder = WebSocketServer.builder().options(settings.server());
        settings.listeners().forEach(listener -> builder.listen(listener.address(), listener.port()));
        settings.endpoints().forEach(endpoint -> builder.endpoint(endpoint.path(), endpoint(endpoint)));
        builder.http(OwnPaths.HEALTH, Health.responder(health));
        final List<String> paths =
                settings.endpoints().stream().map(EndpointSettings::path).toList();
        ConsolePage.at(paths).forEach(builder::http);
        return builder.build();
    }

    private static Endpoint endpoint(final EndpointSettings settings) {
        final OriginPolicy origins =
                settings.allowsAnyOrigin() ? OriginPolicy.any() : OriginPolicy.allow(settings.origins());
        return new Endpoint(
                settings.app().handler(), settings.execution(), settings.subprotocols(), origins, settings.limits());
    }

    /** {@return where each listener is reached, as the settings name it, with its real port} */
    public List<String> urls() {
        return urls(listeners, server.addresses());
    }

    /**
     * Gives each listener's address. A name may have been bound at several addresses, which follow each other and have one
     * port.
     *
     * @param listeners at least one
     * @param bound the real addresses, in the order of the listeners
     * @return one for each listener
     */
    static List<String> urls(final List<ListenerSettings> listeners, final List<InetSocketAddress> bound) {
        final List<String> urls = new ArrayList<>();
        int next = 0;
        for (final ListenerSettings listener : listeners) {
            final int port =
                    listener.port() != 0 ? listener.port() : bound.get(next).getPort();
            while (next < bound.size() - 1 && bound.get(next).getPort() == port) {
                next++;
            }
            urls.add(url(listener.address(), port));
        }
        return urls;
    }

    /** An IPv6 address stands in brackets (RFC 3986 §3.2.2). */
    static String url(final String address, final int port) {
        final boolean bare = address.indexOf(':') >= 0 && !address.startsWith("[");
        return "ws://" + (bare ? "[" + address + "]" : address) + ":" + port;
    }

    /** {@return how it is} */
    public ServerHealth health() {
        final ServerHealth health = server.health();
        return leaving && health != ServerHealth.DOWN ? ServerHealth.DRAINING : health;
    }

    private ServerHealth tellHealth() {
        healthAsked = true;
        return health();
    }

    /**
     * Waits until it has come to its end, be it that it was asked to or by itself.
     *
     * @return what it went down by; empty: it was asked to
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public Optional<Throwable> awaitEnd() throws InterruptedException {
        boolean ended = false;
        while (!ended && over.getCount() > 0 && server.failure().isEmpty()) {
            ended = server.awaitTermination(LOOK);
        }
        final Optional<Throwable> failure = server.failure();
        if (failure.isPresent()) {
            // It is on its way already, but may not get there by itself.
            server.close();
        } else {
            handlersDone.await();
            tellDrained();
        }
        return failure;
    }

    /**
     * Serves on for the time that the settings give, if somebody has asked for /health, which tells them meanwhile. Then
     * stops accepting, sends what waits, closes the connections with 1001 one after the other, and cuts off those that are
     * left when the time is up that the settings give. Returns when it has ended, or did not in time. The log tells when it
     * begins and, by {@link #awaitEnd}, when it is over, if a WebSocket is open.
     */
    public void drain() {
        leaving = true;
        try {
            final Duration delay = healthAsked ? drainDelay : Duration.ZERO;
            tellDraining(delay.plus(drainTimeout));
            awaitDelay(delay);
            // Unless it was told before: somebody may have come meanwhile.
            tellDraining(drainTimeout);
            server.drain(drainTimeout);
        } finally {
            handlersDone.countDown();
            over.countDown();
        }
    }

    /** Is over earlier if the server ends meanwhile, for instance as it is cut off. */
    private void awaitDelay(final Duration delay) {
        try {
            server.awaitTermination(delay);
        } catch (final InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    /** Logs once that it drains, if a WebSocket is open: nobody has to wait for anything else. */
    private void tellDraining(final Duration left) {
        try {
            final long open = openWebSockets();
            if (open > 0 && toldDraining.compareAndSet(false, true)) {
                final OffsetDateTime end = OffsetDateTime.now().plus(left).truncatedTo(ChronoUnit.SECONDS);
                final String text =
                        "draining; open connections: " + open + "; those that are left at " + end + " are cut off";
                LOG.log(System.Logger.Level.INFO, text);
            }
        } catch (final RuntimeException | Error e) {
            // Whatever keeps this from being logged must not keep the connections from being closed.
        }
    }

    private void tellDrained() {
        if (toldDraining.get()) {
            LOG.log(System.Logger.Level.INFO, "drained; connections that are left: " + openWebSockets());
        }
    }

    private long openWebSockets() {
        final long[] open = new long[1];
        server.forEachConnection(connection -> {
            if (connection.webSocket() != null) {
                open[0]++;
            }
        });
        return open[0];
    }

    /** Cuts off all connections at once, also during {@link #drain}; and waits for no handler but those that hold up a loop. */
    public void cutOff() {
        handlersDone.countDown();
        try {
            server.drain(Duration.ZERO);
        } finally {
            over.countDown();
        }
    }

    /** As {@link #drain}. */
    @Override
    public void close() {
        drain();
    }

    /** For tests. */
    WebSocketServer server() {
        return server;
    }
}
