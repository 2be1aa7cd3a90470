package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopClockTest {

    private static final long HOUR = 3_600_000_000_000L;
    private static final long MINUTE = 60_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private long clockNs;

    private LoopClock startedAt(final long startNs) {
        clockNs = startNs;
        return new LoopClock(() -> clockNs);
    }

    /** The origin of the clock is arbitrary: it may be negative, and pass zero, or the largest number. */
    @ParameterizedTest
    @ValueSource(longs = {0, -HOUR / 2, Long.MAX_VALUE - HOUR / 2})
    void shouldGoWithItsClockWhileTheLoopRuns(final long startNs) {
        final LoopClock time = startedAt(startNs);
        for (int i = 0; i < 100; i++) {
            clockNs += LoopClock.GAP_NS_MAX;
            assertThat(time.read()).isEqualTo(clockNs);
            assertThat(time.stalledNs()).isZero();
            assertThat(time.backlogNs()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -HOUR / 2, Long.MAX_VALUE - HOUR / 2})
    void shouldStandStillWhileTheLoopDoes(final long startNs) {
        final LoopClock time = startedAt(startNs);
        clockNs += HOUR;
        assertThat(time.read()).isEqualTo(startNs + LoopClock.GAP_NS_MAX);
        assertThat(time.stalledNs()).isEqualTo(HOUR - LoopClock.GAP_NS_MAX);
        clockNs += 5;
        assertThat(time.peekNs()).isEqualTo(startNs + LoopClock.GAP_NS_MAX + 5);
        assertThat(time.read()).isEqualTo(startNs + LoopClock.GAP_NS_MAX + 5);
        assertThat(time.read() + time.stalledNs()).as("the clock").isEqualTo(clockNs);
        clockNs += HOUR;
        assertThat(time.read()).isEqualTo(startNs + 2 * LoopClock.GAP_NS_MAX + 5);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -HOUR / 2, Long.MAX_VALUE - HOUR / 2})
    void shouldTellForAShortWhileHowMuchMayHaveGathered(final long startNs) {
        final LoopClock time = startedAt(startNs);
        clockNs += 3 * SECOND;
        time.read();
        assertThat(time.backlogNs()).isEqualTo(3 * SECOND);
        for (int i = 0; i < 4; i++) {
            assertThat(time.backlogNs()).isEqualTo(3 * SECOND);
            clockNs += LoopClock.GAP_NS_MAX;
            time.read();
        }
        assertThat(time.backlogNs()).as("a second later").isZero();
        clockNs += HOUR;
        time.read();
        assertThat(time.backlogNs()).as("no more than sockets hold").isEqualTo(MINUTE);
    }
}
