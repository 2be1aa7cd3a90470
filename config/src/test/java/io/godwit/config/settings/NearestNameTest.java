package io.godwit.config.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestNameTest {

    @ParameterizedTest
    @CsvSource({
        "'', '', 0",
        "abc, abc, 0",
        "abc, '', 6",
        "'', abc, 3",
        "kitten, sitting, 5",
        "prot, port, 2",
        "ab, ba, 2"
    })
    void shouldWeighWhatHasToBeChanged(final String left, final String right, final int distance) {
        assertThat(NearestName.distance(left, right)).isEqualTo(distance);
    }

    @ParameterizedTest
    @CsvSource({
        "fragment, fragments-max",
        "max-frame-bytes, frame-bytes-max",
        "message_bytes_max, message-bytes-max",
        "Message-Bytes-Max, message-bytes-max",
        "mesage-bytes-max, message-bytes-max",
        "outbound-max, outbound-bytes-max",
        "origin, origins",
        "path-prefix, path",
    })
    void shouldKnowWhatIsMeant(final String name, final String meant) {
        assertThat(NearestName.ofKey(SettingTable.ENDPOINT, name)).isEqualTo("; the nearest key is endpoint." + meant);
    }

    @Test
    void shouldPreferTheTableThatTheNameStandsIn() {
        assertThat(NearestName.ofKey(SettingTable.HTTP, "headers")).isEqualTo("; the nearest key is http.headers-max");
        assertThat(NearestName.ofKey(SettingTable.HTTP, "port")).isEqualTo("; the nearest key is listener.port");
    }

    /** A suggestion that is not meant is worse than none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "x",
                "",
                "-",
                "tls",
                "host",
                "log-level",
                "colour",
                "timeout",
                "max",
                "send-timeout",
                "été"
            })
    void shouldSuggestNoKeyWhereNoneIsNear(final String name) {
        for (final SettingTable table : SettingTable.values()) {
            assertThat(NearestName.ofKey(table, name)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls", "log", "metrics", "websocket", "x", "limits"})
    void shouldSuggestNoTableWhereNoneIsNear(final String name) {
        assertThat(NearestName.ofTable(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Server, [server]", "serve, [server]", "listeners, [[listener]]", "thread, [threads]", "htpp, [http]"})
    void shouldSuggestTheTableThatIsMeant(final String name, final String meant) {
        assertThat(NearestName.ofTable(name)).isEqualTo("; the nearest table is " + meant);
    }

    /** Neither is likelier. */
    @Test
    void shouldSuggestTwoThatAreAsNear() {
        assertThat(NearestName.ofKey(SettingTable.SERVER, "idle-pong-timeout"))
                .isEqualTo("; the nearest keys are server.idle-timeout and server.pong-timeout");
    }

    @Test
    void shouldLookAtTheBeginningOfAVeryLongName() {
        assertThat(NearestName.distance("x".repeat(1_000_000), "port")).isLessThan(200);
        assertThat(NearestName.ofKey(SettingTable.HTTP, "x".repeat(1_000_000))).isEmpty();
    }
}
