package io.godwit.embedder;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.time.Duration;

/** A server in a process of its own, which answers each message with the figure that it names. Run by a test. */
public final class CountingServer {

    /** Who says nothing keeps its descriptor for as long as the test lasts, and a slow machine's first handshake its time. */
    private static final ServerOptions PATIENT =
            ServerOptions.DEFAULT.withTimeouts(Timeouts.DEFAULT.withHandshake(Duration.ofMinutes(5)));

    private CountingServer() {}

    private static ServerOptions impatient(final Duration silence) {
        return PATIENT.withTimeouts(PATIENT.timeouts()
                .withIdle(silence)
                .withKeepAlive(Duration.ofHours(1), Duration.ofHours(1))
                .withMessage(silence));
    }

    /**
     * Prints the port, and serves until standard input ends.
     *
     * @param args none, or one: how many seconds a peer may be silent, or in a message
     * @throws Exception if anything fails
     */
    public static void main(final String[] args) throws Exception {
        final WebSocketServer[] running = new WebSocketServer[1];
        final WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public void onMessage(final WebSocket ws, final Message message) {
                final Metric metric = Metric.valueOf(message.text());
                ws.send(Long.toString(running[0].metrics().get(metric)));
            }
        };
        running[0] = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", handler)
                .options(args.length == 0 ? PATIENT : impatient(Duration.ofSeconds(Long.parseLong(args[0]))))
                .build();
        try (WebSocketServer server = running[0].start()) {
            System.out.println(server.port());
            while (System.in.read() >= 0) {
                // Only its end is waited for.
                Thread.onSpinWait();
            }
        }
    }
}
