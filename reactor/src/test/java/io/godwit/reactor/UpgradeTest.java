package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.godwit.core.http.HttpRequest;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.UpgradeRequest;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.session.HandlerPerConnection;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.logging.Handler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a handler decides on an opening handshake, at once or later, and what becomes of those who may not stay. */
class UpgradeTest {

    /** Decides by a function, and records the rest. */
    private static final class Deciding extends Recorder {
        private final Function<UpgradeRequest, Upgrade> decision;

        Deciding(final Function<UpgradeRequest, Upgrade> decision) {
            this.decision = decision;
        }

        @Override
        public Upgrade onUpgrade(final UpgradeRequest request) {
            events.add("upgrade");
            return decision.apply(request);
        }

        @Override
        public void onOpen(final WebSocket socket) {
            super.onOpen(socket);
            events.add("attachment " + socket.<Object>attachment());
            events.add("request " + socket.request().target());
        }
    }

    private static String answerTo(final Function<UpgradeRequest, Upgrade> decision, final String... headers)
            throws IOException {
        final Deciding handler = new Deciding(decision);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withSubprotocols("first", "second"));
                RawPeer peer = server.connect()) {
            peer.send(RawPeer.upgrade("/", headers)).sendText("glued");
            final String head = peer.readHead();
            if (head.startsWith("HTTP/1.1 101 ")) {
                handler.await("text glued");
                return head;
            }
            final String answer = head + peer.readToEnd();
            assertThat(handler.events).containsExactly("upgrade");
            return answer;
        }
    }

    @Test
    void shouldRefuseAsTheHandlerSays() throws IOException {
        assertThat(answerTo(request -> Upgrade.refuse(401, "who are you?")))
                .startsWith("HTTP/1.1 401 Unauthorized\r\n")
                .endsWith("\r\n\r\nwho are you?\n");
        assertThat(answerTo(request -> Upgrade.refuse(HttpAnswer.of(307, "text/html", new byte[] {'<', '>'})
                        .withHeader("Location", "wss://elsewhere.example/"))))
                .startsWith("HTTP/1.1 307 Temporary Redirect\r\n")
                .contains("\r\nLocation: wss://elsewhere.example/\r\n")
                .contains("\r\nContent-Type: text/html\r\n")
                .endsWith("\r\n\r\n<>");
        assertThat(answerTo(request -> Upgrade.refuse(429, "slowly").withHeader("Retry-After", "5")))
                .startsWith("HTTP/1.1 429 ")
                .contains("\r\nRetry-After: 5\r\n");
        assertThatIllegalArgumentException().isThrownBy(() -> Upgrade.refuse(200, "no refusal"));
    }

    @Test
    void shouldShowTheHandlerWhoAsks() throws IOException {
        final UpgradeRequest[] seen = new UpgradeRequest[1];
        final Deciding handler = new Deciding(request -> {
            seen[0] = request;
            return Upgrade.accept().withAttachment("theirs");
        });
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = RawPeer.open(server.port(), "/?user=7", "Cookie: a=b", "Sec-WebSocket-Protocol: x, y")) {
            handler.await("request /?user=7");
            assertThat(handler.events).containsExactly("upgrade", "open", "attachment theirs", "request /?user=7");
            assertThat(seen[0].path()).isEqualTo("/");
            assertThat(seen[0].head().headers().first("cookie")).isEqualTo("a=b");
            assertThat(seen[0].subprotocols()).containsExactly("x", "y");
            assertThat(((InetSocketAddress) seen[0].remoteAddress())
                            .getAddress()
                            .isLoopbackAddress())
                    .isTrue();
            assertThat(handler.ws.remoteAddress()).isEqualTo(seen[0].remoteAddress());
            assertThat(handler.ws.path()).isEqualTo("/");
            assertThat(handler.ws.subprotocol()).isNull();
            assertThat(handler.ws.id()).isPositive();
            assertThatIllegalStateException()
                    .as("after onOpen nobody keeps the head")
                    .isThrownBy(() -> handler.ws.request());
            assertThat(peer.sendText("x")).isNotNull();
        }
    }

    @Test
    void shouldAddWhatTheHandlerAdds() throws IOException {
        assertThat(answerTo(request ->
                        Upgrade.accept().withHeader("Set-Cookie", "a=b").withHeader("Set-Cookie", "c=d")))
                .contains("\r\nSet-Cookie: a=b\r\n")
                .contains("\r\nSet-Cookie: c=d\r\n");
        assertThat(answerTo(
                        request -> Upgrade.accept().withSubprotocol("second"), "Sec-WebSocket-Protocol: first, second"))
                .containsOnlyOnce("\r\nSec-WebSocket-Protocol: second\r\n");
        assertThatIllegalArgumentException().isThrownBy(() -> Upgrade.accept().withHeader("A", "b\r\nC: d"));
    }

    @Test
    void shouldAnswer500WhereTheHandlerFails() throws IOException {
        final String failed = "HTTP/1.1 500 Internal Server Error\r\n";
        assertThat(answerTo(request -> {
                    throw new IllegalStateException("thrown by a test");
                }))
                .startsWith(failed)
                .doesNotContain("thrown");
        assertThat(answerTo(request -> {
                    throw new AssertionError("thrown by a test");
                }))
                .startsWith(failed);
        assertThat(answerTo(request -> null)).startsWith(failed);
        assertThat(answerTo(request -> Upgrade.accept().withSubprotocol("third"), "Sec-WebSocket-Protocol: first"))
                .as("a subprotocol that the client does not offer")
                .startsWith(failed);
        assertThat(answerTo(request -> Upgrade.accept().withHeader("Sec-WebSocket-Accept", "x")))
                .as("a field of the handshake's own")
                .startsWith(failed);
    }

    @Test
    void shouldHoldGluedFramesBackUntilALaterDecision() throws IOException {
        final CompletableFuture<Upgrade> decision = new CompletableFuture<>();
        final Deciding handler = new Deciding(request -> Upgrade.later(decision));
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.connect()) {
            peer.send(RawPeer.upgrade("/?later"));
            handler.await("upgrade");
            peer.sendText("one").sendText("two");
            // Another connection is served meanwhile, so that the loop has had every chance to deliver.
            try (RawPeer other = server.connect()) {
                assertThat(other.send("GET /x HTTP/1.0\r\n\r\n").readToEnd()).startsWith("HTTP/1.1 404 ");
            }
            assertThat(handler.events).containsExactly("upgrade");
            decision.complete(Upgrade.accept().withAttachment("late"));
            assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
            handler.await("text two");
            assertThat(handler.events)
                    .containsExactly("upgrade", "open", "attachment late", "request /?later", "text one", "text two");
        }
    }

    static List<Arguments> laterMistakes() {
        final CompletableFuture<Upgrade> failed = CompletableFuture.failedFuture(new IOException("nobody decided"));
        return List.of(
                Arguments.of(Upgrade.later(failed), "has failed java.io.IOException: nobody decided"),
                Arguments.of(
                        Upgrade.later(failed).withAttachment("a"), "has failed java.io.IOException: nobody decided"),
                Arguments.of(
                        Upgrade.later(CompletableFuture.completedFuture(null)),
                        "gave null in place of a decision null"),
                Arguments.of(
                        Upgrade.later(CompletableFuture.completedFuture(Upgrade.later(new CompletableFuture<>()))),
                        "has not decided later either null"));
    }

    @ParameterizedTest
    @MethodSource("laterMistakes")
    void shouldLogWhatIsWrongWithALaterDecision(final Upgrade upgrade, final String wrong) throws IOException {
        final List<String> logged = new CopyOnWriteArrayList<>();
        final Handler log = CheckedServer.logTo(logged);
        try {
            for (final boolean onWorkers : new boolean[] {false, true}) {
                final Endpoint endpoint = Endpoint.of(new Deciding(request -> upgrade));
                try (CheckedServer server = CheckedServer.of(onWorkers ? endpoint.onWorkers() : endpoint);
                        RawPeer peer = server.connect()) {
                    assertThat(peer.send(RawPeer.upgrade("/")).readToEnd()).startsWith("HTTP/1.1 500 ");
                }
            }
        } finally {
            CheckedServer.logNoMoreTo(log);
        }
        assertThat(logged).containsExactly("onUpgrade of / " + wrong, "onUpgrade of / " + wrong);
    }

    @Test
    void shouldTakeALaterDecisionFromAnyThread() throws IOException {
        final Function<Upgrade, Function<UpgradeRequest, Upgrade>> elsewhere =
                upgrade -> request -> Upgrade.later(CompletableFuture.supplyAsync(() -> upgrade));
        assertThat(answerTo(elsewhere.apply(Upgrade.accept()))).startsWith("HTTP/1.1 101 ");
        assertThat(answerTo(elsewhere.apply(Upgrade.refuse(403, "no")))).startsWith("HTTP/1.1 403 ");
        assertThat(answerTo(elsewhere.apply(null))).startsWith("HTTP/1.1 500 ");
        assertThat(answerTo(elsewhere.apply(Upgrade.later(new CompletableFuture<>()))))
                .startsWith("HTTP/1.1 500 ");
        assertThat(answerTo(request -> Upgrade.later(CompletableFuture.failedFuture(new IOException("by a test")))))
                .startsWith("HTTP/1.1 500 ")
                .doesNotContain("by a test");
        assertThat(answerTo(request -> Upgrade.later(CompletableFuture.completedFuture(Upgrade.accept()))))
                .startsWith("HTTP/1.1 101 ");
        assertThatNullPointerException().isThrownBy(() -> Upgrade.later(null));
    }

    @Test
    void shouldNotMindADecisionThatComesAfterTheEnd() throws IOException {
        final CompletableFuture<Upgrade> decision = new CompletableFuture<>();
        final Deciding handler = new Deciding(request -> Upgrade.later(decision));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler), CheckedServer.handshakeTimeout(1_000))) {
            try (RawPeer peer = server.connect()) {
                peer.send(RawPeer.upgrade("/")).sendText("glued");
                final String answer = peer.readToEnd();
                assertThat(answer).startsWith("HTTP/1.1 503 ").contains("took too long");
            }
            decision.complete(Upgrade.accept());
            try (RawPeer other = server.connect()) {
                assertThat(other.send("GET /x HTTP/1.0\r\n\r\n").readToEnd()).startsWith("HTTP/1.1 404 ");
            }
        }
        assertThat(handler.events).containsExactly("upgrade");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HT", "GET / HTTP/1.1\r\nHost: localhost\r\n"})
    void shouldAnswerSilenceInTheHandshakeWith408(final String begun) throws IOException {
        try (CheckedServer server = CheckedServer.of(Endpoint.of(new Recorder()), CheckedServer.handshakeTimeout(100));
                RawPeer peer = server.connect()) {
            assertThat(peer.send(begun).readToEnd()).startsWith("HTTP/1.1 408 Request Timeout\r\n");
        }
    }

    @Test
    void shouldAnswer503WhereItIsFullAndServeAgainWhenAPlaceIsFree() throws IOException {
        final ServerOptions two = Limits.connections(2, 1_024);
        final Recorder recorder = new Recorder();
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), two);
                RawPeer stays = server.open()) {
            // Those who are turned away, and do not leave by themselves, must not keep the place from others.
            final RawPeer leaves = server.open();
            try (RawPeer third = server.connect();
                    RawPeer fourth = server.connect()) {
                for (final RawPeer peer : List.of(third, fourth)) {
                    assertThat(peer.readToEnd()).startsWith("HTTP/1.1 503 ").contains("\r\nRetry-After: 5\r\n");
                }
                leaves.send(RawPeer.closeFrame(1000));
                assertThat(leaves.readFrame().closeCode()).isEqualTo(1000);
                assertThat(leaves.isAtEnd()).isTrue();
                leaves.close();
                recorder.await("close 1000");
                try (RawPeer next = openWhenThereIsRoom(server)) {
                    next.sendText("next");
                    recorder.await("text next");
                }
            }
            stays.sendText("still here");
            recorder.await("text still here");
        }
    }

    /** The server learns a moment after us that a peer is gone. */
    private static RawPeer openWhenThereIsRoom(final CheckedServer server) throws IOException {
        final long endNs = System.nanoTime() + 1_000_000_000L;
        while (true) {
            try {
                return server.open();
            } catch (final IOException e) {
                assertThat(System.nanoTime()).as(e.getMessage()).isLessThan(endNs);
            }
        }
    }

    @Test
    void shouldAnswer503ToThoseWhoAskWhileItGoesDown() throws IOException, InterruptedException {
        final CountDownLatch asked = new CountDownLatch(1);
        final Deciding handler = new Deciding(request -> {
            asked.countDown();
            return Upgrade.later(new CompletableFuture<>());
        });
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer waits = server.connect();
                RawPeer begins = server.connect();
                RawPeer silent = server.connect()) {
            begins.send("GET / HTTP/1.1\r\n");
            // Once this one is answered, what came before it has been read.
            try (RawPeer other = server.connect()) {
                assertThat(other.send("GET /x HTTP/1.0\r\n\r\n").readToEnd()).startsWith("HTTP/1.1 404 ");
            }
            waits.send(RawPeer.upgrade("/"));
            asked.await();
            final Thread closer = new Thread(server.server()::close);
            closer.start();
            assertThat(waits.readToEnd()).startsWith("HTTP/1.1 503 ").contains("\r\nRetry-After: ");
            assertThat(begins.readToEnd()).startsWith("HTTP/1.1 503 ");
            assertThat(silent.readToEnd()).isEmpty();
            for (final RawPeer peer : List.of(waits, begins, silent)) {
                peer.close();
            }
            closer.join();
        }
    }

    @Test
    void shouldAnswerOnceWhereACallbackClosesTheServer() throws IOException {
        final WebSocketServer[] closed = new WebSocketServer[1];
        final Deciding handler = new Deciding(request -> {
            closed[0].close();
            return Upgrade.accept();
        });
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.connect()) {
            closed[0] = server.server();
            final String answer = peer.send(RawPeer.upgrade("/")).readToEnd();
            assertThat(answer).startsWith("HTTP/1.1 503 ").containsOnlyOnce("HTTP/1.1");
            assertThat(handler.events).containsExactly("upgrade");
        }
    }

    private interface Failing extends HandlerPerConnection {
        @Override
        default WebSocketHandler newHandler() {
            throw new OutOfMemoryError("thrown by a test");
        }
    }

    /** It would wait for the deadline of the handshake, and for nothing. */
    @Test
    void shouldNotLeaveAPeerWithoutItsWebSocket() throws IOException {
        try (CheckedServer server =
                        CheckedServer.of(Endpoint.of(new Failing() {}), CheckedServer.handshakeTimeout(600_000));
                RawPeer peer = server.connect()) {
            peer.send(RawPeer.upgrade("/"));
            peer.readToEnd();
            assertThat(server.count(Metric.WEBSOCKETS_OPENED)).isZero();
        }
    }

    /** How a client goes away before its upgrade is decided. */
    enum Going {
        ENDS_ITS_SIDE {
            @Override
            void leave(final RawPeer peer) throws IOException {
                peer.shutdownOutput();
            }
        },
        CLOSES {
            @Override
            void leave(final RawPeer peer) throws IOException {
                peer.close();
            }
        },
        RESETS {
            @Override
            void leave(final RawPeer peer) throws IOException {
                peer.reset();
            }
        };

        abstract void leave(RawPeer peer) throws IOException;
    }

    /** Its place is free long before the deadline of the handshake, and nobody is told of a WebSocket that never was. */
    @ParameterizedTest
    @EnumSource(Going.class)
    void shouldForgetAClientThatIsGoneBeforeTheDecision(final Going going) throws IOException {
        final CompletableFuture<Upgrade> decision = new CompletableFuture<>();
        final Deciding handler =
                new Deciding(request -> request.head().query() == null ? Upgrade.accept() : Upgrade.later(decision));
        final ServerOptions patient = CheckedServer.handshakeTimeout(600_000);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler), patient)) {
            final Leftovers leftovers = new Leftovers(server);
            for (int i = 0; i < 10; i++) {
                final int asked = i + 1;
                try (RawPeer peer = server.connect()) {
                    peer.send(RawPeer.upgrade("/?later"));
                    handler.awaitThat(() -> handler.events.size() == asked, "the request");
                    going.leave(peer);
                    handler.awaitThat(() -> server.server().connections().isEmpty(), "the place to be free");
                    if (going == Going.ENDS_ITS_SIDE) {
                        assertThat(peer.readToEnd()).startsWith("HTTP/1.1 400 ");
                    }
                }
            }
            leftovers.awaitNone("who is gone");
            decision.complete(Upgrade.accept());
            try (RawPeer other = server.open()) {
                handler.await("open");
                assertThat(server.count(Metric.WEBSOCKETS_OPENED)).isOne();
                other.sendText("x");
                handler.await("text x");
            }
        }
        assertThat(handler.events).containsOnlyOnce("open");
        assertThat(handler.events.stream().filter(event -> event.startsWith("close")))
                .hasSize(1);
    }

    /** Many connections may wait for one decision that never comes: it must not keep those that wait no longer. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldLetGoOfAConnectionThatWaitsNoLonger(final boolean onWorkers) throws Exception {
        final CompletableFuture<Upgrade> never = new CompletableFuture<>();
        final List<WeakReference<HttpRequest>> requests = new CopyOnWriteArrayList<>();
        final WebSocketHandler waiting = new Recorder() {
            @Override
            public Upgrade onUpgrade(final UpgradeRequest request) {
                requests.add(new WeakReference<>(request.head()));
                return Upgrade.later(never);
            }
        };
        final Endpoint endpoint = Endpoint.of(waiting);
        try (CheckedServer server =
                CheckedServer.of(onWorkers ? endpoint.onWorkers() : endpoint, CheckedServer.handshakeTimeout(100))) {
            try (RawPeer peer = server.connect()) {
                assertThat(peer.send(RawPeer.upgrade("/")).readToEnd()).startsWith("HTTP/1.1 503");
            }
            try (RawPeer peer = server.connect()) {
                peer.send(RawPeer.upgrade("/"));
                new Recorder().awaitThat(() -> requests.size() == 2, "the request");
                peer.reset();
            }
            new Recorder()
                    .awaitThat(
                            () -> {
                                System.gc();
                                return requests.stream().allMatch(request -> request.get() == null);
                            },
                            "the requests to be let go of");
        }
        assertThat(never.isDone()).isFalse();
        Reference.reachabilityFence(never);
    }
}
