package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packed daemon serves while it runs. */
class DaemonIT {
    private static final String SETTINGS = """
            [[listener]]
            address = "127.0.0.1"
            port = 0

            [[endpoint]]
            path = "/"
            app = "echo"

            [[endpoint]]
            path = "/echo"
            app = "echo"
            subprotocols = ["second", "first"]

            [[endpoint]]
            path = "/own"
            app = "echo"
            origins = ["https://example.org"]

            [[endpoint]]
            path = "/cut"
            app = "echo"
            fragment-bytes = 10

            [[endpoint]]
            path = "/long"
            app = "echo"
            message-bytes-max = 2_000_000

            [[endpoint]]
            path = "/workers"
            app = "echo"
            execution = "workers"

            [threads]
            loops = 2
            workers = 2
            """;

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static Daemon daemon;

    @BeforeAll
    static void serve() throws IOException {
        daemon = Daemon.serve(SETTINGS);
    }

    @AfterAll
    static void end() throws IOException {
        assertThat(daemon.errors()).as("what it logged").isEmpty();
        daemon.close();
    }

    @Test
    void shouldTakeALongMessageInOneFrameWhereOnlyMessagesAreAllowedToBeLonger() throws InterruptedException {
        final TestClient client = TestClient.connect(daemon.uri("ws", "/long"));
        client.socket().sendBinary(ByteBuffer.wrap(new byte[2_000_000]), true).join();
        assertThat(client.nextBinary()).isEqualTo(ByteBuffer.wrap(new byte[2_000_000]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/echo", "/cut", "/own", "/workers", "/echo?query=1"})
    void shouldEchoToTheJdksClient(final String path) throws InterruptedException {
        final TestClient client = TestClient.connect(daemon.uri("ws", path));
        client.socket().sendText("héllo, 世界 🐦", true).join();
        assertThat(client.nextText()).isEqualTo("héllo, 世界 🐦");
        client.socket().sendText("", true).join();
        assertThat(client.nextText()).isEmpty();
        client.socket().sendBinary(ByteBuffer.wrap(new byte[60_000]), true).join();
        assertThat(client.nextBinary()).isEqualTo(ByteBuffer.wrap(new byte[60_000]));
        client.socket().sendText("one ", false).join();
        client.socket().sendText("message", true).join();
        assertThat(client.nextText()).isEqualTo("one message");
        client.socket().sendClose(WebSocket.NORMAL_CLOSURE, "done").join();
        assertThat(client.closeCode()).isEqualTo(1000);
    }

    @Test
    void shouldAgreeOnTheSubprotocolThatTheSettingsPrefer() {
        final TestClient client = TestClient.connect(daemon.uri("ws", "/echo"), "first", "second");
        assertThat(client.socket().getSubprotocol()).isEqualTo("second");
        client.socket().abort();
    }

    @ParameterizedTest
    @CsvSource({"https://example.org, 101", "https://example.com, 403"})
    void shouldLetOnlyTheNamedOriginsIn(final String origin, final int status) {
        final var opening = HTTP.newWebSocketBuilder()
                .header("Origin", origin)
                .buildAsync(daemon.uri("ws", "/own"), new WebSocket.Listener() {});
        if (status == 101) {
            opening.join().abort();
        } else {
            assertThatThrownBy(opening::join)
                    .isInstanceOf(CompletionException.class)
                    .satisfies(failure -> {
                        final WebSocketHandshakeException refused = (WebSocketHandshakeException) failure.getCause();
                        assertThat(refused.getResponse().statusCode()).isEqualTo(status);
                    });
        }
    }

    @Test
    void shouldCloseWhatExceedsTheLimits() {
        final TestClient client = TestClient.connect(daemon.uri("ws", "/echo"));
        client.socket().sendBinary(ByteBuffer.wrap(new byte[65_537]), true);
        assertThat(client.closeCode()).isEqualTo(1009);
    }

    @Test
    void shouldShowThePage() throws IOException, InterruptedException {
        final HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy")).isPresent();
        assertThat(page.body()).contains("<title>Godwit</title>", "<option value=\"/echo\">");
        assertThat(get("/console.js").body()).contains("new WebSocket");
    }

    @Test
    void shouldTellThatItIsWell() throws IOException, InterruptedException {
        final HttpResponse<String> health = get("/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).isEqualTo("ok\n");
    }

    @Test
    void shouldSayWhatAPathIsFor() throws IOException, InterruptedException {
        assertThat(get("/echo").statusCode()).isEqualTo(426);
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> get(final String path) throws IOException, InterruptedException {
        final HttpRequest request =
                HttpRequest.newBuilder(daemon.uri("http", path)).build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
