package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.handshake.OriginPolicy;
import io.godwit.core.http.HttpHeaders;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.HttpAnswer;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server answers to a request, before any handler is asked (RFC 6455 §4.2, RFC 9110, RFC 9112). */
class HandshakeTest {

    /** More than the server would ever read of a request, so that some of it is unread when it answers. */
    private static final String BEHIND = "x".repeat(20_000);

    private static CheckedServer server;

    @BeforeAll
    static void start() throws IOException {
        final Endpoint echo = Endpoint.of(WebSocketHandler.echo());
        server = CheckedServer.with(builder -> builder.endpoint("/", echo.withSubprotocols("best", "good", "worst"))
                .http("/", request -> HttpAnswer.text(200, "page of " + request.target()))
                .endpoint("/chat", echo)
                .endpoint("/ours", echo.withOrigins(OriginPolicy.allow(List.of("https://godwit.example"))))
                .http("/health", request -> HttpAnswer.text(200, "ok"))
                .http("/broken", request -> {
                    throw new IllegalStateException("thrown by a test");
                })
                .http("/none", request -> null)
                .http("/hollow", request -> new HttpAnswer(200, null, new byte[0], HttpHeaders.EMPTY)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Replaces, in a request that would be accepted, one part by another. */
    private static String answerTo(final String part, final String replacement, final String behind)
            throws IOException {
        final String request = RawPeer.upgrade("/chat");
        assertThat(request).contains(part);
        return exchange(request.replace(part, replacement) + behind);
    }

    /** {@return all that comes until the orderly end; a reset would be an exception} */
    private static String exchange(final String request) throws IOException {
        try (RawPeer peer = server.connect()) {
            return peer.send(request).readToEnd();
        }
    }

    private static void assertAnswer(final String answer, final int status) {
        final String head = answer.substring(0, answer.indexOf("\r\n\r\n") + 2);
        final String body = answer.substring(head.length() + 2);
        assertThat(head)
                .startsWith("HTTP/1.1 " + status + " ")
                .contains("\r\nConnection: close")
                .contains("\r\nDate: ")
                .contains("\r\nContent-Length: " + body.length() + "\r\n");
        assertThat(body.length()).as("a short body").isBetween(1, 120);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                // status | what | its replacement
                "400|Host: localhost\\r\\n|",
                "400|Host: localhost|Host: a\\r\\nHost: b",
                "400|Host: localhost|Host: a b",
                "400|Upgrade: websocket\\r\\n|",
                "400|Upgrade: websocket|Upgrade: h2c",
                "400|Connection: Upgrade\\r\\n|",
                "400|Connection: Upgrade|Connection: keep-alive",
                "400|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n|",
                "400|dGhlIHNhbXBsZSBub25jZQ==|dGhlIHNhbXBsZSBub25jZQ",
                "400|dGhlIHNhbXBsZSBub25jZQ==|c2hvcnQ=",
                "400|Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Version: 13",
                "400|Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Protocol: a,,a",
                "400|Sec-WebSocket-Version: 13|Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Extensions: ;",
                "400|GET /chat HTTP/1.1|GET  /chat HTTP/1.1",
                "400|GET /chat HTTP/1.1|GET chat HTTP/1.1",
                "400|GET /chat HTTP/1.1|G(T /chat HTTP/1.1",
                "400|GET /chat HTTP/1.1|GET /chat HTTP/x",
                "400|Host: localhost|Host : localhost",
                "400|Host: localhost|Host: localhost\\r\\n folded",
                "400|Host: localhost|Host: localhost\\nX: y",
                "400|Host: localhost|Host: localhost\\r\\nContent-Length: x",
                "404|/chat|/nowhere",
                "404|/chat|/chat/",
                "404|/chat|/health",
                "413|Host: localhost|Host: localhost\\r\\nContent-Length: 5",
                "413|Host: localhost|Host: localhost\\r\\nTransfer-Encoding: chunked",
                "501|Host: localhost|Host: localhost\\r\\nTransfer-Encoding: gzip",
                "505|HTTP/1.1|HTTP/2.0",
            })
    void shouldRefuse(final int status, final String part, final String replacement) throws IOException {
        final String from = part.replace("\\r", "\r").replace("\\n", "\n");
        final String to =
                replacement == null ? "" : replacement.replace("\\r", "\r").replace("\\n", "\n");
        assertAnswer(answerTo(from, to, ""), status);
        assertAnswer(answerTo(from, to, BEHIND), status);
    }

    @Test
    void shouldRefuseHeadsOverTheirLimitsBeforeTheyHaveEnded() throws IOException {
        assertAnswer(exchange("GET /" + "a".repeat(9_000)), 414);
        assertAnswer(exchange("GET / HTTP/1.1\r\n" + "A: b\r\n".repeat(101)), 431);
        assertAnswer(exchange("GET / HTTP/1.1\r\nA: " + "b".repeat(17_000)), 431);
        assertAnswer(exchange("GET / HTTP/1.1\r\nA: " + "b".repeat(100_000)), 431);
    }

    @Test
    void shouldSendNoContentWhereTheStatusHasNone() throws IOException {
        try (CheckedServer none = CheckedServer.with(
                        builder -> builder.http("/none", request -> HttpAnswer.text(204, "content")));
                RawPeer peer = none.connect()) {
            peer.send("GET /none HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(peer.readToEnd())
                    .startsWith("HTTP/1.1 204 ")
                    .endsWith("\r\n\r\n")
                    .doesNotContain("Content-Length");
        }
    }

    @Test
    void shouldNameTheVersionThatItSpeaks() throws IOException {
        for (final String version : List.of("12", "8", "014", "", "x")) {
            final String answer = answerTo("Version: 13", "Version: " + version, BEHIND);
            assertAnswer(answer, 426);
            assertThat(answer)
                    .contains("\r\nSec-WebSocket-Version: 13\r\n")
                    .contains("\r\nUpgrade: websocket\r\n")
                    .contains("\r\nConnection: close, Upgrade\r\n");
        }
        final String plain = exchange("GET /chat HTTP/1.1\r\nHost: localhost\r\n\r\n" + BEHIND);
        assertAnswer(plain, 426);
        assertThat(plain).contains("\r\nSec-WebSocket-Version: 13\r\n");
    }

    @Test
    void shouldRefuseOtherMethods() throws IOException {
        final String upgrade = answerTo("GET", "PUT", BEHIND);
        assertAnswer(upgrade, 405);
        assertThat(upgrade).contains("\r\nAllow: GET\r\n");

        final String plain = exchange("POST /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n" + BEHIND);
        assertAnswer(plain, 405);
        assertThat(plain).contains("\r\nAllow: GET, HEAD\r\n");
    }

    @Test
    void shouldRefuseOtherOrigins() throws IOException {
        final String ours = RawPeer.upgrade("/ours", "Origin: https://godwit.example");
        assertAnswer(exchange(ours.replace("godwit", "other") + BEHIND), 403);
        assertAnswer(exchange(ours.replace("https:", "http:") + BEHIND), 403);
        try (RawPeer peer = RawPeer.open(server.port(), "/ours", "Origin: https://godwit.example")) {
            assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
        }
    }

    @Test
    void shouldAnswerPlainHttpAndWebSocketAtTheSamePath() throws IOException {
        final String page = exchange("GET /?a=1&b=%20 HTTP/1.1\r\nHost: localhost\r\n\r\n" + BEHIND);
        assertAnswer(page, 200);
        assertThat(page).endsWith("page of /?a=1&b=%20\n");
        try (RawPeer peer = RawPeer.open(server.port(), "/?token=abc")) {
            assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("hi");
        }
        assertAnswer(exchange("GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"), 404);
        assertAnswer(exchange("GET /health HTTP/1.0\r\n\r\n"), 200);
    }

    @Test
    void shouldAnswerHeadWithoutTheBody() throws IOException {
        final String answer = exchange("HEAD /health HTTP/1.1\r\nHost: localhost\r\n\r\n" + BEHIND);
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("\r\nContent-Length: 3\r\n")
                .endsWith("\r\n\r\n");
        final String missing = exchange("HEAD /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n" + BEHIND);
        assertThat(missing).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/broken", "/none", "/hollow"})
    void shouldAnswer500WhereTheResponderFails(final String path) throws IOException {
        final String answer = exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n" + BEHIND);
        assertAnswer(answer, 500);
        assertThat(answer).doesNotContain("thrown");
    }

    @Test
    void shouldTakeTheRequestOneByteAtATime() throws IOException {
        try (RawPeer peer = server.connect()) {
            final String bytes = RawPeer.upgrade("/chat") + new String(RawPeer.frame(0x81, (byte) 'a'), RawPeer.BYTES);
            for (int i = 0; i < bytes.length(); i++) {
                peer.send(bytes.substring(i, i + 1));
            }
            final String head = peer.readHead();
            assertThat(head)
                    .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                    .contains("\r\nUpgrade: websocket\r\n")
                    .contains("\r\nConnection: Upgrade\r\n")
                    .contains("\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                    .doesNotContain("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Content-Length");
            assertThat(peer.readFrame().text()).isEqualTo("a");
        }
    }

    @Test
    void shouldServeFramesThatAreGluedToTheRequest() throws IOException {
        final StringBuilder glued = new StringBuilder(RawPeer.upgrade("/chat"));
        for (int i = 0; i < 1_000; i++) {
            glued.append(new String(RawPeer.frame(0x81, Integer.toString(i).getBytes(RawPeer.BYTES)), RawPeer.BYTES));
        }
        try (RawPeer peer = server.connect()) {
            peer.send(glued.toString());
            assertThat(peer.readHead()).startsWith("HTTP/1.1 101 ");
            for (int i = 0; i < 1_000; i++) {
                assertThat(peer.readFrame().text()).isEqualTo(Integer.toString(i));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"good, best|best", "worst,good|good", "other, worst|worst", "other|", "BEST|", "best|best"})
    void shouldAgreeOnOneSubprotocolOrNone(final String offered, final String agreed) throws IOException {
        try (RawPeer peer = server.connect()) {
            peer.send(RawPeer.upgrade("/", "Sec-WebSocket-Protocol: " + offered));
            final String head = peer.readHead();
            assertThat(head).startsWith("HTTP/1.1 101 ");
            if (agreed == null) {
                assertThat(head).doesNotContain("Sec-WebSocket-Protocol");
            } else {
                assertThat(head).containsOnlyOnce("Sec-WebSocket-Protocol: " + agreed + "\r\n");
            }
        }
    }

    @Test
    void shouldEndTheConnectionWhereTheClientDoesSoFirst() throws IOException {
        for (final String begun : List.of("", "GET /chat HT", "GET /chat HTTP/1.1\r\nHost: localhost\r\n")) {
            try (RawPeer peer = server.connect()) {
                peer.send(begun).shutdownOutput();
                assertThat(peer.readToEnd()).isEmpty();
            }
        }
    }
}
