package io.godwit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The JDK's own WebSocket client, with what it has received. */
final class TestClient implements WebSocket.Listener {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final BlockingQueue<String> texts = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> binaries = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private ByteBuffer binary = ByteBuffer.allocate(0);
    private WebSocket socket;

    private TestClient() {}

    static TestClient connect(final URI uri, final String... subprotocols) {
        final TestClient client = new TestClient();
        final WebSocket.Builder builder = HTTP.newWebSocketBuilder();
        if (subprotocols.length > 0) {
            builder.subprotocols(subprotocols[0], Arrays.copyOfRange(subprotocols, 1, subprotocols.length));
        }
        client.socket = builder.buildAsync(uri, client)
                .orTimeout(Daemon.DEADLINE_S, TimeUnit.SECONDS)
                .join();
        return client;
    }

    WebSocket socket() {
        return socket;
    }

    String nextText() throws InterruptedException {
        final String next = texts.poll(Daemon.DEADLINE_S, TimeUnit.SECONDS);
        assertThat(next).as("a text message").isNotNull();
        return next;
    }

    ByteBuffer nextBinary() throws InterruptedException {
        final ByteBuffer next = binaries.poll(Daemon.DEADLINE_S, TimeUnit.SECONDS);
        assertThat(next).as("a binary message").isNotNull();
        return next;
    }

    /** {@return the status code of the Close that came} */
    int closeCode() {
        return closeCode.orTimeout(Daemon.DEADLINE_S, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onText(final WebSocket webSocket, final CharSequence data, final boolean last) {
        text.append(data);
        if (last) {
            texts.add(text.toString());
            text.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onBinary(final WebSocket webSocket, final ByteBuffer data, final boolean last) {
        binary = ByteBuffer.allocate(binary.limit() + data.remaining())
                .put(binary)
                .put(data)
                .flip();
        if (last) {
            binaries.add(binary);
            binary = ByteBuffer.allocate(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(final WebSocket webSocket, final int code, final String reason) {
        closeCode.complete(code);
        return null;
    }

    @Override
    public void onError(final WebSocket webSocket, final Throwable error) {
        closeCode.completeExceptionally(error);
    }
}
