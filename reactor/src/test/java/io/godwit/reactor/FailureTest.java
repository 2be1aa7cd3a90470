package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.server.LoopServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Errors that escape a loop: what its connections are told, who takes over, and when it is over. */
class FailureTest {

    private static final Set<ServerHealth> ENDING = Set.of(ServerHealth.DRAINING, ServerHealth.DOWN);

    private static ServerOptions options(final int loops, final int restartsMax) {
        return CheckedServer.PATIENT
                .withTimeouts(CheckedServer.PATIENT.timeouts().withClose(Duration.ofMillis(200)))
                .withThreads(new Threads(
                        loops, Threads.DEFAULT.idling(), 1, restartsMax, Threads.DEFAULT.blockedLoopWarning()));
    }

    /** Ends a loop by an error of its own code, which nothing contains, and waits for what follows. */
    private static void breakLoop(final CheckedServer server, final int index) {
        final long failures = server.count(Metric.THREAD_FAILURES);
        final LoopServer broken = server.server().loops().servers().get(index);
        assertThat(broken.loop().execute(() -> {
                    throw new AssertionError("thrown by a test");
                }))
                .isTrue();
        new Recorder()
                .awaitThat(
                        () -> server.server().loops().servers().get(index) != broken
                                || ENDING.contains(server.server().health())
                                        && broken.loop().isClosed(),
                        "the end of a loop");
        new Recorder().awaitThat(() -> server.count(Metric.THREAD_FAILURES) == failures + 1, "its being counted");
    }

    @ParameterizedTest
    @CsvSource({"1, true", "3, true", "3, false"})
    void shouldReplaceALoopThatAnErrorHasEnded(final int loops, final boolean sharing) throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.with(builder -> {
            builder.options(options(loops, 3)).endpoint("/", recorder);
            return sharing ? builder : builder.withoutSharedPorts();
        })) {
            final List<RawPeer> before = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                before.add(server.open());
            }
            recorder.awaitThat(() -> recorder.events.size() == 30, "all to be open");
            assertThat(server.server().health()).isEqualTo(ServerHealth.SERVING);
            for (int i = 0; i < loops; i++) {
                breakLoop(server, i);
            }
            for (final RawPeer peer : before) {
                assertThat(peer.isAtEnd()).isTrue();
                peer.close();
            }
            recorder.awaitThat(
                    () -> recorder.events.stream().filter("close 1006"::equals).count() == 30, "all onClose");
            assertThat(server.server().health()).isEqualTo(ServerHealth.FAILING);
            assertThat(server.server().failure()).isEmpty();
            final List<RawPeer> after = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                after.add(server.open());
            }
            recorder.awaitThat(
                    () -> recorder.events.stream().filter("open"::equals).count() == 60, "all to be open");
            assertThat(server.server().connections()).hasSize(30);
            assertThat(server.count(Metric.CONNECTIONS_ACCEPTED)).isEqualTo(60);
            assertThat(server.count(Metric.CONNECTIONS_OPEN)).isEqualTo(30);
            for (final RawPeer peer : after) {
                assertThat(peer.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
                peer.close();
            }
        }
    }

    @Test
    void shouldLeaveTheOtherLoopsAlone() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options(2, 1))) {
            final List<RawPeer> peers = new ArrayList<>();
            do {
                peers.add(server.open());
            } while (server.server().loops().servers().stream().anyMatch(loop -> loop.connectionCount() == 0));
            final int others = server.server().loops().servers().get(1).connectionCount();
            breakLoop(server, 0);
            assertThat(server.server().loops().servers().get(1).connectionCount())
                    .isEqualTo(others);
            int served = 0;
            for (final RawPeer peer : peers) {
                try {
                    served += peer.send(RawPeer.frame(0x89)).readFrame().opcode() == 0xA ? 1 : 0;
                } catch (final IOException e) {
                    // It was on the loop that has failed.
                }
                peer.close();
            }
            assertThat(served).isEqualTo(others);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldGoDownPastTheBoundOfRestarts(final int loops) throws Exception {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options(loops, 2))) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                breakLoop(server, 0);
                if (i < 2) {
                    peers.add(server.open());
                }
            }
            assertThat(server.server().awaitTermination(Duration.ofSeconds(60))).isTrue();
            assertThat(server.server().isRunning()).isFalse();
            assertThat(server.server().health()).isEqualTo(ServerHealth.DOWN);
            assertThat(server.server().failure()).containsInstanceOf(AssertionError.class);
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            assertThat(recorder.events.stream().filter("open"::equals)).hasSize(2);
            assertThat(recorder.events.stream().filter(event -> event.startsWith("close ")))
                    .hasSize(2);
            for (final RawPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void shouldNotReplaceALoopOfAServerThatIsGoingDown() throws Exception {
        final Recorder recorder = new Recorder();
        final ServerOptions patient = options(1, 3).withTimeouts(CheckedServer.PATIENT.timeouts());
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), patient);
                RawPeer peer = server.open()) {
            recorder.await("open");
            final Thread drain = new Thread(() -> server.server().drain(Duration.ofSeconds(60)));
            drain.start();
            recorder.awaitThat(() -> server.server().health() != ServerHealth.SERVING, "the drain");
            breakLoop(server, 0);
            drain.join(60_000);
            assertThat(drain.isAlive()).isFalse();
            assertThat(server.server().failure()).isEmpty();
            assertThat(server.server().isRunning()).isFalse();
            assertThat(recorder.events).hasSize(2);
            peer.reset();
        }
    }

    @Test
    void shouldNotAcceptAgainWhereALoopIsReplacedAfterItHasStopped() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options(2, 3));
                RawPeer peer = server.open()) {
            recorder.await("open");
            server.server().stopAccepting();
            breakLoop(server, 0);
            breakLoop(server, 1);
            recorder.await("close 1006");
            assertThat(peer.isAtEnd()).isTrue();
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            assertThat(server.server().isRunning()).isTrue();
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
        }
    }

    @Test
    void shouldGoDownWhereWorkersFailTooOften() throws Exception {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options(2, 1));
                RawPeer peer = server.open()) {
            recorder.await("open");
            final Error error = new OutOfMemoryError("thrown by a test");
            assertThat(server.server().loops().onThreadFailure("worker 1", error))
                    .isTrue();
            assertThat(server.server().health()).isEqualTo(ServerHealth.FAILING);
            assertThat(server.server().loops().onThreadFailure("worker 2", error))
                    .isFalse();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(server.server().awaitTermination(Duration.ofSeconds(60))).isTrue();
            assertThat(server.server().failure()).containsSame(error);
        }
    }

    @Test
    void shouldEndASteppedServerByWhatEscapesItsLoop() throws IOException {
        final Recorder recorder = new Recorder();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", recorder)
                .stepped()
                .build()
                .start();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/"));
            recorder.awaitThat(() -> server.doWork() >= 0 && recorder.events.contains("open"), "the connection");
            server.loops().servers().get(0).loop().execute(() -> {
                throw new AssertionError("thrown by a test");
            });
            assertThatThrownBy(server::doWork).hasMessage("thrown by a test");
            assertThat(recorder.events).containsExactly("open", "close 1006");
            assertThat(server.isRunning()).isFalse();
            assertThat(server.failure()).containsInstanceOf(AssertionError.class);
            peer.readHead();
            assertThat(peer.isAtEnd()).isTrue();
        }
        server.close();
    }

    @Test
    void shouldServeOnAfterAHandlerThatThrowsAnError() throws IOException {
        final WebSocketHandler throwing = new Recorder() {
            @Override
            public void onOpen(final io.godwit.reactor.endpoint.WebSocket socket) {
                throw new OutOfMemoryError("thrown by a test");
            }
        };
        try (CheckedServer server = CheckedServer.of(throwing);
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().closeCode()).isEqualTo(1011);
            assertThat(server.count(Metric.THREAD_FAILURES)).isZero();
            assertThat(server.server().health()).isEqualTo(ServerHealth.SERVING);
        }
    }
}
