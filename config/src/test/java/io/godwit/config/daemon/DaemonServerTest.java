package io.godwit.config.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DaemonServerTest {

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, ws://127.0.0.1:8080",
        "localhost, ws://localhost:8080",
        "::1, ws://[::1]:8080",
        "[::1], ws://[::1]:8080",
    })
    void shouldGiveTheUrlAsABrowserTakesIt(final String address, final String url) {
        assertThat(DaemonServer.url(address, 8_080)).isEqualTo(url);
    }
}
