package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A publisher on another thread floods one peer that does not read, while others have their messages echoed: what waits
 * keeps to its limits, the policy does what it says, a cycle does no more than it may, and all echoes come. The loop is
 * stepped: the publisher has its turn between two cycles.
 */
class FloodTest {

    private static final int OTHERS = 3;
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int FRAME_BYTES = PAYLOAD_BYTES + 4;
    private static final int SHORT_PAYLOAD_BYTES = 8;

    /** What such a message takes of the limit, and of the memory: on its way to the loop each has an object of its own. */
    private static final int SHORT_ROOM_BYTES = 10;

    private static final int SHORT_MEMORY_BYTES = 192;
    private static final int SOFT = 20_000;
    private static final int MAX = 100_000;
    private static final int CONTROL_BYTES = 4_096;
    private static final int DELIVERIES_MAX = 64;

    /** Of one turn of the publisher: as much as finds room under a policy that evicts. */
    private static final int BURST = 60;

    /** More than is delivered in a cycle, and less than may wait. */
    private static final int TOPIC_BURST = 2 * DELIVERIES_MAX;

    /** What waits to be delivered counts with its objects. */
    private static final int PUBLICATION_BYTES = FRAME_BYTES + 128;

    private static final int ROUNDS_AT_THE_LIMIT = 20;

    /** The kernel takes a few megabytes before the limit is felt. */
    private static final int ROUNDS_MAX = 2_000;

    /** What one turn takes of the messages that other threads have sent to one connection. */
    private static final int MAIL_MAX = 1_024;

    /** Each connection, the deliveries of topics and the server has at most one mail, event, timer and settling. */
    private static final int WORK_MAX = 4 * (1 + OTHERS + 2);

    private static final long WAIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int CLOSE = 0x8;

    /** Who does not read, as its handler sees it. Adds up what it is told of dropped messages. */
    private final class Flooded extends Recorder {
        long droppedMessages;
        long droppedBytes;

        @Override
        public void onOpen(final WebSocket socket) {
            super.onOpen(socket);
            topic.subscribe(socket);
        }

        @Override
        public void onWritable(final WebSocket socket) {
            // How often there is room for a while depends on the kernel.
        }

        @Override
        public void onDropped(final WebSocket socket, final long messages, final long bytes) {
            droppedMessages += messages;
            droppedBytes += bytes;
        }
    }

    /** What came over the wire to who had not read. */
    private record Received(List<Integer> messages, int closeCode) {}

    private final Topic topic = new Topic("flood");
    private final Flooded flooded = new Flooded();
    private final ExecutorService publisher = Executors.newSingleThreadExecutor();
    private final List<RawPeer> others = new ArrayList<>();
    private WebSocketServer server;
    private RawPeer slow;
    private int sent;
    private int taken;
    private int refused;
    private int echoes;
    private int round;
    private boolean closed;
    private long waitingBytesMax;
    private long memoryBytesMax;

    @AfterEach
    void end() throws IOException {
        publisher.shutdownNow();
        for (final RawPeer each : others) {
            each.close();
        }
        slow.close();
        // The server is stepped: it comes to its end by itself.
        server.close();
        assertThat(server.isRunning()).isFalse();
        assertThat(server.metrics().get(Metric.BUFFERED_BYTES)).isZero();
    }

    private void open(final SlowConsumerPolicy policy) throws IOException {
        final OutboundLimits outbound = new OutboundLimits(SOFT, MAX, policy, Duration.ofMinutes(1));
        final EndpointLimits limits = EndpointLimits.DEFAULT
                .withProtocol(new ProtocolLimits(MAX / 2, MAX / 2, 16))
                .withOutbound(outbound);
        server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/echo", WebSocketHandler.echo())
                .endpoint("/flooded", Endpoint.of(flooded).withLimits(limits))
                .options(CheckedServer.PATIENT.withLoop(
                        new LoopLimits(4 << 20, 262_144, 64, 1_024, 1_024, DELIVERIES_MAX)))
                .stepped()
                .build()
                .start();
        // Until something waits, what is in the loop's batch when the socket has enough comes on top.
        waitingBytesMax = (policy.evicts() ? 2L : 1L) * MAX + SOFT + FRAME_BYTES + CONTROL_BYTES;
        // Buffers are powers of two.
        memoryBytesMax = 2 * waitingBytesMax + TOPIC_BURST * PUBLICATION_BYTES;
        slow = open(new RawPeer(server.port(), 4_096), "/flooded");
        for (int i = 0; i < OTHERS; i++) {
            others.add(open(new RawPeer(server.port()), "/echo"));
        }
    }

    private RawPeer open(final RawPeer peer, final String path) throws IOException {
        final long before = count(Metric.WEBSOCKETS_OPENED);
        peer.send(RawPeer.upgrade(path));
        stepUntil(() -> count(Metric.WEBSOCKETS_OPENED) > before, "an opening handshake");
        assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
        return peer;
    }

    private long count(final Metric metric) {
        return server.metrics().get(metric);
    }

    // --- one cycle, and what it may do

    private int step() {
        final long sentBefore = count(Metric.MESSAGES_SENT);
        final long deliveredBefore = count(Metric.TOPIC_DELIVERIES);
        final long droppedBefore = count(Metric.MESSAGES_DROPPED);
        final int work = server.doWork();
        assertThat(work).as("what a cycle did").isLessThanOrEqualTo(WORK_MAX);
        final long delivered = count(Metric.TOPIC_DELIVERIES) - deliveredBefore;
        final long dropped = count(Metric.MESSAGES_DROPPED) - droppedBefore;
        assertThat(delivered + dropped).as("deliveries in a cycle").isLessThanOrEqualTo(DELIVERIES_MAX);
        assertThat(count(Metric.MESSAGES_SENT) - sentBefore - delivered)
                .as("messages of other threads, and echoes, in a cycle")
                .isLessThanOrEqualTo(MAIL_MAX + OTHERS);
        requireBounded();
        return work;
    }

    private void requireBounded() {
        if (flooded.ws != null) {
            assertThat(flooded.ws.bufferedBytes()).as("what waits").isLessThanOrEqualTo(waitingBytesMax);
        }
        assertThat(count(Metric.BUFFERED_BYTES)).as("memory").isLessThanOrEqualTo(memoryBytesMax);
    }

    private void stepUntil(final BooleanSupplier condition, final String what) {
        final long endNs = System.nanoTime() + WAIT_NS;
        while (!condition.getAsBoolean()) {
            step();
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(endNs);
        }
    }

    // --- one round

    private static ByteBuffer numbered(final int number, final int bytes) {
        return ByteBuffer.allocate(bytes).putInt(0, number);
    }

    private void burst(final boolean byTopic) throws Exception {
        publisher
                .submit(() -> {
                    for (int i = 0; i < (byTopic ? TOPIC_BURST : BURST); i++) {
                        final ByteBuffer message = numbered(sent++, PAYLOAD_BYTES);
                        if (byTopic) {
                            note(topic.publish(message).isTaken());
                        } else {
                            final SendResult result = flooded.ws.send(message);
                            closed |= result == SendResult.CLOSED;
                            note(result.isTaken());
                        }
                    }
                })
                .get(60, TimeUnit.SECONDS);
        requireBounded();
    }

    private void note(final boolean wasTaken) {
        taken += wasTaken ? 1 : 0;
        refused += wasTaken ? 0 : 1;
    }

    private void echo() throws IOException {
        final long expected = count(Metric.MESSAGES_RECEIVED) + OTHERS;
        for (final RawPeer each : others) {
            each.sendText("echo " + echoes++);
        }
        stepUntil(() -> count(Metric.MESSAGES_RECEIVED) == expected, "echoes");
        int number = echoes - OTHERS;
        for (final RawPeer each : others) {
            assertThat(each.readFrame().text()).isEqualTo("echo " + number++);
        }
    }

    /** Floods until the limit has been felt for some time. */
    private void flood(final boolean byTopic, final BooleanSupplier isAtTheLimit) throws Exception {
        int roundsAtTheLimit = 0;
        while (roundsAtTheLimit < ROUNDS_AT_THE_LIMIT) {
            burst(byTopic);
            echo();
            stepUntil(() -> step() == 0, "all to be delivered that was published");
            roundsAtTheLimit += isAtTheLimit.getAsBoolean() ? 1 : 0;
            assertThat(++round).as("rounds until the limit was reached").isLessThan(ROUNDS_MAX);
        }
    }

    /** Lets the slow one read at last. */
    private Received read(final int closeToSend) throws Exception {
        final Future<Received> reader = CompletableFuture.supplyAsync(() -> {
            try {
                if (closeToSend > 0) {
                    slow.send(RawPeer.closeFrame(closeToSend));
                }
                return readToTheEnd();
            } catch (final IOException e) {
                throw new AssertionError(e);
            }
        });
        stepUntil(reader::isDone, "the slow one to read it all");
        return reader.get();
    }

    private Received readToTheEnd() throws IOException {
        final List<Integer> messages = new ArrayList<>();
        RawPeer.Frame frame = slow.readFrame();
        while (frame.opcode() != CLOSE) {
            assertThat(frame.firstByte()).isEqualTo(0x82);
            messages.add(ByteBuffer.wrap(frame.payload()).getInt(0));
            frame = slow.readFrame();
        }
        return new Received(messages, frame.closeCode());
    }

    private static void requireFirstOnes(final Received received) {
        assertThat(received.messages)
                .isEqualTo(IntStream.range(0, received.messages.size()).boxed().toList());
    }

    // --- the policies

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldCloseWith1008(final Way way) throws Exception {
        open(SlowConsumerPolicy.CLOSE);
        flood(way.isTopic(), () -> !flooded.ws.isOpen());
        final Received received = read(0);
        assertThat(received.closeCode).isEqualTo(1008);
        // What was sent before the limit was hit, without a gap.
        requireFirstOnes(received);
        assertThat(received.messages).hasSizeGreaterThan(MAX / FRAME_BYTES / 2);
        slow.close();
        stepUntil(() -> count(Metric.WEBSOCKETS_CLOSED) == 1, "the end");
        assertThat(flooded.events).containsExactly("open", "error POLICY", "close 1006");
        // Who publishes is not told: the handler is.
        assertThat(flooded.droppedMessages).isEqualTo(way.isTopic() ? count(Metric.MESSAGES_DROPPED) : 0);
        assertThat(count(Metric.SLOW_CONSUMERS)).isOne();
        assertThat(count(Metric.MESSAGES_EVICTED)).isZero();
        assertThat(count(Metric.MESSAGES_DROPPED)).isPositive();
        assertThat(closed).as("the publisher was told").isEqualTo(way == Way.SEND);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldDropTheNewest(final Way way) throws Exception {
        open(SlowConsumerPolicy.DROP_NEWEST);
        flood(way.isTopic(), () -> count(Metric.MESSAGES_DROPPED) > 0);
        final long took = way.isTopic() ? count(Metric.TOPIC_DELIVERIES) : taken;
        final long dropped = count(Metric.MESSAGES_DROPPED);
        assertThat(dropped).isEqualTo(way.isTopic() ? taken - took : refused);
        final Received received = read(1000);
        // Nothing that was taken is lost.
        assertThat((long) received.messages.size()).isEqualTo(took);
        requireInOrder(received);
        assertThat(flooded.droppedMessages).isEqualTo(way.isTopic() ? dropped : 0);
        assertThat(count(Metric.MESSAGES_EVICTED)).isZero();
        requireStillThere(received);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldDropTheOldest(final Way way) throws Exception {
        final Received received = evict(SlowConsumerPolicy.DROP_OLDEST, way);
        // As many as may wait, up to the latest, without a gap among them.
        final int waiting = MAX / FRAME_BYTES - SOFT / FRAME_BYTES - 2;
        assertThat(received.messages)
                .endsWith(IntStream.range(sent - waiting, sent).boxed().toArray(Integer[]::new));
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldKeepTheLatest(final Way way) throws Exception {
        final Received received = evict(SlowConsumerPolicy.KEEP_LATEST, way);
        assertThat(received.messages).endsWith(sent - 1);
    }

    private Received evict(final SlowConsumerPolicy policy, final Way way) throws Exception {
        open(policy);
        flood(way.isTopic(), () -> count(Metric.MESSAGES_EVICTED) > 0);
        assertThat(refused).as("what was not taken, since it always finds room").isZero();
        final Received received = read(1000);
        requireInOrder(received);
        final long evicted = taken - received.messages.size();
        assertThat(flooded.droppedMessages).as("what the handler was told").isEqualTo(evicted);
        assertThat(flooded.droppedBytes).isEqualTo(evicted * FRAME_BYTES);
        assertThat(count(Metric.MESSAGES_EVICTED)).isEqualTo(evicted);
        assertThat(count(Metric.MESSAGES_DROPPED)).isZero();
        requireStillThere(received);
        return received;
    }

    private static void requireInOrder(final Received received) {
        assertThat(received.messages).isSorted().doesNotHaveDuplicates();
    }

    private void requireStillThere(final Received received) {
        stepUntil(() -> count(Metric.WEBSOCKETS_CLOSED) == 1, "the end");
        assertThat(received.closeCode).as("the answer to our own").isEqualTo(1000);
        assertThat(flooded.events).startsWith("open").endsWith("close 1000").doesNotContain("error POLICY");
        assertThat(count(Metric.SLOW_CONSUMERS)).isZero();
    }

    /** How the flood comes. */
    private enum Way {
        SEND,
        TOPIC;

        boolean isTopic() {
            return this == TOPIC;
        }
    }

    // --- short messages, of which very many find room

    @Test
    void shouldShareEachCycleWithTheOthersHoweverManyMessagesWait() throws Exception {
        open(SlowConsumerPolicy.DROP_NEWEST);
        memoryBytesMax = (waitingBytesMax / SHORT_ROOM_BYTES + 1) * SHORT_MEMORY_BYTES;
        publisher
                .submit(() -> {
                    while (flooded.ws.send(numbered(sent, SHORT_PAYLOAD_BYTES)).isTaken()) {
                        sent++;
                    }
                })
                .get(60, TimeUnit.SECONDS);
        assertThat(sent).as("more than one turn takes").isGreaterThan(2 * MAIL_MAX);
        while (count(Metric.MESSAGES_SENT) < sent + echoes) {
            echo();
        }
        final Received received = read(1000);
        requireFirstOnes(received);
        assertThat(received.messages).hasSize(sent);
        assertThat(count(Metric.MESSAGES_DROPPED)).isOne();
    }
}
