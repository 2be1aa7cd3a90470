package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.Idling;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.server.ListeningSockets;
import io.godwit.reactor.server.LoopServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server of several loops, whose ports are shared, or whose connections are handed over. */
class LoopsTest {

    private static final int LOOPS = 3;

    /** Enough for each loop to have some, but with a chance that is not worth a thought. */
    private static final int PEERS = 60;

    private static final ServerOptions OPTIONS = CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withLoops(LOOPS));

    private static UnaryOperator<WebSocketServerBuilder> ofLoops(
            final boolean sharing, final WebSocketHandler handler) {
        return builder -> {
            builder.options(OPTIONS).endpoint("/", handler);
            return sharing ? builder : builder.withoutSharedPorts();
        };
    }

    private static List<RawPeer> open(final CheckedServer server, final int count) throws IOException {
        final List<RawPeer> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(server.open());
        }
        return peers;
    }

    private static void close(final List<RawPeer> peers) throws IOException {
        for (final RawPeer peer : peers) {
            peer.close();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDealItsConnectionsOut(final boolean sharing) throws IOException {
        final Set<String> threads = ConcurrentHashMap.newKeySet();
        final Set<Long> ids = ConcurrentHashMap.newKeySet();
        final WebSocketHandler handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket ws, final Message message) {
                threads.add(Thread.currentThread().getName());
                ids.add(ws.id());
                ws.send(message);
            }
        };
        try (CheckedServer server = CheckedServer.with(ofLoops(sharing, handler))) {
            final List<RawPeer> peers = open(server, PEERS);
            for (final RawPeer peer : peers) {
                assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
            }
            assertThat(threads).containsExactlyInAnyOrder("godwit-loop-0", "godwit-loop-1", "godwit-loop-2");
            assertThat(ids).hasSize(PEERS);
            for (int i = 0; i < LOOPS; i++) {
                final LoopServer loop = server.server().loops().servers().get(i);
                final int index = i;
                assertThat(loop.connectionCount()).isEqualTo((int)
                        ids.stream().filter(id -> id % LOOPS == index).count());
            }
            assertThat(server.server().metrics().get(Metric.CONNECTIONS_ACCEPTED))
                    .isEqualTo(PEERS);
            close(peers);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldCloseAllOfTheirConnections(final boolean sharing) throws IOException {
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.with(ofLoops(sharing, recorder))) {
            final List<RawPeer> peers = open(server, PEERS);
            final Thread closer = new Thread(server.server()::close);
            closer.start();
            for (final RawPeer peer : peers) {
                assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
                peer.send(RawPeer.closeFrame(1001));
                assertThat(peer.isAtEnd()).isTrue();
                peer.close();
            }
            recorder.awaitThat(() -> !server.server().isRunning(), "the end");
        }
        assertThat(recorder.events.stream().filter("close 1001"::equals)).hasSize(PEERS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeOverWhatTheKernelHadAcceptedWhenItStopsAccepting(final boolean sharing) throws IOException {
        final CountDownLatch entered = new CountDownLatch(LOOPS);
        final CountDownLatch released = new CountDownLatch(1);
        try (CheckedServer server = CheckedServer.with(ofLoops(sharing, WebSocketHandler.echo()))) {
            final List<LoopServer> loops = server.server().loops().servers();
            // While the loops are held up, connections wait in the kernel.
            for (final LoopServer loop : loops) {
                loop.loop().execute(() -> {
                    entered.countDown();
                    new Recorder().awaitThat(() -> released.getCount() == 0, "release");
                });
            }
            new Recorder().awaitThat(() -> entered.getCount() == 0, "all loops to be held up");
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(server.connect().send(RawPeer.upgrade("/")));
            }
            final Thread stopper = new Thread(server.server()::stopAccepting);
            stopper.start();
            new Recorder()
                    .awaitThat(() -> stopper.getState() == Thread.State.TIMED_WAITING, "the stop to be asked for");
            released.countDown();
            for (final RawPeer peer : peers) {
                assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
                assertThat(peer.sendText("still").readFrame().text()).isEqualTo("still");
            }
            new Recorder().awaitThat(() -> !stopper.isAlive(), "the stop");
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            close(peers);
        }
    }

    @Test
    void shouldKeepConnectionsThatItCannotHandOver() throws IOException {
        final Semaphore go = new Semaphore(0);
        try (CheckedServer server = CheckedServer.with(ofLoops(false, WebSocketHandler.echo()))) {
            final List<LoopServer> loops = server.server().loops().servers();
            for (final LoopServer held : loops.subList(1, LOOPS)) {
                final CountDownLatch holds = new CountDownLatch(1);
                held.loop().execute(() -> {
                    holds.countDown();
                    go.acquireUninterruptibly();
                });
                // Else the place of this command would be free again after the queue was filled.
                new Recorder().awaitThat(() -> holds.getCount() == 0, "the loop to be held");
                while (held.loop().execute(() -> {})) {
                    assertThat(server.server().isRunning()).isTrue();
                }
            }
            final List<RawPeer> peers = open(server, PEERS);
            assertThat(loops.get(0).connectionCount()).isEqualTo(PEERS);
            for (final RawPeer peer : peers) {
                assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
            }
            go.release(LOOPS);
            close(peers);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldStillTellThatAPortIsTaken(final boolean byOneThatShares) throws IOException {
        try (ServerSocketChannel other = ServerSocketChannel.open()) {
            other.setOption(StandardSocketOptions.SO_REUSEPORT, byOneThatShares);
            other.bind(new InetSocketAddress("127.0.0.1", 0));
            final int port = ((InetSocketAddress) other.getLocalAddress()).getPort();
            assertThatThrownBy(() -> WebSocketServer.builder()
                            .listen("127.0.0.1", port)
                            .endpoint("/", WebSocketHandler.echo())
                            .options(OPTIONS)
                            .build()
                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.0.0.1:" + port)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void shouldStillTellThatAnotherServerOfItsKindHasThePort() throws IOException {
        try (CheckedServer server = CheckedServer.with(ofLoops(true, WebSocketHandler.echo()))) {
            assertThatThrownBy(() -> WebSocketServer.builder()
                            .listen("127.0.0.1", server.port())
                            .endpoint("/", WebSocketHandler.echo())
                            .options(OPTIONS)
                            .build()
                            .start())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "0.0.0.0", "localhost"})
    void shouldListenAtTheSamePortWithAllLoops(final String address) throws IOException {
        try (WebSocketServer server = WebSocketServer.builder()
                .listen(address, 0)
                .options(OPTIONS)
                .endpoint("/", WebSocketHandler.echo())
                .build()
                .start()) {
            final Set<Integer> loops = new HashSet<>();
            final List<RawPeer> peers = new ArrayList<>();
            for (int i = 0; i < PEERS; i++) {
                peers.add(RawPeer.open(server.port(), "/"));
            }
            server.forEachConnection(info -> loops.add((int) (info.id() % LOOPS)));
            assertThat(loops).hasSize(LOOPS);
            close(peers);
        }
    }

    @Test
    void shouldLeaveAPortThatItHadFreeForTheNext() throws IOException {
        for (int i = 0, port = 0; i < 3; i++) {
            try (WebSocketServer server = WebSocketServer.builder()
                            .listen("127.0.0.1", port)
                            .options(OPTIONS)
                            .endpoint("/", WebSocketHandler.echo())
                            .build()
                            .start();
                    RawPeer peer = RawPeer.open(server.port(), "/")) {
                port = server.port();
                assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Idling.class)
    void shouldServeHoweverItIdles(final Idling idling) throws IOException {
        final Recorder recorder = new Recorder();
        final ServerOptions options = CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withIdling(idling));
        try (CheckedServer server =
                        CheckedServer.with(builder -> builder.options(options).endpoint("/", recorder));
                RawPeer peer = server.open()) {
            recorder.await("open");
            for (int i = 0; i < 100; i++) {
                recorder.ws.send("from outside " + i);
                assertThat(peer.readFrame().text()).isEqualTo("from outside " + i);
                peer.sendText("message " + i);
                recorder.await("text message " + i);
            }
        }
    }

    @Test
    void shouldHaveOneLoopWhereItIsStepped() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WebSocketServer.builder()
                        .listen("127.0.0.1", 0)
                        .endpoint("/", WebSocketHandler.echo())
                        .options(OPTIONS)
                        .stepped()
                        .build())
                .withMessageContaining("one loop");
    }

    @Test
    void shouldSharePortsWhereTheTestsAreRun() throws IOException {
        assertThat(ListeningSockets.canSharePorts())
                .isEqualTo(System.getProperty("os.name").equals("Linux"));
    }

    /** A server that comes back is connected to as soon as it listens: its first callback must find it as it is. */
    @Test
    void shouldRunForItsFirstCallback() throws Exception {
        final Recorder recorder = new Recorder();
        final AtomicReference<WebSocketServer> holder = new AtomicReference<>();
        final int port = freePort();
        holder.set(WebSocketServer.builder()
                .listen("127.0.0.1", port)
                // So many that the first is at work long before the last has started.
                .options(CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withLoops(200)))
                .withoutSharedPorts()
                .http("/", request -> {
                    recorder.events.add(holder.get().isRunning() + " "
                            + holder.get().connections().size());
                    return HttpAnswer.text(200, "ok");
                })
                .build());
        final Thread peer = new Thread(() -> ask(port, recorder));
        peer.start();
        try (WebSocketServer server = holder.get().start()) {
            recorder.awaitThat(() -> !recorder.events.isEmpty(), "an answer of " + server.port());
        }
        peer.join();
        assertThat(recorder.events).containsExactly("true 1");
    }

    private static void ask(final int port, final Recorder recorder) {
        recorder.awaitThat(
                () -> {
                    try (RawPeer peer = new RawPeer(port)) {
                        return peer.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                                .readToEnd()
                                .startsWith("HTTP/1.1 200 ");
                    } catch (final IOException e) {
                        return false;
                    }
                },
                "the server");
    }

    private static int freePort() throws IOException {
        try (ServerSocketChannel channel = ServerSocketChannel.open().bind(new InetSocketAddress("127.0.0.1", 0))) {
            return ((InetSocketAddress) channel.getLocalAddress()).getPort();
        }
    }
}
