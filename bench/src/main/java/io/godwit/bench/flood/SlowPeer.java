package io.godwit.bench.flood;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.MaskingKeys;
import io.godwit.core.frame.Opcode;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;

/** A peer that does not read what it is sent, until it is asked to read it all. Blocking; for one thread. */
final class SlowPeer implements AutoCloseable {

    private static final int RECEIVE_BYTES = 4_096;
    private static final int READ_BYTES = 65_536;
    private static final int LENGTH_OF_16_BITS = 126;

    /**
     * What has come.
     *
     * @param messages how many, in the order in which they were sent
     * @param closeCode what the server's Close said
     */
    record Outcome(int messages, int closeCode) {}

    private final SocketChannel channel;

    /**
     * Connects.
     *
     * @param port the server's
     * @param path of what is flooded
     * @throws IOException if there is no connection
     */
    SlowPeer(final int port, final String path) throws IOException {
        channel = ClientSocket.open(port, path, RECEIVE_BYTES);
    }

    /**
     * Reads all there is, and what still comes, until the server's Close.
     *
     * @param serverCloses whether the server does so by itself; else it is answering
     * @return what has come
     * @throws IOException if no Close came, or the messages are not in order
     */
    Outcome readToTheEnd(final boolean serverCloses) throws IOException {
        if (!serverCloses) {
            sendClose();
        }
        final DataInputStream in =
                new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), READ_BYTES));
        int messages = 0;
        int last = -1;
        while (true) {
            final int opcode = in.readUnsignedByte() & 0xF;
            final int length = in.readUnsignedByte();
            final byte[] payload = new byte[length == LENGTH_OF_16_BITS ? in.readUnsignedShort() : length];
            in.readFully(payload);
            if (opcode == Opcode.CLOSE.value()) {
                return new Outcome(messages, ByteBuffer.wrap(payload).getShort());
            }
            if (opcode == Opcode.BINARY.value()) {
                final int number = ByteBuffer.wrap(payload).getInt();
                if (number <= last) {
                    throw new IOException("message " + number + " after message " + last);
                }
                last = number;
                messages++;
            }
        }
    }

    private void sendClose() throws IOException {
        final ByteBuffer frame = ByteBuffer.allocate(FrameWriter.CONTROL_BYTES_MAX);
        final ByteBuffer code = ByteBuffer.allocate(Short.BYTES).putShort(0, (short) CloseCode.NORMAL_CLOSURE);
        FrameWriter.client(MaskingKeys.secure()).write(frame, FrameWriter.FIN | Opcode.CLOSE.value(), code);
        channel.write(frame.flip());
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
