package io.godwit.bench.flood;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.WebSocketServerBuilder;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** A server of one loop with an echo, and an endpoint for whom is flooded: one connection at a time. */
final class FloodedServer {

    /** What comes back is what was sent. */
    static final String ECHO = "/echo";

    /** Nothing is sent here but by the publisher. */
    static final String FLOODED = "/flooded";

    /** The default ones. */
    static final OutboundLimits LIMITS = OutboundLimits.DEFAULT;

    private static final int WAIT_SECONDS = 30;

    private final Topic topic = new Topic("flood");
    private final LinkedBlockingQueue<WebSocket> opened = new LinkedBlockingQueue<>();
    private final Semaphore closed = new Semaphore(0);
    private final WebSocketServer server;

    private FloodedServer(final SlowConsumerPolicy policy, final boolean stepped) throws IOException {
        final Endpoint flooded =
                Endpoint.of(new Flooded()).withLimits(EndpointLimits.DEFAULT.withOutbound(LIMITS.withPolicy(policy)));
        final WebSocketServerBuilder builder = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint(ECHO, WebSocketHandler.echo())
                .endpoint(FLOODED, flooded);
        server = (stepped ? builder.stepped() : builder).build().start();
    }

    /** {@return a server with a thread of its own, which sleeps while there is nothing to do} */
    static FloodedServer start(final SlowConsumerPolicy policy) throws IOException {
        return new FloodedServer(policy, false);
    }

    /** {@return a server that the caller drives} */
    static FloodedServer stepped(final SlowConsumerPolicy policy) throws IOException {
        return new FloodedServer(policy, true);
    }

    private final class Flooded implements WebSocketHandler {

        @Override
        public void onOpen(final WebSocket ws) {
            topic.subscribe(ws);
            opened.add(ws);
        }

        @Override
        public void onClose(final WebSocket ws, final int code, final String reason) {
            closed.release();
        }
    }

    Topic topic() {
        return topic;
    }

    WebSocketServer server() {
        return server;
    }

    int port() {
        return server.port();
    }

    long count(final Metric metric) {
        return server.metrics().get(metric);
    }

    /** {@return the connection that was opened last} */
    WebSocket awaitOpen() throws InterruptedException {
        final WebSocket ws = opened.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (ws == null) {
            throw new IllegalStateException("no connection was opened");
        }
        return ws;
    }

    /** Waits until it has ended. */
    void awaitClose() throws InterruptedException {
        if (!closed.tryAcquire(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a connection does not end");
        }
    }
}
