package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a loop holds, all of which counts against its budget, and who is told when there is room again. */
class MemoryTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final int PART_BYTES = 60_000;

    /** More than the loop's batch has. */
    private static final int LONG_BYTES = 400_000;

    private static ServerOptions budget(final long bytes) {
        return ServerOptions.DEFAULT.withLoop(LoopLimits.DEFAULT.withBufferedBytesMax(bytes));
    }

    /** Counts how often there is room, and sends a long message from the loop if it is asked to. */
    private static final class Sender extends Recorder {
        private final AtomicInteger writable = new AtomicInteger();
        private volatile SendResult result;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            if (message.text().equals("send")) {
                result = socket.send(ByteBuffer.allocate(LONG_BYTES));
            }
            super.onMessage(socket, message);
        }

        @Override
        public void onWritable(final WebSocket socket) {
            writable.incrementAndGet();
        }
    }

    /** Lets the loop do some cycles. */
    private static void roundTrips(final RawPeer peer) throws IOException {
        for (int i = 0; i < 20; i++) {
            peer.send(RawPeer.frame(0x89, (byte) i)).readUntil(0xA);
        }
    }

    /** {@return those who have begun messages, until the oldest had to make way since there is no memory for another} */
    private static List<RawPeer> useUp(final CheckedServer server) throws IOException {
        final List<RawPeer> peers = new ArrayList<>();
        while (server.count(Metric.OVERLOADS) == 0) {
            final RawPeer peer = RawPeer.open(server.port(), "/others");
            peers.add(peer);
            peer.send(RawPeer.frame(0x02, new byte[PART_BYTES])).send(RawPeer.frame(0x89));
            assertThat(peer.readFrame().opcode()).isEqualTo(0xA);
            assertThat(peers.size()).isLessThan(100);
        }
        assertThat(peers.get(0).readFrame().closeCode()).isEqualTo(1013);
        return peers;
    }

    private interface Refused {
        void by(Sender sender, RawPeer peer) throws IOException;
    }

    private static void assertToldOnce(final Refused refused) throws IOException {
        final Sender sender = new Sender();
        final EndpointLimits limits = Limits.of(EndpointLimits.DEFAULT.protocol(), 8 * MEBIBYTE, 16 * MEBIBYTE, 0);
        try (CheckedServer server = CheckedServer.with(builder -> builder.options(budget(MEBIBYTE))
                        .endpoint("/", Endpoint.of(sender).withLimits(limits))
                        .endpoint("/others", new Recorder()));
                RawPeer peer = server.open()) {
            sender.await("open");
            final List<RawPeer> others = useUp(server);
            final long madeWay = server.count(Metric.OVERLOADS);
            refused.by(sender, peer);
            sender.awaitThat(() -> sender.writable.get() > 0, "memory again");
            assertThat(server.count(Metric.OVERLOADS))
                    .as("who has made way for it")
                    .isGreaterThan(madeWay);
            for (final RawPeer other : others) {
                other.close();
            }
            roundTrips(peer);
            assertThat(sender.writable).hasValue(1);
            assertThat(sender.ws.send(ByteBuffer.allocate(LONG_BYTES))).matches(SendResult::isTaken);
            assertThat(peer.readUntil(2).payload()).hasSize(LONG_BYTES);
        }
    }

    @Test
    void shouldTellAnotherThreadOnceThatThereIsMemoryAgain() throws IOException {
        assertToldOnce((sender, peer) -> {
            assertThat(sender.ws.send(ByteBuffer.allocate(LONG_BYTES))).isEqualTo(SendResult.DROPPED);
        });
    }

    @Test
    void shouldTellAHandlerOnTheLoopOnceThatThereIsMemoryAgain() throws IOException {
        assertToldOnce((sender, peer) -> {
            peer.sendText("send");
            sender.await("text send");
            assertThat(sender.result).isEqualTo(SendResult.DROPPED);
        });
    }

    @Test
    void shouldCountWhatWaitsOfAFanOutOnceForAllOfItsSubscribers() throws IOException {
        final int messageBytes = 50_000;
        final long bytesMax = 4 * MEBIBYTE;
        final Topic topic = new Topic("news");
        final OutboundLimits outbound =
                OutboundLimits.DEFAULT.withBytes(100_000, 2 * MEBIBYTE).withPolicy(SlowConsumerPolicy.DROP_NEWEST);
        final Endpoint endpoint = Endpoint.of(new Recorder() {
                    @Override
                    public void onOpen(final WebSocket socket) {
                        topic.subscribe(socket);
                    }
                })
                .withLimits(EndpointLimits.DEFAULT.withOutbound(outbound));
        final List<RawPeer> peers = new ArrayList<>();
        try (CheckedServer server = CheckedServer.of(endpoint, budget(bytesMax))) {
            for (int i = 0; i < 20; i++) {
                peers.add(server.open());
            }
            final long endNs = System.nanoTime() + 20_000_000_000L;
            long mostBytes = 0;
            while (mostBytes < MEBIBYTE || server.count(Metric.MESSAGES_DROPPED) < 100) {
                topic.publish(ByteBuffer.allocate(messageBytes));
                final long now = server.count(Metric.BUFFERED_BYTES);
                assertThat(now).isLessThanOrEqualTo(bytesMax + bytesMax / 8);
                mostBytes = Math.max(mostBytes, now);
                assertThat(System.nanoTime())
                        .as("most held so far is " + mostBytes)
                        .isLessThan(endNs);
            }
            // Twenty times as much would wait if each subscriber had its own.
            final long waiting = server.server().connections().stream()
                    .mapToLong(each -> each.bufferedBytes())
                    .sum();
            assertThat(waiting).isGreaterThan(bytesMax);
            for (final RawPeer peer : peers) {
                peer.reset();
            }
        }
    }

    @Test
    void shouldCountTheBodyOfAnHttpAnswerOnceAndRefuseWhatDoesNotFit() throws IOException {
        final byte[] body = new byte[32 * MEBIBYTE];
        final HttpAnswer shared = HttpAnswer.of(200, "application/octet-stream", body);
        final HttpAnswer other = HttpAnswer.of(200, "application/octet-stream", body.clone());
        final List<RawPeer> peers = new ArrayList<>();
        try (CheckedServer server = CheckedServer.with(builder -> builder.options(budget(40 * MEBIBYTE))
                .http("/shared", request -> shared)
                .http("/other", request -> other)
                .endpoint("/", new Recorder()))) {
            for (int i = 0; i < 10; i++) {
                final RawPeer peer = server.connect();
                peers.add(peer);
                assertThat(peer.send("GET /shared HTTP/1.1\r\nHost: x\r\n\r\n").readHead())
                        .startsWith("HTTP/1.1 200 ");
            }
            assertThat(server.count(Metric.BUFFERED_BYTES)).isBetween((long) body.length, 40L * MEBIBYTE);
            try (RawPeer refused = server.connect()) {
                assertThat(refused.send("GET /other HTTP/1.1\r\nHost: x\r\n\r\n")
                                .readToEnd())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("no memory");
            }
            assertThat(server.count(Metric.OVERLOADS)).isOne();
            try (RawPeer first = peers.remove(0)) {
                final byte[] all = new byte[body.length];
                first.readFully(all);
                assertThat(all).isEqualTo(body);
            }
            for (final RawPeer peer : peers) {
                peer.reset();
            }
        }
    }

    @Test
    void shouldRefuseHeadsUnderWayWhenThereIsNoMemoryForThem() throws IOException {
        final List<RawPeer> peers = new ArrayList<>();
        final String half = "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(7_000);
        try (CheckedServer server =
                CheckedServer.with(builder -> builder.options(budget(MEBIBYTE)).endpoint("/", new Recorder()))) {
            while (server.count(Metric.OVERLOADS) == 0) {
                assertThat(peers.size()).isLessThan(200);
                final long before = server.count(Metric.BUFFERED_BYTES);
                peers.add(server.connect().send(half));
                Await.that(
                        () -> server.count(Metric.BUFFERED_BYTES) > before || server.count(Metric.OVERLOADS) > 0,
                        () -> "the head of peer " + peers.size() + " is read");
                assertThat(server.count(Metric.BUFFERED_BYTES)).isLessThanOrEqualTo(MEBIBYTE + MEBIBYTE / 8);
            }
            for (final RawPeer peer : peers) {
                peer.reset();
            }
        }
    }
}
