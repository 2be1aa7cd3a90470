package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.endpoint.Idling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventLoopTest {

    private static final LoopOptions OPTIONS = new LoopOptions(1_024, 1, 1_024, 1 << 20, 0, 8, 4, 2, 1, 8);

    private final List<String> done = new ArrayList<>();
    private long nowNs;
    private final EventLoop loop;

    EventLoopTest() throws IOException {
        loop = new EventLoop("test-loop", OPTIONS, () -> nowNs);
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    @Test
    void shouldFindNothingToDo() throws IOException {
        assertThat(loop.doWork()).isZero();
    }

    @Test
    void shouldBelongToTheThreadThatStepsIt() throws IOException {
        assertThat(loop.inLoop()).isFalse();
        loop.doWork();
        assertThat(loop.inLoop()).isTrue();
    }

    @Test
    void shouldRunCommandsInOrderAndSurviveOneThatThrows() throws IOException {
        loop.execute(() -> done.add("a"));
        loop.execute(() -> {
            throw new IllegalStateException("thrown by a test");
        });
        loop.execute(() -> done.add("b"));

        assertThat(loop.doWork()).isEqualTo(3);
        assertThat(done).containsExactly("a", "b");
    }

    @Test
    void shouldRefuseCommandsPastItsBound() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertThat(loop.execute(() -> done.add("a"))).isTrue();
        }
        assertThat(loop.execute(() -> done.add("b"))).isFalse();

        loop.doWork();
        assertThat(done).containsExactly("a", "a", "a", "a");
        assertThat(loop.execute(() -> done.add("c"))).isTrue();
    }

    @Test
    void shouldSettleInTheSameCycleWhatMailAsksFor() throws IOException {
        loop.mail(() -> loop.settleLater(() -> done.add("settled")));
        loop.doWork();
        assertThat(done).containsExactly("settled");
    }

    @Test
    void shouldSettleInTheNextCycleWhatSettlingAsksFor() throws IOException {
        loop.settleLater(() -> loop.settleLater(() -> done.add("second")));
        loop.doWork();
        assertThat(done).isEmpty();
        loop.doWork();
        assertThat(done).containsExactly("second");
    }

    @Test
    void shouldExpireNoMoreTimersInACycleThanItsBound() throws IOException {
        for (int i = 0; i < 5; i++) {
            loop.timers().schedule(10, now -> done.add("timer"));
        }
        nowNs = 1_000_000_000;
        loop.doWork();
        assertThat(done).hasSize(2);
        loop.doWork();
        loop.doWork();
        assertThat(done).hasSize(5);
    }

    @Test
    void shouldWakeFromItsSleepForCommandsAndStop() throws InterruptedException {
        final AtomicInteger ran = new AtomicInteger();
        final Thread thread = new Thread(loop, "test-loop");
        thread.start();
        // No timer, no channel: without a wakeup it would sleep for ever.
        for (int i = 0; i < 1_000; i++) {
            final CountDownLatch latch = new CountDownLatch(1);
            loop.execute(() -> {
                ran.incrementAndGet();
                latch.countDown();
            });
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        }
        loop.stop();
        thread.join(10_000);

        assertThat(thread.isAlive()).isFalse();
        assertThat(ran).hasValue(1_000);
    }

    private static void runsCommands(final EventLoop driven) throws InterruptedException {
        for (int i = 0; i < 100; i++) {
            final CountDownLatch latch = new CountDownLatch(1);
            driven.execute(latch::countDown);
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static void awaitThat(final BooleanSupplier condition) {
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(endNs);
            Thread.onSpinWait();
        }
    }

    @Test
    void shouldSleepOnlyAfterSomePollsWhereItBacksOff() throws InterruptedException {
        final Thread thread = new Thread(() -> loop.run(Idling.BACKING_OFF), "test-loop");
        thread.start();
        for (int i = 0; i < 3; i++) {
            awaitThat(loop::needsWakeup);
            runsCommands(loop);
        }
        loop.stop();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void shouldPollAllTheTimeWhereItSpins() throws IOException, InterruptedException {
        final AtomicInteger cycles = new AtomicInteger();
        final EventLoop spinning = new EventLoop("spinning", OPTIONS, cycles::incrementAndGet);
        final Thread thread = new Thread(() -> spinning.run(Idling.SPINNING), "spinning");
        thread.start();
        // Far more than it polls where it backs off, and nothing has come.
        awaitThat(() -> cycles.get() > 100_000);
        assertThat(spinning.needsWakeup()).isFalse();
        runsCommands(spinning);
        spinning.stop();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
        spinning.onClose();
    }

    @Test
    void shouldBeEndedByAnErrorOfACommand() {
        loop.execute(() -> {
            throw new AssertionError("thrown by a test");
        });
        assertThatThrownBy(loop::run).isInstanceOf(AssertionError.class);
    }

    @Test
    void shouldRunWhatIsLeftWhenItIsClosedAndTakeNoMore() {
        loop.execute(() -> {
            throw new AssertionError("thrown by a test");
        });
        loop.execute(() -> done.add("left"));
        loop.onClose();
        assertThat(done).containsExactly("left");
        assertThat(loop.execute(() -> done.add("late"))).isFalse();
        assertThat(loop.isClosed()).isTrue();
    }
}
