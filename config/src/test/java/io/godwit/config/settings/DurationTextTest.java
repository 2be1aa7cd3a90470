package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({"0ms, PT0S", "10ms, PT0.01S", "1500ms, PT1.5S", "1s, PT1S", "90s, PT1M30S", "5m, PT5M", "24h, PT24H"})
    void shouldReadWhatItWrites(final String text, final Duration duration) {
        assertThat(DurationText.parse(text)).contains(duration);
        assertThat(DurationText.format(duration)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "s", "-1s", "1.5s", "5 s", "5S", "1d", "1m30s", "1234567890s", "٣s"})
    void shouldRefuseWhatIsNoDuration(final String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }
}
