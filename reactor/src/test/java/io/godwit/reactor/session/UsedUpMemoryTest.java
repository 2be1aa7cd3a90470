package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * A loop whose memory is used up to the last byte by what cannot make way, such as what waits for peers that do not read. Those
 * who hold nothing go on exchanging short messages; the others are refused, and told when there is memory again.
 */
class UsedUpMemoryTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final EndpointLimits LIMITS = EndpointLimits.DEFAULT;
    private static final int ROUNDS = 50;

    /** Many more short messages than this is long find room in no reserve. */
    private static final int MANY = 5_000;

    private static Stepped stepped() throws IOException {
        return new Stepped(Timeouts.DEFAULT, MEBIBYTE);
    }

    private static byte[] shortMessage(final int bytes) {
        return Stepped.frame(0x82, new byte[bytes]);
    }

    private static void readEcho(final Stepped stepped, final Stepped.Peer peer, final int bytes) throws IOException {
        final int frameBytes = bytes + (bytes < 126 ? 2 : 4);
        stepped.settleUntil(() -> peer.readableBytes() >= frameBytes || !peer.isOpen());
        assertThat(peer.events).noneMatch(event -> event.startsWith("error"));
        assertThat(peer.read(frameBytes + 1).remaining()).isEqualTo(frameBytes);
    }

    @Test
    void shouldTakeAShortMessageThatComesInSegments() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.open(LIMITS, MEBIBYTE, (ws, message) -> ws.send(message));
            stepped.useUpMemory();
            for (final int bytes : new int[] {2, 100, 900}) {
                final byte[] message = shortMessage(bytes);
                for (int round = 0; round < ROUNDS; round++) {
                    peer.write(Stepped.head(message, message.length - 1));
                    stepped.settle();
                    peer.write(new byte[1]);
                    readEcho(stepped, peer, bytes);
                }
            }
        }
    }

    @Test
    void shouldAnswerShortMessagesOnAWorker() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.openOnWorkers(LIMITS, (ws, message) -> ws.send(message));
            stepped.useUpMemory();
            for (final int bytes : new int[] {0, 12, 900}) {
                for (int round = 0; round < ROUNDS; round++) {
                    peer.write(shortMessage(bytes));
                    readEcho(stepped, peer, bytes);
                }
            }
        }
    }

    private static void expectAll(final Stepped stepped, final Stepped.Peer peer, final int messages)
            throws IOException {
        stepped.settleUntil(() -> peer.events.size() == messages || !peer.isOpen());
        assertThat(peer.events).hasSize(messages).containsOnly("message 900");
    }

    private static byte[] messages(final int count) {
        final ByteBuffer all = ByteBuffer.allocate(count * 908);
        for (int i = 0; i < count; i++) {
            all.put(shortMessage(900));
        }
        return all.array();
    }

    /** One at a time finds room; what comes after it is kept, or not read, until there is room for it. */
    @Test
    void shouldTakeShortMessagesThatComeTogetherOnAWorker() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.openOnWorkers(LIMITS, (ws, message) -> {});
            stepped.useUpMemory();
            peer.write(messages(20));
            expectAll(stepped, peer, 20);
        }
    }

    /** They were read while there was memory, and kept since the handler had paused. */
    @Test
    void shouldTakeWhatAPauseHasKeptOnAWorker() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.openOnWorkers(LIMITS, (ws, message) -> {});
            peer.ws.pauseReading();
            stepped.settle();
            peer.write(messages(20));
            stepped.settle();
            assertThat(peer.events).isEmpty();
            stepped.useUpMemory();
            peer.ws.resumeReading();
            expectAll(stepped, peer, 20);
        }
    }

    @Test
    void shouldSendAShortMessageFromTheEventOfAnotherConnection() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer reader = stepped.open(LIMITS);
            final List<SendResult> results = new ArrayList<>();
            final Stepped.Peer writer =
                    stepped.open(LIMITS, MEBIBYTE, (ws, message) -> results.add(reader.ws.send(message.bytes())));
            stepped.useUpMemory();
            for (int round = 0; round < ROUNDS; round++) {
                writer.write(shortMessage(500));
                readEcho(stepped, reader, 500);
            }
            assertThat(results).hasSize(ROUNDS).allMatch(SendResult::isTaken);
        }
    }

    /** The room is for those who take what they are sent. */
    @Test
    void shouldHoldOneShortMessageForAPeerThatDoesNotRead() throws IOException {
        try (Stepped stepped = stepped()) {
            final EndpointLimits limits =
                    LIMITS.withOutbound(LIMITS.outbound().withPolicy(SlowConsumerPolicy.DROP_NEWEST));
            final Stepped.Peer deaf = stepped.open(limits, 10, (ws, message) -> {});
            final Stepped.Peer writer =
                    stepped.open(LIMITS, MEBIBYTE, (ws, message) -> deaf.ws.send(ByteBuffer.allocate(100)));
            stepped.useUpMemory();
            final long before = stepped.loop.memory().usedBytes();
            for (int i = 0; i < MANY; i++) {
                writer.write(shortMessage(1));
                stepped.settle();
                send(stepped, deaf);
            }
            // Each is 128 bytes and what is around them; one is begun, one waits, and one may be on its way from
            // another thread.
            assertThat(stepped.loop.memory().usedBytes() - before).isLessThan(1_000);
        }
    }

    private static void send(final Stepped stepped, final Stepped.Peer peer) throws IOException {
        final Thread other = new Thread(() -> peer.ws.send(ByteBuffer.allocate(100)));
        other.start();
        stepped.settleUntil(() -> !other.isAlive());
    }

    @Test
    void shouldTellAWorkerOnceThatThereIsMemoryAgain() throws IOException {
        try (Stepped stepped = stepped()) {
            final List<SendResult> results = new CopyOnWriteArrayList<>();
            final Stepped.Peer peer =
                    stepped.openOnWorkers(LIMITS, (ws, message) -> results.add(ws.send(ByteBuffer.allocate(10_000))));
            final long taken = stepped.useUpMemory();
            for (int i = 1; i <= 3; i++) {
                final int count = i;
                peer.write(shortMessage(1));
                stepped.settleUntil(() -> results.size() == count);
            }
            assertThat(results).containsOnly(SendResult.DROPPED);
            assertThat(stepped.count(Metric.MESSAGES_DROPPED)).isEqualTo(3);
            assertThat(peer.writables).as("while there is no memory").isZero();
            stepped.loop.memory().give(taken);
            stepped.settleUntil(() -> peer.writables > 0);
            peer.write(shortMessage(1));
            stepped.settleUntil(() -> peer.readableBytes() > 10_000);
            assertThat(results).last().isEqualTo(SendResult.SENT);
            assertThat(peer.writables).isOne();
        }
    }

    /** Text that leaves in several frames is encoded in the room that these take. */
    @Test
    void shouldTellTheLoopOnceThatThereIsMemoryAgain() throws IOException {
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.open(LIMITS.withFragmentBytes(100));
            final String text = "x".repeat(10_000);
            final EncodedMessage shared = EncodedMessage.text(text);
            final List<Function<WebSocket, SendResult>> ways = List.of(
                    ws -> ws.send(text), ws -> ws.send(ByteBuffer.allocate(text.length())), ws -> ws.send(shared));
            int refused = 0;
            for (final Function<WebSocket, SendResult> way : ways) {
                final long taken = stepped.useUpMemory();
                final int before = peer.writables;
                for (int i = 0; i < 3; i++) {
                    assertThat(way.apply(peer.ws)).isEqualTo(SendResult.DROPPED);
                    stepped.settle();
                    refused++;
                }
                assertThat(stepped.count(Metric.MESSAGES_DROPPED)).isEqualTo(refused);
                assertThat(peer.writables).as("while there is no memory").isEqualTo(before);
                stepped.loop.memory().give(taken);
                stepped.settle();
                assertThat(peer.writables).isEqualTo(before + 1);
                assertThat(way.apply(peer.ws)).isEqualTo(SendResult.SENT);
                stepped.settle();
                assertThat(peer.readOpcodes())
                        .startsWith(way == ways.get(1) ? 2 : 1)
                        .hasSize(100);
            }
        }
    }

    @Test
    void shouldGiveBackWhatWasPublishedWhenTheLoopEnds() throws IOException {
        final Topic topic = new Topic("last");
        try (Stepped stepped = stepped()) {
            final Stepped.Peer peer = stepped.open(LIMITS);
            topic.subscribe(peer.ws);
            stepped.settle();
            for (int i = 0; i < 3; i++) {
                assertThat(topic.publish(ByteBuffer.allocate(1_000))).isEqualTo(PublishResult.PUBLISHED);
            }
            assertThat(stepped.loop.memory().usedBytes()).isGreaterThan(3_000);
            stepped.sessions().end();
            assertThat(stepped.loop.memory().usedBytes()).isZero();
            assertThat(topic.publish(ByteBuffer.allocate(1_000)).isTaken()).isFalse();
            // What was about to be delivered is not given back twice.
            stepped.settle();
            assertThat(stepped.loop.memory().usedBytes()).isZero();
        }
    }
}
