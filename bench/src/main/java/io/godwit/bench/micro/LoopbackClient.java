package io.godwit.bench.micro;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.handshake.ClientHandshake;
import io.godwit.core.handshake.SecWebSocketKey;
import io.godwit.core.http.HttpLimits;
import io.godwit.core.http.HttpResponseParser;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.util.Random;

/**
 * One blocking socket that sends messages and waits for their echoes. Each has random content and a number of its own, and
 * has to come back as it was, in order, in one frame. What little it does for that is prepared beforehand: the messages
 * are written with one call, and compared with one. For one thread.
 */
final class LoopbackClient implements AutoCloseable {

    private static final int FIRST_BYTE = FrameWriter.FIN | Opcode.BINARY.value();

    /** The same for all: the server cannot tell, and the numbers can be masked where they stand. */
    private static final int KEY = 0x37_FA_21_3D;

    private final SocketChannel channel;
    private final ByteBuffer out;
    private final ByteBuffer expected;
    private final ByteBuffer in;
    private final int frameBytes;
    private final int echoBytes;
    private final int payloadBytes;
    private int number;

    /**
     * Connects to the loopback address.
     *
     * @param port the server's
     * @param path of an echo
     * @param payloadBytes of each message, 4 at least
     * @param messagesMax how many to send at once
     * @throws IOException if there is no connection
     */
    LoopbackClient(final int port, final String path, final int payloadBytes, final int messagesMax)
            throws IOException {
        this.payloadBytes = payloadBytes;
        final FrameWriter client = FrameWriter.client(() -> KEY);
        final FrameWriter server = FrameWriter.server();
        frameBytes = (int) client.frameBytes(payloadBytes);
        echoBytes = (int) server.frameBytes(payloadBytes);
        out = ByteBuffer.allocateDirect(messagesMax * frameBytes);
        expected = ByteBuffer.allocateDirect(messagesMax * echoBytes);
        in = ByteBuffer.allocateDirect(messagesMax * echoBytes);
        final Random random = new Random(1);
        final byte[] payload = new byte[payloadBytes];
        for (int i = 0; i < messagesMax; i++) {
            random.nextBytes(payload);
            client.write(out, FIRST_BYTE, ByteBuffer.wrap(payload));
            server.write(expected, FIRST_BYTE, ByteBuffer.wrap(payload));
        }
        channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            upgrade(port, path);
        } catch (final IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void upgrade(final int port, final String path) throws IOException {
        final ClientHandshake handshake =
                ClientHandshake.of(false, "localhost", port, path, SecWebSocketKey.generate(new SecureRandom()));
        channel.write(ByteBuffer.wrap(handshake.request().encode()));
        final HttpResponseParser parser = new HttpResponseParser(HttpLimits.DEFAULT);
        final ByteBuffer head = ByteBuffer.allocate(HttpLimits.DEFAULT.headBytesMax());
        do {
            if (channel.read(head.clear()) < 0) {
                throw new EOFException("no answer to the upgrade");
            }
        } while (!parser.parse(head.flip()));
        if (parser.violation() != null || handshake.judge(parser.response()) != null || head.hasRemaining()) {
            throw new IOException("no upgrade, but " + parser.response());
        }
    }

    /**
     * Sends messages, and waits for their echoes.
     *
     * @param messages how many; all are written before the first echo is read, so that they have to fit into the buffers of
     *     the kernel and of the server on their way
     * @return the number of the last
     * @throws IOException if an echo is wrong, or the connection was ended
     */
    int exchange(final int messages) throws IOException {
        for (int i = 1; i <= messages; i++) {
            number++;
            out.putInt(i * frameBytes - payloadBytes, number ^ KEY);
            expected.putInt(i * echoBytes - payloadBytes, number);
        }
        out.clear().limit(messages * frameBytes);
        while (out.hasRemaining()) {
            channel.write(out);
        }
        in.clear().limit(messages * echoBytes);
        while (in.hasRemaining()) {
            if (channel.read(in) < 0) {
                throw new EOFException("the server has ended the connection before message " + number);
            }
        }
        if (!in.flip().equals(expected.clear().limit(messages * echoBytes))) {
            throw new IOException("a wrong echo among the last " + messages + " up to " + number);
        }
        return number;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
