package io.godwit.reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** A client's socket that does not block, and the frames that come by it. For one thread. */
final class FrameStream implements AutoCloseable {

    private static final int HEADER_BYTES_MAX = 10;

    /** {@link SocketChannel#read} has told the end. */
    static final int END = -1;

    private final SocketChannel channel;
    private final ByteBuffer in;

    private FrameStream(final SocketChannel channel, final int frameBytesMax) {
        this.channel = channel;
        in = ByteBuffer.allocate(frameBytesMax + HEADER_BYTES_MAX);
        in.limit(0);
    }

    /**
     * Connects, and waits until it is a WebSocket.
     *
     * @param frameBytesMax the longest payload that is expected
     */
    static FrameStream open(final int port, final String path, final int frameBytesMax) throws IOException {
        final SocketChannel channel = SocketChannel.open();
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.connect(new InetSocketAddress("127.0.0.1", port));
        channel.write(ByteBuffer.wrap(RawPeer.upgrade(path).getBytes(StandardCharsets.US_ASCII)));
        final StringBuilder head = new StringBuilder();
        final ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf("\r\n\r\n") < 0) {
            if (channel.read(one.clear()) < 0) {
                throw new IOException("ended in its handshake: " + head);
            }
            head.append((char) one.get(0));
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + head);
        }
        channel.configureBlocking(false);
        return new FrameStream(channel, frameBytesMax);
    }

    SocketChannel channel() {
        return channel;
    }

    /** {@return how many bytes have come; {@link #END} after the last} */
    int read() throws IOException {
        in.compact();
        final int bytes = channel.read(in);
        in.flip();
        return bytes;
    }

    /** {@return the next frame that is there as a whole, or null} */
    RawPeer.Frame next() {
        if (in.remaining() < 2) {
            return null;
        }
        final int start = in.position();
        final int second = in.get(start + 1);
        final int header = second == 126 ? 4 : second == 127 ? HEADER_BYTES_MAX : 2;
        if (in.remaining() < header) {
            return null;
        }
        final long length =
                second == 126 ? in.getShort(start + 2) & 0xFFFF : second == 127 ? in.getLong(start + 2) : second;
        if (length > in.capacity() - HEADER_BYTES_MAX) {
            throw new IllegalStateException("a frame of " + length + " bytes");
        }
        if (in.remaining() < header + length) {
            return null;
        }
        final byte[] payload = new byte[(int) length];
        in.position(start + header).get(payload);
        return new RawPeer.Frame(in.get(start) & 0xFF, payload);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
