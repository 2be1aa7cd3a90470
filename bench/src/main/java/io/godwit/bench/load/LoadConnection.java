package io.godwit.bench.load;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/** One connection: what it still has to send, and what has come. For the thread of its loop. */
final class LoadConnection {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Close 1000 (RFC 6455 §7.4.1). */
    private static final ByteBuffer NORMAL_CLOSURE =
            ByteBuffer.allocate(2).putShort((short) 1_000).flip();

    private final SocketChannel channel;
    private final int number;
    private final int slot;
    private final EchoReader reader;
    private SelectionKey key;
    private long sent;
    private long owed;
    private ByteBuffer unsent = NOTHING;

    /**
     * Takes an open connection over.
     *
     * @param channel not blocking
     * @param number among all, from 0
     * @param slot among those of its loop, from 0
     * @param reader of what comes
     */
    LoadConnection(final SocketChannel channel, final int number, final int slot, final EchoReader reader) {
        this.channel = channel;
        this.number = number;
        this.slot = slot;
        this.reader = reader;
    }

    /** {@return its channel} */
    SocketChannel channel() {
        return channel;
    }

    /** {@return its place among those of its loop} */
    int slot() {
        return slot;
    }

    /** {@return how many messages were encoded} */
    long sent() {
        return sent;
    }

    /** {@return how many messages are still to be encoded} */
    long owed() {
        return owed;
    }

    /** {@return how many messages have come} */
    long received() {
        return reader.received();
    }

    /** {@return whether the server has answered a Ping} */
    boolean pongReceived() {
        return reader.pongReceived();
    }

    /** {@return whether the server has sent a Close frame} */
    boolean closeReceived() {
        return reader.closeReceived();
    }

    /**
     * Tells the connection its key.
     *
     * @param registered with its loop's selector
     */
    void registered(final SelectionKey registered) {
        key = registered;
    }

    /**
     * Adds to what is to be sent.
     *
     * @param count of messages
     */
    void owe(final long count) {
        owed += count;
    }

    /** Forgets what was not encoded yet. */
    void oweNothing() {
        owed = 0;
    }

    /**
     * Reads once.
     *
     * @param in the loop's buffer, overwritten
     * @return how many bytes; -1: the server has closed its side
     * @throws IOException if the socket fails
     * @throws WrongEcho if it is not what had to come
     */
    int read(final ByteBuffer in) throws IOException {
        final int bytes = channel.read(in.clear());
        if (bytes > 0) {
            reader.read(in.flip());
        }
        return bytes;
    }

    /** {@return the payload of a Ping to be answered, or null} */
    ByteBuffer takePing() {
        return reader.takePing();
    }

    /**
     * Encodes and writes what is owed, as far as the socket takes it; the loop comes back when it takes more.
     *
     * @param out the loop's buffer, overwritten
     * @param encoder writes messages
     * @param nowNs the time
     * @throws IOException if the socket fails
     */
    void flush(final ByteBuffer out, final MessageEncoder encoder, final long nowNs) throws IOException {
        while (writeUnsent() && owed > 0) {
            out.clear();
            while (owed > 0 && out.remaining() >= encoder.frameBytes()) {
                encoder.encode(out, this, number, sent, nowNs);
                sent++;
                owed--;
            }
            write(out.flip());
        }
        final int interest =
                unsent.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /**
     * Sends a control frame, behind the frame that is on its way.
     *
     * @param opcode which
     * @param payload borrowed
     * @param writer of frames
     * @throws IOException if the socket fails
     */
    void sendControl(final Opcode opcode, final ByteBuffer payload, final FrameWriter writer) throws IOException {
        final ByteBuffer frame = ByteBuffer.allocate(FrameWriter.HEADER_BYTES_MAX + payload.remaining());
        writer.write(frame, FrameWriter.FIN | opcode.value(), payload);
        frame.flip();
        if (writeUnsent()) {
            write(frame);
        } else {
            unsent = ByteBuffer.allocate(unsent.remaining() + frame.remaining())
                    .put(unsent)
                    .put(frame)
                    .flip();
        }
    }

    /**
     * Begins the closing handshake, and half-closes, so that also a server ends that knows no Close frame.
     *
     * @param writer of frames
     * @throws IOException if the socket fails
     */
    void close(final FrameWriter writer) throws IOException {
        sendControl(Opcode.CLOSE, NORMAL_CLOSURE, writer);
        channel.shutdownOutput();
    }

    /** {@return whether nothing waits any more} */
    private boolean writeUnsent() throws IOException {
        if (unsent.hasRemaining()) {
            channel.write(unsent);
        }
        return !unsent.hasRemaining();
    }

    private void write(final ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            if (unsent.capacity() < bytes.remaining()) {
                unsent = ByteBuffer.allocate(bytes.remaining());
            }
            unsent.clear().put(bytes).flip();
        }
    }
}
