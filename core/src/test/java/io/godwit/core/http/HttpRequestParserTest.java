package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestParserTest {
    private static final String HEAD = "GET /chat?x=1 HTTP/1.1\r\nHost: a\r\nX-One: 1\r\nx-one:  two words \t\r\n\r\n";

    static List<String> requests() {
        return Wire.REQUESTS;
    }

    private static HttpRequest parsed(final String wire) {
        final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);
        assertThat(parser.parse(Wire.buffer(wire))).isTrue();
        assertThat(parser.violation()).isNull();
        return parser.request();
    }

    @Test
    void shouldReadAHead() {
        final HttpRequest request = parsed(HEAD);

        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/chat?x=1");
        assertThat(request.version()).isEqualTo("HTTP/1.1");
        assertThat(request.path()).isEqualTo("/chat");
        assertThat(request.query()).isEqualTo("x=1");
        assertThat(request.headers().size()).isEqualTo(3);
        assertThat(request.headers().all("X-ONE")).containsExactly("1", "two words");
    }

    @Test
    void shouldLeaveGluedBytesInTheBuffer() {
        final ByteBuffer in = Wire.buffer(HEAD + "\u0081\u0085glued");
        final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);

        assertThat(parser.parse(in)).isTrue();
        assertThat(in.position()).isEqualTo(HEAD.length());
        assertThat(parser.parse(in)).as("finished: takes nothing more").isTrue();
        assertThat(in.remaining()).isEqualTo(7);
    }

    @Test
    void shouldTakeNothingAfterAViolation() {
        final ByteBuffer in = Wire.buffer("G(T");
        final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);

        assertThat(parser.parse(in)).isTrue();
        assertThat(parser.parse(in)).isTrue();
        assertThat(in.position()).isEqualTo(2);
        assertThat(parser.request()).isNull();
    }

    @Test
    void shouldSayNothingBeforeTheEnd() {
        final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);

        assertThat(parser.parse(ByteBuffer.allocate(0))).isFalse();
        assertThat(parser.parse(Wire.buffer(HEAD.substring(0, HEAD.length() - 1))))
                .isFalse();
        assertThat(parser.request()).isNull();
        assertThat(parser.violation()).isNull();
        assertThat(parser.parse(Wire.buffer("\n"))).isTrue();
        assertThat(parser.request()).isEqualTo(parsed(HEAD));
    }

    @Test
    void shouldReadAnyKindOfBuffer() {
        final byte[] wire = Wire.bytes(HEAD);
        final ByteBuffer direct =
                ByteBuffer.allocateDirect(wire.length).put(wire).flip();
        final ByteBuffer padded = ByteBuffer.allocate(wire.length + 9);
        padded.position(5);
        final ByteBuffer slice = padded.slice().put(wire).flip();
        for (final ByteBuffer in : List.of(direct, direct.asReadOnlyBuffer(), slice)) {
            final ByteBuffer copy = in.duplicate();
            final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);
            assertThat(parser.parse(copy)).isTrue();
            assertThat(parser.request()).isEqualTo(parsed(HEAD));
            assertThat(copy.hasRemaining()).isFalse();
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldReadWhatItWrites(final String wire) {
        final HttpRequest request = parsed(wire);

        assertThat(parsed(new String(request.encode(), StandardCharsets.ISO_8859_1)))
                .isEqualTo(request);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "A.example:80",
                "127.0.0.1:1",
                "[::1]:8080",
                "[fe80::1%25eth0]",
                "a_b",
                "a:",
                "",
                "xn--bcher-kva.example"
            })
    void shouldTakeHosts(final String host) {
        assertThat(parsed("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .headers()
                        .first("host"))
                .isEqualTo(host);
    }

    @Test
    void shouldNotAskForHostInHttp10() {
        assertThat(parsed("GET / HTTP/1.0\r\n\r\n").headers()).isEqualTo(HttpHeaders.EMPTY);
    }

    @Test
    void shouldTakeFourEmptyLinesBeforeTheRequestLine() {
        assertThat(parsed("\r\n\r\n\r\n\r\n" + HEAD)).isEqualTo(parsed(HEAD));
    }
}
