package io.godwit.bench.load;

import io.godwit.core.handshake.ClientHandshake;
import io.godwit.core.handshake.HandshakeViolation;
import io.godwit.core.handshake.SecWebSocketKey;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpResponseParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;

/** Opens connections one after the other, before there is any load (RFC 6455 §4.1). Any thread. */
final class OpeningHandshake {

    private static final int TIMEOUT_MS = 10_000;
    private static final SecureRandom RANDOM = new SecureRandom();

    private OpeningHandshake() {}

    /**
     * Connects, and upgrades.
     *
     * @param server where to
     * @param resource path and query
     * @param source 1 to 250: comes from 127.0.0.source; 0: from wherever the system chooses
     * @return the open connection, not blocking any more, from which nothing beyond the response has been read
     * @throws IOException if the server refuses, answers wrongly, or does not answer within ten seconds
     */
    static SocketChannel open(final InetSocketAddress server, final String resource, final int source)
            throws IOException {
        final SocketChannel channel = SocketChannel.open();
        try {
            if (source > 0) {
                channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) source}), 0));
            }
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().connect(server, TIMEOUT_MS);
            upgrade(channel, server, resource);
            channel.configureBlocking(false);
            return channel;
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void upgrade(final SocketChannel channel, final InetSocketAddress server, final String resource)
            throws IOException {
        final ClientHandshake handshake = ClientHandshake.of(
                false, server.getHostString(), server.getPort(), resource, SecWebSocketKey.generate(RANDOM));
        channel.write(ByteBuffer.wrap(handshake.request().encode()));
        channel.socket().setSoTimeout(TIMEOUT_MS);
        // Byte by byte, a few hundred times: nothing behind the response is taken away from who reads the frames.
        final InputStream in = channel.socket().getInputStream();
        final HttpResponseParser parser = new HttpResponseParser(HttpLimits.DEFAULT);
        final ByteBuffer one = ByteBuffer.allocate(1);
        do {
            final int value = in.read();
            if (value < 0) {
                throw new IOException("the server has closed in the opening handshake");
            }
            one.clear().put(0, (byte) value);
        } while (!parser.parse(one));
        if (parser.response() == null) {
            throw new IOException("the server's response is malformed: " + parser.violation());
        }
        final HandshakeViolation violation = handshake.judge(parser.response());
        if (violation != null) {
            throw new IOException("the server answers " + parser.response().status() + ": " + violation);
        }
    }
}
