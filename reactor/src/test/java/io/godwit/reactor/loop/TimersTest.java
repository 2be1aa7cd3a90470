package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TimersTest {

    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long TICK_NS = 1L << 26;
    private static final int MANY = 1_000_000;

    /** How long a timer of the present tick may wait although it is polled all the time. */
    private static final long LOOK_NS = 1_000_000;

    private final Timers timers = new Timers(0);
    private final List<String> woken = new ArrayList<>();

    @Test
    void shouldWakeNothingEarly() {
        timers.schedule(SECOND_NS, now -> woken.add("a"));

        timers.poll(SECOND_NS - 1, MANY);
        assertThat(woken).isEmpty();

        timers.poll(SECOND_NS + LOOK_NS, MANY);
        assertThat(woken).containsExactly("a");
        assertThat(timers.count()).isZero();
    }

    /** Within a tick too, which is not searched at each poll. */
    @Test
    void shouldWakeWithinAMillisecondHoweverOftenItIsPolled() {
        final List<Long> times = new ArrayList<>();
        timers.schedule(SECOND_NS, times::add);
        for (long now = SECOND_NS - 2 * LOOK_NS; now < SECOND_NS + 2 * LOOK_NS; now += LOOK_NS / 100) {
            timers.poll(now, MANY);
        }
        assertThat(times).singleElement().satisfies(at -> assertThat(at).isBetween(SECOND_NS, SECOND_NS + LOOK_NS));
    }

    @Test
    void shouldKeepTheFormerTimerIfThereIsNoMemoryForAnother() {
        final boolean[] memoryIsOut = new boolean[1];
        final Timers scarce = new Timers(0, places -> {
            if (memoryIsOut[0]) {
                throw new OutOfMemoryError("injected");
            }
            return new Timed[places];
        });
        final int former = scarce.schedule(3 * SECOND_NS, now -> woken.add("former"));
        // The wheel's tick of one second is given a second place, which is past the array's end.
        scarce.schedule(SECOND_NS, now -> woken.add("first"));
        memoryIsOut[0] = true;
        assertThatThrownBy(() -> scarce.wakeBy(former, SECOND_NS, 0, now -> woken.add("next")))
                .isInstanceOf(OutOfMemoryError.class);
        assertThat(scarce.count()).isEqualTo(2);

        scarce.poll(4 * SECOND_NS, MANY);
        assertThat(woken).containsExactly("first", "former");
        assertThat(scarce.count()).isZero();
    }

    @Test
    void shouldCatchUpAfterALongSleep() {
        timers.schedule(SECOND_NS, now -> woken.add("a"));
        timers.schedule(100 * SECOND_NS, now -> woken.add("b"));

        assertThat(timers.poll(3_600 * SECOND_NS, MANY)).isEqualTo(2);
        assertThat(woken).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void shouldStartAtTheRightTimeAfterAnEmptySpell() {
        timers.poll(3_600 * SECOND_NS, MANY);
        timers.schedule(3_601 * SECOND_NS, now -> woken.add("a"));

        timers.poll(3_601 * SECOND_NS - 1, MANY);
        assertThat(woken).isEmpty();
        timers.poll(3_601 * SECOND_NS + LOOK_NS, MANY);
        assertThat(woken).containsExactly("a");
    }

    @Test
    void shouldNotWakeWhatWasCancelled() {
        final int id = timers.schedule(SECOND_NS, now -> woken.add("a"));
        timers.cancel(id);
        timers.cancel(Timers.NONE);

        timers.poll(2 * SECOND_NS, MANY);
        assertThat(woken).isEmpty();
        assertThat(timers.count()).isZero();
        assertThat(timers.sleepNsMax(2 * SECOND_NS)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldWakeNoMoreThanAskedForAtATime() {
        for (int i = 0; i < 10; i++) {
            timers.schedule(SECOND_NS, now -> woken.add("a"));
        }

        assertThat(timers.poll(2 * SECOND_NS, 4)).isEqualTo(4);
        assertThat(timers.sleepNsMax(2 * SECOND_NS)).isZero();
        assertThat(timers.poll(2 * SECOND_NS, 4)).isEqualTo(4);
        assertThat(timers.poll(2 * SECOND_NS, 4)).isEqualTo(2);
    }

    @Test
    void shouldLetWhatIsWokenScheduleAnew() {
        timers.schedule(SECOND_NS, now -> timers.schedule(now + SECOND_NS, then -> woken.add("again")));

        timers.poll(SECOND_NS, MANY);
        assertThat(timers.count()).isOne();
        timers.poll(2 * SECOND_NS + SECOND_NS / 2, MANY);
        assertThat(woken).containsExactly("again");
    }

    @Test
    void shouldWakeEachOfManyOnceAndNoneThatWasCancelled() {
        final int[] ids = new int[10_000];
        final int[] wakes = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            final int number = i;
            ids[i] = timers.schedule(i % 60 * SECOND_NS, now -> wakes[number]++);
        }
        for (int i = 0; i < ids.length; i += 3) {
            timers.cancel(ids[i]);
        }

        timers.poll(3_600 * SECOND_NS, MANY);
        for (int i = 0; i < ids.length; i++) {
            assertThat(wakes[i]).as("timer " + i).isEqualTo(i % 3 == 0 ? 0 : 1);
        }
        assertThat(timers.count()).isZero();
    }

    @Test
    void shouldLeaveATimerWhereItIsWhenItsDeadlineMovesOn() {
        final int id = timers.wakeBy(Timers.NONE, SECOND_NS, 0, now -> woken.add("a"));
        assertThat(timers.wakeBy(id, 2 * SECOND_NS, 0, now -> woken.add("b"))).isEqualTo(id);
        assertThat(timers.count()).isOne();

        timers.poll(SECOND_NS, MANY);
        assertThat(woken).containsExactly("a");
    }

    @Test
    void shouldMoveATimerWhoseDeadlineComesEarlier() {
        final int id = timers.wakeBy(Timers.NONE, 2 * SECOND_NS, 0, now -> woken.add("a"));
        timers.wakeBy(id, SECOND_NS, 0, now -> woken.add("b"));
        assertThat(timers.count()).isOne();

        timers.poll(SECOND_NS, MANY);
        assertThat(woken).containsExactly("b");
    }

    @Test
    void shouldSpreadOverATurnWhatIsFurtherAwayAndBeInTime() {
        final long deadlineNs = 30 * SECOND_NS;
        final List<Long> early = new ArrayList<>();
        final List<Long> inTime = new ArrayList<>();
        for (int i = 0; i < 6_400; i++) {
            timers.wakeBy(Timers.NONE, deadlineNs, 0, now -> {
                early.add(now);
                timers.wakeBy(Timers.NONE, deadlineNs, now, inTime::add);
            });
        }

        int wakesMax = 0;
        for (long now = 0; now < deadlineNs; now += TICK_NS) {
            wakesMax = Math.max(wakesMax, timers.poll(now, MANY));
        }
        assertThat(inTime).as("before the deadline").isEmpty();
        assertThat(wakesMax).as("one in each of 64 ticks, a hundred times").isEqualTo(100);
        timers.poll(deadlineNs, MANY);
        assertThat(early).hasSize(6_400).allMatch(now -> now >= deadlineNs - 64 * TICK_NS && now < deadlineNs);
        assertThat(inTime).hasSize(6_400);
    }

    @Test
    void shouldSleepNoLongerThanUntilADeadlineAndATick() {
        timers.schedule(SECOND_NS, now -> woken.add("a"));
        long now = 0;
        int polls = 0;
        while (woken.isEmpty()) {
            now += timers.sleepNsMax(now);
            timers.poll(now, MANY);
            polls++;
        }

        assertThat(now).isBetween(SECOND_NS, SECOND_NS + TICK_NS);
        assertThat(polls).isLessThan(100);
    }
}
