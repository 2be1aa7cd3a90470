package io.godwit.reactor.endpoint;

import io.godwit.core.frame.CloseCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends each message back as it came, or ends the connection and says why: none is lost in silence. One that finds no room is
 * kept, and its peer not read, until there is room. So there is one at most for each connection, since nothing is delivered
 * while reading is paused; all of them have a bound together, since they lie on the heap outside of the loops' memory.
 */
final class Echo implements WebSocketHandler {

    /** Of the heap, for what is kept in all. */
    private static final int HEAP_PART = 32;

    private final long keptBytesMax;

    /** By the connections to which they are to be sent. */
    private final Map<WebSocket, Message> kept = new ConcurrentHashMap<>();

    private final AtomicLong keptBytes = new AtomicLong();

    Echo() {
        this(Runtime.getRuntime().maxMemory() / HEAP_PART);
    }

    /**
     * Starts with nothing kept.
     *
     * @param keptBytesMax how many bytes are kept in all; one message is kept however long it is
     */
    Echo(final long keptBytesMax) {
        this.keptBytesMax = keptBytesMax;
    }

    @Override
    public void onMessage(final WebSocket ws, final Message message) {
        final SendResult result = ws.send(message);
        if (result == SendResult.DROPPED) {
            keep(ws, message);
        } else {
            closeIfTooLong(ws, result);
        }
    }

    private static void closeIfTooLong(final WebSocket ws, final SendResult result) {
        if (result == SendResult.TOO_LONG) {
            ws.close(CloseCode.MESSAGE_TOO_BIG, "too long to be sent back");
        }
    }

    private void keep(final WebSocket ws, final Message message) {
        final int bytes = message.length();
        final long before = keptBytes.getAndAdd(bytes);
        if (before > 0 && before + bytes > keptBytesMax) {
            keptBytes.addAndGet(-bytes);
            ws.close(CloseCode.TRY_AGAIN_LATER, "no memory to send a message back");
            return;
        }
        boolean isKept = false;
        try {
            kept.put(ws, message.copy());
            isKept = true;
        } finally {
            if (!isKept) {
                keptBytes.addAndGet(-bytes);
            }
        }
        ws.pauseReading();
    }

    @Override
    public void onWritable(final WebSocket ws) {
        final Message message = kept.get(ws);
        final SendResult result = message == null ? SendResult.DROPPED : ws.send(message);
        // If it is DROPPED again, this is called again.
        if (result != SendResult.DROPPED) {
            forget(ws);
            // It may have become so: to wait behind a message in fragments takes memory for a copy.
            closeIfTooLong(ws, result);
            ws.resumeReading();
        }
    }

    @Override
    public void onClose(final WebSocket ws, final int code, final String reason) {
        forget(ws);
    }

    private void forget(final WebSocket ws) {
        final Message message = kept.remove(ws);
        if (message != null) {
            keptBytes.addAndGet(-message.length());
        }
    }

    /** {@return how many bytes are kept. Any thread} */
    long keptBytes() {
        return keptBytes.get();
    }
}
