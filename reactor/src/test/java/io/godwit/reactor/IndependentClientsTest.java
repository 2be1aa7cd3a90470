package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.drafts.Draft;
import org.java_websocket.drafts.Draft_6455;
import org.java_websocket.enums.Opcode;
import org.java_websocket.framing.Framedata;
import org.java_websocket.framing.PingFrame;
import org.java_websocket.handshake.ServerHandshake;
import org.java_websocket.protocols.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that others have written: the JDK's, and Java-WebSocket. */
class IndependentClientsTest {

    private static final int LARGE = 1_000_000;

    private final Recorder handler = new Recorder() {
        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            if (message.isText() && message.length() == 5 && message.text().equals("close")) {
                socket.close(4000, "as you say");
            } else {
                socket.send(message);
            }
        }
    };

    private CheckedServer server;
    private URI uri;

    @BeforeEach
    void start() throws IOException {
        // Replies leave in fragments, so that the clients have to join them.
        final EndpointLimits limits = Limits.of(new ProtocolLimits(LARGE, LARGE, 1_024), 65_536, 4 * LARGE, 10_000);
        server = CheckedServer.of(
                Endpoint.of(handler).withSubprotocols("chat.v2", "chat.v1").withLimits(limits));
        uri = URI.create("ws://127.0.0.1:" + server.port() + "/");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** What a client tells of, in order. */
    private static final class Received {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        void add(final String event) {
            events.add(event);
        }

        String next() throws InterruptedException {
            final String event = events.poll(60, TimeUnit.SECONDS);
            assertThat(event).as("an event in time").isNotNull();
            return event;
        }
    }

    /** The JDK's client hands messages over in parts. */
    private static final class JdkListener implements java.net.http.WebSocket.Listener {
        private final Received received = new Received();
        private final StringBuilder text = new StringBuilder();
        private int bytes;

        @Override
        public CompletionStage<?> onText(
                final java.net.http.WebSocket client, final CharSequence part, final boolean last) {
            text.append(part);
            if (last) {
                received.add("text " + text);
                text.setLength(0);
            }
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(
                final java.net.http.WebSocket client, final ByteBuffer part, final boolean last) {
            bytes += part.remaining();
            if (last) {
                received.add("binary " + bytes);
                bytes = 0;
            }
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onPong(final java.net.http.WebSocket client, final ByteBuffer payload) {
            received.add("pong " + payload.remaining());
            client.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(final java.net.http.WebSocket client, final int code, final String reason) {
            received.add("close " + code + " " + reason);
            return null;
        }
    }

    private java.net.http.WebSocket connectJdk(final JdkListener listener) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .subprotocols("chat.v1", "chat.v2")
                .buildAsync(uri, listener)
                .join();
    }

    @Test
    void shouldServeTheClientOfTheJdk() throws Exception {
        final JdkListener listener = new JdkListener();
        final java.net.http.WebSocket client = connectJdk(listener);
        assertThat(client.getSubprotocol()).isEqualTo("chat.v2");

        client.sendText("héllo", true).join();
        assertThat(listener.received.next()).isEqualTo("text héllo");
        client.sendBinary(ByteBuffer.allocate(0), true).join();
        assertThat(listener.received.next()).isEqualTo("binary 0");
        final String large = "large ".repeat(LARGE / 6);
        client.sendText(large, true).join();
        assertThat(listener.received.next()).isEqualTo("text " + large);
        client.sendBinary(ByteBuffer.allocate(LARGE / 2), false).join();
        client.sendBinary(ByteBuffer.allocate(LARGE / 2), true).join();
        assertThat(listener.received.next()).isEqualTo("binary " + LARGE);
        client.sendPing(ByteBuffer.allocate(125)).join();
        assertThat(listener.received.next()).isEqualTo("pong 125");

        client.sendClose(3001, "that was it").join();
        assertThat(listener.received.next()).isEqualTo("close 3001 ");
        handler.await("close 3001 that was it");
    }

    @Test
    void shouldCloseTheClientOfTheJdk() throws Exception {
        final JdkListener listener = new JdkListener();
        connectJdk(listener).sendText("close", true).join();
        assertThat(listener.received.next()).isEqualTo("close 4000 as you say");
        handler.await("close 4000");
    }

    /** A client of Java-WebSocket. */
    private static final class JavaWebSocketClient extends WebSocketClient {
        private final Received received = new Received();

        JavaWebSocketClient(final URI uri, final Draft draft) {
            super(uri, draft, Map.of("Origin", "http://localhost"), 20_000);
        }

        @Override
        public void onOpen(final ServerHandshake handshake) {
            received.add("open " + handshake.getFieldValue("Sec-WebSocket-Protocol"));
        }

        @Override
        public void onMessage(final String message) {
            received.add("text " + message);
        }

        @Override
        public void onMessage(final ByteBuffer bytes) {
            received.add("binary " + bytes.remaining());
        }

        @Override
        public void onWebsocketPong(final org.java_websocket.WebSocket client, final Framedata frame) {
            received.add("pong " + frame.getPayloadData().remaining());
        }

        @Override
        public void onClose(final int code, final String reason, final boolean remote) {
            received.add("close " + code + " " + reason + " " + remote);
        }

        @Override
        public void onError(final Exception e) {
            received.add("error " + e);
        }
    }

    private JavaWebSocketClient connectJavaWebSocket() throws InterruptedException {
        final Draft draft = new Draft_6455(List.of(), List.of(new Protocol("chat.v1"), new Protocol("chat.v2")));
        final JavaWebSocketClient client = new JavaWebSocketClient(uri, draft);
        assertThat(client.connectBlocking(60, TimeUnit.SECONDS)).isTrue();
        return client;
    }

    @Test
    void shouldServeJavaWebSocket() throws Exception {
        final JavaWebSocketClient client = connectJavaWebSocket();
        assertThat(client.received.next()).isEqualTo("open chat.v2");

        client.send("héllo");
        assertThat(client.received.next()).isEqualTo("text héllo");
        client.send(new byte[0]);
        assertThat(client.received.next()).isEqualTo("binary 0");
        final String large = "large ".repeat(LARGE / 6);
        client.send(large);
        assertThat(client.received.next()).isEqualTo("text " + large);
        client.sendFragmentedFrame(Opcode.BINARY, ByteBuffer.allocate(LARGE / 2), false);
        client.sendFragmentedFrame(Opcode.BINARY, ByteBuffer.allocate(LARGE / 2), true);
        assertThat(client.received.next()).isEqualTo("binary " + LARGE);
        final PingFrame ping = new PingFrame();
        ping.setPayload(ByteBuffer.allocate(7));
        client.sendFrame(ping);
        assertThat(client.received.next()).isEqualTo("pong 7");

        client.closeConnection(3001, "that was it");
        handler.await("close 1006");
    }

    @Test
    void shouldCloseWithJavaWebSocket() throws Exception {
        final JavaWebSocketClient first = connectJavaWebSocket();
        first.close(3001, "that was it");
        handler.await("close 3001 that was it");
        first.received.next();
        assertThat(first.received.next()).startsWith("close 3001 ");

        final JavaWebSocketClient second = connectJavaWebSocket();
        second.send("close");
        second.received.next();
        assertThat(second.received.next()).isEqualTo("close 4000 as you say true");
        // Its writing thread may be interrupted before it has sent the answer, and then closes the socket without.
        handler.awaitThat(
                () -> handler.events.contains("close 4000 as you say") || handler.events.contains("close 1006"),
                "the end");
    }
}
