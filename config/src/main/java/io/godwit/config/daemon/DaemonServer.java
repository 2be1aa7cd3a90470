package io.godwit.config.daemon;

import io.godwit.config.ops.Health;
import io.godwit.config.settings.DaemonSettings;
import io.godwit.config.settings.EndpointSettings;
import io.godwit.config.settings.ListenerSettings;
import io.godwit.config.web.ConsolePage;
import io.godwit.core.handshake.OriginPolicy;
import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The server that a settings file describes, with the page and the health check beside its endpoints. */
public final class DaemonServer implements AutoCloseable {
    private static final long LIVENESS_CHECK_MS = 500;

    private final List<ListenerSettings> listeners;
    private final WebSocketServer server;
    private final CountDownLatch closing = new CountDownLatch(1);

    private DaemonServer(final List<ListenerSettings> listeners, final WebSocketServer server) {
        this.listeners = listeners;
        this.server = server;
    }

    /**
     * Binds and starts serving.
     *
     * @param settings what to serve, and where
     * @return the running server
     * @throws IOException naming the address that cannot be bound
     */
    public static DaemonServer start(final DaemonSettings settings) throws IOException {
        final WebSocketServer.Builder builder = WebSocketServer.builder().options(settings.server());
        settings.listeners().forEach(listener -> builder.listen(listener.address(), listener.port()));
        settings.endpoints().forEach(endpoint -> builder.endpoint(endpoint.path(), endpoint(endpoint)));
        builder.http(Health.PATH, Health.responder());
        final List<String> paths =
                settings.endpoints().stream().map(EndpointSettings::path).toList();
        ConsolePage.at(paths).forEach(builder::http);
        return new DaemonServer(settings.listeners(), builder.build().start());
    }

    private static Endpoint endpoint(final EndpointSettings settings) {
        final OriginPolicy origins =
                settings.allowsAnyOrigin() ? OriginPolicy.any() : OriginPolicy.allow(settings.origins());
        return new Endpoint(settings.app().handler(), settings.subprotocols(), origins, settings.limits());
    }

    /** {@return where each listener is reached, as the settings name it, with its real port} */
    public List<String> urls() {
        final List<InetSocketAddress> bound = server.addresses();
        final List<String> urls = new ArrayList<>();
        for (int index = 0; index < listeners.size(); index++) {
            urls.add(url(listeners.get(index).address(), bound.get(index).getPort()));
        }
        return urls;
    }

    /** An IPv6 address stands in brackets (RFC 3986 §3.2.2). */
    static String url(final String address, final int port) {
        final boolean bare = address.indexOf(':') >= 0 && !address.startsWith("[");
        return "ws://" + (bare ? "[" + address + "]" : address) + ":" + port;
    }

    /**
     * Waits until it is closed, or has ended by itself.
     *
     * @return whether it was closed
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public boolean awaitEnd() throws InterruptedException {
        while (server.isRunning()) {
            if (closing.await(LIVENESS_CHECK_MS, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return closing.getCount() == 0;
    }

    /** Stops accepting, closes every connection with 1001, and waits for the answers as long as the settings say. */
    @Override
    public void close() {
        closing.countDown();
        server.close();
    }
}
