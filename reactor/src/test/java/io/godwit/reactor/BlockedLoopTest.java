package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A handler that holds a loop: who is told, and what becomes of newcomers. */
class BlockedLoopTest {

    private static final Duration WARNING = Duration.ofMillis(50);
    private static final Logger LOG = Logger.getLogger("io.godwit.reactor");

    private final List<LogRecord> log = new CopyOnWriteArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(final LogRecord entry) {
            log.add(entry);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private final Semaphore go = new Semaphore(0);
    private final Holding handler = new Holding();

    /** Holds its loop at the word. */
    private final class Holding extends Recorder {
        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            super.onMessage(socket, message);
            if (message.text().equals("hold")) {
                go.acquireUninterruptibly();
            }
            socket.send(message);
        }
    }

    @BeforeEach
    void listen() {
        LOG.addHandler(listener);
    }

    @AfterEach
    void listenNoMore() {
        LOG.removeHandler(listener);
    }

    private CheckedServer serve(final int loops, final boolean sharing) throws IOException {
        final Threads threads = Threads.DEFAULT.withLoops(loops).withBlockedLoopWarning(WARNING);
        return CheckedServer.with(builder -> {
            builder.options(ServerOptions.DEFAULT.withThreads(threads)).endpoint("/", handler);
            return sharing ? builder : builder.withoutSharedPorts();
        });
    }

    private List<LogRecord> lines(final String part) {
        return log.stream().filter(entry -> entry.getMessage().contains(part)).toList();
    }

    @Test
    void shouldTellOfAHandlerThatHoldsItsLoopOnceAndWhenThatIsOver() throws IOException {
        try (CheckedServer server = serve(1, true);
                RawPeer peer = server.open()) {
            peer.sendText("go on");
            assertThat(peer.readFrame().text()).isEqualTo("go on");
            for (int i = 1; i <= 2; i++) {
                final int times = i;
                peer.sendText("hold");
                handler.awaitThat(() -> lines("has been held up for").size() == times, "a line in the log");
                assertThat(server.server().health()).isEqualTo(ServerHealth.FAILING);
                assertThat(server.count(Metric.LOOP_LAG_NANOS)).isGreaterThanOrEqualTo(WARNING.toNanos());
                assertThat(server.count(Metric.BLOCKED_LOOPS)).isEqualTo(times);
                go.release();
                assertThat(peer.readFrame().text()).isEqualTo("hold");
                handler.awaitThat(() -> lines("goes on after").size() == times, "another line");
            }
            handler.awaitThat(() -> server.server().health() == ServerHealth.SERVING, "health");
            assertThat(server.count(Metric.CYCLE_NANOS_MAX)).isGreaterThanOrEqualTo(WARNING.toNanos());
            final LogRecord line = lines("has been held up for").get(0);
            assertThat(line.getMessage()).startsWith("godwit-loop-0 ").endsWith(Holding.class.getName());
            assertThat(line.getThrown().getStackTrace())
                    .anyMatch(frame -> frame.getClassName().equals(Holding.class.getName())
                            && frame.getMethodName().equals("onMessage"));
        }
    }

    /** Half of them are dealt to the loop that is held up, and must not wait for it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldServeNewcomersBesideALoopThatIsHeldUp(final boolean sharing) throws IOException {
        try (CheckedServer server = serve(2, sharing)) {
            // Where one loop deals out, it is that one which is held up.
            final List<RawPeer> peers = new ArrayList<>();
            do {
                peers.add(server.open());
            } while (server.server().loops().servers().get(0).connectionCount() == 0);
            handler.awaitThat(() -> handler.ws != null, "the connection");
            final RawPeer first = peers.get(peers.size() - 1);
            first.sendText("hold");
            handler.awaitThat(() -> server.server().health() == ServerHealth.FAILING, "health");
            for (int i = 0; i < 20; i++) {
                final RawPeer peer = server.open();
                assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
                peers.add(peer);
            }
            go.release();
            assertThat(first.readFrame().text()).isEqualTo("hold");
            for (final RawPeer peer : peers) {
                assertThat(peer.sendText("still here").readFrame().text()).isEqualTo("still here");
                peer.close();
            }
            assertThat(server.count(Metric.CONNECTIONS_ACCEPTED)).isEqualTo(peers.size());
        }
    }

    /** The loop that deals out passes over the one that is held up. */
    @Test
    void shouldNotHandANewcomerToALoopThatIsHeldUp() throws IOException {
        try (CheckedServer server = serve(3, false)) {
            final List<RawPeer> peers = new ArrayList<>();
            final Function<Integer, Integer> count =
                    loop -> server.server().loops().servers().get(loop).connectionCount();
            do {
                peers.add(server.open());
            } while (count.apply(1) == 0);
            peers.get(peers.size() - 1).sendText("hold");
            handler.awaitThat(() -> server.server().health() == ServerHealth.FAILING, "health");
            final int before = count.apply(1);
            for (int i = 0; i < 9; i++) {
                peers.add(server.open());
            }
            assertThat(count.apply(1)).isEqualTo(before);
            go.release();
            for (final RawPeer peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void shouldEndItsWatchWithTheServer() throws IOException {
        try (CheckedServer server = serve(2, true)) {
            assertThat(watchdogs()).isPositive();
            server.server().close();
            handler.awaitThat(() -> watchdogs() == 0, "the watchdog to end");
        }
    }

    private static long watchdogs() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("godwit-watchdog"))
                .count();
    }
}
