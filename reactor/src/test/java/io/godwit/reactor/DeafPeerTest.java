package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Peers that do not read what they cause to be sent: how much is held for them, and how they end. */
class DeafPeerTest {

    private static final int RECEIVE_BYTES = 16_384;
    private static final int BYTES_SOFT = 20_000;
    private static final int BYTES_MAX = 100_000;

    /** A message that is pushed, on the wire. */
    private static final int MESSAGE_BYTES = 1_004;

    private static final int PINGS_AT_A_TIME = 100;

    private static final int ROUNDS_AFTER = 100;

    /** What control frames may take over the hard limit. */
    private static final int CONTROL_BYTES_EXTRA = 4_096;

    /** An endpoint that watches how much waits, each time that something happens. */
    private static class Watching extends Recorder {
        private final AtomicLong highest = new AtomicLong();
        private final AtomicInteger pings = new AtomicInteger();

        final void watch(final WebSocket socket) {
            highest.accumulateAndGet(socket.bufferedBytes(), Math::max);
        }

        @Override
        public void onPing(final WebSocket socket, final ByteBuffer payload) {
            pings.incrementAndGet();
            watch(socket);
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            socket.send(message);
            watch(socket);
        }
    }

    private final Watching handler = new Watching();

    private Endpoint endpoint(final SlowConsumerPolicy policy, final Duration timeout) {
        return Endpoint.of(handler)
                .withLimits(EndpointLimits.DEFAULT.withOutbound(
                        new OutboundLimits(BYTES_SOFT, BYTES_MAX, policy, timeout)));
    }

    private static RawPeer deaf(final CheckedServer server) throws IOException {
        final RawPeer peer = new RawPeer(server.port(), RECEIVE_BYTES);
        peer.send(RawPeer.upgrade("/"));
        assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
        return peer;
    }

    /** {@return a thread that sends and may be stopped by the end of its connection, which is what some tests are about} */
    private static Thread sending(final RawPeer peer, final byte[] bytes, final int times) {
        final Thread thread = new Thread(() -> {
            try {
                for (int i = 0; i < times; i++) {
                    peer.send(bytes);
                }
            } catch (final IOException e) {
                // The peer was cut off.
            }
        });
        thread.start();
        return thread;
    }

    /**
     * Many at a time. One by one, their Pongs fill the peer's receive buffer with what the kernel keeps for each of them; it then
     * drops what comes, with the acknowledgements of the Pings, and both sides may wait for minutes.
     *
     * @param sent how many were made; counted on
     */
    private static byte[] pings(final AtomicInteger sent) {
        final byte[][] pings = new byte[PINGS_AT_A_TIME][];
        for (int i = 0; i < pings.length; i++) {
            pings[i] = RawPeer.frame(
                    0x89,
                    ByteBuffer.allocate(125).putInt(0, sent.incrementAndGet()).array());
        }
        return RawPeer.concat(pings);
    }

    /** RFC 6455 §5.5.3: the Pong to the most recent Ping suffices. What waits for the peer has to stay small. */
    @Test
    void shouldHoldFewPongsForWhoPingsAndDoesNotRead() throws Exception {
        final AtomicInteger sent = new AtomicInteger();
        try (CheckedServer server = CheckedServer.of(endpoint(SlowConsumerPolicy.DROP_NEWEST, Duration.ofSeconds(60)));
                RawPeer peer = deaf(server)) {
            final Thread pinging = new Thread(() -> {
                try {
                    // Until Pongs wait, whatever the kernel holds beside them, and as many again.
                    for (int after = 0; after < ROUNDS_AFTER; after += handler.highest.get() > 0 ? 1 : 0) {
                        peer.send(pings(sent));
                    }
                    peer.sendText("heard");
                } catch (final IOException e) {
                    handler.events.add("cut off");
                }
            });
            pinging.start();
            handler.awaitThat(
                    () -> {
                        // Once it is not read any more, no Ping comes to look at.
                        handler.watch(handler.ws);
                        return handler.highest.get() > 0;
                    },
                    "a blocked queue of Pongs");
            int last = 0;
            RawPeer.Frame frame = peer.readFrame();
            while (frame.opcode() == 0xA) {
                final int number = ByteBuffer.wrap(frame.payload()).getInt(0);
                assertThat(number).as("pongs in the order of their pings").isGreaterThan(last);
                last = number;
                frame = peer.readFrame();
            }
            assertThat(frame.text()).isEqualTo("heard");
            assertThat(last).as("the most recent ping is answered").isEqualTo(sent.get());
            assertThat(handler.pings).hasValue(sent.get());
            assertThat(handler.highest.get())
                    .as("bytes that waited at a time")
                    .isLessThanOrEqualTo(BYTES_MAX + CONTROL_BYTES_EXTRA);
            pinging.join();
            peer.send(RawPeer.closeFrame(1000));
            handler.await("close 1000");
        }
        assertThat(handler.events).doesNotContain("cut off").startsWith("open").endsWith("close 1000");
    }

    /** It sends, so that it is not silent, and takes nothing of the echo. */
    @Test
    void shouldEndWhoSendsAndNeverReads() throws Exception {
        final ServerOptions soon = CheckedServer.PATIENT.withTimeouts(
                CheckedServer.PATIENT.timeouts().withClose(Duration.ofMillis(300)));
        try (CheckedServer server =
                CheckedServer.of(endpoint(SlowConsumerPolicy.CLOSE, Duration.ofMillis(300)), soon)) {
            final Leftovers leftovers = new Leftovers(server);
            try (RawPeer peer = deaf(server)) {
                final Thread sender = sending(peer, RawPeer.frame(0x82, new byte[60_000]), 10_000);
                handler.await("close 1006");
                sender.join();
                assertCutOff(peer);
            }
            leftovers.awaitNone("who never reads");
        }
        assertEndedOnce();
        assertThat(handler.highest.get()).as("bytes that waited at a time").isBetween((long) BYTES_SOFT, (long)
                BYTES_MAX);
    }

    /** What comes too fast for it is not an echo of its own, so that to stop reading it changes nothing. */
    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldEndWhoNeverReadsWhatIsPushed(final SlowConsumerPolicy policy) throws Exception {
        final ServerOptions soon = CheckedServer.PATIENT.withTimeouts(
                CheckedServer.PATIENT.timeouts().withClose(Duration.ofMillis(300)));
        try (CheckedServer server = CheckedServer.of(endpoint(policy, Duration.ofMillis(300)), soon)) {
            final Leftovers leftovers = new Leftovers(server);
            try (RawPeer peer = deaf(server)) {
                handler.await("open");
                SendResult result = SendResult.SENT;
                int dropped = 0;
                while (result != SendResult.CLOSED) {
                    result = handler.ws.send(ByteBuffer.allocate(MESSAGE_BYTES - 4));
                    dropped += result == SendResult.DROPPED ? 1 : 0;
                    // Under a policy that evicts another thread runs ahead of the loop, by as much again at most; what
                    // the
                    // loop has in its batch when the socket has enough comes on top.
                    assertThat(handler.ws.bufferedBytes())
                            .isLessThanOrEqualTo((policy.evicts() ? 2L : 1L) * BYTES_MAX
                                    + BYTES_SOFT
                                    + MESSAGE_BYTES
                                    + CONTROL_BYTES_EXTRA);
                }
                handler.await("close 1006");
                assertCutOff(peer);
                if (policy == SlowConsumerPolicy.DROP_NEWEST) {
                    assertThat(dropped).as("messages that were not taken").isPositive();
                }
            }
            leftovers.awaitNone("who never reads");
        }
        assertEndedOnce();
    }

    /** What it had been sent before may be read, and then comes the end: in good order or not. */
    private static void assertCutOff(final RawPeer peer) throws SocketTimeoutException {
        try {
            assertThat(peer.readToEnd()).isNotEmpty();
        } catch (final SocketTimeoutException e) {
            throw e;
        } catch (final IOException e) {
            assertThat(e).isInstanceOf(SocketException.class);
        }
    }

    private void assertEndedOnce() {
        assertThat(handler.events).startsWith("open").endsWith("close 1006");
        assertThat(handler.events.stream().filter(event -> event.startsWith("close")))
                .hasSize(1);
        assertThat(handler.events.stream().filter(event -> event.startsWith("error")))
                .as("why it was ended")
                .isNotEmpty();
    }
}
