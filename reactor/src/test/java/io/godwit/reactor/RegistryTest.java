package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.ConnectionInfo;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is to be seen of the connections of a running server, from any thread. */
class RegistryTest {

    private static final ServerOptions OPTIONS = CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withLoops(2));

    private static CheckedServer serverOf(final Recorder recorder) throws IOException {
        // What does not fit is dropped, and nothing else happens.
        final EndpointLimits limits = Limits.of(ProtocolLimits.DEFAULT, 65_536, 1_048_576, 0);
        return CheckedServer.of(Endpoint.of(recorder).withLimits(limits), OPTIONS);
    }

    private static ConnectionInfo only(final CheckedServer server) {
        assertThat(server.server().connections()).hasSize(1);
        return server.server().connections().get(0);
    }

    @Test
    void shouldShowAConnectionFromItsFirstStateToItsLast() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder);
                RawPeer peer = server.connect()) {
            recorder.awaitThat(() -> server.server().connections().size() == 1, "the connection");
            final ConnectionInfo http = only(server);
            assertThat(http.readyState()).isEqualTo(ReadyState.CONNECTING);
            assertThat(http.path()).isNull();
            assertThat(http.webSocket()).isNull();
            assertThat(((InetSocketAddress) http.remoteAddress()).getAddress().isLoopbackAddress())
                    .isTrue();
            assertThat(server.server().connection(http.id())).isEmpty();

            peer.send(RawPeer.upgrade("/"));
            recorder.await("open");
            final ConnectionInfo open = only(server);
            assertThat(open.readyState()).isEqualTo(ReadyState.OPEN);
            assertThat(open.path()).isEqualTo("/");
            assertThat(open.id()).isEqualTo(http.id()).isEqualTo(recorder.ws.id());
            assertThat(open.age()).isGreaterThanOrEqualTo(http.age()).isPositive();
            assertThat(open.webSocket()).isSameAs(recorder.ws);
            assertThat(open.bytesReceived()).isEqualTo(RawPeer.upgrade("/").length());
            assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
            recorder.awaitThat(() -> only(server).bytesSent() > 0, "the response to be counted");
            assertThat(server.server().connection(open.id())).containsSame(recorder.ws);
            assertThat(server.server().connection(open.id() + 1)).isEmpty();
            assertThat(server.server().connection(-1)).isEmpty();

            recorder.ws.close();
            assertThat(only(server).readyState()).isEqualTo(ReadyState.CLOSING);
            peer.send(RawPeer.closeFrame(1000));
            recorder.await("close 1000");
            // The peer has not ended its side yet.
            final ConnectionInfo last = only(server);
            assertThat(last.readyState()).isEqualTo(ReadyState.CLOSED);
            assertThat(last.id()).isEqualTo(open.id());
            peer.reset();
            recorder.awaitThat(() -> server.server().connections().isEmpty(), "the end");
            assertThat(server.server().connection(open.id())).isEmpty();
            assertThat(server.count(Metric.CONNECTIONS_OPEN)).isZero();
        }
    }

    @Test
    void shouldShowWhatWaitsForASlowPeer() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder);
                RawPeer peer = server.open()) {
            recorder.await("open");
            final String text = "x".repeat(10_000);
            recorder.awaitThat(
                    () -> {
                        recorder.ws.send(text);
                        return only(server).bufferedBytes() > 0 && server.count(Metric.BUFFERED_BYTES) > 0;
                    },
                    "something to wait");
            recorder.ws.abort();
            recorder.await("close 1006");
            recorder.awaitThat(() -> server.count(Metric.BUFFERED_BYTES) == 0, "no buffer to be lent");
            peer.reset();
        }
    }

    @Test
    void shouldCountTheMessagesOfAConnectionHoweverTheyAreSent() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder);
                RawPeer peer = server.open()) {
            recorder.await("open");
            peer.sendText("received");
            recorder.ws.send("whole");
            recorder.ws.send(EncodedMessage.text("shared"));
            final MessageWriter writer = recorder.ws.startMessage(Opcode.TEXT);
            writer.append("in fragments");
            writer.finish();
            recorder.awaitThat(() -> only(server).messagesSent() == 3, "all to be sent");
            recorder.awaitThat(() -> only(server).messagesReceived() == 1, "one to be received");
            assertThat(server.count(Metric.MESSAGES_SENT)).isEqualTo(3);
        }
    }

    @Test
    void shouldFindConnectionsOfAllLoopsAndReachThem() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder)) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                peers.add(server.open());
            }
            recorder.awaitThat(() -> recorder.events.size() == 40, "all to be open");
            assertThat(server.server().connections().stream()
                            .map(ConnectionInfo::id)
                            .collect(Collectors.toSet()))
                    .hasSize(40);
            server.server()
                    .forEachConnection(info -> server.server()
                            .connection(info.id())
                            .map(ws -> ws.send("hello"))
                            .orElseThrow());
            for (final RawPeer peer : peers) {
                assertThat(peer.readFrame().text()).isEqualTo("hello");
                peer.close();
            }
        }
    }

    @Test
    void shouldBeLookedAtWhileConnectionsComeAndGo() throws Exception {
        final Recorder recorder = new Recorder();
        final AtomicBoolean done = new AtomicBoolean();
        final AtomicBoolean broken = new AtomicBoolean();
        try (CheckedServer server = serverOf(recorder);
                RawPeer steady = server.open()) {
            recorder.await("open");
            final long id = recorder.ws.id();
            final Thread looker = new Thread(() -> {
                while (!done.get()) {
                    // Whoever is there all the time is always shown.
                    if (server.server().connections().stream().noneMatch(info -> info.id() == id)) {
                        broken.set(true);
                    }
                }
            });
            looker.setUncaughtExceptionHandler((thread, thrown) -> broken.set(true));
            looker.start();
            for (int i = 0; i < 200; i++) {
                server.open().close();
            }
            done.set(true);
            looker.join();
            assertThat(broken).isFalse();
            assertThat(steady.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
        }
    }

    @Test
    void shouldBeEmptyWhereTheServerIsNotStarted() throws Exception {
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", WebSocketHandler.echo())
                .build();
        assertThat(server.connections()).isEmpty();
        assertThat(server.connection(1)).isEmpty();
        assertThat(server.health()).isEqualTo(ServerHealth.DOWN);
        assertThat(server.failure()).isEmpty();
        assertThat(server.metrics().get(Metric.CONNECTIONS_ACCEPTED)).isZero();
        assertThat(server.awaitTermination(Duration.ZERO)).isTrue();
        server.drain(Duration.ofSeconds(1));
        server.close();
    }

    @Test
    void shouldShowOnesOwnConnectionToItsHandler() throws IOException {
        final CheckedServer[] holder = new CheckedServer[1];
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                holder[0].server().forEachConnection(info -> info.webSocket().send("to " + info.id()));
            }
        };
        try (CheckedServer server = serverOf(recorder);
                RawPeer peer = server.open()) {
            holder[0] = server;
            recorder.await("open");
            assertThat(peer.sendText("go").readFrame().text()).isEqualTo("to " + recorder.ws.id());
        }
    }
}
