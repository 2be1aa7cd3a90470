package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a peer is too slow: it has to take 100 bytes in 50 ms, while as many wait. */
class BacklogTest {

    private final FakeTransport socket = new FakeTransport();
    private final EventLoop loop;
    private final Outbound outbound;
    private final Backlog backlog;

    BacklogTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(1), () -> 0);
        outbound = new Outbound(socket, loop);
        outbound.limits(new OutboundLimits(100, 1_000, SlowConsumerPolicy.CLOSE, Duration.ofMillis(50)));
        backlog = new Backlog(outbound, loop.memoryHolders(), () -> {});
        socket.appetite = 0;
    }

    @AfterEach
    void close() {
        outbound.clear();
        loop.onClose();
    }

    private void send(final int bytes) {
        outbound.commit(outbound.reserve(bytes, Precedence.MESSAGE).put(new byte[bytes]));
    }

    private void take(final int bytes, final long nowMs) {
        socket.appetite = bytes;
        outbound.flush();
        backlog.flushed(ns(nowMs));
    }

    private static long ns(final long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    /** Tells a stage what is due, and what that was. */
    private List<String> tell() {
        final List<String> told = new ArrayList<>();
        backlog.tell((Stage) Proxy.newProxyInstance(
                Stage.class.getClassLoader(), new Class<?>[] {Stage.class}, (proxy, method, arguments) -> {
                    told.add(method.getName());
                    return null;
                }));
        return told;
    }

    @Test
    void shouldBeUnusedUntilSomethingWaitsAndOnceNothingDoesAndTheEndOfThatWasTold() {
        assertThat(backlog.isUnused()).isTrue();
        send(150);
        assertThat(backlog.begins(ns(10))).isTrue();
        assertThat(backlog.isUnused()).isFalse();
        assertThat(tell()).isEmpty();
        take(60, 20);
        assertThat(backlog.isUnused()).isFalse();
        assertThat(tell()).containsExactly("onBacklogEnd", "onDrained");
        assertThat(backlog.isUnused()).as("the rest may have to make way").isFalse();
        take(90, 30);
        assertThat(tell()).isEmpty();
        assertThat(backlog.isUnused()).isTrue();
    }

    @Test
    void shouldBeUsedWhereAnotherThreadWasToldThatTooMuchWaits() {
        assertThat(outbound.isPressed()).isFalse();
        assertThat(outbound.handOver(100, Precedence.MESSAGE).isTaken()).isTrue();
        assertThat(outbound.isPressed()).isTrue();
        assertThat(tell()).isEmpty();
        assertThat(outbound.isPressed()).as("the end of it is still to be told").isTrue();
        outbound.spend(100);
        outbound.spent(true);
        assertThat(tell()).containsExactly("onDrained");
        assertThat(tell()).isEmpty();
        assertThat(outbound.isPressed()).isFalse();
        assertThat(backlog.isUnused()).isTrue();
    }

    @Test
    void shouldNotCountWhatThePeerTookBeforeItWasMade() {
        send(80);
        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        socket.appetite = 0;
        final Backlog later = new Backlog(outbound, loop.memoryHolders(), () -> {});
        send(150);
        assertThat(later.begins(ns(10))).isTrue();
        socket.appetite = 50;
        outbound.flush();
        later.flushed(ns(20));
        assertThat(later.slowDeadlineNs()).as("fifty are not enough").isEqualTo(ns(60));
    }

    @Test
    void shouldHaveNoDeadlineUnderTheSoftMark() {
        send(99);
        assertThat(backlog.begins(ns(7))).isFalse();
        assertThat(backlog.slowDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldGiveAPeerTheTimeoutForAsManyBytesAsTheSoftMark() {
        send(500);
        assertThat(backlog.begins(ns(10))).isTrue();
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(60));
        take(99, 30);
        assertThat(backlog.slowDeadlineNs()).as("not enough yet").isEqualTo(ns(60));
        take(1, 40);
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(90));
        take(250, 55);
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(105));
        assertThat(backlog.lastTakenNs()).isEqualTo(ns(55));
    }

    @Test
    void shouldCountWhatLeftBeforeTheFlush() {
        send(500);
        assertThat(backlog.begins(ns(10))).isTrue();
        take(500, 20);
        send(150);
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(70));
        outbound.handOver(300, Precedence.MESSAGE);
        socket.appetite = Integer.MAX_VALUE;
        outbound.flush();
        outbound.open();
        send(120);
        assertThat(socket.text()).as("a full batch does not wait for the flush").hasSize(770);
        outbound.flush();
        backlog.flushed(ns(40));
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(90));
    }

    @Test
    void shouldNotGiveItsTimeAgainToWhoTookNothingBeforeMessagesWereEvicted() {
        outbound.limits(new OutboundLimits(100, 300, SlowConsumerPolicy.KEEP_LATEST, Duration.ofMillis(50)));
        send(60);
        send(60);
        assertThat(backlog.begins(ns(10))).isTrue();
        send(60);
        send(60);
        send(70);
        assertThat(outbound.waitingBytes()).isEqualTo(70);
        assertThat(backlog.ends()).isTrue();
        assertThat(backlog.slowDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        send(60);
        assertThat(backlog.begins(ns(30))).isTrue();
        assertThat(backlog.slowDeadlineNs()).as("since the first backlog").isEqualTo(ns(60));
        take(130, 40);
        assertThat(backlog.ends()).isTrue();
        send(100);
        assertThat(backlog.begins(ns(50))).isTrue();
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(100));
    }

    @Test
    void shouldStartAnewWithTheNextBacklog() {
        send(150);
        assertThat(backlog.begins(ns(10))).isTrue();
        take(60, 20);
        assertThat(backlog.ends()).isTrue();
        assertThat(backlog.slowDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        send(10);
        assertThat(backlog.begins(ns(200))).isTrue();
        assertThat(backlog.slowDeadlineNs()).isEqualTo(ns(250));
        send(400);
        take(40, 210);
        assertThat(backlog.slowDeadlineNs())
                .as("what was taken of the former one does not count")
                .isEqualTo(ns(250));
    }
}
