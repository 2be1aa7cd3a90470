package io.godwit.reactor;

import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Counts how often the connections of its endpoints open and close, and what comes before the one or after the other; what
 * is to be done with them it leaves to others. For any number of threads.
 */
class CountingHandler implements WebSocketHandler {
    private final Consumer<WebSocket> opened;
    private final BiConsumer<WebSocket, Message> received;
    private final AtomicLong opens = new AtomicLong();
    private final AtomicLong closes = new AtomicLong();
    private final AtomicLong disordered = new AtomicLong();

    CountingHandler(final Consumer<WebSocket> opened, final BiConsumer<WebSocket, Message> received) {
        this.opened = opened;
        this.received = received;
    }

    /** {@return one that sends each message back, and loses none} */
    static CountingHandler echo() {
        final WebSocketHandler echo = WebSocketHandler.echo();
        return new CountingHandler(ws -> {}, echo::onMessage) {
            @Override
            public void onWritable(final WebSocket ws) {
                echo.onWritable(ws);
            }

            @Override
            public void onClose(final WebSocket ws, final int code, final String reason) {
                echo.onClose(ws, code, reason);
                super.onClose(ws, code, reason);
            }
        };
    }

    @Override
    public void onOpen(final WebSocket ws) {
        opens.incrementAndGet();
        expect(ws, null);
        ws.attach("open");
        opened.accept(ws);
    }

    @Override
    public void onMessage(final WebSocket ws, final Message message) {
        expect(ws, "open");
        received.accept(ws, message);
    }

    @Override
    public void onClose(final WebSocket ws, final int code, final String reason) {
        closes.incrementAndGet();
        expect(ws, "open");
        ws.attach("closed");
    }

    private void expect(final WebSocket ws, final String state) {
        final String is = ws.attachment();
        if (is != state) {
            disordered.incrementAndGet();
        }
    }

    long opens() {
        return opens.get();
    }

    long closes() {
        return closes.get();
    }

    long disordered() {
        return disordered.get();
    }
}
