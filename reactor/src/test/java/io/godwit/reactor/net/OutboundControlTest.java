package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.OutboundLimits;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What goes ahead, what keeps its place, and what takes another's. */
class OutboundControlTest {

    private final FakeTransport socket = new FakeTransport();
    private final EventLoop loop;
    private final Outbound outbound;

    OutboundControlTest() throws IOException {
        loop = new EventLoop("test", new LoopOptions(64, 1, 64, 1 << 20, 1 << 20, 1, 2, 1, 1, 2), () -> 0);
        outbound = new Outbound(socket, loop);
        limits(SlowConsumerPolicy.CLOSE);
        socket.appetite = 0;
    }

    @AfterEach
    void close() {
        outbound.clear();
        assertThat(outbound.waitingBytes()).isZero();
        assertThat(loop.pool().lent()).isZero();
        assertThat(loop.pool().lentBytes()).isZero();
        loop.onClose();
    }

    private void limits(final SlowConsumerPolicy policy) {
        outbound.limits(new OutboundLimits(1_000, 10_000, policy, Duration.ofSeconds(1)));
    }

    private boolean send(final String text, final Precedence precedence) {
        final ByteBuffer room = outbound.reserve(text.length(), precedence);
        if (room == null) {
            return false;
        }
        outbound.commit(room.put(text.getBytes(StandardCharsets.US_ASCII)));
        return true;
    }

    private void message(final String text) {
        assertThat(send(text, Precedence.MESSAGE)).isTrue();
    }

    private void pong(final String text) {
        assertThat(send(text, Precedence.PONG)).isTrue();
    }

    private String received() {
        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        assertThat(outbound.isEmpty()).isTrue();
        assertThat(outbound.waitingBytes()).isZero();
        return socket.text();
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldKeepOnePongForAnyNumberOfPings(final SlowConsumerPolicy policy) {
        limits(policy);
        message("<data>");
        for (int i = 0; i < 10_000; i++) {
            pong("[pong " + "x".repeat(i % 100) + i + "]");
        }
        assertThat(outbound.waitingBytes()).isEqualTo(6 + 7 + 99 + 4);
        assertThat(loop.pool().lent()).isEqualTo(2);
        assertThat(received()).isEqualTo("[pong " + "x".repeat(99) + "9999]<data>");
    }

    @Test
    void shouldAnswerAPingAheadOfAllThatHasNotBegunToLeave() {
        outbound.open();
        message("<begun>");
        socket.appetite = 3;
        outbound.flush();
        message("<first>");
        message("<second>");
        pong("[pong]");
        assertThat(received()).isEqualTo("<begun>[pong]<first><second>");
    }

    @Test
    void shouldNotReplaceAPongThatHasBegunToLeave() {
        pong("[pong 1]");
        message("<data>");
        socket.appetite = 2;
        outbound.flush();
        pong("[pong 2]");
        pong("[pong 3]");
        assertThat(received()).isEqualTo("[pong 1][pong 3]<data>");
        pong("[pong 4]");
        assertThat(received()).endsWith("<data>[pong 4]");
    }

    @Test
    void shouldSendAKeepAlivePingAheadAndReplaceItNot() {
        message("<data>");
        send("[ping 1]", Precedence.AHEAD);
        pong("[pong 1]");
        send("[ping 2]", Precedence.AHEAD);
        pong("[pong 2, longer than any buffer of 64 bytes, so that it needs another one]");
        assertThat(received())
                .isEqualTo("[ping 2][pong 2, longer than any buffer of 64 bytes, so that it needs another one]"
                        + "[ping 1]<data>");
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldKeepTheOrderOfMessagesAndOtherControlFrames(final SlowConsumerPolicy policy) {
        limits(policy);
        message("<1>");
        send("[ping]", Precedence.CONTROL);
        message("<2>");
        send("<part>", Precedence.IN_TURN);
        send("[ping]", Precedence.CONTROL);
        send("<end>", Precedence.IN_TURN);
        message("<3>");
        pong("[pong]");
        send("[close]", Precedence.CONTROL);
        assertThat(received()).isEqualTo("[pong]<1>[ping]<2><part>[ping]<end><3>[close]");
    }

    @Test
    void shouldHaveRoomForControlFramesWhereMessagesHaveNone() {
        message("x".repeat(10_000));
        assertThat(send("y", Precedence.MESSAGE)).isFalse();
        assertThat(send("y", Precedence.IN_TURN)).isFalse();
        assertThat(send("p".repeat(100), Precedence.PONG)).isTrue();
        int pings = 0;
        while (send("q".repeat(100), Precedence.CONTROL)) {
            pings++;
        }
        assertThat(pings).as("until their own room is used up").isEqualTo(39);
        assertThat(send("p".repeat(100), Precedence.PONG))
                .as("in place of the one that waits")
                .isTrue();
        assertThat(send("p".repeat(200), Precedence.PONG)).isFalse();
        assertThat(send("z".repeat(127), Precedence.LAST))
                .as("nothing keeps a Close back")
                .isTrue();
        assertThat(received()).isEqualTo("p".repeat(100) + "x".repeat(10_000) + "q".repeat(3_900) + "z".repeat(127));
    }

    @Test
    void shouldNeverBreakAFrameAtRandom() {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final StringBuilder messages = new StringBuilder();
        outbound.limits(new OutboundLimits(1_000, 1 << 20, SlowConsumerPolicy.CLOSE, Duration.ofSeconds(1)));
        for (int i = 0; i < 3_000; i++) {
            if (random.nextInt(3) == 0) {
                outbound.open();
            }
            final int kind = random.nextInt(4);
            if (kind == 0) {
                pong("[" + "o".repeat(random.nextInt(120)) + "]");
            } else if (kind == 1) {
                send("[" + "i".repeat(random.nextInt(20)) + "]", Precedence.AHEAD);
            } else {
                final String message = "<" + "m".repeat(random.nextInt(150)) + ">";
                send(message, random.nextBoolean() ? Precedence.MESSAGE : Precedence.CONTROL);
                messages.append(message);
            }
            socket.appetite = random.nextInt(200);
            outbound.flush();
        }
        final String received = received();
        assertThat(received.replaceAll("\\[o*\\]|\\[i*\\]|<m*>", ""))
                .as("what is no whole frame; seed " + seed)
                .isEmpty();
        assertThat(received.replaceAll("\\[[oi]*\\]", ""))
                .as("messages in order; seed " + seed)
                .isEqualTo(messages.toString());
    }
}
