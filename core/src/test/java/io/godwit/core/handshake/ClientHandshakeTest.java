package io.godwit.core.handshake;

import static io.godwit.core.handshake.HandshakeViolation.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client's half of the opening handshake: RFC 6455 §4.1. */
class ClientHandshakeTest {
    private static final String KEY = "x3JJHMbDL1EzLkh9GBhXDw==";
    private static final String ACCEPT = "HSmrc0sMlYUkAGmm5OPpG2HaGWk=";
    private static final ClientHandshake PLAIN = ClientHandshake.of(false, "server.example.com", 80, "/chat", KEY);
    private static final ClientHandshake OFFERING = PLAIN.withSubprotocols(List.of("chat", "superchat"))
            .withExtensions(List.of(Extension.of("foo").with("a", "1"), Extension.of("bar")));

    private static final HttpHeaders RIGHT = HttpHeaders.EMPTY
            .with("Upgrade", "websocket")
            .with("Connection", "Upgrade")
            .with("Sec-WebSocket-Accept", ACCEPT);

    private static HttpResponse switching(final HttpHeaders headers) {
        return HttpResponse.of(101, headers);
    }

    private static HttpResponse replacing(final String name, final String value) {
        HttpHeaders headers = HttpHeaders.EMPTY;
        for (int i = 0; i < RIGHT.size(); i++) {
            if (!RIGHT.name(i).equals(name)) {
                headers = headers.with(RIGHT.name(i), RIGHT.value(i));
            }
        }
        return switching(value == null ? headers : headers.with(name, value));
    }

    private static HttpResponse adding(final String name, final String value) {
        return switching(RIGHT.with(name, value));
    }

    static List<HttpResponse> rightResponses() {
        return List.of(
                switching(RIGHT),
                new HttpResponse(101, "", RIGHT),
                replacing("Upgrade", "WebSocket"),
                replacing("Connection", "keep-alive, upgrade"),
                adding("Sec-WebSocket-Protocol", "superchat"),
                adding("Sec-WebSocket-Extensions", "bar; b=2, foo"),
                adding("Server", "x"));
    }

    static List<Arguments> wrongResponses() {
        return List.of(
                // item 1
                arguments(STATUS_NOT_101, HttpResponse.of(200, RIGHT)),
                arguments(STATUS_NOT_101, HttpResponse.of(100, RIGHT)),
                arguments(STATUS_NOT_101, HttpResponse.of(302, HttpHeaders.EMPTY.with("Location", "/x"))),
                arguments(STATUS_NOT_101, HttpResponse.of(401, RIGHT)),
                // item 2
                arguments(UPGRADE_INVALID, replacing("Upgrade", null)),
                arguments(UPGRADE_INVALID, replacing("Upgrade", "h2c")),
                arguments(UPGRADE_INVALID, replacing("Upgrade", "websocket, h2c")),
                arguments(UPGRADE_INVALID, adding("Upgrade", "websocket")),
                // item 3
                arguments(CONNECTION_INVALID, replacing("Connection", null)),
                arguments(CONNECTION_INVALID, replacing("Connection", "close")),
                // item 4
                arguments(ACCEPT_INVALID, replacing("Sec-WebSocket-Accept", null)),
                arguments(ACCEPT_INVALID, replacing("Sec-WebSocket-Accept", "")),
                arguments(ACCEPT_INVALID, replacing("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")),
                arguments(ACCEPT_INVALID, replacing("Sec-WebSocket-Accept", ACCEPT.toLowerCase(Locale.ROOT))),
                arguments(ACCEPT_INVALID, adding("Sec-WebSocket-Accept", ACCEPT)),
                // item 5, §9.1, §11.3.2
                arguments(EXTENSIONS_INVALID, adding("Sec-WebSocket-Extensions", "")),
                arguments(EXTENSIONS_INVALID, adding("Sec-WebSocket-Extensions", "foo; =")),
                arguments(
                        EXTENSIONS_INVALID,
                        switching(
                                RIGHT.with("Sec-WebSocket-Extensions", "foo").with("Sec-WebSocket-Extensions", "bar"))),
                arguments(EXTENSION_NOT_OFFERED, adding("Sec-WebSocket-Extensions", "baz")),
                arguments(EXTENSION_NOT_OFFERED, adding("Sec-WebSocket-Extensions", "foo, permessage-deflate")),
                // item 6, §11.3.4
                arguments(SUBPROTOCOL_INVALID, adding("Sec-WebSocket-Protocol", "")),
                arguments(SUBPROTOCOL_INVALID, adding("Sec-WebSocket-Protocol", "chat superchat")),
                arguments(SUBPROTOCOL_INVALID, adding("Sec-WebSocket-Protocol", "chat, superchat")),
                arguments(
                        SUBPROTOCOL_INVALID,
                        switching(RIGHT.with("Sec-WebSocket-Protocol", "chat")
                                .with("Sec-WebSocket-Protocol", "superchat"))),
                arguments(
                        SUBPROTOCOL_INVALID,
                        switching(RIGHT.with("Sec-WebSocket-Protocol", "chat").with("Sec-WebSocket-Protocol", ""))),
                arguments(SUBPROTOCOL_NOT_OFFERED, adding("Sec-WebSocket-Protocol", "other")),
                arguments(SUBPROTOCOL_NOT_OFFERED, adding("Sec-WebSocket-Protocol", "CHAT")));
    }

    @Test
    void shouldBuildTheRequest() {
        final ClientHandshake handshake = OFFERING.withOrigin("http://example.com")
                .withHeaders(HttpHeaders.EMPTY.with("Authorization", "Bearer x"));

        assertThat(new String(handshake.request().encode(), StandardCharsets.ISO_8859_1))
                .isEqualTo("GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\n"
                        + "Connection: Upgrade\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\n"
                        + "Sec-WebSocket-Version: 13\r\nOrigin: http://example.com\r\n"
                        + "Sec-WebSocket-Protocol: chat, superchat\r\nSec-WebSocket-Extensions: foo; a=1, bar\r\n"
                        + "Authorization: Bearer x\r\n\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "false, a,     80,    a",
        "false, a,     443,   a:443",
        "true,  a,     443,   a",
        "true,  a,     80,    a:80",
        "true,  A.b,   65535, a.b:65535",
        "false, [::1], 8080,  [::1]:8080",
        "false, [::1], 80,    [::1]",
    })
    void shouldNameThePortUnlessItIsTheDefault(
            final boolean isSecure, final String host, final int port, final String field) {
        assertThat(ClientHandshake.of(isSecure, host, port, "/", KEY)
                        .request()
                        .headers()
                        .first("Host"))
                .isEqualTo(field);
    }

    @ParameterizedTest
    @MethodSource("rightResponses")
    void shouldTakeTheAnswer(final HttpResponse response) {
        assertThat(OFFERING.judge(response)).isNull();
    }

    @ParameterizedTest
    @MethodSource("wrongResponses")
    void shouldFail(final HandshakeViolation expected, final HttpResponse response) {
        assertThat(OFFERING.judge(response)).isEqualTo(expected);
        assertThat(expected.section()).matches("RFC \\d{4} §[0-9.]+");
        assertThat(expected.text()).isNotBlank();
    }

    @Test
    void shouldFailWhereNothingWasOffered() {
        assertThat(PLAIN.judge(adding("Sec-WebSocket-Protocol", "chat"))).isEqualTo(SUBPROTOCOL_NOT_OFFERED);
        assertThat(PLAIN.judge(adding("Sec-WebSocket-Extensions", "foo"))).isEqualTo(EXTENSION_NOT_OFFERED);
    }

    @Test
    void shouldReadWhatWasAgreed() {
        final HttpResponse response =
                switching(RIGHT.with("Sec-WebSocket-Protocol", "chat").with("Sec-WebSocket-Extensions", "bar; x, foo"));

        assertThat(ClientHandshake.subprotocol(response)).isEqualTo("chat");
        assertThat(ClientHandshake.extensions(response))
                .containsExactly(Extension.of("bar").with("x", null), Extension.of("foo"));
        assertThat(ClientHandshake.subprotocol(switching(RIGHT))).isNull();
        final HttpResponse padded = adding("Sec-WebSocket-Protocol", ", chat ,");
        assertThat(OFFERING.judge(padded)).isNull();
        assertThat(ClientHandshake.subprotocol(padded)).isEqualTo("chat");
        assertThat(ClientHandshake.extensions(switching(RIGHT))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'',     80,    /,    ok",
        "::1,    80,    /,    ok",
        "a:80,   80,    /,    ok",
        "a:,     80,    /,    ok",
        "a b,    80,    /,    ok",
        "a,      0,     /,    ok",
        "a,      65536, /,    ok",
        "a,      80,    '',   ok",
        "a,      80,    chat, ok",
        "a,      80,    '/ HTTP/1.1', ok",
        "a,      80,    /#x,  ok",
        "a,      80,    /,    bad",
    })
    void shouldRefuseToAskForWhatIsNoResource(
            final String host, final int port, final String resourceName, final String key) {
        assertThatThrownBy(() -> ClientHandshake.of(false, host, port, resourceName, key.equals("ok") ? KEY : key))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"host", "Upgrade", "Connection", "Origin", "Sec-WebSocket-Key", "Content-Length"})
    void shouldRefuseExtraFieldsThatTheHandshakeOwns(final String name) {
        assertThatThrownBy(() -> PLAIN.withHeaders(HttpHeaders.EMPTY.with(name, "x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void shouldRefuseToOfferWhatAServerWouldRefuse() {
        assertThatThrownBy(() -> PLAIN.withSubprotocols(List.of("a", "a")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PLAIN.withSubprotocols(List.of("a b"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PLAIN.withOrigin("http://a\r\nX: y")).isInstanceOf(IllegalArgumentException.class);
        assertThat(PLAIN.withOrigin("null").request().headers().first("Origin")).isEqualTo("null");
    }
}
