package io.godwit.core.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** However a head is cut, the verdict is the same, after the same byte; and whatever comes, there is one, in bounds. */
class SplitInvarianceTest {
    private static final HttpLimits TIGHT = new HttpLimits(64, 8, 256);

    static Stream<String> requests() {
        return Stream.concat(
                        Wire.REQUESTS.stream(),
                        RequestRulesTest.rows().map(row -> ((String) row.get()[0]).replace("§", "")))
                .map(head -> head + "\u0081\u0005glued");
    }

    static Stream<String> responses() {
        return Stream.concat(
                        Wire.RESPONSES.stream(),
                        HttpResponseParserTest.rows().stream().map(row -> ((String) row.get()[0]).replace("§", "")))
                .map(head -> head + "\u0081\u0005glued");
    }

    private static void assertSameHoweverCut(final String head, final Supplier<Wire.Parser> parsers) {
        final byte[] wire = Wire.bytes(head);
        final Wire.Outcome whole = Wire.feed(parsers.get(), wire);
        assertThat(Wire.feedByteByByte(parsers.get(), wire)).isEqualTo(whole);
        for (int cut = 0; cut <= wire.length; cut++) {
            assertThat(Wire.feed(parsers.get(), wire, cut)).as("cut at %d", cut).isEqualTo(whole);
        }
        final Random random = Seeded.random(head);
        for (int i = 0; i < 20; i++) {
            final int[] cuts = Wire.randomCuts(random, wire.length);
            assertThat(Wire.feed(parsers.get(), wire, cuts)).as("cuts %s", cuts).isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("requests")
    void shouldReadARequestTheSameHoweverItIsCut(final String wire) {
        assertSameHoweverCut(wire, () -> Wire.requestParser(HttpLimits.DEFAULT));
    }

    @ParameterizedTest
    @MethodSource("responses")
    void shouldReadAResponseTheSameHoweverItIsCut(final String wire) {
        assertSameHoweverCut(wire, () -> Wire.responseParser(HttpLimits.DEFAULT));
    }

    @Test
    void shouldGiveAVerdictOnRandomBytes() {
        final Random random = Seeded.random("random bytes");
        for (int i = 0; i < 2_000; i++) {
            final byte[] wire = new byte[TIGHT.headBytesMax() + 1];
            random.nextBytes(wire);
            assertVerdictInBounds(random, wire);
        }
    }

    /** Bytes of the grammar alone come further than any bytes do. */
    @Test
    void shouldGiveAVerdictOnRandomPiecesOfTheGrammar() {
        final Random random = Seeded.random("random pieces");
        final List<String> pieces = List.of(
                "GET",
                " ",
                "/",
                "*",
                "HTTP/1.1",
                "HTTP/1.0",
                "\r\n",
                "\r",
                "\n",
                ":",
                "Host",
                "a",
                "http://",
                "\t",
                "200",
                "Content-Length: 0",
                "Transfer-Encoding",
                "chunked",
                ",",
                "\"",
                "\0",
                "GET / HTTP/1.1\r\nHost: a\r\n",
                "HTTP/1.1 200 OK\r\n");
        for (int i = 0; i < 5_000; i++) {
            final StringBuilder text = new StringBuilder();
            while (text.length() <= TIGHT.headBytesMax()) {
                text.append(pieces.get(random.nextInt(pieces.size())));
            }
            assertVerdictInBounds(random, Wire.bytes(text.toString()));
        }
    }

    @Test
    void shouldGiveAVerdictOnMutatedHeads() {
        final Random random = Seeded.random("mutated heads");
        final List<String> heads =
                Stream.concat(Wire.REQUESTS.stream(), Wire.RESPONSES.stream()).toList();
        for (int i = 0; i < 5_000; i++) {
            final byte[] head = Wire.bytes(heads.get(random.nextInt(heads.size())) + "x".repeat(600));
            for (int m = random.nextInt(4); m >= 0; m--) {
                head[random.nextInt(head.length)] = (byte) random.nextInt(256);
            }
            assertVerdictInBounds(random, head);
        }
    }

    /** A wire longer than the limit on heads always gets a verdict, after one byte more than the limit at most. */
    private static void assertVerdictInBounds(final Random random, final byte[] wire) {
        for (final HttpLimits limits : List.of(TIGHT, new HttpLimits(256, 100, 256))) {
            final int[] cuts = Wire.randomCuts(random, wire.length);
            final Wire.Outcome request = Wire.feed(Wire.requestParser(limits), wire);
            assertThat(request.verdict()).isNotNull();
            assertThat(request.taken()).isLessThanOrEqualTo(limits.headBytesMax() + 1);
            assertThat(Wire.feed(Wire.requestParser(limits), wire, cuts)).isEqualTo(request);

            final Wire.Outcome response = Wire.feed(Wire.responseParser(limits), wire);
            assertThat(response.verdict()).isNotNull();
            assertThat(response.taken()).isLessThanOrEqualTo(limits.headBytesMax() + 1);
            assertThat(Wire.feed(Wire.responseParser(limits), wire, cuts)).isEqualTo(response);
        }
    }
}
