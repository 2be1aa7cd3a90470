package io.godwit.bench.peers;

import io.godwit.core.handshake.SecWebSocketKey;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpRequestParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A connection of the floor: how many bytes of the peer's current frame have come, how many bytes are owed to it, and
 * where in a frame they begin. For the loop's thread.
 */
final class FloorConnection {

    private final SocketChannel channel;
    private final SelectionKey key;
    private HttpRequestParser head = new HttpRequestParser(HttpLimits.DEFAULT);
    private int frameBytesReceived;
    private int frameBytesSent;
    private long bytesOwed;

    /**
     * Takes an accepted connection over.
     *
     * @param channel not blocking
     * @param key its key, interested in reading
     */
    FloorConnection(final SocketChannel channel, final SelectionKey key) {
        this.channel = channel;
        this.key = key;
    }

    /**
     * Reads once.
     *
     * @param buffer the loop's, overwritten
     * @param clientFrameBytes how long each frame is that comes
     * @return how many frames have been completed; -1: the peer has closed
     * @throws IOException if the socket fails
     */
    int read(final ByteBuffer buffer, final int clientFrameBytes) throws IOException {
        if (channel.read(buffer.clear()) < 0) {
            return -1;
        }
        buffer.flip();
        if (head != null && !open(buffer)) {
            return 0;
        }
        final int received = frameBytesReceived + buffer.remaining();
        frameBytesReceived = received % clientFrameBytes;
        return received / clientFrameBytes;
    }

    /** Answers the opening handshake once it is complete; what follows in the buffer is frames. */
    private boolean open(final ByteBuffer buffer) throws IOException {
        if (!head.parse(buffer)) {
            return false;
        }
        if (head.request() == null || head.request().headers().first("Sec-WebSocket-Key") == null) {
            throw new IOException("not an opening handshake");
        }
        final String accept = SecWebSocketKey.accept(head.request().headers().first("Sec-WebSocket-Key"));
        final String response = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept + "\r\n\r\n";
        final ByteBuffer bytes = ByteBuffer.wrap(response.getBytes(StandardCharsets.US_ASCII));
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("a fresh socket has no room for the response");
        }
        head = null;
        return true;
    }

    /** {@return whether the opening handshake is done} */
    boolean isOpen() {
        return head == null && channel.isOpen();
    }

    /**
     * Owes the peer further frames, and writes what the socket takes.
     *
     * @param count how many
     * @param frames as many of them as possible, one behind the other; its position and limit are moved
     * @param frameBytes how long each is
     * @throws IOException if the socket fails
     */
    void send(final int count, final ByteBuffer frames, final int frameBytes) throws IOException {
        final boolean isBlocked = bytesOwed > 0;
        bytesOwed += (long) count * frameBytes;
        if (!isBlocked) {
            flush(frames, frameBytes);
        }
    }

    /**
     * Writes what is owed, and reads again as soon as that is nothing.
     *
     * @param frames as above
     * @param frameBytes as above
     * @throws IOException if the socket fails
     */
    void flush(final ByteBuffer frames, final int frameBytes) throws IOException {
        boolean isFull = false;
        while (bytesOwed > 0 && !isFull) {
            final int length = (int) Math.min(bytesOwed, frames.capacity() - frameBytesSent);
            frames.limit(frameBytesSent + length).position(frameBytesSent);
            final int written = channel.write(frames);
            bytesOwed -= written;
            frameBytesSent = (frameBytesSent + written) % frameBytes;
            isFull = written < length;
        }
        final int interest = bytesOwed > 0 ? SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /** Closes the socket. */
    void close() {
        try {
            channel.close();
        } catch (final IOException e) {
            throw new IllegalStateException("a socket does not close", e);
        }
    }
}
