package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
        final Connection connection =
                new Connection(loop, ++lastId, accepted, ended -> events.add("ended " + ended.id()));
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
        try (SocketChannel one = SocketChannel.open(listening.getLocalAddress());
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
    void shouldEndWhereMailOrDeadlineThrow() throws IOException {
        try (SocketChannel one = SocketChannel.open(listening.getLocalAddress());
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
