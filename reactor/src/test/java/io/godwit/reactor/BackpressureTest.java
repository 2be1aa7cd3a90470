package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Peers that read slowly or not at all, and handlers that do not want to read. */
class BackpressureTest {

    private static final int SLOW_READER_BYTES = 4_096;

    /** Echoes, and watches its bounds. */
    private static final class WatchedEcho extends Recorder {
        private final AtomicLong highest = new AtomicLong();
        private volatile int notTaken;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            if (!socket.send(message).isTaken()) {
                notTaken++;
            }
            highest.accumulateAndGet(socket.bufferedBytes(), Math::max);
        }
    }

    /** Sends numbered messages until it is told to stop, and then one with the number -1. */
    private static final class Sender implements Runnable {
        private final RawPeer peer;
        private final int payloadBytes;
        private final AtomicLong sent = new AtomicLong();
        private volatile boolean stopped;

        Sender(final RawPeer peer, final int payloadBytes) {
            this.peer = peer;
            this.payloadBytes = payloadBytes;
        }

        @Override
        public void run() {
            try {
                int number = 0;
                while (!stopped) {
                    final ByteArrayOutputStream together = new ByteArrayOutputStream();
                    while (together.size() < 50_000) {
                        together.writeBytes(message(number++));
                    }
                    peer.send(together.toByteArray());
                    sent.set(number);
                }
                peer.send(message(-1));
            } catch (final IOException e) {
                throw new IllegalStateException(e);
            }
        }

        private byte[] message(final int number) {
            return RawPeer.frame(
                    0x82, ByteBuffer.allocate(payloadBytes).putInt(0, number).array());
        }
    }

    @ParameterizedTest
    @CsvSource({
        // soft mark, hard limit, payload
        "65536, 1048576, 1000",
        "65536, 1048576, 65536",
        "1000, 70000, 100",
        "1000, 70000, 65536",
        "1, 66000, 65536",
        "200000, 300000, 5000",
    })
    void shouldLoseNothingInAnEchoToWhoDoesNotRead(final int soft, final int max, final int payloadBytes)
            throws Exception {
        final WatchedEcho echo = new WatchedEcho();
        final EndpointLimits limits = Limits.of(new ProtocolLimits(payloadBytes, payloadBytes, 16), soft, max, 0);
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/other", WebSocketHandler.echo())
                        .endpoint("/", Endpoint.of(echo).withLimits(limits)));
                RawPeer slow = new RawPeer(server.port(), SLOW_READER_BYTES);
                RawPeer other = RawPeer.open(server.port(), "/other")) {
            slow.send(RawPeer.upgrade("/"));
            assertThat(slow.readHead()).startsWith("HTTP/1.1 101 ");
            final Sender sender = new Sender(slow, payloadBytes);
            final Thread thread = new Thread(sender);
            thread.start();
            echo.awaitThat(() -> echo.ws.bufferedBytes() >= soft, "a backlog");
            // The server does not read on, so that in the end the sender cannot go on, while others are served.
            echo.awaitThat(() -> isStalledWhileServed(sender, other), "the sender to be held back");
            sender.stopped = true;
            int number = 0;
            ByteBuffer payload = ByteBuffer.wrap(slow.readFrame().payload());
            while (payload.getInt(0) >= 0) {
                assertThat(payload.getInt(0)).isEqualTo(number++);
                assertThat(payload.remaining()).isEqualTo(payloadBytes);
                payload = ByteBuffer.wrap(slow.readFrame().payload());
            }
            thread.join();
            assertThat(number).isEqualTo((int) sender.sent.get());
        }
        assertThat(echo.notTaken).as("replies not taken").isZero();
        assertThat(echo.highest.get()).as("what waited at most").isBetween((long) soft, (long) max);
    }

    private static boolean isStalledWhileServed(final Sender sender, final RawPeer other) {
        final long before = sender.sent.get();
        try {
            for (int i = 0; i < 500; i++) {
                assertThat(other.sendText("meanwhile").readFrame().text()).isEqualTo("meanwhile");
            }
        } catch (final IOException e) {
            throw new IllegalStateException(e);
        }
        return sender.sent.get() == before;
    }

    @Test
    void shouldTellAPushingHandlerHowItStands() throws IOException {
        final List<SendResult> results = new ArrayList<>();
        final AtomicLong highest = new AtomicLong();
        final Recorder pusher = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                // The numbers of those that were taken follow each other without a gap.
                SendResult result = SendResult.SENT;
                for (int taken = 0; result != SendResult.DROPPED; taken++) {
                    result = socket.send(ByteBuffer.allocate(10_000).putInt(0, taken));
                    results.add(result);
                    highest.accumulateAndGet(socket.bufferedBytes(), Math::max);
                }
                events.add("pushed");
            }
        };
        final EndpointLimits limits = Limits.of(ProtocolLimits.DEFAULT, 65_536, 1_048_576, 0);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(pusher).withLimits(limits));
                RawPeer slow = new RawPeer(server.port(), SLOW_READER_BYTES)) {
            slow.send(RawPeer.upgrade("/")).sendText("push");
            pusher.await("pushed");
            assertThat(slow.readHead()).startsWith("HTTP/1.1 101 ");
            final int taken = results.size() - 1;
            for (int i = 0; i < taken; i++) {
                assertThat(ByteBuffer.wrap(slow.readFrame().payload()).getInt()).isEqualTo(i);
            }
            pusher.await("writable");
            slow.send(RawPeer.frame(0x89));
            assertThat(slow.readFrame().opcode())
                    .as("and nothing of what was dropped")
                    .isEqualTo(0xA);
            pusher.awaitThat(() -> pusher.ws.bufferedBytes() == 0, "nothing to wait");
        }
        final int queued = results.indexOf(SendResult.QUEUED);
        assertThat(queued).isPositive();
        assertThat(results.subList(0, queued)).containsOnly(SendResult.SENT);
        assertThat(results.subList(queued, results.size() - 1)).containsOnly(SendResult.QUEUED);
        assertThat(highest.get()).isBetween(1_048_576L - 10_004, 1_048_576L);
        assertThat(pusher.events.stream().filter("writable"::equals)).hasSize(1);
    }

    @Test
    void shouldSayThatAMessageIsLongerThanTheHardLimit() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                events.add("too long " + socket.send(ByteBuffer.allocate(1_048_576)));
                events.add("long " + socket.send(ByteBuffer.allocate(1_048_566)));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("x");
            assertThat(peer.readFrame().payload()).hasSize(1_048_566);
            assertThat(handler.ws.send(ByteBuffer.allocate(1_048_576))).isEqualTo(SendResult.TOO_LONG);
        }
        assertThat(handler.events).contains("too long TOO_LONG").contains("long QUEUED");
    }

    /** Pauses after each message until it is told to go on. */
    private static final class Pausing extends Recorder {
        private final boolean fromTheBeginning;

        Pausing(final boolean fromTheBeginning) {
            this.fromTheBeginning = fromTheBeginning;
        }

        @Override
        public void onOpen(final WebSocket socket) {
            if (fromTheBeginning) {
                socket.pauseReading();
            }
            super.onOpen(socket);
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            socket.pauseReading();
            super.onMessage(socket, message);
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldPauseInTheMiddleOfWhatWasRead(final boolean glued) throws IOException {
        final Pausing handler = new Pausing(glued);
        final int messages = 50;
        final ByteArrayOutputStream together = new ByteArrayOutputStream();
        for (int i = 0; i < messages; i++) {
            together.writeBytes(RawPeer.frame(0x81, Integer.toString(i).getBytes(RawPeer.BYTES)));
        }
        try (CheckedServer server = CheckedServer.with(
                        builder -> builder.endpoint("/", handler).endpoint("/other", WebSocketHandler.echo()));
                RawPeer peer = server.connect();
                RawPeer other = RawPeer.open(server.port(), "/other")) {
            if (glued) {
                peer.send(RawPeer.concat(RawPeer.upgrade("/").getBytes(RawPeer.BYTES), together.toByteArray()));
                handler.await("open");
            } else {
                peer.send(RawPeer.upgrade("/"));
                handler.await("open");
                peer.send(together.toByteArray());
            }
            for (int i = 0; i < messages; i++) {
                if (glued || i > 0) {
                    assertThat(other.sendText("meanwhile").readFrame().text()).isEqualTo("meanwhile");
                    assertThat(handler.events).hasSize(i + 1);
                    handler.ws.resumeReading();
                }
                handler.await("text " + i);
            }
            assertThat(handler.events).hasSize(messages + 1);
        }
    }

    @Test
    void shouldNotCloseForSilenceWhomItDoesNotRead() throws IOException {
        final Pausing handler = new Pausing(true);
        try (CheckedServer server =
                        CheckedServer.of(Endpoint.of(handler), CheckedServer.timeouts(60_000, 150, 60_000));
                RawPeer peer = server.open()) {
            handler.await("open");
            peer.send(RawPeer.closeFrame(1000));
            final long endNs = System.nanoTime() + 500_000_000L;
            handler.awaitThat(() -> System.nanoTime() > endNs, "more than the idle time");
            assertThat(handler.events).containsExactly("open");
            handler.ws.resumeReading();
            handler.await("close 1000");
        }
    }

    @Test
    void shouldNotWaitForEverForWhoTakesNothing() throws Exception {
        final WatchedEcho echo = new WatchedEcho();
        // At its end it is given as long as a slow consumer.
        final EndpointLimits limits =
                EndpointLimits.DEFAULT.withOutbound(OutboundLimits.DEFAULT.withTimeout(Duration.ofSeconds(1)));
        try (CheckedServer server = CheckedServer.of(
                        Endpoint.of(echo).withLimits(limits), CheckedServer.timeouts(60_000, 400, 200));
                RawPeer deaf = new RawPeer(server.port(), SLOW_READER_BYTES)) {
            deaf.send(RawPeer.upgrade("/"));
            assertThat(deaf.readHead()).startsWith("HTTP/1.1 101 ");
            final Thread sender = new Thread(() -> {
                try {
                    new Sender(deaf, 60_000).run();
                } catch (final IllegalStateException e) {
                    echo.events.add("cut off");
                }
            });
            sender.start();
            echo.await("close 1006");
            echo.await("cut off");
            sender.join();
        }
        assertThat(echo.events).contains("error TIMEOUT");
    }
}
