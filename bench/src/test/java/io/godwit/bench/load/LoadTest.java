package io.godwit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.peers.Peer;
import io.godwit.bench.peers.PeerServer;
import io.godwit.bench.peers.Service;
import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command, for a moment each, against real servers: right ones and wrong ones. */
class LoadTest {

    private static final long CORRUPT = 1_000;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource({
        "GODWIT, 20, --connections 20 --depth 16",
        "GODWIT, 0, --connections 2 --depth 3 --text",
        "GODWIT, 3, --connections 20 --sources 5 --threads 2 --depth 1",
        "GODWIT, 65536, --connections 4 --depth 2 --text",
        "GODWIT, 20, --connections 7 --rate 2000",
        "GODWIT_WORKERS, 200, --connections 10 --depth 4",
        "FLOOR, 20, --connections 20 --depth 16 --unchecked",
        "FLOOR, 65536, --connections 4 --depth 2 --unchecked",
    })
    void shouldLoadAServer(final Peer peer, final int payloadBytes, final String options, @TempDir final Path folder)
            throws Exception {
        final Path results = folder.resolve("results");
        final Path histogram = folder.resolve("histogram");
        final Service service = new Service(payloadBytes, options.contains("--text"), false);
        try (PeerServer server = peer.start(service)) {
            final int status = loadUntilAMessageComes(
                    server.port(),
                    results,
                    options + " --size " + payloadBytes + " --server-pid "
                            + ProcessHandle.current().pid() + " --histogram " + histogram);
            assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
            assertThat(status).isZero();
        }
        final LoadResult result = LoadResult.read(results);
        assertThat(result.messages()).isPositive();
        // Each read that counts brought a message, but the two counters are not read in the same moment.
        assertThat(result.reads()).isBetween(1L, 2 * result.messages());
        assertThat(result.p50Ns()).isBetween(1L, result.maxNs());
        assertThat(result.unsent()).isZero();
        assertThat(Files.readString(histogram)).contains("Total count");
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("measured", "latency in µs", "CPU of the load");
    }

    @ParameterizedTest
    @CsvSource({"GODWIT, ''", "FLOOR, --unchecked"})
    void shouldLoadABroadcast(final Peer peer, final String options, @TempDir final Path folder) throws Exception {
        final Path results = folder.resolve("results");
        try (PeerServer server = peer.start(new Service(100, true, true))) {
            final int status = loadUntilAMessageComes(
                    server.port(), results, "--connections 50 --broadcast --text --size 100 " + options);
            assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
            assertThat(status).isZero();
        }
        assertThat(LoadResult.read(results).messages()).isPositive();
    }

    @Test
    void shouldFailOnOtherContent() throws IOException {
        final int status = loadWrong(new WrongHandler() {
            @Override
            void onWrong(final WebSocket ws, final Message message) {
                final ByteBuffer copy = ByteBuffer.allocate(message.length()).put(message.bytes());
                ws.send(copy.put(15, (byte) (copy.get(15) ^ 1)).flip());
            }
        });
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("other content");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void shouldFailOnALostMessage() throws IOException {
        final int status = loadWrong(new WrongHandler() {
            @Override
            void onWrong(final WebSocket ws, final Message message) {}
        });
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("other content");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void shouldFailOnAMessageTooMuch() throws IOException {
        final int status = loadWrong(new WrongHandler() {
            @Override
            void onWrong(final WebSocket ws, final Message message) {
                ws.send(message);
                ws.send(message);
            }
        });
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("wrong: ");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void shouldFailOnAServerThatCloses() throws IOException {
        final int status = loadWrong(new WrongHandler() {
            @Override
            void onWrong(final WebSocket ws, final Message message) {
                ws.close();
            }
        });
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("closed a connection");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void shouldFailWhereThereIsNoWebSocket() throws IOException {
        try (WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .http("/", request -> HttpAnswer.text(200, "ok"))
                .build()
                .start()) {
            assertThat(load(server.port(), "--connections 2")).isEqualTo(1);
        }
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("the server answers 404");
    }

    @Test
    void shouldTellAMistake() {
        assertThat(load(1, "--depth none")).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--depth is a number", "usage:");
    }

    @Test
    void shouldHoldIdleConnections() throws Exception {
        try (WebSocketServer server = WebSocketServer.builder()
                        .listen("127.0.0.1", 0)
                        .endpoint("/", WebSocketHandler.echo())
                        .build()
                        .start();
                IdleConnections idle = new IdleConnections(new InetSocketAddress("127.0.0.1", server.port()), "/", 2)) {
            idle.open(4);
            idle.open(6);
            assertThat(idle.count()).isEqualTo(10);
        }
    }

    private int loadWrong(final WrongHandler handler) throws IOException {
        try (WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint(PeerServer.PATH, handler)
                .build()
                .start()) {
            return load(server.port(), "--connections 3 --depth 4 --seconds 20");
        }
    }

    /** For half a second, or longer: on a busy machine that may pass before the first. */
    private int loadUntilAMessageComes(final int port, final Path results, final String options) throws IOException {
        double seconds = 0.5;
        int status = load(port, timed(seconds, results, options));
        while (status == 0 && LoadResult.read(results).messages() == 0 && seconds < 30) {
            seconds *= 8;
            status = load(port, timed(seconds, results, options));
        }
        return status;
    }

    private static String timed(final double seconds, final Path results, final String options) {
        return "--seconds " + seconds + " --results " + results + " " + options;
    }

    private int load(final int port, final String options) {
        final List<String> args = new ArrayList<>();
        args.addAll(List.of("--url", "ws://127.0.0.1:" + port + PeerServer.PATH, "--warmup", "0.2"));
        if (!options.contains("--seconds")) {
            args.addAll(List.of("--seconds", "0.5"));
        }
        args.addAll(List.of(options.trim().split(" +")));
        return LoadMain.run(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                args.toArray(String[]::new));
    }

    /** Echoes well for a while, and then does something wrong once. */
    private abstract static class WrongHandler implements WebSocketHandler {
        private long messages;

        abstract void onWrong(WebSocket ws, Message message);

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            messages++;
            if (messages == CORRUPT) {
                onWrong(ws, message);
            } else {
                ws.send(message);
            }
        }
    }
}
