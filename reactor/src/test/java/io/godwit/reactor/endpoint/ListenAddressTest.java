package io.godwit.reactor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "0.0.0.0",
                "255.255.255.255",
                "::",
                "::1",
                "[::1]",
                "2001:DB8::7",
                "::ffff:192.0.2.1",
                "fe80::1%eth0",
                "localhost",
                "LOCALHOST",
                "my_app",
                "a.example.org.",
                "3com.example",
                "xn--bcher-kva.example",
                "1.2.3.4.example",
            })
    void shouldTakeAddressesAndNames(final String text) {
        assertThat(ListenAddress.parse(text)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "127.0.0.1:80",
                "localhost:8080",
                "[::1]:80",
                "256.1.1.1",
                "1.2.3",
                "127.1",
                "1.2.3.4.5",
                "010.0.0.1",
                "0x7f000001",
                "1.2.3.0x4",
                "1.2.3.4.",
                "2130706433",
                "1::2::3",
                "12345::",
                "::1::",
                ":",
                "[127.0.0.1]",
                "[localhost]",
                "[::1",
                "::1]",
                "fe80::1%",
                "%eth0",
                "a..b",
                ".a",
                "-a",
                "a-",
                "a b",
                "http://localhost",
                "localhost/",
                "*",
                "bücher.example",
                "a@b",
            })
    void shouldRefuseWhatNoResolverWouldFind(final String text) {
        assertThat(ListenAddress.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "::1, 0:0:0:0:0:0:0:1, true",
        "[::1], ::1, true",
        "LocalHost, localhost., true",
        "localhost, 127.0.0.1, true",
        "localhost, ::1, true",
        "localhost, 0.0.0.0, true",
        "0.0.0.0, 127.0.0.1, true",
        "::, 127.0.0.1, true",
        "::, 0.0.0.0, true",
        "::, 2001:db8::1, true",
        "::, a.example, true",
        "127.0.0.1, ::1, false",
        "127.0.0.1, 127.0.0.2, false",
        "localhost, 127.0.0.2, false",
        "0.0.0.0, ::1, false",
        "0.0.0.0, a.example, false",
        "a.example, b.example, false",
        "a.example, 127.0.0.1, false",
    })
    void shouldKnowWhatCannotHaveOnePort(final String one, final String other, final boolean meets) {
        final ListenAddress left = ListenAddress.parse(one);
        final ListenAddress right = ListenAddress.parse(other);
        assertThat(left.meets(right)).isEqualTo(meets);
        assertThat(right.meets(left)).isEqualTo(meets);
    }
}
