package io.godwit.bench.peers;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.protocols.Protocol;
import org.java_websocket.server.WebSocketServer;

/**
 * Java-WebSocket, as its README's server example: one selector thread, and as many decoders as there are processors, which
 * is the default. Its wiki names TCP_NODELAY, which is off by default, for small messages. Text is a String to its handler;
 * it is validated. Each message is a write of its own, by the selector thread: its API has no other way.
 */
final class JavaWebSocketServer implements PeerServer {

    private static final long START_SECONDS_MAX = 10;

    private final Server server;

    /**
     * Starts it.
     *
     * @param service what to do
     * @throws InterruptedException if the thread is interrupted
     */
    JavaWebSocketServer(final Service service) throws InterruptedException {
        server = new Server(service.isBroadcast());
        server.setTcpNoDelay(true);
        server.setMaxPendingConnections(Service.BACKLOG);
        server.start();
        if (!server.started.await(START_SECONDS_MAX, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Java-WebSocket does not start");
        }
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        try {
            server.stop(1_000);
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static final class Server extends WebSocketServer {
        private final CountDownLatch started = new CountDownLatch(1);
        private final boolean isBroadcast;

        private Server(final boolean isBroadcast) {
            super(
                    new InetSocketAddress("127.0.0.1", 0),
                    List.of(new Draft_6455(
                            Collections.emptyList(), List.of(new Protocol("")), Service.MESSAGE_BYTES_MAX)));
            this.isBroadcast = isBroadcast;
        }

        @Override
        public void onStart() {
            started.countDown();
        }

        @Override
        public void onOpen(final WebSocket connection, final ClientHandshake handshake) {
            // Nothing to do: the server keeps the set of its connections itself.
        }

        @Override
        public void onMessage(final WebSocket connection, final String message) {
            if (isBroadcast) {
                broadcast(message);
            } else {
                connection.send(message);
            }
        }

        @Override
        public void onMessage(final WebSocket connection, final ByteBuffer message) {
            if (isBroadcast) {
                broadcast(message);
            } else {
                connection.send(message);
            }
        }

        @Override
        public void onClose(final WebSocket connection, final int code, final String reason, final boolean remote) {
            // As above.
        }

        @Override
        public void onError(final WebSocket connection, final Exception cause) {
            if (connection == null) {
                throw new IllegalStateException("Java-WebSocket has failed", cause);
            }
        }
    }
}
