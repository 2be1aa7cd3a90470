package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.http.HttpLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.ServerOptions;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that have brought other servers down, sent by a peer: what it gets, and that no handler hears of it. */
class RequestWeaknessTest {

    private static final String START = "GET / HTTP/1.1\r\nHost: localhost\r\n";

    /** Far more than a head may take by default, so that nothing but the list's own limits stands in the way. */
    private static final HttpLimits WIDE = new HttpLimits(8_192, 100, 1 << 20);

    private final Recorder recorder = new Recorder();

    @AfterEach
    void noHandlerHasHeardOfIt() {
        assertThat(recorder.events).isEmpty();
    }

    private String answerTo(final ServerOptions options, final String request) throws IOException {
        final Endpoint endpoint = Endpoint.of(recorder).withSubprotocols("chat");
        try (CheckedServer server = CheckedServer.of(endpoint, options)) {
            final Leftovers leftovers = new Leftovers(server);
            final String answer;
            try (RawPeer peer = server.connect()) {
                answer = peer.send(request).readToEnd();
            }
            leftovers.awaitNone("the hostile peer");
            return answer;
        }
    }

    @ParameterizedTest
    @CsvSource({
        "431, true",
        // No end of the head is needed to see it.
        "431, false",
    })
    void shouldAnswer2000Headers(final int status, final boolean ended) throws IOException {
        final String request = START + "X: y\r\n".repeat(2_000) + (ended ? "\r\n" : "");
        assertThat(answerTo(CheckedServer.PATIENT, request)).startsWith("HTTP/1.1 " + status + " ");
    }

    static Stream<Arguments> longLines() {
        final String line = "a".repeat(100_000);
        return Stream.of(
                Arguments.of("target", 414, "GET /" + line + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),
                Arguments.of("target without an end", 414, "GET /" + line),
                Arguments.of("method", 414, line + " / HTTP/1.1\r\n\r\n"),
                Arguments.of("field name", 431, START + line + ": a\r\n\r\n"),
                Arguments.of("field value", 431, START + "A: " + line + "\r\n\r\n"),
                Arguments.of("field value without an end", 431, START + "A: " + line),
                Arguments.of("spaces before a value", 431, START + "A:" + " ".repeat(100_000)),
                Arguments.of("key", 431, START + "Sec-WebSocket-Key: " + line + "\r\n\r\n"));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("longLines")
    void shouldAnswerALineOf100kB(final String what, final int status, final String request) throws IOException {
        assertThat(answerTo(CheckedServer.PATIENT, request))
                .as(what)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nConnection: close\r\n");
    }

    /**
     * Lists on which a parser that goes back, or a regular expression, spends the square of their length. That ours looks at
     * each character a bounded number of times is counted by the tests of these lists, in the core; here they meet the
     * server: a bound on their elements answers them, also where the head may be a megabyte.
     */
    static Stream<Arguments> listsMadeForQuadraticParsing() {
        return Stream.of(
                Arguments.of("Sec-WebSocket-Protocol", "a,".repeat(100_000)),
                Arguments.of("Sec-WebSocket-Protocol", ",".repeat(200_000) + ";"),
                Arguments.of("Sec-WebSocket-Protocol", "a" + " ".repeat(200_000) + "a"),
                Arguments.of("Sec-WebSocket-Protocol", " ,".repeat(100_000) + "a,a"),
                Arguments.of("Sec-WebSocket-Protocol", numbered("p", 10_000, ", ")),
                Arguments.of("Sec-WebSocket-Extensions", "a,".repeat(100_000)),
                Arguments.of("Sec-WebSocket-Extensions", "a;".repeat(100_000)),
                Arguments.of("Sec-WebSocket-Extensions", "a;b=".repeat(50_000)),
                Arguments.of("Sec-WebSocket-Extensions", "a;b=\"" + "\\\"".repeat(100_000)),
                Arguments.of("Sec-WebSocket-Extensions", "a;b=\"" + "\\\\".repeat(100_000) + "\""),
                Arguments.of("Sec-WebSocket-Extensions", "a" + " ".repeat(200_000) + "a"),
                Arguments.of("Sec-WebSocket-Extensions", "a" + numbered("; b", 10_000, "=c")),
                Arguments.of("Sec-WebSocket-Extensions", numbered("permessage-deflate; x", 5_000, ", ")));
    }

    private static String numbered(final String name, final int count, final String end) {
        final StringBuilder list = new StringBuilder();
        for (int i = 0; i < count; i++) {
            list.append(name).append(i).append(end);
        }
        return list.toString();
    }

    @ParameterizedTest
    @MethodSource("listsMadeForQuadraticParsing")
    void shouldAnswerAListThatIsMadeForQuadraticParsing(final String field, final String value) throws IOException {
        final String request = RawPeer.upgrade("/", field + ": " + value);
        assertThat(answerTo(CheckedServer.PATIENT, request)).startsWith("HTTP/1.1 431 ");
        assertThat(answerTo(CheckedServer.PATIENT.withHttp(WIDE), request)).startsWith("HTTP/1.1 400 ");
    }

    /** The Upgrade and Connection fields are lists too, and may hold what is no token. */
    @ParameterizedTest
    @CsvSource({"Upgrade", "Connection"})
    void shouldSearchALongListOnce(final String field) throws IOException {
        final String request =
                RawPeer.upgrade("/").replaceFirst(field + ": [A-Za-z]+", field + ": " + "\"a,".repeat(50_000));
        assertThat(answerTo(CheckedServer.PATIENT, request)).startsWith("HTTP/1.1 431 ");
        assertThat(answerTo(CheckedServer.PATIENT.withHttp(WIDE), request)).startsWith("HTTP/1.1 400 ");
    }

    /** One byte after the other is no sign of life: the deadline is one for the whole head. */
    @Test
    void shouldAnswer408ToWhoDribblesAHeader() throws IOException {
        try (CheckedServer server = CheckedServer.of(Endpoint.of(recorder), CheckedServer.handshakeTimeout(2_000))) {
            final Leftovers leftovers = new Leftovers(server);
            try (RawPeer peer = server.connect()) {
                peer.send(START);
                int dribbled = 0;
                while (peer.isSilentFor(20)) {
                    peer.send("x");
                    dribbled++;
                }
                assertThat(dribbled).as("bytes that came alone").isPositive();
                assertThat(peer.readToEnd()).startsWith("HTTP/1.1 408 ").contains("\r\nConnection: close\r\n");
            }
            leftovers.awaitNone("who dribbles");
        }
    }
}
