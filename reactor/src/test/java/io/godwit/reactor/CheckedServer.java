package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.server.LoopServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The server of one test, at a free port of the loopback address. Closing it checks that nothing is left behind. */
final class CheckedServer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger("io.godwit.reactor");

    static {
        // The stacks of what tests throw on purpose would bury those that nobody expects.
        LOG.setFilter(entry -> entry.getThrown() == null
                || !String.valueOf(entry.getThrown().getMessage()).contains("by a test"));
    }

    /**
     * What holds for a server unless a test says otherwise: no deadline that a test could reach, however slow the machine, and
     * so no Ping that a test does not ask for. Only Close has to be answered as soon as by default: some tests end with peers
     * who do not, and would wait for that.
     */
    static final ServerOptions PATIENT = ServerOptions.DEFAULT.withTimeouts(Timeouts.DEFAULT
            .withHandshake(Duration.ofMinutes(10))
            .withIdle(Duration.ofHours(2))
            .withKeepAlive(Duration.ofHours(1), Duration.ofHours(1))
            // The system of a peer that does not read may drop what acknowledges that peer's own bytes, and they stop.
            .withMessage(Duration.ofHours(1)));

    private final WebSocketServer server;

    private CheckedServer(final WebSocketServer server) {
        this.server = server;
    }

    static CheckedServer of(final WebSocketHandler handler) throws IOException {
        return of(Endpoint.of(handler));
    }

    static CheckedServer of(final Endpoint endpoint) throws IOException {
        return of(endpoint, PATIENT);
    }

    static CheckedServer of(final Endpoint endpoint, final ServerOptions options) throws IOException {
        return with(builder -> builder.endpoint("/", endpoint).options(options));
    }

    static CheckedServer with(final UnaryOperator<WebSocketServerBuilder> configuration) throws IOException {
        return new CheckedServer(configuration
                .apply(WebSocketServer.builder().listen("127.0.0.1", 0).options(PATIENT))
                .build()
                .start());
    }

    /** {@return options with short deadlines, in milliseconds} */
    static ServerOptions timeouts(final int handshake, final int idle, final int close) {
        return PATIENT.withTimeouts(PATIENT.timeouts()
                .withHandshake(Duration.ofMillis(handshake))
                .withIdle(Duration.ofMillis(idle))
                .withClose(Duration.ofMillis(close)));
    }

    /** {@return options with a short deadline of the opening handshake, in milliseconds} */
    static ServerOptions handshakeTimeout(final int handshake) {
        return PATIENT.withTimeouts(PATIENT.timeouts().withHandshake(Duration.ofMillis(handshake)));
    }

    /** Writes down what is logged: the message, and what was thrown. */
    static Handler logTo(final List<String> entries) {
        final Handler handler = new Handler() {
            @Override
            public void publish(final LogRecord entry) {
                entries.add(entry.getMessage() + " " + entry.getThrown());
            }

            @Override
            public void flush() {
                // Nothing is kept back.
            }

            @Override
            public void close() {
                // As above.
            }
        };
        LOG.addHandler(handler);
        return handler;
    }

    static void logNoMoreTo(final Handler handler) {
        LOG.removeHandler(handler);
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

    RawPeer connect() throws IOException {
        return new RawPeer(port());
    }

    RawPeer open(final String... headers) throws IOException {
        return RawPeer.open(port(), "/", headers);
    }

    @Override
    public void close() {
        server.close();
        assertThat(server.isRunning()).as("the server runs").isFalse();
        assertThat(server.loops().admitted()).as("places of admission taken").isZero();
        for (final LoopServer each : server.loops().servers()) {
            assertThat(each.connectionCount()).as("connections left").isZero();
            assertThat(each.loop().pool().lent()).as("buffers lent").isZero();
            assertThat(each.loop().handoff().lentBytes())
                    .as("bytes lent to other threads")
                    .isZero();
            assertThat(each.loop().timers().count()).as("timers left").isZero();
        }
    }
}
