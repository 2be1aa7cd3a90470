package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({"'', '', 0", "abc, abc, 0", "abc, '', 6", "'', abc, 3", "kitten, sitting, 5", "prot, port, 3"})
    void shouldWeighWhatHasToBeChanged(final String left, final String right, final int distance) {
        assertThat(NearestName.distance(left, right)).isEqualTo(distance);
    }

    @ParameterizedTest
    @CsvSource({"fragment, fragments-max", "max-frame-bytes, frame-bytes-max", "message_bytes_max, message-bytes-max"})
    void shouldKnowWhatIsMeant(final String name, final String meant) {
        assertThat(NearestName.ofKey(SettingTable.ENDPOINT, name)).isEqualTo("endpoint." + meant);
    }

    @Test
    void shouldPreferTheTableThatTheNameStandsIn() {
        assertThat(NearestName.ofKey(SettingTable.HTTP, "headers")).isEqualTo("http.headers-max");
        assertThat(NearestName.ofKey(SettingTable.HTTP, "port")).isEqualTo("listener.port");
    }

    @Test
    void shouldLookAtTheBeginningOfAVeryLongName() {
        assertThat(NearestName.distance("x".repeat(1_000_000), "port")).isLessThan(200);
    }
}
