package io.godwit.reactor;

import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Sends each message back: one for which there is no memory once there is some, and those that come meanwhile after it. Who has
 * such a message is not read.
 */
final class LosslessEcho extends CountingHandler {

    /** What waits for memory. The callbacks of one connection come one at a time. */
    private final Map<WebSocket, Queue<Message>> kept = new ConcurrentHashMap<>();

    LosslessEcho() {
        super(ws -> {}, (ws, message) -> {});
    }

    @Override
    public void onMessage(final WebSocket ws, final Message message) {
        super.onMessage(ws, message);
        final Queue<Message> before = kept.get(ws);
        if (before != null) {
            before.add(message.copy());
        } else if (!ws.send(message).isTaken()) {
            kept.put(ws, new ArrayDeque<>());
            kept.get(ws).add(message.copy());
            ws.pauseReading();
        }
    }

    @Override
    public void onWritable(final WebSocket ws) {
        final Queue<Message> waiting = kept.get(ws);
        if (waiting == null) {
            return;
        }
        while (!waiting.isEmpty() && ws.send(waiting.peek()).isTaken()) {
            waiting.remove();
        }
        if (waiting.isEmpty()) {
            kept.remove(ws);
            ws.resumeReading();
        }
    }

    @Override
    public void onClose(final WebSocket ws, final CloseInfo close) {
        kept.remove(ws);
        super.onClose(ws, close);
    }
}
