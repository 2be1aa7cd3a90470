package io.godwit.bench.peers;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.eclipse.jetty.websocket.server.WebSocketUpgradeHandler;

/**
 * Jetty, with an endpoint of its own API, which its guide prefers to the standard one: a listener that has the next message
 * demanded for it, and answers without blocking. Threads and buffers are the default. Text is a String to that listener; it
 * is validated. Each message is flushed for itself: this API has no other way.
 */
final class JettyServer implements PeerServer {

    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

    private final Server server = new Server();
    private final ServerConnector connector = new ServerConnector(server);

    /**
     * Starts it.
     *
     * @param service what to do
     * @throws Exception if it cannot start
     */
    JettyServer(final Service service) throws Exception {
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        connector.setAcceptQueueSize(Service.BACKLOG);
        connector.setAcceptedTcpNoDelay(true);
        server.addConnector(connector);
        final Set<Session> subscribers = ConcurrentHashMap.newKeySet();
        server.setHandler(WebSocketUpgradeHandler.from(server, container -> {
            container.setMaxTextMessageSize(Service.MESSAGE_BYTES_MAX);
            container.setMaxBinaryMessageSize(Service.MESSAGE_BYTES_MAX);
            container.setMaxFrameSize(Service.MESSAGE_BYTES_MAX);
            container.setIdleTimeout(IDLE_TIMEOUT);
            container.addMapping(
                    PATH, (request, response, callback) -> service.isBroadcast() ? new ToAll(subscribers) : new Echo());
        }));
        server.start();
    }

    @Override
    public int port() {
        return connector.getLocalPort();
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (final Exception e) {
            throw new IllegalStateException("Jetty does not stop", e);
        }
    }

    /** Sends each message back. Public, since Jetty looks its methods up. */
    public static final class Echo implements Session.Listener.AutoDemanding {
        private Session session;

        @Override
        public void onWebSocketOpen(final Session opened) {
            session = opened;
        }

        @Override
        public void onWebSocketText(final String message) {
            session.sendText(message, Callback.NOOP);
        }

        @Override
        public void onWebSocketBinary(final ByteBuffer payload, final Callback callback) {
            session.sendBinary(payload, callback);
        }
    }

    /** Sends each message to all. Public, as above. */
    public static final class ToAll implements Session.Listener.AutoDemanding {
        private final Set<Session> subscribers;
        private Session session;

        /**
         * Makes an endpoint for one connection.
         *
         * @param subscribers shared by all
         */
        ToAll(final Set<Session> subscribers) {
            this.subscribers = subscribers;
        }

        @Override
        public void onWebSocketOpen(final Session opened) {
            session = opened;
            subscribers.add(opened);
        }

        @Override
        public void onWebSocketText(final String message) {
            for (final Session subscriber : subscribers) {
                subscriber.sendText(message, Callback.NOOP);
            }
        }

        @Override
        public void onWebSocketBinary(final ByteBuffer payload, final Callback callback) {
            final ByteBuffer copy =
                    ByteBuffer.allocate(payload.remaining()).put(payload).flip();
            callback.succeed();
            for (final Session subscriber : subscribers) {
                subscriber.sendBinary(copy.duplicate(), Callback.NOOP);
            }
        }

        @Override
        public void onWebSocketClose(final int statusCode, final String reason, final Callback callback) {
            subscribers.remove(session);
            callback.succeed();
        }
    }
}
