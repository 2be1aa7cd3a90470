package io.godwit.embedder;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A server with all its defaults, but for the number of loops, in a JVM with little memory. Run by {@code MemoryIT}. */
public final class BesiegedServer {

    private static final int REPLY_BYTES = 8_192;

    private BesiegedServer() {}

    /** Answers each message with a longer one. */
    private static final class Replies implements WebSocketHandler {
        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            ws.send(ByteBuffer.allocate(REPLY_BYTES));
        }
    }

    /** Echoes long messages, and says so if there is no memory for one. */
    private static final class LongEcho implements WebSocketHandler {
        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            if (ws.send(message) == SendResult.DROPPED) {
                ws.send("dropped");
            }
        }
    }

    /** Publishes without a pause for as long as somebody is connected. */
    private static final class Publisher implements WebSocketHandler {
        private final Topic topic;
        private volatile Thread thread;

        Publisher(final Topic topic) {
            this.topic = topic;
        }

        @Override
        public void onOpen(final WebSocket ws) {
            thread = new Thread(this::publish, "publisher");
            thread.setDaemon(true);
            thread.start();
        }

        private void publish() {
            final ByteBuffer bytes = ByteBuffer.allocate(1_000);
            while (thread != null) {
                topic.publish(bytes);
            }
        }

        @Override
        public void onClose(final WebSocket ws, final int code, final String reason) {
            thread = null;
        }
    }

    /**
     * Serves until its standard input ends. For each byte that comes there it tells how many bytes it holds, how many of its
     * threads have ended by an error, and how it is.
     *
     * @param args how many loops, and how long the longest messages are, in bytes
     * @throws IOException if it does not start
     */
    public static void main(final String[] args) throws IOException {
        final Topic topic = new Topic("siege");
        final WebSocketHandler subscribing = new WebSocketHandler() {
            @Override
            public void onOpen(final WebSocket ws) {
                topic.subscribe(ws);
            }
        };
        final EndpointLimits large = EndpointLimits.DEFAULT.withMessageBytesMax(Integer.parseInt(args[1]));
        try (WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .options(ServerOptions.DEFAULT.withThreads(Threads.DEFAULT.withLoops(Integer.parseInt(args[0]))))
                .endpoint("/echo", WebSocketHandler.echo())
                .endpoint(
                        "/echo-on-workers", Endpoint.of(WebSocketHandler.echo()).onWorkers())
                .endpoint("/workers", Endpoint.of(new Replies()).onWorkers())
                .endpoint("/topic", subscribing)
                .endpoint("/publish", new Publisher(topic))
                .endpoint("/long", Endpoint.of(new LongEcho()).withLimits(large))
                .build()
                .start()) {
            System.out.println(server.port());
            for (int next = System.in.read(); next >= 0; next = System.in.read()) {
                System.out.println(server.metrics().get(Metric.BUFFERED_BYTES) + " "
                        + server.metrics().get(Metric.THREAD_FAILURES) + " " + server.health());
            }
        }
        System.out.println("ended");
    }
}
