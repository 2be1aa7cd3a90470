package io.godwit.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's half of the opening handshake: RFC 6455 §4.2.1, §4.2.2, §4.4. */
class ServerHandshakeTest {
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    private static final HttpHeaders RIGHT = HttpHeaders.EMPTY
            .with("Host", "server.example.com")
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Key", KEY)
            .with("Sec-WebSocket-Version", "13");

    private static HttpRequest get(final HttpHeaders headers) {
        return new HttpRequest("GET", "/chat", "HTTP/1.1", headers);
    }

    private static HttpHeaders without(final String name) {
        HttpHeaders headers = HttpHeaders.EMPTY;
        for (int i = 0; i < RIGHT.size(); i++) {
            if (!RIGHT.name(i).equals(name)) {
                headers = headers.with(RIGHT.name(i), RIGHT.value(i));
            }
        }
        return headers;
    }

    private static HttpRequest replacing(final String name, final String value) {
        return get(without(name).with(name, value));
    }

    private static HttpRequest adding(final String name, final String value) {
        return get(RIGHT.with(name, value));
    }

    private static HttpRequest offering(final String subprotocols) {
        return adding("Sec-WebSocket-Protocol", subprotocols);
    }

    private static String tokens(final int count) {
        return IntStream.range(0, count).mapToObj(i -> "p" + i).collect(Collectors.joining(","));
    }

    static List<HttpRequest> rightRequests() {
        return List.of(
                get(RIGHT),
                replacing("Upgrade", "WebSocket"),
                replacing("Upgrade", "h2c, WEBSOCKET"),
                replacing("Connection", "keep-alive, UPGRADE"),
                get(without("Connection").with("Connection", "keep-alive").with("connection", "upgrade")),
                new HttpRequest("GET", "http://server.example.com/chat", "HTTP/1.1", RIGHT),
                offering("chat"),
                offering("chat,, superchat ,"),
                offering(tokens(Subprotocols.COUNT_MAX)),
                get(RIGHT.with("Sec-WebSocket-Protocol", "a").with("Sec-WebSocket-Protocol", "b")),
                adding("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits, x; y=\"z\""),
                adding("Origin", "https://example.com"),
                adding("Content-Length", "0"));
    }

    static List<Arguments> wrongRequests() {
        return List.of(
                // §4.2.1, the request line
                arguments("POST", 405, new HttpRequest("POST", "/chat", "HTTP/1.1", RIGHT)),
                arguments("get", 405, new HttpRequest("get", "/chat", "HTTP/1.1", RIGHT)),
                arguments("HTTP/1.0", 400, new HttpRequest("GET", "/chat", "HTTP/1.0", RIGHT)),
                // item 2
                arguments("no Host", 400, get(without("Host"))),
                // item 3
                arguments("no Upgrade", 400, get(without("Upgrade"))),
                arguments("other Upgrade", 400, replacing("Upgrade", "h2c")),
                arguments("Upgrade with a version", 400, replacing("Upgrade", "websocket/13")),
                // item 4
                arguments("no Connection", 400, get(without("Connection"))),
                arguments("other Connection", 400, replacing("Connection", "keep-alive")),
                arguments("quoted Connection", 400, replacing("Connection", "\"upgrade\"")),
                // item 5
                arguments("no key", 400, get(without("Sec-WebSocket-Key"))),
                arguments("two keys", 400, adding("Sec-WebSocket-Key", KEY)),
                arguments("empty key", 400, replacing("Sec-WebSocket-Key", "")),
                arguments("key of 15 bytes", 400, replacing("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j")),
                arguments("key of other bytes", 400, replacing("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25j*Q==")),
                // item 6, §4.4
                arguments("no version", 426, get(without("Sec-WebSocket-Version"))),
                arguments("version 8", 426, replacing("Sec-WebSocket-Version", "8")),
                arguments("version 14", 426, replacing("Sec-WebSocket-Version", "14")),
                arguments("version 013", 426, replacing("Sec-WebSocket-Version", "013")),
                arguments("version 13, 8", 426, replacing("Sec-WebSocket-Version", "13, 8")),
                arguments("two versions", 400, adding("Sec-WebSocket-Version", "13")),
                // §11.3.4, §4.1 item 10
                arguments("empty subprotocols", 400, offering("")),
                arguments("subprotocol with a space", 400, offering("a b")),
                arguments("quoted subprotocol", 400, offering("\"a\"")),
                arguments("subprotocol with a slash", 400, offering("a/b")),
                arguments("repeated subprotocol", 400, offering("a, b, a")),
                arguments("too many subprotocols", 400, offering(tokens(Subprotocols.COUNT_MAX + 1))),
                // §9.1
                arguments("malformed extensions", 400, adding("Sec-WebSocket-Extensions", "a; b=")),
                arguments("empty extensions", 400, adding("Sec-WebSocket-Extensions", "")),
                // item 7, §10.2
                arguments("foreign origin", 403, adding("Origin", "https://evil.example")),
                arguments("malformed origin", 403, adding("Origin", "example.com")),
                // not WebSocket at all
                arguments("plain GET", 426, get(HttpHeaders.EMPTY.with("Host", "a"))));
    }

    private static final OriginPolicy ORIGINS = OriginPolicy.allow(List.of("https://example.com"));

    @ParameterizedTest
    @MethodSource("rightRequests")
    void shouldAccept(final HttpRequest request) {
        assertThat(ServerHandshake.isUpgrade(request)).isTrue();
        assertThat(ServerHandshake.judge(request, ORIGINS)).isNull();
        assertThat(ServerHandshake.accept(request, null, null, HttpHeaders.EMPTY)
                        .headers()
                        .first("sec-websocket-accept"))
                .isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("wrongRequests")
    void shouldRefuse(final String what, final int status, final HttpRequest request) {
        final HandshakeRefusal refusal = ServerHandshake.judge(request, ORIGINS);

        assertThat(refusal.status()).isEqualTo(status);
        assertThat(refusal.text()).isNotBlank().doesNotContain("\n");
        assertThat(refusal.headers().first("Sec-WebSocket-Version")).isEqualTo(status == 426 ? "13" : null);
        assertThat(refusal.headers().first("Upgrade")).isEqualTo(status == 426 ? "websocket" : null);
        assertThat(refusal.headers().first("Allow")).isEqualTo(status == 405 ? "GET" : null);
    }

    @Test
    void shouldTellPlainHttpFromABrokenUpgrade() {
        final HttpHeaders host = HttpHeaders.EMPTY.with("Host", "a");

        assertThat(ServerHandshake.isUpgrade(get(host))).isFalse();
        assertThat(ServerHandshake.isUpgrade(
                        get(host.with("Connection", "Upgrade").with("Upgrade", "h2c"))))
                .isFalse();
        assertThat(ServerHandshake.isUpgrade(get(host.with("Upgrade", "websocket"))))
                .isTrue();
        assertThat(ServerHandshake.isUpgrade(get(host.with("Sec-WebSocket-Key", "x"))))
                .isTrue();
        assertThat(ServerHandshake.isUpgrade(get(host.with("Sec-WebSocket-Version", "8"))))
                .isTrue();
        assertThat(ServerHandshake.isUpgrade(new HttpRequest("POST", "/", "HTTP/1.1", RIGHT)))
                .isTrue();
        assertThat(ServerHandshake.isUpgrade(new HttpRequest("GET", "/", "HTTP/1.0", RIGHT)))
                .as("RFC 9110 §7.8: Upgrade is ignored in HTTP/1.0")
                .isFalse();
    }

    @Test
    void shouldChooseTheSubprotocolTheServerPrefers() {
        final HttpRequest request = offering("a, b, c");

        assertThat(ServerHandshake.offeredSubprotocols(request)).containsExactly("a", "b", "c");
        assertThat(ServerHandshake.selectSubprotocol(request, List.of("x", "c", "a")))
                .isEqualTo("c");
        assertThat(ServerHandshake.selectSubprotocol(request, List.of("A")))
                .as("case counts")
                .isNull();
        assertThat(ServerHandshake.selectSubprotocol(request, List.of())).isNull();
        assertThat(ServerHandshake.selectSubprotocol(get(RIGHT), List.of("a"))).isNull();
        assertThat(ServerHandshake.selectSubprotocol(offering("a,,a"), List.of("a")))
                .isNull();
    }

    @Test
    void shouldBuildThe101Response() {
        final HttpRequest request = get(RIGHT.with("Sec-WebSocket-Protocol", "chat, superchat")
                .with("Sec-WebSocket-Extensions", "permessage-deflate, x; y"));
        final HttpResponse response =
                ServerHandshake.accept(request, "superchat", "x; y=1", HttpHeaders.EMPTY.with("Set-Cookie", "a=b"));

        assertThat(new String(response.encode(), StandardCharsets.ISO_8859_1))
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
                        + "Sec-WebSocket-Protocol: superchat\r\nSec-WebSocket-Extensions: x; y=1\r\n"
                        + "Set-Cookie: a=b\r\n\r\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade",
                "CONNECTION",
                "sec-websocket-accept",
                "Sec-WebSocket-Protocol",
                "Sec-WebSocket-Extensions",
                "Sec-WebSocket-Future",
                "Content-Length",
                "Transfer-Encoding"
            })
    void shouldRefuseExtraFieldsThatTheHandshakeOwns(final String name) {
        final HttpHeaders extra = HttpHeaders.EMPTY.with("X", "y").with(name, "a");

        assertThatThrownBy(() -> ServerHandshake.accept(get(RIGHT), null, null, extra))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void shouldRefuseToGrantWhatWasNotAskedFor() {
        final HttpRequest request = offering("chat");

        assertThatThrownBy(() -> ServerHandshake.accept(request, "other", null, HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("other");
        assertThatThrownBy(() -> ServerHandshake.accept(request, null, "foo", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("foo");
        assertThatThrownBy(() -> ServerHandshake.accept(request, null, "a; b=", HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> ServerHandshake.accept(get(without("Sec-WebSocket-Key")), null, null, HttpHeaders.EMPTY))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
