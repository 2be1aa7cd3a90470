package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.Await;
import io.godwit.reactor.endpoint.Idling;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

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
        thread.join(60_000);

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
        final long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(endNs);
            Await.pause();
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
        thread.join(60_000);
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
        thread.join(60_000);
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

    private static EventLoop timed(final LongSupplier clock) throws IOException {
        return new EventLoop(
                "test-loop", new LoopOptions(1_024, 1, 1_024, 1 << 20, 0, 8, 1_024, 1_024, 1, 1_024), clock);
    }

    /** One of its kinds of work takes a tenth of a millisecond each time, or nothing. */
    @ParameterizedTest
    @EnumSource(Work.class)
    void shouldDoOfOneKindAboutAMillisecondsWorkInACycleAndGoOnInOrder(final Work work) throws IOException {
        final EventLoop busy = timed(() -> nowNs);
        for (int i = 0; i < 100; i++) {
            final int number = i;
            work.add(busy, () -> {
                nowNs += 100_000;
                done.add("item " + number);
            });
        }
        busy.doWork();
        if (work == Work.TIMER) {
            nowNs += TimeUnit.SECONDS.toNanos(1);
        }
        final List<Integer> perCycle = new ArrayList<>();
        while (done.size() < 100) {
            final int before = done.size();
            busy.doWork();
            perCycle.add(done.size() - before);
        }
        assertThat(perCycle).allSatisfy(count -> assertThat(count).isBetween(0, 30));
        assertThat(perCycle).hasSizeGreaterThan(2);
        assertThat(done).hasSize(100);
        if (work != Work.TIMER) {
            assertThat(done).startsWith("item 0", "item 1").endsWith("item 98", "item 99");
        }
        busy.onClose();
    }

    /** The kinds of work that are bounded in time. */
    enum Work {
        COMMAND {
            @Override
            void add(final EventLoop to, final Runnable item) {
                to.execute(item);
            }
        },
        MAIL {
            @Override
            void add(final EventLoop to, final Runnable item) {
                to.mail(item::run);
            }
        },
        TIMER {
            @Override
            void add(final EventLoop to, final Runnable item) {
                to.timers().schedule(1, ignored -> item.run());
            }
        },
        SETTLING {
            @Override
            void add(final EventLoop to, final Runnable item) {
                to.settleLater(item::run);
            }
        };

        abstract void add(EventLoop to, Runnable item);
    }

    /** {@return as many pipes as that, which are ready to be read all the time} */
    private static List<Pipe> readablePipes(final int count) throws IOException {
        final List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final Pipe pipe = Pipe.open();
            pipe.source().configureBlocking(false);
            pipe.sink().write(ByteBuffer.allocate(1));
            pipes.add(pipe);
        }
        return pipes;
    }

    private static void close(final List<Pipe> pipes) throws IOException {
        for (final Pipe pipe : pipes) {
            pipe.source().close();
            pipe.sink().close();
        }
    }

    /** They are ready all the time: those that come last in the selector's order are not to wait for the others. */
    @Test
    void shouldGiveReadySocketsAboutAMillisecondInACycleAndEachItsTurn() throws IOException {
        final int count = 100;
        final EventLoop busy = timed(() -> nowNs);
        final int[] turns = new int[count];
        final List<Pipe> pipes = readablePipes(count);
        for (int i = 0; i < count; i++) {
            final int number = i;
            busy.register(pipes.get(i).source(), SelectionKey.OP_READ, ops -> {
                assertThat(ops).isEqualTo(SelectionKey.OP_READ);
                nowNs += 100_000;
                turns[number]++;
            });
        }
        int before = 0;
        for (int cycle = 0; cycle < 200; cycle++) {
            busy.doWork();
            final int sum = IntStream.of(turns).sum();
            assertThat(sum - before).as("in one cycle").isBetween(1, 30);
            before = sum;
            final int fewest = IntStream.of(turns).min().orElseThrow();
            assertThat(IntStream.of(turns).max().orElseThrow())
                    .as("turns of one, while others have %d", fewest)
                    .isLessThanOrEqualTo(fewest + 1);
        }
        busy.onClose();
        close(pipes);
    }

    /** What was ready in an earlier cycle may have been closed, or not be wanted any more. */
    @Test
    void shouldNotTellAKeyWhatIsNotWantedAnyMore() throws IOException {
        final int count = 40;
        final EventLoop busy = timed(() -> nowNs);
        final List<Pipe> pipes = readablePipes(count);
        final List<SelectionKey> keys = new ArrayList<>();
        final List<SelectionKey> told = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final int number = i;
            keys.add(busy.register(pipes.get(i).source(), SelectionKey.OP_READ, ops -> {
                nowNs += 1_000_000;
                told.add(keys.get(number));
            }));
        }
        busy.doWork();
        assertThat(told).hasSizeLessThan(count / 2);
        final List<SelectionKey> late = new ArrayList<>(keys);
        late.removeAll(told);
        for (final SelectionKey key : late) {
            if (late.indexOf(key) % 2 == 0) {
                key.interestOps(0);
            } else {
                key.channel().close();
            }
        }
        final int before = told.size();
        for (int i = 0; i < 10; i++) {
            busy.doWork();
        }
        assertThat(told.subList(before, told.size())).doesNotContainAnyElementsOf(late);
        busy.onClose();
        close(pipes);
    }

    @Test
    void shouldDoAllThatTakesNoTimeInOneCycle() throws IOException {
        final EventLoop quick = timed(() -> nowNs);
        for (int i = 0; i < 1_000; i++) {
            quick.execute(() -> done.add("command"));
            quick.mail(() -> done.add("mail"));
            quick.settleLater(() -> done.add("settled"));
        }
        quick.doWork();
        assertThat(done).hasSize(3_000);
        quick.onClose();
    }

    @Test
    void shouldTellHowLongItsCyclesLast() throws IOException {
        loop.settleLater(() -> {
            nowNs += 5_000;
            done.add("lag " + loop.watch().lagNs(nowNs));
        });
        loop.doWork();
        assertThat(done).containsExactly("lag 5000");
        assertThat(loop.watch().lagNs(nowNs + 7)).as("between two steps").isZero();
        assertThat(loop.watch().longestNs(nowNs)).isEqualTo(5_000);
        nowNs += TimeUnit.SECONDS.toNanos(30);
        loop.doWork();
        assertThat(loop.watch().longestNs(nowNs)).as("of the window before").isEqualTo(5_000);
        nowNs += TimeUnit.SECONDS.toNanos(60);
        assertThat(loop.watch().longestNs(nowNs)).as("long ago").isZero();
    }

    @Test
    void shouldNotCountAsHeldUpOnceItHasEnded() {
        loop.execute(loop::stop);
        loop.run();
        nowNs += 5_000;
        assertThat(loop.watch().lagNs(nowNs)).as("while its last work is done").isEqualTo(5_000);
        loop.onClose();
        assertThat(loop.watch().lagNs(nowNs + 7)).isZero();
        assertThat(loop.watch().longestNs(nowNs)).isEqualTo(5_000);
    }

    @Test
    void shouldGiveTheInterruptOfItsDriverBackAfterTheStep() throws IOException {
        loop.execute(() -> done.add("interrupted " + Thread.currentThread().isInterrupted()));
        Thread.currentThread().interrupt();
        loop.doWork();
        assertThat(Thread.interrupted()).isTrue();
        loop.doWork();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(done).containsExactly("interrupted false");
    }

    /** Whoever drives a loop to its end must not spin for the interrupt that it was asked to end by. */
    @Test
    void shouldSleepThoughItsDriverIsInterrupted() throws IOException {
        final long sleepNs = TimeUnit.MILLISECONDS.toNanos(20);
        loop.doWork();
        Thread.currentThread().interrupt();
        final long startNs = System.nanoTime();
        loop.cycle(sleepNs);
        assertThat(System.nanoTime() - startNs).isGreaterThanOrEqualTo(sleepNs);
        assertThat(Thread.interrupted()).as("before the end of the step").isFalse();
        loop.endStep();
        assertThat(Thread.interrupted()).isTrue();
    }
}
