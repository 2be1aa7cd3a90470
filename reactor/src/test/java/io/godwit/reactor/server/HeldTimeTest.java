package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeldTimeTest {

    private static final long PERIOD = 100;
    private final HeldTime held = new HeldTime(2, PERIOD, 0);

    @Test
    void shouldCountTheWholeCycleWhileItIsLookedInTime() {
        for (long now = PERIOD; now <= 20 * PERIOD; now += PERIOD) {
            held.look(now);
            assertThat(held.of(0, 50)).isEqualTo(now - 50);
        }
    }

    /** The process was stopped in the middle of a cycle: the loops' handlers have held nothing up. */
    @Test
    void shouldNotCountTheTimeDuringWhichNobodyLooked() {
        held.look(PERIOD);
        assertThat(held.of(0, 90)).isEqualTo(10);
        held.look(PERIOD + 1_000_000);
        assertThat(held.of(0, 90)).isEqualTo(10 + 2 * PERIOD);
        // Began after the last look, and before the stall.
        assertThat(held.of(1, 130)).isLessThanOrEqualTo(2 * PERIOD);
        held.look(PERIOD + 1_000_000 + PERIOD);
        assertThat(held.of(0, 90)).isEqualTo(10 + 3 * PERIOD);
    }

    @Test
    void shouldStillTellOfAHandlerThatGoesOnAfterAStall() {
        final long resumed = 1_000_000;
        held.look(resumed);
        final long before = held.of(0, 40);
        for (int i = 1; i <= 10; i++) {
            held.look(resumed + i * PERIOD);
            assertThat(held.of(0, 40)).isEqualTo(before + i * PERIOD);
        }
    }

    @Test
    void shouldExcuseNothingOfTheNextCycle() {
        held.look(1_000_000);
        held.of(0, 40);
        held.look(1_000_000 + PERIOD);
        assertThat(held.of(0, 1_000_010)).isEqualTo(PERIOD - 10);
    }
}
