package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that is drained: who is told what, in which order, and when it is over. */
class DrainTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private static CheckedServer serverOf(final Recorder recorder, final int loops) throws IOException {
        final ServerOptions options = CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withLoops(loops));
        return CheckedServer.of(Endpoint.of(recorder), options);
    }

    private static Thread drain(final CheckedServer server, final Duration deadline) {
        final Thread thread = new Thread(() -> server.server().drain(deadline), "drain");
        thread.start();
        return thread;
    }

    private static void answerClose(final RawPeer peer) throws IOException {
        assertThat(peer.readUntil(8).closeCode()).isEqualTo(1001);
        peer.send(RawPeer.closeFrame(1001));
        assertThat(peer.isAtEnd()).isTrue();
        peer.shutdownOutput();
    }

    /** All loops have been asked by the time when it waits for them; the server's health says so a little earlier. */
    private static void awaitAsked(final Recorder recorder, final Thread drain) {
        recorder.awaitThat(() -> drain.getState() == Thread.State.TIMED_WAITING, "the drain to wait for the loops");
    }

    private static void awaitEnd(final Recorder recorder, final Thread thread) {
        recorder.awaitThat(() -> !thread.isAlive(), "the end of " + thread.getName());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldSayGoodbyeToAll(final int loops) throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, loops)) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                peers.add(server.open());
            }
            final RawPeer silent = server.connect();
            recorder.awaitThat(() -> server.server().connections().size() == 31, "all to be there");
            final Thread drain = drain(server, LONG);
            awaitAsked(recorder, drain);
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
            for (final RawPeer peer : peers) {
                answerClose(peer);
                peer.close();
            }
            assertThat(silent.isAtEnd())
                    .as("who has asked for nothing is told nothing")
                    .isTrue();
            silent.close();
            awaitEnd(recorder, drain);
            assertThat(server.server().isRunning()).isFalse();
            assertThat(server.server().health()).isEqualTo(ServerHealth.DOWN);
            assertThat(server.server().failure()).isEmpty();
        }
        assertThat(recorder.events.stream().filter("close 1001"::equals)).hasSize(30);
    }

    /** The peers answer only once all have been told: of that many, some are told before the others are. */
    @Test
    void shouldSpreadItsGoodbyesWhileTheOthersAreServed() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 1)) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                peers.add(server.open());
            }
            recorder.awaitThat(() -> recorder.events.size() == 100, "all to be open");
            final Thread drain = drain(server, LONG);
            recorder.awaitThat(() -> open(server) < 100, "the first goodbye");
            assertThat(open(server)).as("the last ones are not told yet").isPositive();
            for (final RawPeer peer : peers) {
                answerClose(peer);
                peer.close();
            }
            awaitEnd(recorder, drain);
        }
        assertThat(recorder.events.stream().filter("close 1001"::equals)).hasSize(100);
    }

    private static long open(final CheckedServer server) {
        return open(server.server());
    }

    private static long open(final WebSocketServer server) {
        return server.connections().stream()
                .filter(info -> info.readyState() == ReadyState.OPEN)
                .count();
    }

    @Test
    void shouldAcceptNobodyAndUpgradeNobodyMeanwhile() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 1);
                RawPeer open = server.open();
                RawPeer begun = server.connect()) {
            begun.send("GET / HTTP/1.1\r\n");
            recorder.awaitThat(() -> server.server().connections().size() == 2, "both to be there");
            // While it is held up, the rest of the request arrives.
            final Semaphore go = new Semaphore(0);
            server.server().loops().servers().get(0).loop().execute(() -> {
                recorder.events.add("held up");
                go.acquireUninterruptibly();
            });
            recorder.await("held up");
            final Thread drain = drain(server, LONG);
            awaitAsked(recorder, drain);
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
            begun.send(RawPeer.upgrade("/").substring("GET / HTTP/1.1\r\n".length()));
            go.release();
            assertThat(begun.readToEnd()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            answerClose(open);
            awaitEnd(recorder, drain);
        }
    }

    /** The kernel has connected them already, and holds what they have asked for. */
    @Test
    void shouldAnswerWhomItHasNotAcceptedYet() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 1)) {
            final Semaphore go = new Semaphore(0);
            server.server().loops().servers().get(0).loop().execute(() -> {
                recorder.events.add("held up");
                go.acquireUninterruptibly();
            });
            recorder.await("held up");
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                peers.add(server.connect().send(RawPeer.upgrade("/")));
            }
            final Thread drain = drain(server, LONG);
            awaitAsked(recorder, drain);
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
            go.release();
            for (final RawPeer peer : peers) {
                assertThat(peer.readToEnd()).startsWith("HTTP/1.1 503 ").contains("Retry-After: ");
                peer.close();
            }
            awaitEnd(recorder, drain);
        }
    }

    @Test
    void shouldSendWhatWaitsBeforeItsGoodbye() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 1);
                RawPeer peer = server.open()) {
            recorder.await("open");
            for (int i = 0; i < 500; i++) {
                assertThat(recorder.ws.send("message " + i).isTaken()).isTrue();
            }
            final Thread drain = drain(server, LONG);
            for (int i = 0; i < 500; i++) {
                assertThat(peer.readFrame().text()).isEqualTo("message " + i);
            }
            answerClose(peer);
            awaitEnd(recorder, drain);
        }
        assertThat(recorder.events).containsExactly("open", "close 1001");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 300})
    void shouldCutOffAtTheDeadlineWhoHasNotGone(final int deadlineMs) throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 3)) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                peers.add(server.open());
            }
            recorder.awaitThat(() -> recorder.events.size() == 20, "all to be open");
            server.server().drain(Duration.ofMillis(deadlineMs));
            assertThat(server.server().isRunning()).isFalse();
            for (final RawPeer peer : peers) {
                peer.close();
            }
        }
        assertThat(recorder.events.stream().filter(event -> event.startsWith("close 1006")))
                .hasSize(20);
    }

    @Test
    void shouldBeHastenedByClose() throws IOException {
        final Recorder recorder = new Recorder();
        final ServerOptions options = CheckedServer.timeouts(60_000, 60_000, 100);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), options)) {
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                peers.add(server.open());
            }
            recorder.awaitThat(() -> recorder.events.size() == 100, "all to be open");
            final Thread drain = drain(server, Duration.ofDays(1));
            awaitAsked(recorder, drain);
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
            server.server().close();
            assertThat(server.server().isRunning()).isFalse();
            awaitEnd(recorder, drain);
            for (final RawPeer peer : peers) {
                assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
                peer.close();
            }
        }
    }

    @Test
    void shouldReturnAtOnceInACallback() throws IOException {
        final AtomicReference<CheckedServer> holder = new AtomicReference<>();
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                holder.get().server().drain(LONG);
                holder.get().server().close();
                events.add("returned");
            }
        };
        try (CheckedServer server = serverOf(recorder, 2);
                RawPeer peer = server.open();
                RawPeer other = server.open()) {
            holder.set(server);
            peer.sendText("go");
            recorder.await("returned");
            answerClose(peer);
            answerClose(other);
            recorder.awaitThat(() -> !server.server().isRunning(), "the end");
        }
    }

    @Test
    void shouldGoOnWhereTheCallerIsInterrupted() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 2);
                RawPeer peer = server.open()) {
            recorder.await("open");
            Thread.currentThread().interrupt();
            server.server().drain(LONG);
            assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
            answerClose(peer);
            recorder.awaitThat(() -> !server.server().isRunning(), "the end");
        }
        assertThat(recorder.events).containsExactly("open", "close 1001");
    }

    @Test
    void shouldDriveASteppedServerToItsEnd() throws IOException {
        final Recorder recorder = new Recorder();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", recorder)
                .stepped()
                .build()
                .start();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/")).sendText("hi");
            recorder.awaitThat(() -> server.doWork() >= 0 && recorder.events.contains("text hi"), "the connection");
            final Thread answering = new Thread(() -> {
                try {
                    peer.readHead();
                    answerClose(peer);
                    recorder.events.add("answered");
                } catch (final IOException e) {
                    recorder.events.add(e.toString());
                }
            });
            answering.start();
            server.drain(LONG);
            assertThat(server.isRunning()).isFalse();
            recorder.await("answered");
        }
        assertThat(recorder.events).contains("close 1001");
    }

    @Test
    void shouldTellNoMoreInACycleThanItsBound() throws IOException {
        final AtomicReference<WebSocketServer> holder = new AtomicReference<>();
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                holder.get().close();
            }
        };
        final int perCycle = 4;
        final LoopLimits limits = LoopLimits.DEFAULT;
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", recorder)
                .options(CheckedServer.PATIENT.withLoop(new LoopLimits(
                        limits.bufferedBytesMax(), limits.readBytesPerConnectionMax(), 64, 64, perCycle, 1)))
                .stepped()
                .build()
                .start();
        holder.set(server);
        final List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            peers.add(new RawPeer(server.port()).send(RawPeer.upgrade("/")));
        }
        recorder.awaitThat(() -> server.doWork() >= 0 && recorder.events.size() == 30, "all to be open");
        peers.get(0).sendText("close");
        recorder.awaitThat(() -> server.doWork() >= 0 && open(server) < 30, "the first goodbyes");
        for (long left = open(server); left > 0; left = open(server)) {
            server.doWork();
            assertThat(left - open(server)).isBetween(1L, (long) perCycle);
        }
        for (final RawPeer peer : peers) {
            peer.close();
        }
        recorder.awaitThat(() -> !server.isRunning() || server.doWork() < 0, "the end");
        assertThat(recorder.events.stream().filter(event -> event.startsWith("close ")))
                .hasSize(30);
    }

    /** The loop is its driver's: a worker can only ask for the end. */
    @Test
    void shouldBeClosedByAWorkerWhileItIsStepped() throws IOException {
        final AtomicReference<WebSocketServer> holder = new AtomicReference<>();
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                holder.get().close();
                events.add("returned");
            }
        };
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", Endpoint.of(recorder).onWorkers())
                .stepped()
                .build()
                .start();
        holder.set(server);
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/")).sendText("close");
            recorder.awaitThat(() -> server.doWork() >= 0 && recorder.events.contains("returned"), "the call");
            recorder.awaitThat(() -> server.doWork() >= 0 && open(server) == 0, "the goodbye");
            peer.readHead();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001)).shutdownOutput();
            recorder.awaitThat(() -> !server.isRunning() || server.doWork() < 0, "the end");
            recorder.await("close 1001");
        }
    }

    @Test
    void shouldGetThroughHoweverManyCommandsWait() throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = serverOf(recorder, 1);
                RawPeer peer = server.open()) {
            recorder.await("open");
            final Semaphore go = new Semaphore(0);
            final var loop = server.server().loops().servers().get(0).loop();
            loop.execute(() -> {
                recorder.events.add("held up");
                go.acquireUninterruptibly();
            });
            recorder.await("held up");
            while (loop.execute(() -> {})) {
                assertThat(server.server().isRunning()).isTrue();
            }
            final Thread drain = drain(server, LONG);
            awaitAsked(recorder, drain);
            assertThat(server.server().health()).isEqualTo(ServerHealth.DRAINING);
            go.release();
            answerClose(peer);
            awaitEnd(recorder, drain);
        }
    }

    @Test
    void shouldRefuseANegativeDeadline() throws IOException {
        try (CheckedServer server = serverOf(new Recorder(), 1)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> server.server().drain(Duration.ofMillis(-1)));
        }
    }
}
