package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** An account of a connection that breaks: what was taken has left, or was dropped and told, or is told as unsent. */
class UnsentTest {

    private static final int ROUNDS = 60;
    private static final int STEPS_MAX = 80;
    private static final int SOFT_BYTES = 2_000;
    private static final int MAX_BYTES = 9_000;

    private enum End {
        RESET,
        ABORT,
        FAILURE,
        /** The peer ends its side without a Close, and reads on. */
        HALF_CLOSE
    }

    private final Stepped stepped;
    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final ByteArrayOutputStream left = new ByteArrayOutputStream();
    private Stepped.Peer peer;
    private MessageWriter writer;
    private long takenMessages;
    private long takenBytes;

    UnsentTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    private void open(final SlowConsumerPolicy policy, final int fragmentBytes, final int bytesBetween)
            throws IOException {
        open(policy, fragmentBytes, bytesBetween, (ws, message) -> {});
    }

    private void open(
            final SlowConsumerPolicy policy,
            final int fragmentBytes,
            final int bytesBetween,
            final BiConsumer<WebSocket, Message> reply)
            throws IOException {
        final EndpointLimits limits =
                Limits.of(new ProtocolLimits(1_000, 1_000, 1), SOFT_BYTES, MAX_BYTES, fragmentBytes);
        peer = stepped.open(limits.withOutbound(limits.outbound().withPolicy(policy)), bytesBetween, reply);
        left.reset();
        writer = null;
        takenMessages = 0;
        takenBytes = 0;
    }

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_NEWEST", "DROP_OLDEST", "KEEP_LATEST"})
    void shouldAccountForAllThatWasTaken(final SlowConsumerPolicy policy) throws Exception {
        long unsent = 0;
        long dropped = 0;
        for (int round = 0; round < ROUNDS; round++) {
            final int fragmentBytes = random.nextBoolean() ? 0 : 100;
            open(policy, fragmentBytes, 1 + random.nextInt(4_000));
            for (int steps = random.nextInt(STEPS_MAX); steps > 0; steps--) {
                step();
            }
            end(End.values()[random.nextInt(4)]);
            final String what = policy + ", round " + round + ", seed " + seed;
            assertThat(peer.how).as(what).isNotNull();
            assertThat(wholeMessages() + peer.how.unsentMessages() + peer.droppedMessages)
                    .as("messages of %s", what)
                    .isEqualTo(takenMessages);
            assertThat(left.size() + peer.how.unsentBytes() + peer.droppedBytes)
                    .as("bytes of %s", what)
                    .isEqualTo(takenBytes);
            unsent += peer.how.unsentMessages();
            dropped += peer.droppedMessages;
        }
        assertThat(unsent).isPositive();
        assertThat(dropped > 0).isEqualTo(policy.evicts());
    }

    private void step() throws Exception {
        switch (random.nextInt(10)) {
            case 0, 1 -> send(() -> peer.ws.send(ByteBuffer.allocate(size())));
            case 2 -> send(() -> peer.ws.send(EncodedMessage.binary(ByteBuffer.allocate(size()))));
            case 3, 4 -> Stepped.elsewhere(() -> send(() -> peer.ws.send(ByteBuffer.allocate(size()))));
            case 5 -> ping();
            case 6 -> Stepped.elsewhere(this::ping);
            case 7 -> writeFragment();
            case 8 -> Stepped.elsewhere(this::writeFragment);
            default -> {
                read(random.nextInt(2_000));
                stepped.settle();
            }
        }
    }

    private int sent;

    private int size() {
        sent = random.nextInt(5) == 0 ? random.nextInt(3_000) : random.nextInt(300);
        return sent;
    }

    private void send(final Supplier<SendResult> sending) {
        if (sending.get().isTaken()) {
            takenMessages++;
            takenBytes += ((WebSocketStage) peer.connection.stage()).sendPath().wireBytes(sent);
        }
    }

    private void ping() {
        if (peer.ws.ping(ByteBuffer.allocate(10)).isTaken()) {
            takenBytes += 12;
        }
    }

    private void writeFragment() {
        if (writer == null) {
            writer = peer.ws.startMessage(Opcode.BINARY);
        }
        if (random.nextInt(3) == 0) {
            if (writer.finish().isTaken()) {
                writer = null;
                takenMessages++;
                takenBytes += 2;
            }
        } else if (writer.append(ByteBuffer.allocate(size())).isTaken()) {
            takenBytes += SendPath.frameBytes(sent);
        }
    }

    private void read(final int bytesMax) throws IOException {
        read(peer.read(bytesMax));
    }

    private void read(final ByteBuffer in) {
        left.write(in.array(), 0, in.limit());
    }

    private void end(final End end) throws IOException {
        if (end == End.RESET) {
            read(peer.readableBytes());
            peer.reset();
        } else if (end == End.ABORT) {
            peer.ws.abort();
        } else if (end == End.HALF_CLOSE) {
            peer.shutdownOutput();
            readToTheEnd();
        } else {
            peer.connection.fail(new IllegalStateException("thrown by a test"));
        }
        stepped.settle();
        if (end != End.RESET) {
            read(peer.readableBytes());
        }
    }

    private void readToTheEnd() throws IOException {
        stepped.settle();
        while (peer.how == null) {
            assertThat(peer.readableBytes()).isPositive();
            read(peer.readableBytes());
            stepped.settle();
        }
    }

    /** {@return how many messages have come whose last frame has come whole} */
    private int wholeMessages() {
        final ByteBuffer in = ByteBuffer.wrap(left.toByteArray());
        int messages = 0;
        while (in.remaining() >= 2) {
            final int first = in.get();
            final int length = in.get();
            if (length == 126 && in.remaining() < 2) {
                return messages;
            }
            final int payload = length == 126 ? in.getShort() & 0xffff : length;
            if (in.remaining() < payload) {
                return messages;
            }
            in.position(in.position() + payload);
            messages += (first & 0x88) == 0x80 ? 1 : 0;
        }
        return messages;
    }

    // --- one by one

    private static ByteBuffer bytes(final int count) {
        return ByteBuffer.allocate(count);
    }

    /** It may read on, although it says nothing more: what other threads have sent by then reaches it. */
    @Test
    void shouldSendWhatWasTakenToAPeerThatHasEndedItsSide() throws Exception {
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 15);
        Stepped.elsewhere(() -> {
            assertThat(peer.ws.send(bytes(10)).isTaken()).isTrue();
            assertThat(peer.ws.send(bytes(20)).isTaken()).isTrue();
        });
        peer.shutdownOutput();
        readToTheEnd();
        read(peer.readableBytes());
        assertThat(wholeMessages()).isEqualTo(2);
        assertThat(peer.how.code()).isEqualTo(1006);
        assertThat(peer.how.unsentMessages()).isZero();
        assertThat(peer.how.unsentBytes()).isZero();
    }

    @Test
    void shouldCountAMessageOfWhichAPartHasLeft() throws IOException {
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 15);
        assertThat(peer.ws.send(bytes(10)).isTaken()).isTrue();
        assertThat(peer.ws.send(bytes(10)).isTaken()).isTrue();
        stepped.settle();
        peer.ws.abort();
        stepped.settle();
        assertThat(peer.how.unsentMessages()).isOne();
        assertThat(peer.how.unsentBytes()).isEqualTo(9);
    }

    /** Its last frame has no mark of the message's beginning, nor its first one of the end. */
    @Test
    void shouldCountAMessageOfSeveralFramesOnce() throws IOException {
        open(SlowConsumerPolicy.DROP_NEWEST, 100, 1);
        assertThat(peer.ws.send(bytes(1_000)).isTaken()).isTrue();
        final MessageWriter fragments = peer.ws.startMessage(Opcode.TEXT);
        fragments.append("one");
        fragments.append("two");
        fragments.finish();
        final MessageWriter unfinished = peer.ws.startMessage(Opcode.TEXT);
        unfinished.append("begun");
        stepped.settle();
        peer.ws.abort();
        stepped.settle();
        assertThat(peer.how.unsentMessages()).isEqualTo(2);
    }

    /** Lengths of 7, 16 and 64 bits, of which none may be taken for another. */
    @Test
    void shouldCountMessagesOfEachLength() throws IOException {
        final EndpointLimits limits = Limits.of(ProtocolLimits.DEFAULT, 1_000_000, 2_000_000, 0);
        for (final int length : new int[] {0, 1, 125, 126, 127, 65_535, 65_536, 200_000}) {
            peer = stepped.open(limits, 1, (ws, message) -> {});
            for (int i = 0; i < 3; i++) {
                assertThat(peer.ws.send(bytes(length)).isTaken()).isTrue();
                assertThat(peer.ws.ping(bytes(125)).isTaken()).isTrue();
            }
            stepped.settle();
            peer.reset();
            stepped.settle();
            assertThat(peer.how.unsentMessages()).as("of %d bytes", length).isEqualTo(3);
        }
    }

    /** What was dropped last is told before the end, although that comes before the next settling. */
    @Test
    void shouldTellOfWhatWasDroppedJustBeforeTheEnd() throws IOException {
        open(SlowConsumerPolicy.KEEP_LATEST, 0, 6_000);
        peer.whenWritable = () -> {
            for (int i = 0; i < 4; i++) {
                peer.ws.send(bytes(MAX_BYTES - 100));
            }
            peer.ws.abort();
        };
        for (int i = 0; i < 4; i++) {
            assertThat(peer.ws.send(bytes(2_000)).isTaken()).isTrue();
        }
        stepped.settle();
        while (peer.how == null) {
            peer.read(6_000);
            stepped.settle();
        }
        assertThat(peer.writables).isOne();
        assertThat(peer.droppedMessages).isEqualTo(3);
        assertThat(peer.how.unsentMessages()).isOne();
    }

    /** Nothing is told twice, nor counted twice, nor lost. */
    @Test
    void shouldTellOfTheEndOnceThereIsMemoryForThat() throws Exception {
        final Topic topic = new Topic("of one");
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 1);
        assertThat(topic.subscribe(peer.ws)).isTrue();
        stepped.settle();
        peer.ws.send(bytes(10));
        stepped.settle();
        peer.ws.startMessage(Opcode.TEXT).append("begun");
        peer.ws.send("held");
        Stepped.elsewhere(() -> peer.ws.send("handed over"));
        Stepped.elsewhere(() -> peer.ws.ping(bytes(1)));
        stepped.endsWithoutMemory = 3;
        peer.reset();
        stepped.settle();
        assertThat(stepped.endsWithoutMemory).isZero();
        assertThat(peer.events).containsExactly("error IO", "close 1006", "ended");
        assertThat(peer.how.unsentMessages()).isEqualTo(3);
        assertThat(peer.how.unsentBytes()).isEqualTo(11 + 7 + 6 + 13 + 3);
        assertThat(stepped.count(Metric.WEBSOCKETS_CLOSED)).isOne();
        assertThat(topic.subscriberCount()).isZero();
    }

    /** The peer is told of the overload, and takes no part of a message for the whole; be it the first part that is lost. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNotEndAMessageOfWhichAFragmentIsLost(final boolean begun) throws IOException {
        try (Stepped small = new Stepped(Timeouts.DEFAULT, 1 << 20)) {
            final EndpointLimits limits = Limits.of(new ProtocolLimits(1_000, 1_000, 1), SOFT_BYTES, MAX_BYTES, 0);
            final Stepped.Peer slow = small.open(limits, 1, (ws, message) -> {});
            slow.ws.send(bytes(10));
            final MessageWriter fragments = slow.ws.startMessage(Opcode.BINARY);
            if (begun) {
                Stepped.elsewhere(
                        () -> assertThat(fragments.append(bytes(100)).isTaken()).isTrue());
            }
            small.settle();
            Stepped.elsewhere(() -> {
                assertThat(fragments.append(bytes(3_000)).isTaken()).isTrue();
                assertThat(fragments.finish().isTaken()).isTrue();
            });
            final MemoryBudget memory = small.loop.memory();
            final long rest = memory.bytesMax() + MemoryBudget.reserveOf(memory.bytesMax()) - memory.usedBytes();
            memory.takeAnyway(rest);
            small.settle();
            memory.give(rest);
            while (slow.readableBytes() > 0) {
                read(slow.read(1));
                small.settle();
            }
            final byte[] frames = left.toByteArray();
            final int close = frames.length - 14;
            assertThat(frames).startsWith(0x82, 10).hasSize(12 + (begun ? 102 : 0) + 14);
            assertThat(frames[close] & 0xff).isEqualTo(0x88);
            assertThat(frames[close + 2] << 8 | frames[close + 3] & 0xff).isEqualTo(1013);
            assertThat(slow.droppedMessages).isOne();
            assertThat(slow.droppedBytes).isEqualTo(3_004 + 2);
        }
    }

    /** It has more room than what waits for the socket may have; no policy drops its end, nor a Ping. */
    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_OLDEST", "KEEP_LATEST"})
    void shouldSendAllOfAMessageInFragmentsWhateverThePolicy(final SlowConsumerPolicy policy) throws IOException {
        final EndpointLimits limits = Limits.of(new ProtocolLimits(1_000, 1_000, 1), SOFT_BYTES, MAX_BYTES, 0);
        final Stepped.Peer slow =
                stepped.open(limits.withOutbound(limits.outbound().withPolicy(policy)), 1, (ws, message) -> {});
        final int fragmentBytes = 1_000;
        Stepped.elsewhere(() -> {
            final MessageWriter fragments = slow.ws.startMessage(Opcode.BINARY);
            for (int sent = 0; sent + fragmentBytes + 4 <= 2 * MAX_BYTES; sent += fragmentBytes + 4) {
                assertThat(fragments.append(bytes(fragmentBytes)).isTaken()).isTrue();
            }
            assertThat(slow.ws.ping(bytes(0)).isTaken()).isTrue();
            assertThat(fragments.finish().isTaken()).isTrue();
        });
        stepped.settle();
        while (slow.readableBytes() > 0) {
            read(slow.read(1));
            stepped.settle();
        }
        assertThat(slow.droppedMessages).isZero();
        assertThat(slow.events).isEmpty();
        assertThat(left.toByteArray()).endsWith(0x89, 0, 0x80, 0);
    }

    /** What was published before a message goes before it, and may cost the connection. */
    @Test
    void shouldCountAndGiveBackAMessageBeforeWhichAPublicationFails() throws Exception {
        final Topic topic = new Topic("of one");
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 100_000);
        assertThat(topic.subscribe(peer.ws)).isTrue();
        stepped.settle();
        Stepped.elsewhere(() -> {
            // So the connection has its turn before the walk over the subscribers.
            peer.ws.send("first");
            // The second finds no room in the batch before the first has left.
            topic.publish(EncodedMessage.binary(bytes(5_000)));
            topic.publish(EncodedMessage.binary(bytes(5_000)));
            assertThat(peer.ws.send("handed over").isTaken()).isTrue();
        });
        peer.failNextWrite(new OutOfMemoryError("injected"));
        stepped.settle();
        assertThat(peer.events).endsWith("close 1006", "ended");
        assertThat(peer.how.unsentMessages()).isEqualTo(3);
        assertThat(peer.how.unsentBytes()).isEqualTo(7 + 5_004 + 13);
        assertThat(stepped.loop.memory().usedBytes()).isZero();
    }

    /** Whoever has the loop send it, such as a handler that sends to another connection, has no part in it. */
    @Test
    void shouldFailTheConnectionOfAMessageThatWasTakenAndCannotBeSent() throws Exception {
        final List<SendResult> results = new ArrayList<>();
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 100_000, (ws, message) -> {
            results.add(ws.send(bytes(1_500)));
            // Finds no room in the batch before the first has left.
            Stepped.elsewhere(() -> results.add(ws.send(bytes(8_000))));
            Stepped.elsewhere(() -> results.add(ws.send(bytes(500))));
            results.add(ws.send("refused"));
        });
        peer.failNextWrite(new OutOfMemoryError("injected"));
        peer.write(Stepped.frame(0x81, (byte) 'a'));
        peer.write(Stepped.frame(0x81, (byte) 'b'));
        stepped.settle();
        assertThat(results).containsExactly(SendResult.SENT, SendResult.QUEUED, SendResult.QUEUED, SendResult.CLOSED);
        assertThat(peer.events).containsExactly("message 1", "close 1006", "ended");
        assertThat(peer.readableBytes()).isZero();
        assertThat(peer.how.unsentMessages()).isEqualTo(3);
        assertThat(peer.how.unsentBytes()).isEqualTo(1_504 + 8_004 + 504);
        assertThat(stepped.loop.memory().usedBytes()).isZero();
    }

    @Test
    void shouldSendNoCloseAfterAPublicationThatCannotBeDelivered() throws Exception {
        final Topic topic = new Topic("of one");
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 100_000, (ws, message) -> {
            ws.send(bytes(1_500));
            topic.publish(EncodedMessage.binary(bytes(8_000)));
            ws.close();
        });
        assertThat(topic.subscribe(peer.ws)).isTrue();
        stepped.settle();
        peer.failNextWrite(new OutOfMemoryError("injected"));
        peer.write(Stepped.frame(0x81, (byte) 'a'));
        stepped.settle();
        assertThat(peer.events).containsExactly("message 1", "close 1006", "ended");
        assertThat(peer.readableBytes()).isZero();
        assertThat(peer.how.unsentMessages()).isOne();
        assertThat(topic.subscriberCount()).isZero();
    }

    @Test
    void shouldTellOfTheEndAfterAClosingHandshakeOnceThereIsMemoryForThat() throws IOException {
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 100_000);
        stepped.endsWithoutMemory = 3;
        peer.ws.close();
        peer.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.settle();
        assertThat(peer.events).containsExactly("close 1000", "ended");
    }

    /** Only their bytes bound how many there are: more than the hand-overs of other threads, and the way out stays sealed. */
    @Test
    void shouldCountHoweverManyAreHeld() throws IOException {
        final int held = 300_000;
        try (Stepped roomy = new Stepped(Timeouts.DEFAULT, 256L << 20)) {
            final EndpointLimits limits = Limits.of(ProtocolLimits.DEFAULT, 1 << 20, 1 << 23, 0);
            final Stepped.Peer holding = roomy.open(limits);
            holding.ws.startMessage(Opcode.TEXT);
            for (int i = 0; i < held; i++) {
                if (!holding.ws.send("").isTaken()) {
                    throw new AssertionError("no room for message " + i);
                }
            }
            holding.ws.abort();
            roomy.settle();
            assertThat(holding.how.unsentMessages()).isEqualTo(held);
            assertThat(holding.connection.outbound().isSealed()).isTrue();
            assertThat(holding.connection.outbound().isEnded()).isTrue();
        }
    }

    @Test
    void shouldCountNothingAfterAClosingHandshake() throws IOException {
        open(SlowConsumerPolicy.DROP_NEWEST, 0, 100_000);
        peer.ws.send(bytes(10));
        peer.ws.close();
        stepped.settle();
        peer.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.settle();
        assertThat(peer.events).startsWith("close 1000");
        assertThat(peer.how.unsentMessages()).isZero();
        assertThat(peer.how.unsentBytes()).isZero();
    }
}
