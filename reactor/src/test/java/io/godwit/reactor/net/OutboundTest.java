package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundTest {

    private static final int BATCH_BYTES = 64;

    private final FakeTransport socket = new FakeTransport();
    private final EventLoop loop;
    private final Outbound outbound;

    OutboundTest() throws IOException {
        loop = new EventLoop("test", new LoopOptions(64, 1, BATCH_BYTES, 1 << 30, 1 << 20, 1, 2, 1, 1, 2), () -> 0);
        outbound = new Outbound(socket, loop);
        limits(100, 200, SlowConsumerPolicy.DROP_NEWEST);
    }

    @AfterEach
    void close() {
        outbound.clear();
        assertThat(loop.pool().lent()).isZero();
        loop.onClose();
    }

    private void limits(final int soft, final int max, final SlowConsumerPolicy policy) {
        outbound.limits(new OutboundLimits(soft, max, policy, Duration.ofSeconds(1)));
    }

    private boolean send(final String text) {
        final ByteBuffer room = outbound.reserve(text.length(), Precedence.MESSAGE);
        if (room == null) {
            return false;
        }
        outbound.commit(room.put(text.getBytes(StandardCharsets.US_ASCII)));
        return true;
    }

    @Test
    void shouldWriteABatchAtOnce() {
        outbound.open();
        send("one ");
        send("two ");
        send("three");
        assertThat(socket.writes).isZero();
        outbound.flush();

        assertThat(socket.text()).isEqualTo("one two three");
        assertThat(socket.writes).isOne();
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void shouldWriteWhatWasSentOutsideOfABatchAtTheNextFlush() {
        send("one ");
        send("two ");
        assertThat(outbound.waitingBytes()).isEqualTo(8);
        outbound.flush();

        assertThat(socket.text()).isEqualTo("one two ");
        assertThat(socket.writes).isOne();
        assertThat(outbound.isEmpty()).isTrue();
    }

    @Test
    void shouldKeepOrderBetweenBatchAndQueueWhateverTheSocketTakes() {
        socket.appetite = 2;
        outbound.open();
        send("abcd");
        outbound.flush();
        assertThat(outbound.waitingBytes()).isEqualTo(2);

        outbound.open();
        send("efgh");
        socket.appetite = 3;
        outbound.flush();
        assertThat(socket.text()).isEqualTo("abcde");
        assertThat(outbound.waitingBytes()).isEqualTo(3);

        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        assertThat(socket.text()).isEqualTo("abcdefgh");
        assertThat(outbound.isEmpty()).isTrue();
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void shouldWriteMoreThanABatchHolds() {
        outbound.open();
        final StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            send("message " + i + ";");
            expected.append("message ").append(i).append(';');
        }
        final String large = "x".repeat(BATCH_BYTES + 1);
        send(large);
        send("end");
        outbound.flush();

        assertThat(socket.text()).isEqualTo(expected + large + "end");
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void shouldTakeWholeMessagesOnlyUpToItsLimit() {
        assertThat(send("a".repeat(150))).isTrue();
        assertThat(outbound.isOverSoftMark()).isTrue();
        assertThat(send("b".repeat(51))).isFalse();
        assertThat(send("c".repeat(50))).isTrue();
        assertThat(outbound.waitingBytes()).isEqualTo(200);
        assertThat(send("d")).isFalse();
        final ByteBuffer room = outbound.reserve(10, Precedence.CONTROL);
        assertThat(room).as("control frames have room of their own").isNotNull();
        outbound.commit(room.put(new byte[10]));
    }

    @Test
    void shouldShowAtTheSoftMarkWhatTheSocketDoesNotTakeOfABatch() {
        limits(20, 50, SlowConsumerPolicy.DROP_NEWEST);
        socket.appetite = 5;
        outbound.open();
        send("a".repeat(19));
        assertThat(socket.writes).as("under the mark it waits for company").isZero();
        send("b".repeat(30));
        assertThat(socket.writes).isOne();
        assertThat(outbound.isOverSoftMark()).isTrue();
        assertThat(outbound.waitingBytes()).isEqualTo(44);
        assertThat(send("c".repeat(7))).isFalse();
        assertThat(send("c".repeat(6))).isTrue();

        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        outbound.open();
        assertThat(send("d".repeat(51))).as("over the limit by itself").isFalse();
        outbound.flush();
        assertThat(socket.text()).isEqualTo("a".repeat(19) + "b".repeat(30) + "c".repeat(6));
    }

    @Test
    void shouldTellOnceThatThereIsRoomHoweverManyWereToldThatThereIsNot() {
        assertThat(outbound.isPressed()).isFalse();
        assertThat(outbound.handOver(99, Precedence.MESSAGE)).isEqualTo(SendResult.SENT);
        assertThat(outbound.isPressed()).isFalse();
        assertThat(outbound.handOver(1, Precedence.MESSAGE)).isEqualTo(SendResult.QUEUED);
        assertThat(outbound.handOver(60, Precedence.MESSAGE)).isEqualTo(SendResult.QUEUED);
        assertThat(outbound.isPressed()).isTrue();
        assertThat(outbound.handOver(101, Precedence.MESSAGE)).isEqualTo(SendResult.DROPPED);
        assertThat(outbound.handOver(201, Precedence.MESSAGE)).isEqualTo(SendResult.TOO_LONG);
        assertThat(outbound.takeTell()).as("over the soft mark").isFalse();
        arrive(99);
        assertThat(outbound.waitingBytes()).isEqualTo(61);
        assertThat(outbound.takeTell()).isTrue();
        assertThat(outbound.takeTell()).isFalse();
        assertThat(outbound.isPressed()).isFalse();
    }

    @Test
    void shouldNotTellOfRoomBeforeTheShortestThatWasRefusedFits() {
        outbound.handOver(90, Precedence.MESSAGE);
        assertThat(outbound.handOver(180, Precedence.MESSAGE)).isEqualTo(SendResult.DROPPED);
        assertThat(outbound.handOver(150, Precedence.MESSAGE)).isEqualTo(SendResult.DROPPED);
        outbound.handOver(20, Precedence.MESSAGE);
        arrive(20);
        assertThat(outbound.takeTell()).as("QUEUED was told").isTrue();
        assertThat(outbound.takeTell()).as("would be refused again").isFalse();
        assertThat(outbound.isPressed()).isTrue();
        arrive(90);
        assertThat(outbound.takeTell()).isTrue();
        assertThat(outbound.takeTell()).isFalse();
    }

    @Test
    void shouldKeepRoomForAMessageInFragmentsWhateverIsHeldForItsEnd() {
        outbound.handOver(190, Precedence.MESSAGE);
        outbound.held(190);
        outbound.spent(true);
        assertThat(outbound.handOver(20, Precedence.MESSAGE)).isEqualTo(SendResult.DROPPED);
        assertThat(outbound.limitHit()).as("the peer is not to blame").isFalse();
        assertThat(outbound.handOver(20, Precedence.IN_TURN).isTaken()).isTrue();
        outbound.commit(outbound.reserve(150, Precedence.IN_TURN).put(new byte[150]));
        assertThat(outbound.reserve(40, Precedence.IN_TURN)).isNull();
        assertThat(outbound.limitHit()).isFalse();
    }

    @Test
    void shouldTakeNothingOnceItIsSealedAndKnowWhatIsOnItsWay() {
        outbound.handOver(10, Precedence.MESSAGE);
        outbound.handOver(10, Precedence.CONTROL);
        assertThat(outbound.isWatched()).isTrue();
        outbound.seal();
        assertThat(outbound.handOver(10, Precedence.MESSAGE)).isEqualTo(SendResult.CLOSED);
        assertThat(outbound.handOver(10, Precedence.CONTROL)).isEqualTo(SendResult.CLOSED);
        assertThat(outbound.handOvers()).isEqualTo(2);
        arrive(10);
        outbound.withdraw(10);
        assertThat(outbound.handOvers()).isZero();
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(outbound.isWatched()).isTrue();
        outbound.end();
        assertThat(outbound.isEnded()).isTrue();
    }

    private void arrive(final int bytes) {
        outbound.spend(bytes);
        outbound.spent(true);
    }

    @Test
    void shouldHonourRoomThatAnotherThreadHasTaken() {
        assertThat(outbound.handOver(150, Precedence.MESSAGE).isTaken()).isTrue();
        assertThat(outbound.handOver(51, Precedence.MESSAGE).isTaken()).isFalse();
        assertThat(send("a".repeat(51))).isFalse();
        assertThat(send("b".repeat(50))).isTrue();

        outbound.spend(150);
        assertThat(send("c".repeat(140))).isTrue();
        outbound.spent(true);
        assertThat(outbound.waitingBytes()).isEqualTo(190);

        outbound.flush();
        assertThat(socket.text()).isEqualTo("b".repeat(50) + "c".repeat(140));
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void shouldKeepSmallMessagesTogether() {
        limits(10_000, 10_001, SlowConsumerPolicy.DROP_NEWEST);
        final StringBuilder expected = new StringBuilder();
        for (int i = 1_001; i <= 2_000; i++) {
            assertThat(send("<" + i + ">")).isTrue();
            expected.append('<').append(i).append('>');
            if (i % 100 == 0) {
                // What has begun to leave is no hindrance.
                socket.appetite = 7;
                outbound.flush();
            }
        }
        assertThat(loop.pool().lent()).as("buffers for 1,000 messages").isLessThan(10);
        assertThat(outbound.waitingBytes()).isEqualTo(expected.length() - 70);

        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        assertThat(socket.text()).isEqualTo(expected.toString());
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void shouldShareWithoutTouchingWhatIsShared() {
        final ByteBuffer shared =
                ByteBuffer.wrap("shared".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
        socket.appetite = 3;
        assertThat(outbound.share(shared)).isTrue();
        outbound.open();
        assertThat(outbound.share(shared)).isTrue();
        outbound.flush();
        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();

        assertThat(socket.text()).isEqualTo("sharedshared");
        assertThat(shared.position()).isZero();
        assertThat(shared.remaining()).isEqualTo(6);
    }

    @Test
    void shouldRememberThatTheTransportFailed() {
        socket.failure = new IOException("broken by a test");
        outbound.open();
        send("lost");
        outbound.flush();

        assertThat(outbound.failure()).isSameAs(socket.failure);
    }

    @Test
    void shouldKeepEveryByteInOrderAtRandom() {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final StringBuilder expected = new StringBuilder();
        limits(1 << 20, 1 << 22, SlowConsumerPolicy.DROP_NEWEST);
        for (int i = 0; i < 2_000; i++) {
            if (random.nextInt(4) == 0) {
                outbound.open();
            }
            for (int j = random.nextInt(5); j > 0; j--) {
                final String message = Character.toString('a' + i % 26).repeat(1 + random.nextInt(2 * BATCH_BYTES));
                assertThat(send(message)).isTrue();
                expected.append(message);
            }
            socket.appetite = random.nextInt(4 * BATCH_BYTES);
            outbound.flush();
        }
        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();

        assertThat(socket.text()).as("seed " + seed).isEqualTo(expected.toString());
        assertThat(outbound.waitingBytes()).isZero();
    }
}
