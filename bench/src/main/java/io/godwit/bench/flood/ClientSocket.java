package io.godwit.bench.flood;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** How a client gets a socket whose opening handshake has succeeded. Any thread. */
final class ClientSocket {

    private static final int HEAD_BYTES_MAX = 4_096;
    private static final String HEAD_END = "\r\n\r\n";

    private ClientSocket() {}

    /**
     * Connects to the loopback address.
     *
     * @param port the server's
     * @param path the endpoint's
     * @param receiveBytes how much the kernel is to take for it; 0: as much as it likes
     * @return a blocking channel, before its first frame
     * @throws IOException if there is no connection, or no upgrade
     */
    static SocketChannel open(final int port, final String path, final int receiveBytes) throws IOException {
        final SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            if (receiveBytes > 0) {
                channel.setOption(StandardSocketOptions.SO_RCVBUF, receiveBytes);
            }
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            final String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==" + HEAD_END;
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
            requireUpgrade(channel);
            return channel;
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Reads byte by byte: what follows the head is not for us. */
    private static void requireUpgrade(final SocketChannel channel) throws IOException {
        final StringBuilder head = new StringBuilder();
        final ByteBuffer one = ByteBuffer.allocate(1);
        while (head.indexOf(HEAD_END) < 0 && head.length() < HEAD_BYTES_MAX && channel.read(one.clear()) > 0) {
            head.append((char) one.get(0));
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + head);
        }
    }
}
