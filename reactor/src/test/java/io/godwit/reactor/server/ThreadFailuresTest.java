package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {

    private static final Error ERROR = new AssertionError("thrown by a test");

    private long nowNs = Long.MAX_VALUE - 5;

    @Test
    void shouldAllowSoManyRestartsWithinTenMinutes() {
        final ThreadFailures failures = new ThreadFailures(2, () -> nowNs);
        assertThat(failures.note("one", ERROR)).isTrue();
        assertThat(failures.note("other", ERROR)).isTrue();
        nowNs += TimeUnit.MINUTES.toNanos(10) - 1;
        assertThat(failures.note("one", ERROR))
                .as("the third in under ten minutes")
                .isFalse();
        nowNs += TimeUnit.MINUTES.toNanos(10);
        assertThat(failures.note("one", ERROR)).isTrue();
        assertThat(failures.note("one", ERROR)).isTrue();
        assertThat(failures.note("one", ERROR)).isFalse();
        assertThat(new ThreadFailures(0, () -> nowNs).note("one", ERROR)).isFalse();
    }

    @Test
    void shouldForgetThatItWasFailing() {
        final ThreadFailures failures = new ThreadFailures(2, () -> nowNs);
        assertThat(failures.isRecent()).isFalse();
        failures.note("one", ERROR);
        assertThat(failures.isRecent()).isTrue();
        nowNs += TimeUnit.SECONDS.toNanos(59);
        assertThat(failures.isRecent()).isTrue();
        nowNs += TimeUnit.SECONDS.toNanos(1);
        assertThat(failures.isRecent()).isFalse();
    }
}
