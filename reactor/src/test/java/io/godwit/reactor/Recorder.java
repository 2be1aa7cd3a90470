package io.godwit.reactor;

import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/**
 * A handler that writes down what happens, for a test to wait for. Subclasses add what they do themselves: before they call
 * {@code super} if the test goes on only once it is done, since the test sees the event before the callback has ended.
 */
class Recorder implements WebSocketHandler {

    final List<String> events = new CopyOnWriteArrayList<>();
    volatile WebSocket ws;

    @Override
    public void onOpen(final WebSocket socket) {
        ws = socket;
        events.add("open");
    }

    @Override
    public void onMessage(final WebSocket socket, final Message message) {
        events.add(message.isText() ? "text " + message.text() : "binary " + message.length());
    }

    @Override
    public void onFragment(final WebSocket socket, final Message view, final boolean last) {
        events.add("fragment " + view.length() + (last ? " last" : ""));
    }

    @Override
    public void onPing(final WebSocket socket, final ByteBuffer payload) {
        events.add("ping " + StandardCharsets.UTF_8.decode(payload));
    }

    @Override
    public void onPong(final WebSocket socket, final ByteBuffer payload) {
        events.add("pong " + StandardCharsets.UTF_8.decode(payload));
    }

    @Override
    public void onWritable(final WebSocket socket) {
        events.add("writable");
    }

    @Override
    public void onError(final WebSocket socket, final Failure failure) {
        events.add("error " + (failure.violation() != null ? failure.violation() : failure.kind()));
    }

    @Override
    public void onClose(final WebSocket socket, final int code, final String reason) {
        events.add("close " + code + (reason.isEmpty() ? "" : " " + reason));
    }

    void await(final String event) {
        awaitThat(() -> events.contains(event), event);
    }

    void awaitThat(final BooleanSupplier condition, final String what) {
        Await.that(condition, () -> what + ", saw " + events);
    }
}
