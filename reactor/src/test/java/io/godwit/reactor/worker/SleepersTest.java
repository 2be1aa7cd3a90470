package io.godwit.reactor.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SleepersTest {

    private static final int ROUNDS = 3_000;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(20);

    private final Sleepers sleepers = new Sleepers(2);
    private final AtomicInteger round = new AtomicInteger();
    private final AtomicInteger restlessRounds = new AtomicInteger();
    private final AtomicInteger woken = new AtomicInteger();
    private volatile boolean over;

    /** Falls asleep once a round, and finds something to do at once. */
    private void sleepRestlessly() {
        for (int number = 1; number <= ROUNDS; number++) {
            while (round.get() < number) {
                Thread.onSpinWait();
            }
            sleepers.sleep(0, () -> true);
            restlessRounds.set(number);
        }
    }

    private void sleepSoundly() {
        while (!over) {
            sleepers.sleep(1, () -> false);
            woken.incrementAndGet();
        }
    }

    /** One of two wakeups may go to the thread that is just falling asleep; the other one has to wake who sleeps already. */
    @Test
    void shouldWakeWhoSleepsWhileAnotherFallsAsleep() throws InterruptedException {
        final Thread restless = new Thread(this::sleepRestlessly);
        final Thread sound = new Thread(this::sleepSoundly);
        restless.setDaemon(true);
        sound.setDaemon(true);
        restless.start();
        sound.start();
        for (int number = 1; number <= ROUNDS; number++) {
            await(Thread.State.WAITING, sound);
            final int before = woken.get();
            round.set(number);
            for (int spin = number % 64; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            sleepers.wakeOne();
            sleepers.wakeOne();
            await(woken, before + 1);
            await(restlessRounds, number);
        }
        restless.join();
        over = true;
        sleepers.wakeAll();
        sound.join();
    }

    private static void await(final Thread.State state, final Thread thread) {
        final long endNs = System.nanoTime() + PATIENCE_NS;
        while (thread.getState() != state) {
            assertThat(System.nanoTime()).as("asleep").isLessThan(endNs);
            Thread.yield();
        }
    }

    private static void await(final AtomicInteger count, final int number) {
        final long endNs = System.nanoTime() + PATIENCE_NS;
        while (count.get() < number) {
            assertThat(System.nanoTime())
                    .as("woken, or asleep again: " + number)
                    .isLessThan(endNs);
            Thread.yield();
        }
    }
}
