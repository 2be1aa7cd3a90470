package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.ListenException;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebSocketServerTest {

    private static WebSocketServerBuilder echoAt(final String address, final int port) {
        return WebSocketServer.builder().listen(address, port).endpoint("/", WebSocketHandler.echo());
    }

    @Test
    void shouldServeInOneLine() throws IOException {
        try (WebSocketServer server = WebSocketServer.serve(0, m -> m.isText() ? m.text() + "!" : null);
                RawPeer peer = RawPeer.open(server.port(), "/")) {
            peer.send(RawPeer.frame(0x82, (byte) 1)).sendText("hello");
            assertThat(peer.readFrame().text()).isEqualTo("hello!");
        }
    }

    /** A reply that can never be sent must not vanish: its peer would wait for it for ever. */
    @Test
    void shouldCloseWhereAReplyInOneLineCannotBeSent() throws IOException {
        final String tooLong = "x".repeat(EndpointLimits.DEFAULT.outbound().bytesMax() + 1);
        final List<String> logged = new CopyOnWriteArrayList<>();
        final Handler log = CheckedServer.logTo(logged);
        try (WebSocketServer server = WebSocketServer.serve(0, m -> m.length() == 1 ? tooLong : "ok");
                RawPeer peer = RawPeer.open(server.port(), "/")) {
            assertThat(peer.sendText("in").readFrame().text()).isEqualTo("ok");
            assertThat(peer.sendText("x").readFrame().closeCode()).isEqualTo(1011);
            assertThat(logged)
                    .singleElement()
                    .asString()
                    .contains("an answer of " + tooLong.length() + " bytes was not sent");
        } finally {
            CheckedServer.logNoMoreTo(log);
        }
        assertThatNullPointerException().isThrownBy(() -> WebSocketServer.serve(0, null));
    }

    @Test
    void shouldMakeServersThatAcceptEachForItself() throws Exception {
        final WebSocketServerBuilder builder =
                WebSocketServer.builder().listen("127.0.0.1", 0).accepting("/", 1);
        final WebSocketServer first = builder.build().start();
        try (WebSocketServer second = builder.build().start()) {
            try (RawPeer peer = RawPeer.open(first.port(), "/")) {
                assertThat(second.accept(Duration.ZERO)).isNull();
                try (Conversation accepted = first.accept(Duration.ofSeconds(20))) {
                    accepted.sendBlocking("from the first");
                    assertThat(peer.readFrame().text()).isEqualTo("from the first");
                }
            }
            first.close();
            try (RawPeer peer = RawPeer.open(second.port(), "/");
                    Conversation accepted = second.accept(Duration.ofSeconds(20))) {
                accepted.sendBlocking("from the second");
                assertThat(peer.readFrame().text()).isEqualTo("from the second");
            }
        }
        assertThatIllegalStateException().isThrownBy(() -> builder.accepting("/other", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.endpoint("/", WebSocketHandler.echo()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "::", "localhost"})
    void shouldListenOn(final String address) throws IOException {
        try (WebSocketServer server = echoAt(address, 0).build().start()) {
            assertThat(server.port()).isPositive();
            if (!address.equals("::1")) {
                try (RawPeer peer = RawPeer.open(server.port(), "/")) {
                    assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
                }
            }
            assertThat(server.addresses().get(0).getAddress())
                    .isEqualTo(
                            address.equals("::")
                                    ? server.addresses().get(0).getAddress()
                                    : InetAddress.getByName(address));
        }
    }

    @Test
    void shouldListenOnSeveralAddresses() throws IOException {
        try (WebSocketServer server =
                echoAt("127.0.0.1", 0).listen("127.0.0.2", 0).build().start()) {
            assertThat(server.addresses()).hasSize(2);
            assertThat(server.addresses().get(0))
                    .isNotEqualTo(server.addresses().get(1));
        }
    }

    @Test
    void shouldNameThePortThatIsTakenAndLeaveNothingBound() throws IOException {
        final WebSocketServer free = echoAt("127.0.0.1", 0).build().start();
        final int freed = free.port();
        free.close();
        try (WebSocketServer first = echoAt("127.0.0.1", 0).build().start()) {
            final WebSocketServer second = WebSocketServer.builder()
                    .listen("127.0.0.1", freed)
                    .listen("127.0.0.1", first.port())
                    .endpoint("/", WebSocketHandler.echo())
                    .build();
            assertThatThrownBy(second::start)
                    .isInstanceOfSatisfying(
                            ListenException.class,
                            taken -> assertThat(taken.index()).isEqualTo(1))
                    .hasMessageContaining("127.0.0.1:" + first.port())
                    .hasMessageContaining("in use");
            assertThat(second.isRunning()).isFalse();
        }
        echoAt("127.0.0.1", freed).build().start().close();
    }

    @Test
    void shouldNameTheAddressThatIsUnknown() {
        assertThatThrownBy(() -> echoAt("no.such.host.invalid", 8080).build().start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no.such.host.invalid:8080");
        assertThatThrownBy(() -> echoAt("203.0.113.7", 8080).build().start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("203.0.113.7:8080");
    }

    @Test
    void shouldRefuseMisuse() throws IOException {
        assertThatIllegalStateException()
                .isThrownBy(() -> WebSocketServer.builder().build());
        assertThatIllegalArgumentException().isThrownBy(() -> echoAt("127.0.0.1", 65_536));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> echoAt("127.0.0.1", 0).endpoint("/", WebSocketHandler.echo()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> echoAt("127.0.0.1", 0).endpoint("chat", WebSocketHandler.echo()));
        assertThatNullPointerException().isThrownBy(() -> echoAt("127.0.0.1", 0).http("/", null));
        assertThatIllegalArgumentException().isThrownBy(() -> Limits.connections(Integer.MAX_VALUE, 1));
        final WebSocketServer server = echoAt("127.0.0.1", 0).build();
        assertThatIllegalStateException().isThrownBy(server::port);
        assertThat(server.isRunning()).isFalse();
        server.start();
        assertThatIllegalStateException().isThrownBy(server::start);
        assertThatIllegalStateException().isThrownBy(server::doWork);
        server.close();
        server.close();
        assertThat(server.isRunning()).isFalse();
        assertThatIllegalStateException().isThrownBy(server::start);
    }

    @Test
    void shouldCloseEachConnectionWith1001() throws IOException {
        final Recorder recorder = new Recorder();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", recorder)
                .build()
                .start();
        try (RawPeer peer = RawPeer.open(server.port(), "/")) {
            recorder.await("open");
            final Thread closer = new Thread(server::close);
            closer.start();
            final RawPeer.Frame close = peer.readFrame();
            assertThat(close.opcode()).isEqualTo(8);
            assertThat(close.closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
        }
        recorder.await("close 1001");
        recorder.awaitThat(() -> !server.isRunning(), "the end");
        assertThat(recorder.events).containsExactly("open", "close 1001");
    }

    @Test
    void shouldCutOffThoseThatDoNotAnswerItsClose() throws IOException {
        final Recorder recorder = new Recorder();
        final WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", recorder)
                .options(CheckedServer.timeouts(60_000, 60_000, 200))
                .build()
                .start();
        try (RawPeer peer = RawPeer.open(server.port(), "/")) {
            recorder.await("open");
            server.close();
            assertThat(server.isRunning()).isFalse();
            assertThat(recorder.events).startsWith("open").endsWith("close 1006");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void shouldLetOpenConnectionsLiveOnWhenItStopsAccepting() throws IOException {
        try (WebSocketServer server = echoAt("127.0.0.1", 0).build().start();
                RawPeer peer = RawPeer.open(server.port(), "/")) {
            server.stopAccepting();
            assertThatThrownBy(() -> new RawPeer(server.port())).isInstanceOf(IOException.class);
            assertThat(peer.sendText("still").readFrame().text()).isEqualTo("still");
            assertThat(server.isRunning()).isTrue();
        }
    }

    @Test
    void shouldBeDrivenStepByStep() throws IOException {
        final WebSocketServer server = echoAt("127.0.0.1", 0).stepped().build().start();
        final int threads = Thread.activeCount();
        assertThat(server.doWork()).isZero();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/")).sendText("stepped");
            final AtomicInteger work = new AtomicInteger();
            while (work.get() < 2) {
                work.addAndGet(server.doWork());
            }
            assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
            assertThat(peer.readFrame().text()).isEqualTo("stepped");
        }
        server.close();
        assertThat(server.isRunning()).isFalse();
        // Those of other tests may be about to end.
        assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads);
    }

    @Test
    void shouldReadNoMoreOfOneConnectionInACycleThanItMay() throws Exception {
        final int most = 100_000;
        final LoopLimits limits = LoopLimits.DEFAULT;
        final Recorder recorder = new Recorder();
        final WebSocketServer server = echoAt("127.0.0.1", 0)
                .endpoint("/recorded", recorder)
                .options(CheckedServer.PATIENT.withLoop(new LoopLimits(
                        limits.bufferedBytesMax(),
                        most,
                        limits.acceptsMax(),
                        limits.commandsMax(),
                        limits.expiriesMax(),
                        limits.deliveriesMax())))
                .stepped()
                .build()
                .start();
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/recorded"));
            recorder.awaitThat(() -> server.doWork() >= 0 && recorder.ws != null, "a connection");
            final FutureTask<RawPeer> sent = new FutureTask<>(() -> {
                for (int i = 0; i < 10; i++) {
                    peer.send(RawPeer.frame(0x82, new byte[60_000]));
                }
                return peer;
            });
            new Thread(sent).start();
            final AtomicLong highest = new AtomicLong();
            recorder.awaitThat(
                    () -> {
                        final long before = server.metrics().get(Metric.BYTES_RECEIVED);
                        server.doWork();
                        highest.accumulateAndGet(server.metrics().get(Metric.BYTES_RECEIVED) - before, Math::max);
                        return recorder.events.size() == 11;
                    },
                    "all messages");
            assertThat(highest).hasValueLessThanOrEqualTo(most);
            sent.get();
        }
        server.close();
    }

    @Test
    void shouldPassOnTheMessageOfAnotherServerThatTheSameThreadDrives() throws IOException {
        final Recorder receiver = new Recorder();
        final Recorder sender = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                events.add("passed on: " + receiver.ws.send(message));
            }
        };
        final WebSocketServer to = echoAt("127.0.0.1", 0)
                .endpoint("/recorded", receiver)
                .stepped()
                .build()
                .start();
        final WebSocketServer from = echoAt("127.0.0.1", 0)
                .endpoint("/recorded", sender)
                .stepped()
                .build()
                .start();
        try (RawPeer target = new RawPeer(to.port());
                RawPeer source = new RawPeer(from.port())) {
            target.send(RawPeer.upgrade("/recorded"));
            receiver.awaitThat(() -> to.doWork() >= 0 && receiver.ws != null, "the target");
            source.send(RawPeer.upgrade("/recorded")).sendText("hello");
            sender.awaitThat(() -> from.doWork() >= 0 && sender.events.contains("passed on: SENT"), "the message");
            for (int i = 0; i < 10; i++) {
                to.doWork();
            }
            target.readHead();
            assertThat(target.readFrame().text()).isEqualTo("hello");
        }
        from.close();
        to.close();
    }

    @Test
    void shouldEndInGoodOrderWhereItsCloserIsInterrupted() throws IOException {
        final Recorder recorder = new Recorder();
        final WebSocketServer server =
                echoAt("127.0.0.1", 0).endpoint("/recorded", recorder).build().start();
        try (RawPeer peer = RawPeer.open(server.port(), "/recorded")) {
            recorder.await("open");
            Thread.currentThread().interrupt();
            server.close();
            assertThat(Thread.interrupted()).as("it stays interrupted").isTrue();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
        }
        recorder.await("close 1001");
        recorder.awaitThat(() -> !server.isRunning(), "the end");
    }

    @Test
    void shouldTellItsConnectionsOfTheirEndThoughAHandlerBlockedForTooLong() throws IOException {
        final CountDownLatch released = new CountDownLatch(1);
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                awaitThat(() -> released.getCount() == 0, "its release");
            }
        };
        final WebSocketServer server = echoAt("127.0.0.1", 0)
                .endpoint("/blocking", recorder)
                .options(CheckedServer.timeouts(60_000, 60_000, 100))
                .build()
                .start();
        try (RawPeer peer = RawPeer.open(server.port(), "/blocking")) {
            peer.sendText("block");
            recorder.await("text block");
            server.close();
            released.countDown();
            recorder.await("close 1006");
            recorder.awaitThat(() -> !server.isRunning(), "the end");
            assertThat(peer.isAtEnd()).as("its socket is closed").isTrue();
        }
        assertThat(server.connections()).isEmpty();
        assertThat(recorder.events).containsExactly("open", "text block", "close 1006");
    }

    @Test
    void shouldNotBeDrivenByItsCallbacksThoughTheyMayCloseIt() throws IOException {
        final AtomicReference<WebSocketServer> stepped = new AtomicReference<>();
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                assertThatIllegalStateException().isThrownBy(stepped.get()::doWork);
                stepped.get().close();
                events.add("going down");
            }
        };
        final WebSocketServer server = echoAt("127.0.0.1", 0)
                .endpoint("/recorded", recorder)
                .stepped()
                .build()
                .start();
        stepped.set(server);
        try (RawPeer peer = new RawPeer(server.port())) {
            peer.send(RawPeer.upgrade("/recorded")).sendText("end").send(RawPeer.closeFrame(1000));
            recorder.awaitThat(() -> server.doWork() > 0 && recorder.events.contains("close 1000"), "the end");
            peer.readHead();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            assertThat(peer.isAtEnd()).isTrue();
        }
        recorder.awaitThat(() -> !server.isRunning() || server.doWork() < 0, "the end");
        assertThat(recorder.events).containsExactly("open", "going down", "close 1000");
    }

    @Test
    void shouldNotWaitToStopAcceptingWhereItHasEnded() throws IOException {
        final WebSocketServer server = echoAt("127.0.0.1", 0).build().start();
        server.close();
        final long beforeNs = System.nanoTime();
        server.stopAccepting();
        assertThat(System.nanoTime() - beforeNs).isLessThan(1_000_000_000L);
    }
}
