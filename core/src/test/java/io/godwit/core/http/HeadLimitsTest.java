package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The limits at their edges, on both roles, and how little is taken of what is too large. */
class HeadLimitsTest {
    private static final HttpLimits SMALL = new HttpLimits(40, 3, 100);

    private static Wire.Outcome request(final HttpLimits limits, final String wire) {
        final Wire.Outcome whole = Wire.feed(Wire.requestParser(limits), Wire.bytes(wire));
        assertThat(Wire.feedByteByByte(Wire.requestParser(limits), Wire.bytes(wire)))
                .isEqualTo(whole);
        return whole;
    }

    private static Wire.Outcome response(final HttpLimits limits, final String wire) {
        final Wire.Outcome whole = Wire.feed(Wire.responseParser(limits), Wire.bytes(wire));
        assertThat(Wire.feedByteByByte(Wire.responseParser(limits), Wire.bytes(wire)))
                .isEqualTo(whole);
        return whole;
    }

    /** A request line of that many bytes. */
    private static String requestLine(final int length) {
        return "GET /" + "a".repeat(length - "GET / HTTP/1.1".length()) + " HTTP/1.1";
    }

    /** A head of that many bytes, after a start line. */
    private static String filled(final String start, final int length) {
        return start + "X: " + "v".repeat(length - start.length() - 7) + "\r\n\r\n";
    }

    @Test
    void shouldTakeAStartLineUpToItsLimit() {
        final String rest = "\r\nHost: a\r\n\r\n";

        assertThat(request(SMALL, requestLine(40) + rest).verdict()).isInstanceOf(HttpRequest.class);
        assertThat(request(SMALL, requestLine(41) + rest))
                .isEqualTo(new Wire.Outcome(HttpViolation.START_LINE_TOO_LONG, 41));
        assertThat(response(SMALL, "HTTP/1.1 200 " + "r".repeat(27) + rest).verdict())
                .isInstanceOf(HttpResponse.class);
        assertThat(response(SMALL, "HTTP/1.1 200 " + "r".repeat(28) + rest))
                .isEqualTo(new Wire.Outcome(HttpViolation.START_LINE_TOO_LONG, 41));
        assertThat(HttpViolation.START_LINE_TOO_LONG.status()).isEqualTo(414);
    }

    @Test
    void shouldTakeAHeadUpToItsLimit() {
        final String start = "GET / HTTP/1.1\r\nHost: a\r\n";
        final String answer = "HTTP/1.1 200 OK\r\n";

        assertThat(request(SMALL, filled(start, 100)).verdict()).isInstanceOf(HttpRequest.class);
        assertThat(request(SMALL, filled(start, 101))).isEqualTo(new Wire.Outcome(HttpViolation.HEAD_TOO_LARGE, 101));
        assertThat(response(SMALL, filled(answer, 100)).verdict()).isInstanceOf(HttpResponse.class);
        assertThat(response(SMALL, filled(answer, 101))).isEqualTo(new Wire.Outcome(HttpViolation.HEAD_TOO_LARGE, 101));
        assertThat(HttpViolation.HEAD_TOO_LARGE.status()).isEqualTo(431);
    }

    @Test
    void shouldTakeFieldsUpToTheirLimit() {
        final String start = "GET / HTTP/1.1\r\nHost: a\r\nB: 2\r\nC: 3\r\n";
        final String answer = "HTTP/1.1 200 OK\r\nA: 1\r\nB: 2\r\nC: 3\r\n";

        assertThat(request(SMALL, start + "\r\n").verdict()).isInstanceOf(HttpRequest.class);
        assertThat(request(SMALL, start + "D: 4\r\n\r\n"))
                .isEqualTo(new Wire.Outcome(HttpViolation.FIELDS_TOO_MANY, start.length() + 1));
        assertThat(response(SMALL, answer + "\r\n").verdict()).isInstanceOf(HttpResponse.class);
        assertThat(response(SMALL, answer + "D: 4\r\n\r\n"))
                .isEqualTo(new Wire.Outcome(HttpViolation.FIELDS_TOO_MANY, answer.length() + 1));
        assertThat(HttpViolation.FIELDS_TOO_MANY.status()).isEqualTo(431);
    }

    @Test
    void shouldJudgeAStartLineThatFillsTheHeadAsTooLong() {
        assertThat(request(new HttpLimits(40, 1, 40), requestLine(40) + "\r\n\r\n"))
                .isEqualTo(new Wire.Outcome(HttpViolation.START_LINE_TOO_LONG, 41));
    }

    @Test
    void shouldStopReadingALineOf100kB() {
        assertThat(request(HttpLimits.DEFAULT, requestLine(100_000) + "\r\nHost: a\r\n\r\n"))
                .isEqualTo(new Wire.Outcome(HttpViolation.START_LINE_TOO_LONG, 8_193));
    }

    @Test
    void shouldStopReading2000Headers() {
        final String wire = "GET / HTTP/1.1\r\nHost: a\r\n" + "X: y\r\n".repeat(2_000) + "\r\n";

        assertThat(request(HttpLimits.DEFAULT, wire).verdict()).isEqualTo(HttpViolation.FIELDS_TOO_MANY);
        final Wire.Outcome allowed = request(new HttpLimits(8_192, 2_001, 65_536), wire);
        assertThat(((HttpRequest) allowed.verdict()).headers().size()).isEqualTo(2_001);
    }

    @Test
    void shouldStopReadingAnEndlessNameOrValue() {
        final String start = "GET / HTTP/1.1\r\n";

        assertThat(request(HttpLimits.DEFAULT, start + "n".repeat(100_000)))
                .isEqualTo(new Wire.Outcome(HttpViolation.HEAD_TOO_LARGE, 16_385));
        assertThat(request(HttpLimits.DEFAULT, start + "Host:" + " ".repeat(100_000)))
                .isEqualTo(new Wire.Outcome(HttpViolation.HEAD_TOO_LARGE, 16_385));
    }

    @Test
    void shouldGrowItsStoreByDoublingUpToItsLimit() {
        final ByteStore store = new ByteStore(1_000);
        int copied = 0;
        for (int i = 0; i < 1_000; i++) {
            final int before = store.capacity();
            store.append('x');
            copied += store.capacity() > before ? before : 0;
            assertThat(store.capacity()).isLessThanOrEqualTo(Math.max(64, Math.min(1_000, 2 * (i + 1))));
        }
        assertThat(copied).as("bytes copied while growing").isLessThan(2 * 1_000);
        assertThat(store.takeText()).hasSize(1_000);
        assertThat(store.length()).isZero();
    }

    @Test
    void shouldHoldTheSmallestLimits() {
        final HttpRequestParser parser = new HttpRequestParser(new HttpLimits(1, 1, 1));

        assertThat(parser.parse(ByteBuffer.wrap(new byte[] {'G', 'E'}))).isTrue();
        assertThat(parser.violation()).isEqualTo(HttpViolation.START_LINE_TOO_LONG);
    }

    @ParameterizedTest
    @CsvSource({"0,1,1", "1,0,1", "1,1,0", "-1,1,1", "10,1,9"})
    void shouldRefuseLimitsThatLimitNothing(final int startLine, final int headers, final int head) {
        assertThatThrownBy(() -> new HttpLimits(startLine, headers, head))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("startLineBytesMax=" + startLine);
    }
}
