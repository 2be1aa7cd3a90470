package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DepartureTest {

    @ParameterizedTest
    @CsvSource({"10, 100, 0, 200, 0, 100", "0, 100, 10, 50, 0, 50", "5, 7, 6, 8, 5, 7"})
    void shouldTakeTheQuickerOfBoth(
            final long spread,
            final long deadline,
            final long spread2,
            final long deadline2,
            final long s,
            final long d) {
        assertThat(new Departure(spread, deadline).sooner(new Departure(spread2, deadline2)))
                .isEqualTo(new Departure(s, d));
    }

    @Test
    void shouldKnowTheSoonerDeadlineWhereTheClockPassesItsEnd() {
        final Departure before = new Departure(0, Long.MAX_VALUE - 1);
        final Departure after = new Departure(0, Long.MIN_VALUE + 1);
        assertThat(after.sooner(before)).isEqualTo(before);
        assertThat(before.sooner(after)).isEqualTo(before);
    }
}
