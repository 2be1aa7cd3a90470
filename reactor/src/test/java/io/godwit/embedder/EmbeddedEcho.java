package io.godwit.embedder;

import io.godwit.reactor.WebSocketServer;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** What an embedder would write: a server, and for the sake of the test a client. Run by {@code EmbedderIT}. */
public final class EmbeddedEcho {

    private static final int MESSAGES = 1_000;

    private EmbeddedEcho() {}

    /**
     * Echoes some messages, has some sent by another thread, and ends.
     *
     * @param args none
     * @throws Exception if anything fails
     */
    public static void main(final String[] args) throws Exception {
        final CompletableFuture<WebSocket> opened = new CompletableFuture<>();
        final WebSocketHandler echo = new WebSocketHandler() {
            @Override
            public void onOpen(final WebSocket ws) {
                opened.complete(ws);
            }

            @Override
            public void onMessage(final WebSocket ws, final Message message) {
                ws.send(message);
            }
        };
        final CountDownLatch received = new CountDownLatch(2 * MESSAGES);
        // A JVM that has just started on a busy machine may get no processor for seconds: that would be told in the
        // log.
        final ServerOptions patient =
                ServerOptions.DEFAULT.withThreads(Threads.DEFAULT.withBlockedLoopWarning(Duration.ofMinutes(2)));
        try (WebSocketServer server = WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .options(patient)
                .endpoint("/", echo)
                .build()
                .start()) {
            final java.net.http.WebSocket client = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/"), new Counting(received))
                    .join();
            final WebSocket ws = opened.join();
            for (int i = 0; i < MESSAGES; i++) {
                client.sendBinary(ByteBuffer.allocate(i), true).join();
                ws.send("from another thread");
            }
            received.await();
            client.sendClose(1000, "").join();
        }
        System.out.println(WebSocketServer.class.getModule().getName() + " echoed " + MESSAGES);
    }

    private record Counting(CountDownLatch received) implements java.net.http.WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(
                final java.net.http.WebSocket client, final CharSequence part, final boolean last) {
            return count(client, last);
        }

        @Override
        public CompletionStage<?> onBinary(
                final java.net.http.WebSocket client, final ByteBuffer part, final boolean last) {
            return count(client, last);
        }

        private CompletionStage<?> count(final java.net.http.WebSocket client, final boolean last) {
            if (last) {
                received.countDown();
            }
            client.request(1);
            return null;
        }
    }
}
