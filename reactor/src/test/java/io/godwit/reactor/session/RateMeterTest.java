package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateMeterTest {

    private static final long SECOND = 1_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {0, -SECOND / 2, Long.MAX_VALUE - SECOND / 2})
    void shouldLetASecondsWorthComeAtOnceAndThenOneInItsTime(final long start) {
        final Metered meter = new Metered(10, 1 << 30, start);
        for (int i = 0; i < 10; i++) {
            assertThat(meter.onMessage(start)).isFalse();
        }
        assertThat(meter.onMessage(start)).isTrue();
        assertThat(meter.onMessage(start + SECOND / 5)).isFalse();
        assertThat(meter.onMessage(start + SECOND / 5)).isTrue();
    }

    @Test
    void shouldNotSaveUpMoreThanASecond() {
        final Metered meter = new Metered(10, 1 << 30, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(meter.onMessage(100 * SECOND)).isFalse();
        }
        assertThat(meter.onMessage(100 * SECOND)).isTrue();
    }

    @Test
    void shouldLetAnHonestPeerSendForEver() {
        final Metered meter = new Metered(10, 1_000, 0);
        for (int i = 0; i < 100_000; i++) {
            assertThat(meter.onMessage(i * SECOND / 10)).isFalse();
            assertThat(meter.onBytes(100, i * SECOND / 10)).isFalse();
        }
    }

    @Test
    void shouldMeterBytesToo() {
        final Metered meter = new Metered(1L << 40, 1_000, 0);
        assertThat(meter.onBytes(1_000, 0)).isFalse();
        assertThat(meter.onBytes(1, 0)).isTrue();
        assertThat(meter.onMessage(0)).isFalse();
    }

    @Test
    void shouldTellWhenThereIsRoomForAnEighthOfASecond() {
        final Metered meter = new Metered(80, 1 << 30, 0);
        for (int i = 0; i < 81; i++) {
            meter.onMessage(0);
        }
        final long eased = meter.easedNs();
        assertThat(eased).isBetween(SECOND / 8, SECOND / 6);
        for (int i = 0; i < 10; i++) {
            assertThat(meter.onMessage(eased)).isFalse();
        }
        assertThat(meter.onMessage(eased)).isTrue();
    }

    /** A peer, and until when it has paid. */
    private static final class Metered {
        private final long messagesPerSecondMax;
        private final long bytesPerSecondMax;
        private long messagesPaidNs;
        private long bytesPaidNs;

        Metered(final long messagesPerSecondMax, final long bytesPerSecondMax, final long nowNs) {
            this.messagesPerSecondMax = messagesPerSecondMax;
            this.bytesPerSecondMax = bytesPerSecondMax;
            messagesPaidNs = nowNs;
            bytesPaidNs = nowNs;
        }

        boolean onMessage(final long nowNs) {
            messagesPaidNs = RateMeter.pay(messagesPaidNs, 1, messagesPerSecondMax, nowNs);
            return RateMeter.isTooFast(messagesPaidNs, nowNs);
        }

        boolean onBytes(final long bytes, final long nowNs) {
            bytesPaidNs = RateMeter.pay(bytesPaidNs, bytes, bytesPerSecondMax, nowNs);
            return RateMeter.isTooFast(bytesPaidNs, nowNs);
        }

        long easedNs() {
            return RateMeter.easedNs(messagesPaidNs, bytesPaidNs);
        }
    }
}
