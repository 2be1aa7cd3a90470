package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {

    private static HttpRequest of(final String target) {
        return new HttpRequest("GET", target, "HTTP/1.1", HttpHeaders.EMPTY.with("Host", "Field:1"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            emptyValue = "",
            value = {
                "/,                        /,        -,      field:1",
                "/a/b%2Fc,                 /a/b%2Fc, -,      field:1",
                "/a?b=c?d,                 /a,       b=c?d,  field:1",
                "/a?,                      /a,       '',     field:1",
                "//a/b,                    //a/b,    -,      field:1",
                "/http://a/b,              /http://a/b, -,   field:1",
                "http://Host/p,            /p,       -,      host",
                "HTTPS://host:8443/p?q,    /p,       q,      host:8443",
                "ws://[::1]:9,             /,        -,      [::1]:9",
                "wss://host?q,             /,        q,      host"
            })
    void shouldFindPathQueryAndAuthority(
            final String target, final String path, final String query, final String authority) {
        assertThat(of(target).path()).isEqualTo(path);
        assertThat(of(target).query()).isEqualTo(query);
        assertThat(of(target).authority()).hasToString(authority);
    }

    @Test
    void shouldSayWhereNoAuthorityIsKnown() {
        assertThat(new HttpRequest("GET", "/", "HTTP/1.0", HttpHeaders.EMPTY).authority())
                .isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/ HTTP/1.1\r\nX: y", "/a b", "/#", "/\u00e4"})
    void shouldRefuseTargetsThatWouldBreakOutOfTheirLine(final String target) {
        assertThatThrownBy(() -> of(target)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseOtherRequestLines() {
        assertThatThrownBy(() -> new HttpRequest("G T", "/", "HTTP/1.1", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HttpRequest("GET", "/", "HTTP/2", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "a,a",
                "A:080,a:80",
                "a:,a",
                "[::1],[::1]",
                "[::1]:0,[::1]:0",
                "a:65535,a:65535",
                "'',-",
                ":1,-",
                "a:65536,-",
                "a:-1,-",
                "[::1]x,-",
                "[],-",
                "[a]b:1,-",
                "a b,-",
                "u@a,-",
                "a/,-"
            })
    void shouldParseAuthorities(final String text, final String expected) {
        final Authority authority = Authority.parse(text);
        assertThat(authority == null ? null : authority.toString()).isEqualTo(expected);
    }
}
