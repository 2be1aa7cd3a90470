package io.godwit.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SpreadTest {

    @Test
    void shouldTakeTheMiddleOfAnOddNumber() {
        assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 1, 5, 3));
    }

    @Test
    void shouldTakeHalfwayBetweenTheMiddleTwoOfAnEvenNumber() {
        assertThat(Spread.of(8, 1, 3, 2)).isEqualTo(new Spread(2.5, 1, 8, 4));
    }

    @Test
    void shouldLeaveOutWhatIsNoNumber() {
        assertThat(Spread.of(Double.NaN, 7, Double.POSITIVE_INFINITY)).isEqualTo(new Spread(7, 7, 7, 1));
    }

    @Test
    void shouldBeUnknownWithoutAnyValue() {
        assertThat(Spread.of(Double.NaN).isKnown()).isFalse();
        assertThat(Spread.of().median()).isNaN();
        assertThat(Spread.of(1).isKnown()).isTrue();
    }
}
