package io.godwit.core.http;

import static io.godwit.core.http.HttpViolation.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's side of a head: the rules on status lines; those on fields, as {@link RequestRulesTest} has them. */
class HttpResponseParserTest {
    private static final String LINE = "HTTP/1.1 101 OK\r\n";

    static List<Arguments> rows() {
        return List.of(
                arguments("\r§\nHTTP/1.1 200 OK\r\n", VERSION_INVALID),
                arguments("\n§", BARE_LF),
                arguments("HTTP/2§.0 200 OK\r\n", VERSION_UNSUPPORTED),
                arguments("HTTP/1.2§ 200 OK\r\n", VERSION_UNSUPPORTED),
                arguments("I§CY 200 OK\r\n", VERSION_INVALID),
                arguments("HTTP/1.1\t§200 OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1  §200 OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 0§99 OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 6§00 OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 1x§1 OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 10 §OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 1011§ OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 101\r§\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.0 1§01 OK\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 101 O\0§K\r\n", STATUS_LINE_INVALID),
                arguments("HTTP/1.1 101 OK\n§", BARE_LF),
                arguments("HTTP/1.1 101 OK\rX§", BARE_CR),
                arguments(LINE + "A: b\n§", BARE_LF),
                arguments(LINE + "A: b\rX§", BARE_CR),
                arguments(LINE + " §A: b\r\n", OBS_FOLD),
                arguments(LINE + "A: b\r\n\t§c\r\n", OBS_FOLD),
                arguments(LINE + "A §: b\r\n", WHITESPACE_BEFORE_COLON),
                arguments(LINE + ":§", FIELD_NAME_INVALID),
                arguments(LINE + "A: \0§", FIELD_VALUE_INVALID));
    }

    static List<String> responses() {
        return Wire.RESPONSES;
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldTellTheViolationAtTheByteThatShowsIt(final String marked, final HttpViolation expected) {
        final int shown = marked.indexOf('§');
        final byte[] wire = Wire.bytes(marked.replace("§", ""));

        final Wire.Outcome whole = Wire.feed(Wire.responseParser(HttpLimits.DEFAULT), wire);
        assertThat(whole).isEqualTo(new Wire.Outcome(expected, shown));
        assertThat(Wire.feedByteByByte(Wire.responseParser(HttpLimits.DEFAULT), wire))
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void shouldReadAHeadAndLeaveGluedBytes(final String wire) {
        final ByteBuffer in = Wire.buffer(wire + "\u0081\u0000");
        final HttpResponseParser parser = new HttpResponseParser(HttpLimits.DEFAULT);

        assertThat(parser.parse(in)).isTrue();
        assertThat(parser.parse(in)).isTrue();
        assertThat(in.remaining()).isEqualTo(2);
        assertThat(parser.violation()).isNull();
        final String firstLine = wire.substring(0, wire.indexOf('\r'));
        assertThat(firstLine)
                .endsWith(" " + parser.response().status() + " "
                        + parser.response().reason());
    }

    @Test
    void shouldReadWhatItWrites() {
        final HttpResponse response = new HttpResponse(
                426,
                "Upgrade Required",
                HttpHeaders.EMPTY.with("Upgrade", "websocket").with("X", ""));
        final HttpResponseParser parser = new HttpResponseParser(HttpLimits.DEFAULT);

        assertThat(new String(response.encode(), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 426 Upgrade Required\r\nUpgrade: websocket\r\nX: \r\n\r\n");
        assertThat(parser.parse(ByteBuffer.wrap(response.encode()))).isTrue();
        assertThat(parser.response()).isEqualTo(response);
    }

    @ParameterizedTest
    @ValueSource(ints = {101, 200, 400, 403, 404, 405, 408, 413, 414, 426, 431, 500, 501, 503, 505})
    void shouldNameTheStatusesThatTheServerSends(final int status) {
        assertThat(HttpResponse.reasonOf(status)).isNotEmpty();
        assertThat(HttpResponse.of(status, HttpHeaders.EMPTY).reason()).isEqualTo(HttpResponse.reasonOf(status));
    }

    @Test
    void shouldRefuseToWriteWhatIsNoStatusLine() {
        assertThat(HttpResponse.reasonOf(599)).isEmpty();
        assertThatThrownBy(() -> new HttpResponse(99, "", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HttpResponse(600, "", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HttpResponse(200, "OK\r\nX: y", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
