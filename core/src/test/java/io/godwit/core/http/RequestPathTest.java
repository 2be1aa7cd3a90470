package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is taken for a path is found again in a request for it; RFC 3986 §3.3 and §5.2.4. */
class RequestPathTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "//",
                "/a//b",
                "/a/",
                "/a.b/..c/...",
                "/caf%C3%A9",
                "/%2e%2e%2e",
                "/.%2ea",
                "/a:b@c",
                "/a;b=1,2"
            })
    void shouldTakeWhatClientsSend(final String path) {
        assertThat(RequestPath.isValid(path)).isTrue();
        assertThat(pathOfRequestFor(path, HttpLimits.DEFAULT)).isEqualTo(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a/b",
                "/a b",
                "/a?b",
                "/a#b",
                "/caf\u00e9",
                "/%",
                "/%4",
                "/%zz",
                "/a%2",
                "/.",
                "/..",
                "/./a",
                "/a/../b",
                "/a/..",
                "/a/.",
                "/%2e",
                "/%2E%2e/a",
                "/.%2e",
                "/%2e.",
                "/a\\b",
                "/{id}",
                "/<a>",
                "/\"a\"",
                "/a|b",
                "/[a]",
                "/a^b",
                "/`a`",
                "/a\tb",
                "/a\r\nb",
                "/\u0000"
            })
    void shouldRefuseWhatClientsDoNotSendAsItIs(final String path) {
        assertThat(RequestPath.isValid(path)).isFalse();
    }

    @Test
    void shouldTakeALongPath() {
        assertThat(RequestPath.isValid("/%2f".repeat(100_000))).isTrue();
    }

    @Test
    void shouldTellTheLongestThatCanBeAskedFor() {
        final HttpLimits limits = new HttpLimits(64, 8, 256);
        final String path = "/" + "a".repeat(RequestPath.charsMax(limits.startLineBytesMax()) - 1);
        assertThat(pathOfRequestFor(path, limits)).isEqualTo(path);
        assertThat(pathOfRequestFor(path + "a", limits)).isNull();
        assertThat(RequestPath.charsMax(1)).isZero();
    }

    /** {@return null if the request is refused} */
    private static String pathOfRequestFor(final String path, final HttpLimits limits) {
        final HttpRequestParser parser = new HttpRequestParser(limits);
        final String request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        assertThat(parser.parse(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII))))
                .isTrue();
        return parser.violation() == null ? parser.request().path() : null;
    }
}
