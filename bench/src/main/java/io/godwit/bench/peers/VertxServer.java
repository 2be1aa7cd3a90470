package io.godwit.bench.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Vert.x, with the message handlers of its guide, which also asks to prefer the native transport. One event loop, since the
 * process has one processor; its strict thread mode, and no detection of HTTP/2, as its makers' own entry to the TechEmpower
 * benchmarks has them. It flushes once for all that one read has brought.
 *
 * <p>Two things are its own, and no option changes them. Text is a String to its handler, and what is not UTF-8 in it is
 * replaced rather than refused: it does less than the others there. And an idle connection keeps a queue of 1,024 places for
 * what other threads write (some 4.8 kB; without the strict thread mode it is two of them), and all of its HTTP request.
 */
final class VertxServer implements PeerServer {

    private static final long SECONDS_MAX = 10;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(1));
    private final Set<ServerWebSocket> subscribers = ConcurrentHashMap.newKeySet();
    private final HttpServer server;

    /**
     * Starts it.
     *
     * @param service what to do
     * @throws Exception if it cannot start
     */
    VertxServer(final Service service) throws Exception {
        final HttpServerOptions options = new HttpServerOptions()
                .setHost("127.0.0.1")
                .setPort(0)
                .setAcceptBacklog(Service.BACKLOG)
                .setTcpNoDelay(true)
                .setStrictThreadMode(true)
                .setHttp2ClearTextEnabled(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false)
                .setMaxWebSocketFrameSize(Service.MESSAGE_BYTES_MAX)
                .setMaxWebSocketMessageSize(Service.MESSAGE_BYTES_MAX);
        server = vertx.createHttpServer(options)
                .webSocketHandler(service.isBroadcast() ? this::serveAll : VertxServer::echo)
                .listen()
                .toCompletionStage()
                .toCompletableFuture()
                .get(SECONDS_MAX, TimeUnit.SECONDS);
    }

    private static void echo(final ServerWebSocket connection) {
        connection.textMessageHandler(connection::writeTextMessage);
        connection.binaryMessageHandler(connection::writeBinaryMessage);
    }

    private void serveAll(final ServerWebSocket connection) {
        subscribers.add(connection);
        connection.closeHandler(end -> subscribers.remove(connection));
        connection.textMessageHandler(text -> subscribers.forEach(subscriber -> subscriber.writeTextMessage(text)));
        connection.binaryMessageHandler(
                bytes -> subscribers.forEach(subscriber -> subscriber.writeBinaryMessage(bytes)));
    }

    @Override
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(SECONDS_MAX, TimeUnit.SECONDS);
        } catch (final Exception e) {
            throw new IllegalStateException("Vert.x does not close", e);
        }
    }
}
