package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.BufferPool;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens at the hard limit. */
class OutboundPolicyTest {

    private static final int POOL_BYTES_MAX = 1 << 20;

    private final FakeTransport socket = new FakeTransport();
    private final EventLoop loop;
    private final Outbound outbound;

    OutboundPolicyTest() throws IOException {
        loop = new EventLoop("test", new LoopOptions(64, 1, 64, POOL_BYTES_MAX, 1 << 20, 1, 2, 1, 1, 2), () -> 0);
        outbound = new Outbound(socket, loop);
        socket.appetite = 0;
    }

    @AfterEach
    void close() {
        outbound.clear();
        assertThat(loop.pool().lent()).isZero();
        assertThat(loop.pool().lentBytes()).isZero();
        loop.onClose();
    }

    private void limits(final int max, final SlowConsumerPolicy policy) {
        outbound.limits(new OutboundLimits(max / 2, max, policy, Duration.ofSeconds(1)));
    }

    private boolean send(final String text, final Precedence precedence) {
        final ByteBuffer room = outbound.reserve(text.length(), precedence);
        if (room == null) {
            return false;
        }
        outbound.commit(room.put(text.getBytes(StandardCharsets.US_ASCII)));
        return true;
    }

    private boolean message(final String text) {
        return send(text, Precedence.MESSAGE);
    }

    private static ByteBuffer shared(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();
    }

    private String received() {
        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        assertThat(outbound.isEmpty()).isTrue();
        return socket.text();
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldRefuseAMessageOverTheLimitItselfWithNobodysFault(final SlowConsumerPolicy policy) {
        limits(100, policy);
        assertThat(message("<kept>")).isTrue();
        assertThat(message("x".repeat(101))).isFalse();
        assertThat(outbound.handOver(101, Precedence.MESSAGE).isTaken()).isFalse();
        assertThat(outbound.share(shared("x".repeat(300)))).isFalse();
        assertThat(outbound.limitHit()).isFalse();
        assertThat(outbound.takeEvicted()).isNull();
        assertThat(outbound.isPressed()).isFalse();
        assertThat(received()).isEqualTo("<kept>");
    }

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"CLOSE", "DROP_NEWEST"})
    void shouldRefuseTheNewestAndTellWhereThatIsTheEnd(final SlowConsumerPolicy policy) {
        limits(100, policy);
        assertThat(message("a".repeat(60))).isTrue();
        assertThat(outbound.limitHit()).isFalse();
        assertThat(message("b".repeat(60))).isFalse();
        assertThat(outbound.limitHit()).isEqualTo(policy == SlowConsumerPolicy.CLOSE);
        assertThat(message("c".repeat(40))).isTrue();
        assertThat(outbound.takeEvicted()).isNull();
        assertThat(received()).isEqualTo("a".repeat(60) + "c".repeat(40));
    }

    @Test
    void shouldTellThatAnotherThreadHitTheLimit() throws Exception {
        limits(100, SlowConsumerPolicy.CLOSE);
        message("a".repeat(60));
        final Thread other = new Thread(() -> outbound.handOver(60, Precedence.MESSAGE));
        other.start();
        other.join();
        assertThat(outbound.limitHit()).isTrue();
    }

    @Test
    void shouldDropTheOldestUntilTheNewOneFits() {
        limits(30, SlowConsumerPolicy.DROP_OLDEST);
        for (int i = 0; i < 10; i++) {
            assertThat(message("<" + i + "....." + ">")).isTrue();
        }
        assertThat(outbound.waitingBytes()).isEqualTo(24);
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(7, 56));
        assertThat(outbound.takeEvicted()).isNull();
        assertThat(message("<" + "l".repeat(20) + ">")).isTrue();
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(2, 16));
        assertThat(received()).isEqualTo("<9.....><" + "l".repeat(20) + ">");
    }

    @Test
    void shouldKeepTheLatestOnly() {
        limits(30, SlowConsumerPolicy.KEEP_LATEST);
        for (int i = 0; i < 10; i++) {
            assertThat(message("<" + i + "....." + ">")).isTrue();
        }
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(9, 72));
        assertThat(received()).isEqualTo("<9.....>");
    }

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_OLDEST", "KEEP_LATEST"})
    void shouldEvictNeitherWhatHasBegunNorControlFramesNorFragments(final SlowConsumerPolicy policy) {
        limits(50, policy);
        assertThat(message("<begun>")).isTrue();
        socket.appetite = 2;
        outbound.flush();
        assertThat(send("[ping]", Precedence.CONTROL)).isTrue();
        assertThat(message("<old 1>")).isTrue();
        assertThat(send("<part>", Precedence.IN_TURN)).isTrue();
        assertThat(send("[ping]", Precedence.CONTROL)).isTrue();
        assertThat(send("<end>", Precedence.IN_TURN)).isTrue();
        assertThat(message("<old 2>")).isTrue();
        assertThat(send("[pong]", Precedence.PONG)).isTrue();
        assertThat(message("<" + "n".repeat(12) + ">")).isTrue();
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(2, 14));

        assertThat(message("<" + "n".repeat(28) + ">"))
                .as("what there is to evict would not suffice")
                .isFalse();
        assertThat(outbound.takeEvicted()).isNull();
        assertThat(received()).isEqualTo("<begun>[pong][ping]<part>[ping]<end><" + "n".repeat(12) + ">");
    }

    @Test
    void shouldEvictForAFragmentAndForWhatIsShared() {
        limits(1_000, SlowConsumerPolicy.DROP_OLDEST);
        assertThat(message("a".repeat(600))).isTrue();
        assertThat(outbound.share(shared("b".repeat(700)))).isTrue();
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(1, 600));
        assertThat(outbound.share(shared("c".repeat(200)))).isTrue();
        assertThat(send("d".repeat(400), Precedence.IN_TURN)).isTrue();
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(1, 700));
        assertThat(received()).isEqualTo("c".repeat(200) + "d".repeat(400));
    }

    @Test
    void shouldLetOtherThreadsReserveAsMuchAgainAndEvictOnArrival() {
        limits(100, SlowConsumerPolicy.DROP_OLDEST);
        assertThat(message("a".repeat(80))).isTrue();
        assertThat(outbound.handOver(60, Precedence.MESSAGE).isTaken()).isTrue();
        assertThat(outbound.handOver(60, Precedence.MESSAGE).isTaken()).isTrue();
        assertThat(outbound.handOver(1, Precedence.MESSAGE).isTaken())
                .as("past twice the limit")
                .isFalse();

        outbound.spend(60);
        assertThat(message("b".repeat(58))).isTrue();
        outbound.spent(true);
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(1, 80));
        assertThat(outbound.waitingBytes()).isEqualTo(58 + 60);

        outbound.spend(60);
        assertThat(send("c".repeat(60), Precedence.IN_TURN)).isTrue();
        outbound.spent(true);
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(1, 58));
        assertThat(received()).isEqualTo("c".repeat(60));
        assertThat(outbound.waitingBytes()).isZero();
    }

    @Test
    void shouldCountAsEvictedWhatWasPromisedAndHasNoRoomAfterAll() {
        limits(100, SlowConsumerPolicy.DROP_OLDEST);
        assertThat(send("a".repeat(80), Precedence.IN_TURN)).isTrue();
        assertThat(outbound.handOver(60, Precedence.MESSAGE).isTaken()).isTrue();
        outbound.spend(60);
        assertThat(message("b".repeat(58))).isFalse();
        outbound.spent(true);
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(1, 58));
        assertThat(outbound.waitingBytes()).isEqualTo(80);
    }

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_OLDEST", "KEEP_LATEST"})
    void shouldBoundTheMemoryOfTinyMessages(final SlowConsumerPolicy policy) {
        limits(100_000, policy);
        for (int i = 0; i < 50_000; i++) {
            assertThat(message("<>")).isTrue();
            assertThat(loop.pool().lentBytes()).isLessThan(100_000);
        }
        final Evicted evicted = outbound.takeEvicted();
        assertThat(evicted.messages() + outbound.waitingBytes() / 2).isEqualTo(50_000);
        assertThat(evicted.bytes() + outbound.waitingBytes()).isEqualTo(100_000);
    }

    /** Messages between them are evicted, so that they share no buffer: each costs many times its length. */
    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_OLDEST", "KEEP_LATEST"})
    void shouldBoundTheMemoryOfPingsAmongMessagesAndHaveRoomForTheClose(final SlowConsumerPolicy policy) {
        limits(100_000, policy);
        int pings = 0;
        for (int i = 0; i < 20_000; i++) {
            assertThat(message("<" + "m".repeat(998) + ">")).isTrue();
            pings += send("[]", Precedence.CONTROL) ? 1 : 0;
        }
        assertThat(pings).isBetween(100, 200);
        assertThat(loop.pool().lentBytes()).isLessThan(400_000);
        assertThat(send("[close]", Precedence.LAST)).isTrue();
        final String received = received();
        assertThat(received).endsWith("[close]");
        assertThat(received.split("\\[]", -1)).as("no Ping is evicted").hasSize(pings + 1);
    }

    @Test
    void shouldRefuseWhereTheLoopHasNoMemoryAndTakeControlFramesAllTheSame() {
        limits(2 * POOL_BYTES_MAX, SlowConsumerPolicy.CLOSE);
        final ByteBuffer others = useUp();
        // A short one has room, if nothing waits.
        final String refused = "n".repeat(2_000);
        assertThat(message(refused)).isFalse();
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(outbound.limitHit()).isFalse();
        assertThat(outbound.handOver(2_000, Precedence.MESSAGE).isTaken()).isTrue();
        outbound.spend(2_000);
        assertThat(message(refused)).isFalse();
        outbound.spent(true);
        assertThat(outbound.takeEvicted()).isEqualTo(new Evicted(1, 2_000));
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(send("[close]", Precedence.CONTROL)).isTrue();
        loop.pool().release(others);
        assertThat(message("<yes>")).isTrue();
        assertThat(received()).isEqualTo("[close]<yes>");
    }

    /** {@return all of the loop's memory, but for the reserve} */
    private ByteBuffer useUp() {
        final ByteBuffer others = loop.pool().acquire(POOL_BYTES_MAX / 2);
        loop.memory().takeAnyway(loop.memory().freeBytes());
        return others;
    }

    @Test
    void shouldCutOffWhereThereIsNoMemoryForTheRestOfWhatHasBegunToLeave() {
        limits(1_000, SlowConsumerPolicy.CLOSE);
        final long all = POOL_BYTES_MAX + MemoryBudget.reserveOf(POOL_BYTES_MAX);
        loop.memory().takeAnyway(all);
        outbound.open();
        assertThat(message("<batch>")).isTrue();
        outbound.flush();
        assertThat(outbound.failure()).hasMessageContaining("no memory");
        assertThat(loop.counters().get(Metric.OVERLOADS)).isOne();
        outbound.clear();
        assertThat(loop.memory().usedBytes()).isEqualTo(all);
    }

    @Test
    void shouldKeepWhatTheSocketDidNotTakeOfABatchWithTheReserve() {
        limits(1_000, SlowConsumerPolicy.CLOSE);
        final ByteBuffer others = useUp();
        outbound.open();
        assertThat(message("<batch>")).isTrue();
        outbound.flush();
        assertThat(outbound.waitingBytes()).isEqualTo(7);
        assertThat(loop.memory().usedBytes()).isEqualTo(POOL_BYTES_MAX + BufferPool.costOf(7));
        loop.pool().release(others);
        assertThat(received()).isEqualTo("<batch>");
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldSendOrEvictEachTakenMessageAtRandom(final SlowConsumerPolicy policy) {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final StringBuilder kept = new StringBuilder();
        limits(2_000, policy);
        long taken = 0;
        long takenBytes = 0;
        for (int i = 0; i < 5_000; i++) {
            if (random.nextInt(3) == 0) {
                outbound.open();
            }
            final int length = 2 + random.nextInt(random.nextInt(10) == 0 ? 1_500 : 60);
            if (random.nextInt(10) == 0) {
                final String part = "(" + "p".repeat(length - 2) + ")";
                if (send(part, Precedence.IN_TURN)) {
                    kept.append(part);
                }
            } else if (message("<" + "m".repeat(length - 2) + ">")) {
                taken++;
                takenBytes += length;
            }
            assertThat(outbound.waitingBytes()).isBetween(0L, 2_000L);
            socket.appetite = random.nextInt(80);
            outbound.flush();
        }
        final Evicted evicted = outbound.takeEvicted();
        final String received = received();
        assertThat(received.replaceAll("<m*>|\\(p*\\)", ""))
                .as("what is no whole frame; seed " + seed)
                .isEmpty();
        final long messages = received.chars().filter(c -> c == '<').count();
        assertThat(messages + (evicted == null ? 0 : evicted.messages()))
                .as("seed " + seed)
                .isEqualTo(taken);
        assertThat(received.length() - kept.length() + (evicted == null ? 0 : evicted.bytes()))
                .isEqualTo(takenBytes);
        assertThat(received.replaceAll("<m*>", "")).isEqualTo(kept.toString());
        assertThat(evicted != null).isEqualTo(policy.evicts());
    }
}
