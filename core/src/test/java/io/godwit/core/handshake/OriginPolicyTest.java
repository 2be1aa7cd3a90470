package io.godwit.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpRequest;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 §10.2 with the comparison of RFC 6454. */
class OriginPolicyTest {

    private static HttpRequest from(final String... origins) {
        HttpHeaders headers = HttpHeaders.EMPTY.with("Host", "example.com");
        for (final String origin : origins) {
            headers = headers.with("Origin", origin);
        }
        return new HttpRequest("GET", "/", "HTTP/1.1", headers);
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.com,      https://example.com,      true",
        "https://example.com,      HTTPS://EXAMPLE.com,      true",
        "HTTPS://Example.COM,      https://example.com,      true",
        "https://example.com,      https://example.com:443,  true",
        "https://example.com:443,  https://example.com,      true",
        "http://example.com:80,    http://example.com,       true",
        "https://example.com:8443, https://example.com:8443, true",
        "http://[2001:DB8::1]:81,  http://[2001:db8::1]:81,  true",
        "chrome-extension://abc,   chrome-extension://abc,   true",
        "file://,                  file://,                  true",
        "null,                     null,                     true",
        "https://example.com,      http://example.com,       false",
        "https://example.com,      https://example.com:80,   false",
        "https://example.com:8443, https://example.com,      false",
        "https://example.com,      https://example.com.evil, false",
        "https://example.com,      https://evil-example.com, false",
        "https://example.com,      https://www.example.com,  false",
        "https://example.com,      https://example.com/,     false",
        "https://example.com,      https://example.com/x,    false",
        "https://example.com,      https://x@example.com,    false",
        "https://example.com,      example.com,              false",
        "https://example.com,      null,                     false",
        "https://example.com,      '',                       false",
        "null,                     NULL,                     false",
        "https://example.com,      https://example.com https://evil.com, false",
        "https://example.com,      'https://example.com, https://evil.com', false",
    })
    void shouldCompareOrigins(final String listed, final String origin, final boolean allowed) {
        assertThat(OriginPolicy.allow(List.of("https://other.example", listed)).allows(from(origin)))
                .isEqualTo(allowed);
        assertThat(OriginPolicy.any().allows(from(origin))).isTrue();
    }

    @Test
    void shouldLetRequestsWithoutOriginPass() {
        assertThat(OriginPolicy.any().allows(from())).isTrue();
        assertThat(OriginPolicy.allow(List.of("https://example.com")).allows(from()))
                .isTrue();
        assertThat(OriginPolicy.allow(List.of()).allows(from())).isTrue();
    }

    @Test
    void shouldRefuseTwoOrigins() {
        final OriginPolicy policy = OriginPolicy.allow(List.of("https://a.example"));

        assertThat(policy.allows(from("https://a.example", "https://a.example")))
                .isFalse();
    }

    @Test
    void shouldRefuseEveryOriginWithAnEmptyList() {
        assertThat(OriginPolicy.allow(List.of()).allows(from("https://a.example")))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "example.com",
                "//example.com",
                "://example.com",
                "https:",
                "https://",
                "https://example.com/",
                "https://example.com/path",
                "https://example.com?x",
                "https://*.example.com",
                "https://a,https://b",
                "https://example.com:99999",
                "https://example.com:x",
                "https://user@example.com",
                "https://b\u00fccher.example",
                "1https://a",
                "ht tp://a",
                "https://a b",
                "Null",
            })
    void shouldNameAMalformedEntry(final String entry) {
        assertThatThrownBy(() -> OriginPolicy.allow(List.of("https://ok.example", entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining('"' + entry + '"');
    }

    @ParameterizedTest
    @CsvSource({
        "https://a.example, https://a.example",
        "https://a.example, HTTPS://A.example:443",
        "null,              null",
    })
    void shouldNameAnEntryThatIsThereTwice(final String first, final String second) {
        assertThatThrownBy(() -> OriginPolicy.allow(List.of(first, second)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining('"' + second + "\" is there twice");
    }

    @Test
    void shouldShowWhatItCompares() {
        assertThat(OriginPolicy.any()).hasToString("any");
        assertThat(OriginPolicy.allow(List.of("HTTP://A"))).hasToString("[http://a:80]");
    }
}
