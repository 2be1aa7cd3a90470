package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two connections of a loop that is stepped by hand, over real sockets. */
class ConnectionTest {

    private static final long WAIT_NS = 20_000_000_000L;

    private final List<String> events = new ArrayList<>();
    private final EventLoop loop;
    private final ServerSocketChannel listening;
    private long lastId;
    private TransportFactory transport = PlainTransport::new;

    private interface TransportFactory {
        Transport over(SocketChannel channel) throws IOException;
    }

    /** Another transform of bytes than none: each is turned round, on the way in and on the way out. */
    private static final class Scrambling implements Transport {
        private final Transport plain;

        Scrambling(final SocketChannel channel) throws IOException {
            plain = new PlainTransport(channel);
        }

        @Override
        public int read(final ByteBuffer in) throws IOException {
            final int from = in.position();
            final int bytes = plain.read(in);
            for (int i = from; i < in.position(); i++) {
                in.put(i, scrambled(in.get(i)));
            }
            return bytes;
        }

        @Override
        public int write(final ByteBuffer out) throws IOException {
            final ByteBuffer transformed = ByteBuffer.allocate(out.remaining());
            for (int i = out.position(); i < out.limit(); i++) {
                transformed.put(scrambled(out.get(i)));
            }
            final int bytes = plain.write(transformed.flip());
            out.position(out.position() + bytes);
            return bytes;
        }

        static byte scrambled(final byte value) {
            return (byte) (value ^ 0x15);
        }

        @Override
        public void shutdownOutput() throws IOException {
            plain.shutdownOutput();
        }

        @Override
        public void close() {
            plain.close();
        }

        @Override
        public SocketAddress remoteAddress() {
            return plain.remoteAddress();
        }
    }

    ConnectionTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(8), System::nanoTime);
        listening = ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() throws IOException {
        listening.close();
        loop.onClose();
        assertThat(loop.pool().lent()).isZero();
        assertThat(loop.timers().count()).isZero();
    }

    /** Echoes bytes, and throws where it is told to. */
    private final class Echo implements Stage {
        private final Connection connection;

        Echo(final Connection connection) {
            this.connection = connection;
        }

        @Override
        public void onBytes(final ByteBuffer in) {
            final String text = StandardCharsets.US_ASCII.decode(in).toString();
            connection
                    .outbound()
                    .commit(connection
                            .outbound()
                            .reserve(text.length(), false)
                            .put(text.getBytes(StandardCharsets.US_ASCII)));
            if (text.equals("throw")) {
                throw new OutOfMemoryError("thrown by a test");
            }
        }

        @Override
        public void onInputEnd() {
            connection.finish();
        }

        @Override
        public void onMail() {
            throw new IllegalStateException("thrown by a test");
        }

        @Override
        public void onBacklog() {}

        @Override
        public void onDrained() {}

        @Override
        public void onDeadline(final long nowNs) {
            throw new IllegalStateException("thrown by a test");
        }

        @Override
        public void onShutdown() {}

        @Override
        public void onEnd(final Throwable cause) {
            events.add("end of " + connection.id() + (cause == null ? "" : " " + cause.getMessage()));
        }
    }

    private Connection serve(final SocketChannel client) throws IOException {
        client.configureBlocking(false);
        final SocketChannel accepted = listening.accept();
        accepted.configureBlocking(false);
        final Connection connection = new Connection(
                loop, ++lastId, accepted, transport.over(accepted), ended -> events.add("ended " + ended.id()));
        connection.stage(new Echo(connection));
        return connection;
    }

    private void stepUntil(final BooleanSupplier condition) throws IOException {
        final long endNs = System.nanoTime() + WAIT_NS;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("saw " + events).isLessThan(endNs);
            loop.doWork();
        }
    }

    private String exchange(final SocketChannel client, final String text) throws IOException {
        client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        final ByteBuffer answer = ByteBuffer.allocate(100);
        final int[] read = new int[1];
        stepUntil(() -> {
            try {
                read[0] = client.read(answer);
            } catch (final IOException e) {
                read[0] = -1;
            }
            return read[0] != 0;
        });
        return StandardCharsets.US_ASCII.decode(answer.flip()).toString();
    }

    @Test
    void shouldCostNoOtherConnectionWhatOneThrows() throws IOException {
        try (SocketChannel one = connected();
                SocketChannel other = connected()) {
            serve(one);
            serve(other);
            assertThat(exchange(one, "before")).isEqualTo("before");
            assertThat(exchange(one, "throw"))
                    .as("what it had put into the batch")
                    .isEmpty();
            assertThat(events).containsExactly("end of 1 thrown by a test", "ended 1");
            assertThat(exchange(other, "untouched")).isEqualTo("untouched");
        }
        stepUntil(() -> events.contains("ended 2"));
    }

    @Test
    void shouldPutAllBytesThroughItsTransport() throws IOException {
        transport = Scrambling::new;
        try (SocketChannel client = connected()) {
            serve(client);
            assertThat(exchange(client, scrambled("secret"))).isEqualTo(scrambled("secret"));
            // The stage sees what was meant: it throws at the word.
            assertThat(exchange(client, scrambled("throw"))).isEmpty();
        }
        assertThat(events).containsExactly("end of 1 thrown by a test", "ended 1");
    }

    private static String scrambled(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = Scrambling.scrambled(bytes[i]);
        }
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    @Test
    void shouldEndWhereMailOrDeadlineThrow() throws IOException {
        try (SocketChannel one = connected();
                SocketChannel other = connected()) {
            serve(one).mail();
            serve(other).deadline(loop.nowNs() + 1);
            stepUntil(() -> events.contains("ended 1") && events.contains("ended 2"));
        }
        assertThat(events).hasSize(4);
    }

    private SocketChannel connected() throws IOException {
        return SocketChannel.open(listening.getLocalAddress());
    }
}
