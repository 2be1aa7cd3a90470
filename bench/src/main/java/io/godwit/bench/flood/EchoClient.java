package io.godwit.bench.flood;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.HdrHistogram.Recorder;

/**
 * A well-behaved client: it sends short binary messages, each with its number and the time, and looks at what comes back.
 * For one thread.
 */
final class EchoClient {

    private static final int PAYLOAD_BYTES = 64;
    private static final int FIRST_BYTE = FrameWriter.FIN | Opcode.BINARY.value();
    private static final int HEADER_BYTES = 2;
    private static final int NUMBER_AT = 0;
    private static final int TIME_AT = NUMBER_AT + Long.BYTES;
    private static final int FILLING_AT = TIME_AT + Long.BYTES;
    private static final int BUFFER_BYTES = 16_384;

    private final SocketChannel channel;
    private final FrameWriter writer = FrameWriter.client(MaskingKeys.secure());
    private final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
    private final ByteBuffer out = ByteBuffer.allocateDirect(PAYLOAD_BYTES + FrameWriter.HEADER_BYTES_MAX);
    private final ByteBuffer in = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private long sent;
    private long received;

    /**
     * Connects.
     *
     * @param port the server's
     * @param path of an echo
     * @param selector of the thread that uses it
     * @throws IOException if there is no connection
     */
    EchoClient(final int port, final String path, final Selector selector) throws IOException {
        channel = ClientSocket.open(port, path, 0);
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Sends the next message, whatever is still on its way back. */
    void send() throws IOException {
        for (int i = FILLING_AT; i < PAYLOAD_BYTES; i++) {
            payload.put(i, filling(sent, i));
        }
        payload.putLong(NUMBER_AT, sent++);
        payload.putLong(TIME_AT, System.nanoTime());
        writer.write(out.clear(), FIRST_BYTE, payload);
        channel.write(out.flip());
        if (out.hasRemaining()) {
            throw new IOException("the server has stopped reading, with " + (sent - received) + " echoes to come");
        }
    }

    private static byte filling(final long number, final int index) {
        return (byte) (number + index);
    }

    /** Reads the echoes that have come. */
    void read(final Recorder latenciesNs) throws IOException {
        final int bytes = channel.read(in);
        final long nowNs = System.nanoTime();
        in.flip();
        while (in.remaining() >= HEADER_BYTES + PAYLOAD_BYTES) {
            latenciesNs.recordValue(Math.max(0, nowNs - sentNsOfNext()));
        }
        in.compact();
        if (bytes < 0) {
            throw new IOException("a well-behaved client was ended after " + received + " echoes");
        }
    }

    private long sentNsOfNext() throws IOException {
        final int start = in.position();
        final int from = start + HEADER_BYTES;
        boolean right = (in.get(start) & 0xFF) == FIRST_BYTE
                && in.get(start + 1) == PAYLOAD_BYTES
                && in.getLong(from + NUMBER_AT) == received;
        for (int i = FILLING_AT; i < PAYLOAD_BYTES && right; i++) {
            right = in.get(from + i) == filling(received, i);
        }
        if (!right) {
            throw new IOException("a wrong echo after " + received + " right ones");
        }
        received++;
        in.position(from + PAYLOAD_BYTES);
        return in.getLong(from + TIME_AT);
    }

    void close() throws IOException {
        channel.close();
    }
}
