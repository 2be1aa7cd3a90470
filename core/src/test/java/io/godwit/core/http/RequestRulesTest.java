package io.godwit.core.http;

import static io.godwit.core.http.HttpViolation.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The rules on a request's head: each row breaks one, and marks with § the byte that shows it. */
class RequestRulesTest {
    private static final String LINE = "GET / HTTP/1.1\r\n";
    private static final String HEAD = LINE + "Host: a\r\n";

    static Stream<Arguments> rows() {
        final List<Arguments> rows = new ArrayList<>();
        rows.addAll(requestLines());
        rows.addAll(fieldLines());
        rows.addAll(hosts());
        rows.addAll(bodies());
        return rows.stream();
    }

    private static List<Arguments> requestLines() {
        return List.of(
                // RFC 9112 §2.2
                arguments("\n§GET / HTTP/1.1\r\n", BARE_LF),
                arguments("\rG§ET / HTTP/1.1\r\n", BARE_CR),
                arguments("\r\n\r\n\r\n\r\n\r§\n", EMPTY_LINES_TOO_MANY),
                arguments("GET / HTTP/1.1\n§Host: a\r\n\r\n", BARE_LF),
                arguments("GET / HTTP/1.1\rH§ost: a\r\n\r\n", BARE_CR),
                arguments("GET\n§", BARE_LF),
                arguments("GET /\n§", BARE_LF),
                // §3
                arguments("GET\r§\n", REQUEST_LINE_INVALID),
                arguments("GET /\r§\n", REQUEST_LINE_INVALID),
                // §3.1
                arguments(" §GET / HTTP/1.1\r\n", METHOD_INVALID),
                arguments("G(§ET / HTTP/1.1\r\n", METHOD_INVALID),
                arguments("G\t§ET", METHOD_INVALID),
                arguments("\u0016§\u0003\u0001", METHOD_INVALID),
                arguments("\u00c4§", METHOD_INVALID),
                arguments("\0§", METHOD_INVALID),
                // §3.2
                arguments("GET  §/ HTTP/1.1\r\n", TARGET_INVALID),
                arguments("GET /a#§b HTTP/1.1\r\n", TARGET_INVALID),
                arguments("GET /<§b HTTP/1.1\r\n", TARGET_INVALID),
                arguments("GET /\u00e4§ HTTP/1.1\r\n", TARGET_INVALID),
                arguments("GET /\0§ HTTP/1.1\r\n", TARGET_INVALID),
                arguments("GET /\t§ HTTP/1.1\r\n", TARGET_INVALID),
                arguments("OPTIONS * HTTP/1.1\r\n§Host: a\r\n\r\n", TARGET_INVALID),
                arguments("CONNECT a:80 HTTP/1.1\r\n§", TARGET_INVALID),
                arguments("GET chat HTTP/1.1\r\n§", TARGET_INVALID),
                arguments("GET ftp://a/ HTTP/1.1\r\n§", TARGET_INVALID),
                arguments("GET http:///x HTTP/1.1\r\n§", TARGET_INVALID),
                arguments("GET http://u@a/ HTTP/1.1\r\n§", TARGET_INVALID),
                arguments("GET http://a:65536/ HTTP/1.1\r\n§", TARGET_INVALID),
                // §2.3
                arguments("GET / h§ttp/1.1\r\n", VERSION_INVALID),
                arguments("GET / F§TP/1.1\r\n", VERSION_INVALID),
                arguments("GET /  §HTTP/1.1\r\n", VERSION_INVALID),
                arguments("GET / HTTP/x§", VERSION_INVALID),
                arguments("GET / HTTP/1,§1", VERSION_INVALID),
                arguments("GET / HTTP/1.\r§", VERSION_INVALID),
                arguments("GET / HTTP/1.1 §\r\n", VERSION_INVALID),
                arguments("GET / HTTP/1.10§\r\n", VERSION_INVALID),
                arguments("GET / HTTP/0§.9\r\n", VERSION_UNSUPPORTED),
                arguments("GET / HTTP/2§.0\r\n", VERSION_UNSUPPORTED),
                arguments("GET / HTTP/1.2§\r\n", VERSION_UNSUPPORTED),
                arguments("PRI * HTTP/2§.0\r\n\r\nSM\r\n\r\n", VERSION_UNSUPPORTED));
    }

    private static List<Arguments> fieldLines() {
        return List.of(
                arguments(LINE + "Host: a\n§\r\n", BARE_LF),
                arguments(LINE + "Host: a\rX§: b\r\n", BARE_CR),
                arguments(LINE + "Host: a\r\r§\n", BARE_CR),
                arguments(HEAD + "\n§", BARE_LF),
                arguments(HEAD + "\rX§", BARE_CR),
                arguments(LINE + "Host\n§", BARE_LF),
                arguments(LINE + "Host:\n§", BARE_LF),
                arguments(LINE + ":§ a\r\n", FIELD_NAME_INVALID),
                arguments(LINE + "H(§ost: a\r\n", FIELD_NAME_INVALID),
                arguments(LINE + "H\0§", FIELD_NAME_INVALID),
                arguments(LINE + "Host\r§\n", FIELD_NAME_INVALID),
                arguments(LINE + "\u00e4§: a\r\n", FIELD_NAME_INVALID),
                arguments(LINE + "Host §: a\r\n", WHITESPACE_BEFORE_COLON),
                arguments(LINE + "Host\t§: a\r\n", WHITESPACE_BEFORE_COLON),
                arguments(LINE + "Two §words: a\r\n", WHITESPACE_BEFORE_COLON),
                arguments(LINE + " §Host: a\r\n", OBS_FOLD),
                arguments(HEAD + "X: a\r\n §b\r\n\r\n", OBS_FOLD),
                arguments(HEAD + "X: a\r\n\t§b\r\n\r\n", OBS_FOLD),
                arguments(HEAD + "X: a\0§\r\n", FIELD_VALUE_INVALID),
                arguments(HEAD + "X: \u0001§\r\n", FIELD_VALUE_INVALID),
                arguments(HEAD + "X: a\u007f§\r\n", FIELD_VALUE_INVALID),
                arguments(HEAD + "X: a\u000b§\r\n", FIELD_VALUE_INVALID));
    }

    private static List<Arguments> hosts() {
        return List.of(
                arguments(LINE + "\r\n§", HOST_MISSING),
                arguments(LINE + "Hos: a\r\n\r\n§", HOST_MISSING),
                arguments(HEAD + "host: a\r\n§\r\n", HOST_REPEATED),
                arguments("GET / HTTP/1.0\r\nHost: a\r\nHOST: b\r\n§\r\n", HOST_REPEATED),
                arguments(LINE + "Host: a b\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: a/b\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: u@a\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: :80\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: a:8o\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: a:99999999999999999999\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: [::1\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: []\r\n§\r\n", HOST_INVALID),
                arguments(LINE + "Host: ::1\r\n§\r\n", HOST_INVALID));
    }

    private static List<Arguments> bodies() {
        return List.of(
                arguments(HEAD + "Content-Length: 5\r\n\r\n§12345", BODY_UNWANTED),
                arguments(HEAD + "Content-Length: 00000000000000000000000000001\r\n\r\n§", BODY_UNWANTED),
                arguments(HEAD + "content-length: 99999999999999999999999\r\n\r\n§", BODY_UNWANTED),
                arguments(HEAD + "Content-Length:\r\n§\r\n", CONTENT_LENGTH_INVALID),
                arguments(HEAD + "Content-Length: -1\r\n§\r\n", CONTENT_LENGTH_INVALID),
                arguments(HEAD + "Content-Length: +1\r\n§\r\n", CONTENT_LENGTH_INVALID),
                arguments(HEAD + "Content-Length: 0x5\r\n§\r\n", CONTENT_LENGTH_INVALID),
                arguments(HEAD + "Content-Length: 1 2\r\n§\r\n", CONTENT_LENGTH_INVALID),
                arguments(HEAD + "Content-Length: 5, 5\r\n§\r\n", CONTENT_LENGTH_INVALID),
                arguments(HEAD + "Content-Length: 5\r\nContent-Length: 6\r\n§\r\n", CONTENT_LENGTH_REPEATED),
                arguments(HEAD + "Content-Length: 0\r\nContent-Length: 0\r\n§\r\n", CONTENT_LENGTH_REPEATED),
                arguments(HEAD + "Transfer-Encoding: chunked\r\n\r\n§0\r\n\r\n", BODY_UNWANTED),
                arguments(HEAD + "Transfer-Encoding: Chunked\r\n\r\n§", BODY_UNWANTED),
                arguments(HEAD + "Transfer-Encoding: gzip, chunked\r\n§\r\n", TRANSFER_ENCODING_UNKNOWN),
                arguments(HEAD + "Transfer-Encoding: identity\r\n§\r\n", TRANSFER_ENCODING_UNKNOWN),
                arguments(HEAD + "Transfer-Encoding: chunked;q=1\r\n§\r\n", TRANSFER_ENCODING_UNKNOWN),
                arguments(HEAD + "Transfer-Encoding: \"chunked\"\r\n§\r\n", TRANSFER_ENCODING_UNKNOWN),
                arguments(HEAD + "Transfer-Encoding: xchunked\r\n§\r\n", TRANSFER_ENCODING_UNKNOWN),
                arguments(HEAD + "Transfer-Encoding:\r\n§\r\n", TRANSFER_ENCODING_INVALID),
                arguments(HEAD + "Transfer-Encoding: chunked, chunked\r\n§\r\n", TRANSFER_ENCODING_INVALID),
                arguments(
                        HEAD + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n§\r\n",
                        TRANSFER_ENCODING_INVALID),
                arguments("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n§", TRANSFER_ENCODING_INVALID),
                arguments(HEAD + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n§", BODY_LENGTH_AMBIGUOUS),
                arguments(HEAD + "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n§", BODY_LENGTH_AMBIGUOUS));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldTellTheViolationAtTheByteThatShowsIt(final String marked, final HttpViolation expected) {
        final int shown = marked.indexOf('§');
        final byte[] wire = Wire.bytes(marked.replace("§", ""));

        final Wire.Outcome whole = Wire.feed(Wire.requestParser(HttpLimits.DEFAULT), wire);
        assertThat(whole).isEqualTo(new Wire.Outcome(expected, shown));
        assertThat(Wire.feedByteByByte(Wire.requestParser(HttpLimits.DEFAULT), wire))
                .isEqualTo(whole);

        final HttpRequestParser upToIt = new HttpRequestParser(HttpLimits.DEFAULT);
        assertThat(upToIt.parse(Wire.buffer(marked.substring(0, shown - 1)))).isFalse();
        assertThat(upToIt.violation()).isNull();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void shouldAnswerEachWithItsStatus(final String marked, final HttpViolation expected) {
        assertThat(expected.status()).isIn(400, 413, 501, 505);
        assertThat(expected.section()).matches("RFC \\d{4} §[0-9.]+");
        assertThat(expected.text()).isNotBlank().doesNotContain("\n");
    }
}
