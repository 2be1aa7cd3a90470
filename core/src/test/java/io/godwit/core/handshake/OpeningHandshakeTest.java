package io.godwit.core.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.http.CountingText;
import io.godwit.core.http.HeaderTokens;
import io.godwit.core.http.HttpHeaders;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpRequest;
import io.godwit.core.http.HttpRequestParser;
import io.godwit.core.http.HttpResponse;
import io.godwit.core.http.HttpResponseParser;
import io.godwit.core.http.Seeded;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both halves of the opening handshake against each other, over bytes. */
class OpeningHandshakeTest {
    private static final SecureRandom RANDOM = new SecureRandom();

    private static HttpRequest carried(final HttpRequest request) {
        final HttpRequestParser parser = new HttpRequestParser(HttpLimits.DEFAULT);
        assertThat(parser.parse(ByteBuffer.wrap(request.encode()))).isTrue();
        return parser.request();
    }

    private static HttpResponse carried(final HttpResponse response) {
        final HttpResponseParser parser = new HttpResponseParser(HttpLimits.DEFAULT);
        assertThat(parser.parse(ByteBuffer.wrap(response.encode()))).isTrue();
        return parser.response();
    }

    private static ClientHandshake client() {
        return ClientHandshake.of(true, "example.com", 8443, "/chat?room=1", SecWebSocketKey.generate(RANDOM));
    }

    @Test
    void shouldAgreeOnNothingOptional() {
        final ClientHandshake client = client();
        final HttpRequest request = carried(client.request());

        assertThat(ServerHandshake.judge(request, OriginPolicy.allow(List.of())))
                .isNull();
        final HttpResponse response = carried(ServerHandshake.accept(request, null, null, HttpHeaders.EMPTY));
        assertThat(client.judge(response)).isNull();
        assertThat(ClientHandshake.subprotocol(response)).isNull();
        assertThat(ClientHandshake.extensions(response)).isEmpty();
    }

    @Test
    void shouldAgreeOnSubprotocolAndExtensions() {
        final ClientHandshake client = client().withOrigin("https://example.com")
                .withSubprotocols(List.of("v1", "v2"))
                .withExtensions(List.of(Extension.of("x").with("a", "1").with("b", null), Extension.of("y")))
                .withHeaders(HttpHeaders.EMPTY.with("Cookie", "c=d"));
        final HttpRequest request = carried(client.request());

        assertThat(ServerHandshake.judge(request, OriginPolicy.allow(List.of("https://example.com:443"))))
                .isNull();
        assertThat(request.path()).isEqualTo("/chat");
        final List<Extension> offers = ExtensionHeader.parse(request.headers());
        final String chosen = ServerHandshake.selectSubprotocol(request, List.of("v3", "v2", "v1"));
        final HttpResponse response = carried(ServerHandshake.accept(
                request, chosen, ExtensionHeader.format(offers.subList(0, 1)), HttpHeaders.EMPTY.with("Server", "s")));

        assertThat(client.judge(response)).isNull();
        assertThat(ClientHandshake.subprotocol(response)).isEqualTo("v2");
        assertThat(ClientHandshake.extensions(response)).isEqualTo(offers.subList(0, 1));
    }

    @Test
    void shouldNotTakeTheAnswerToAnotherRequest() {
        final HttpRequest other = carried(client().request());
        final HttpResponse response = carried(ServerHandshake.accept(other, null, null, HttpHeaders.EMPTY));

        assertThat(client().judge(response)).isEqualTo(HandshakeViolation.ACCEPT_INVALID);
    }

    @Test
    void shouldTakeARefusalAsOne() {
        final HandshakeRefusal refusal = ServerHandshake.judge(
                carried(client().withOrigin("https://evil.example").request()), OriginPolicy.allow(List.of()));
        final HttpResponse response = carried(HttpResponse.of(refusal.status(), refusal.headers()));

        assertThat(response.status()).isEqualTo(403);
        assertThat(client().judge(response)).isEqualTo(HandshakeViolation.STATUS_NOT_101);
    }

    /** Both judges give a verdict on any fields, and throw on none. */
    @Test
    void shouldGiveAVerdictOnAnyFields() {
        final Random random = Seeded.random("handshake fields");
        final List<String> names = List.of(
                "Host",
                "Upgrade",
                "Connection",
                "Sec-WebSocket-Key",
                "Sec-WebSocket-Version",
                "Sec-WebSocket-Protocol",
                "Sec-WebSocket-Extensions",
                "Sec-WebSocket-Accept",
                "Origin");
        final List<String> values = List.of(
                "",
                "websocket",
                "Upgrade",
                "13",
                "a",
                "a, b",
                "a, a",
                "a; b=\"c\"",
                "\"",
                ",",
                ";",
                "=",
                "\\",
                "null",
                "://",
                "https://[",
                "dGhlIHNhbXBsZSBub25jZQ==",
                "====",
                "\u00e4");
        final OriginPolicy origins = OriginPolicy.allow(List.of("https://example.com"));
        for (int i = 0; i < 20_000; i++) {
            HttpHeaders headers = HttpHeaders.EMPTY;
            for (int n = random.nextInt(10); n > 0; n--) {
                headers = headers.with(
                        names.get(random.nextInt(names.size())), values.get(random.nextInt(values.size())));
            }
            final HttpRequest request = new HttpRequest("GET", "/", "HTTP/1.1", headers);
            if (ServerHandshake.judge(request, origins) == null) {
                assertThat(ServerHandshake.accept(request, null, null, HttpHeaders.EMPTY)
                                .status())
                        .isEqualTo(101);
            }
            ServerHandshake.selectSubprotocol(request, List.of("a"));
            client().judge(HttpResponse.of(101, headers));
        }
    }

    /** Long lists are refused after as much work as it takes to see that they are too long. */
    @ParameterizedTest
    @ValueSource(strings = {"a,", "a , ", "abc,\t"})
    void shouldStopAtTheLimitOfALongListOfSubprotocols(final String unit) {
        final CountingText text = new CountingText(unit.repeat(100_000));

        assertThat(HeaderTokens.list(List.of(text), Subprotocols.COUNT_MAX)).isNull();
        assertThat(text.looks()).isLessThan(6L * unit.length() * (Subprotocols.COUNT_MAX + 1));
    }

    @Test
    void shouldRefuseLongListsInAHead() {
        final HttpHeaders base = client().request().headers();
        final String list = "a,".repeat(1_000_000);

        for (final String name : List.of("Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions")) {
            final HttpRequest request = new HttpRequest("GET", "/", "HTTP/1.1", base.with(name, list));
            assertThat(ServerHandshake.judge(request, OriginPolicy.any()).status())
                    .isEqualTo(400);
        }
    }
}
