package io.godwit.reactor;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** A client of bytes: it can do all that a well-behaved one would not. Blocking, with a bound on every wait. */
final class RawPeer implements AutoCloseable {

    /** A string whose characters are bytes. */
    static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private static final int WAIT_MS = 60_000;
    private static final byte[] KEY = {0x11, 0x22, 0x33, 0x44};

    /** One frame as it came. */
    record Frame(int firstByte, byte[] payload) {

        int opcode() {
            return firstByte & 0xF;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        /** {@return the status code of a Close frame, 1005 where it has none} */
        int closeCode() {
            return payload.length < 2 ? 1005 : (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        }
    }

    private static final String LOOPBACK = "127.0.0.1";

    private final Socket socket = new Socket();
    private final DataInputStream in;

    RawPeer(final int port) throws IOException {
        this(LOOPBACK, port, 0);
    }

    /** Connects with a receive buffer of its own size, to be a slow reader. */
    RawPeer(final int port, final int receiveBytes) throws IOException {
        this(LOOPBACK, port, receiveBytes);
    }

    /** Connects from an address of its own: each address has its own range of ports. */
    RawPeer(final String localAddress, final int port) throws IOException {
        this(localAddress, port, 0);
    }

    private RawPeer(final String localAddress, final int port, final int receiveBytes) throws IOException {
        if (receiveBytes > 0) {
            socket.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
        }
        if (!localAddress.equals(LOOPBACK)) {
            socket.bind(new InetSocketAddress(localAddress, 0));
        }
        socket.setSoTimeout(WAIT_MS);
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(LOOPBACK, port), WAIT_MS);
        in = new DataInputStream(new java.io.BufferedInputStream(socket.getInputStream(), 8_192));
    }

    static String upgrade(final String path, final String... headers) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n") + "\r\n";
    }

    static RawPeer open(final int port, final String path, final String... headers) throws IOException {
        final RawPeer peer = new RawPeer(port);
        peer.send(upgrade(path, headers));
        final String head = peer.readHead();
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + head);
        }
        return peer;
    }

    RawPeer send(final String ascii) throws IOException {
        return send(ascii.getBytes(BYTES));
    }

    RawPeer send(final byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    RawPeer sendText(final String text) throws IOException {
        return send(frame(0x81, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** {@return a masked frame, with the shortest length} */
    static byte[] frame(final int firstByte, final byte... payload) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(firstByte);
        if (payload.length < 126) {
            out.write(0x80 | payload.length);
        } else if (payload.length < 65_536) {
            out.write(0x80 | 126);
            out.write(payload.length >>> 8);
            out.write(payload.length);
        } else {
            out.write(0x80 | 127);
            for (int shift = 56; shift >= 0; shift -= 8) {
                out.write((int) ((long) payload.length >>> shift));
            }
        }
        out.writeBytes(KEY);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ KEY[i & 3]);
        }
        return out.toByteArray();
    }

    static byte[] concat(final byte[]... parts) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] closeFrame(final int code) {
        return frame(0x88, (byte) (code >>> 8), (byte) code);
    }

    String readHead() throws IOException {
        final StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString();
    }

    Frame readFrame() throws IOException {
        final int first = in.readUnsignedByte();
        final int second = in.readUnsignedByte();
        final long length = second == 126 ? in.readUnsignedShort() : second == 127 ? in.readLong() : second;
        final byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Frame(first, payload);
    }

    void readFully(final byte[] bytes) throws IOException {
        in.readFully(bytes);
    }

    /** {@return the next frame of that opcode, those before it left out} */
    Frame readUntil(final int opcode) throws IOException {
        Frame frame = readFrame();
        while (frame.opcode() != opcode) {
            frame = readFrame();
        }
        return frame;
    }

    /** {@return all that comes until the server ends its side; a reset is an error} */
    String readToEnd() throws IOException {
        return new String(in.readAllBytes(), BYTES);
    }

    /** {@return whether nothing comes for so long} */
    boolean isSilentFor(final int waitMs) throws IOException {
        socket.setSoTimeout(waitMs);
        in.mark(1);
        try {
            in.read();
            in.reset();
            return false;
        } catch (final SocketTimeoutException e) {
            return true;
        } finally {
            socket.setSoTimeout(WAIT_MS);
        }
    }

    boolean isAtEnd() throws IOException {
        try {
            in.readByte();
            return false;
        } catch (final EOFException e) {
            return true;
        }
    }

    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Ends with a reset rather than in good order. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
