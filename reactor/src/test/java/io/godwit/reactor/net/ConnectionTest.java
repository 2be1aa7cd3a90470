package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.loop.MemoryWaiter;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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
    private boolean memoryIsOut;

    private interface TransportFactory {
        Transport over(SocketChannel channel) throws IOException;
    }

    /** Another transform of bytes than none: each is turned round, on the way in and on the way out. */
    private static class Scrambling implements Transport {
        private final Transport plain;

        Scrambling(final SocketChannel channel) throws IOException {
            plain = new PlainTransport(channel);
        }

        @Override
        public void open(final EventLoop owner, final SelectHandler handler) throws IOException {
            plain.open(owner, handler);
        }

        @Override
        public void interest(final int ops) {
            plain.interest(ops);
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
                            .reserve(text.length(), Precedence.MESSAGE)
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
        public void onBacklog() {
            events.add("backlog");
        }

        @Override
        public void onEvicted(final Evicted evicted) {
            events.add("evicted " + evicted);
        }

        @Override
        public void onLimitHit() {
            events.add("limit hit");
        }

        @Override
        public void onBacklogEnd() {
            events.add("backlog end");
        }

        @Override
        public void onDrained() {
            events.add("drained");
        }

        @Override
        public void onDeadline(final long nowNs) {
            throw new IllegalStateException("thrown by a test");
        }

        @Override
        public void onShutdown(final long leftNs) {}

        @Override
        public void onEnd(final Throwable cause) {
            events.add("end of " + connection.id() + (cause == null ? "" : " " + cause.getMessage()));
        }
    }

    private Connection serve(final SocketChannel client) throws IOException {
        client.configureBlocking(false);
        final SocketChannel accepted = listening.accept();
        accepted.configureBlocking(false);
        final Connection connection = new Connection(loop, ++lastId, transport.over(accepted), this::ended);
        connection.stage(new Echo(connection));
        return connection;
    }

    private void ended(final Connection connection) {
        if (memoryIsOut) {
            events.add("no memory for the end");
            memoryIsOut = false;
            throw new OutOfMemoryError("thrown by a test");
        }
        events.add("ended " + connection.id());
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

    /** Else the place of a connection would be lost for good, and the loop end. */
    @Test
    void shouldTellItsEndAgainIfThereWasNoMemory() throws IOException {
        try (SocketChannel client = connected()) {
            final Connection connection = serve(client);
            memoryIsOut = true;
            connection.abort(null);
            stepUntil(() -> events.contains("ended 1"));
            connection.settle();
            assertThat(events).containsExactly("end of 1", "no memory for the end", "ended 1");
        }
    }

    /** Whoever writes the line must not have to make it: memory may be out just then. */
    @Test
    void shouldBeNamedByItsNumber() throws IOException {
        try (SocketChannel client = connected()) {
            assertThat(serve(client)).hasToString("connection 1");
        }
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
            assertThat(loop.counters().get(Metric.CONNECTION_FAILURES)).isOne();
            assertThat(exchange(other, "untouched")).isEqualTo("untouched");
        }
        stepUntil(() -> events.contains("ended 2"));
    }

    /** Whoever counts connections would count one that never ends, and give it no place again. */
    @Test
    void shouldEndWhateverItsTransportThrows() throws IOException {
        transport = channel -> new Scrambling(channel) {
            @Override
            public void close() {
                super.close();
                throw new IllegalStateException("thrown by a test");
            }
        };
        try (SocketChannel client = connected()) {
            serve(client).abort(null);
            stepUntil(() -> events.contains("ended 1"));
        }
        assertThat(events).containsExactly("end of 1", "ended 1");
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

    @Test
    void shouldServeWhatIsNoSocket() throws IOException {
        final List<InMemoryTransport> peers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            final InMemoryTransport end = InMemoryTransport.pair(100);
            final Connection connection =
                    new Connection(loop, ++lastId, end, ended -> events.add("ended " + ended.id()));
            connection.stage(new Echo(connection));
            peers.add(end.peer());
            end.peer().write(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)));
        }
        stepUntil(() -> peers.stream().allMatch(peer -> peer.readableBytes() == 5));
        assertThat(events).isEmpty();
        for (final InMemoryTransport peer : peers) {
            assertThat(peer.read(ByteBuffer.allocate(5))).isEqualTo(5);
            peer.shutdownOutput();
        }
        stepUntil(() -> events.size() == 2 * peers.size());
        assertThat(peers).allMatch(peer -> peer.peer().isClosed());
    }

    private Connection inMemory(final SlowConsumerPolicy policy) throws IOException {
        final Connection connection =
                new Connection(loop, ++lastId, InMemoryTransport.pair(1), ended -> events.add("ended " + ended.id()));
        connection.stage(new Echo(connection));
        connection.outbound().limits(new OutboundLimits(5, 20, policy, Duration.ofSeconds(1)));
        return connection;
    }

    @Test
    void shouldTellThatTheLimitWasHitUntilTheConnectionEnds() throws IOException {
        final Connection connection = inMemory(SlowConsumerPolicy.CLOSE);
        assertThat(connection.outbound().handOver(15, Precedence.MESSAGE).isTaken())
                .isTrue();
        assertThat(connection.outbound().handOver(15, Precedence.MESSAGE).isTaken())
                .isFalse();
        connection.settleLater();
        stepUntil(() -> !events.isEmpty());
        connection.settleLater();
        loop.doWork();
        assertThat(events).containsExactly("limit hit", "limit hit");
        connection.abort(null);
        stepUntil(() -> events.contains("ended 1"));
    }

    @Test
    void shouldHaveRoomForControlFramesOfOtherThreadsAtTheLimit() throws IOException {
        final Connection connection = inMemory(SlowConsumerPolicy.CLOSE);
        assertThat(connection.outbound().handOver(15, Precedence.MESSAGE).isTaken())
                .isTrue();
        assertThat(connection.outbound().handOver(15, Precedence.CONTROL).isTaken())
                .isTrue();
        assertThat(connection
                        .outbound()
                        .handOver(OutboundRoom.CONTROL_BYTES_EXTRA, Precedence.CONTROL)
                        .isTaken())
                .isFalse();
        assertThat(connection.outbound().limitHit()).isFalse();
        connection.abort(null);
        stepUntil(() -> events.contains("ended 1"));
        connection.outbound().withdraw(15);
        assertThat(connection.outbound().waitingBytes()).as("after the end").isZero();
    }

    /** Others may send without a pause, and the peer take it all: to read no more would never end. */
    @Test
    void shouldNotTakeForABacklogWhatWaitsForTheLoop() throws IOException {
        final Connection connection = inMemory(SlowConsumerPolicy.DROP_NEWEST);
        assertThat(connection.outbound().handOver(15, Precedence.MESSAGE).isTaken())
                .isTrue();
        connection.settleLater();
        loop.doWork();
        assertThat(events).isEmpty();
        connection.outbound().spend(15);
        connection.outbound().spent(true);
        connection.settleLater();
        loop.doWork();
        assertThat(events).containsExactly("drained");
        connection.abort(null);
        stepUntil(() -> events.contains("ended 1"));
    }

    @Test
    void shouldGoOnReadingBeforeAllHaveRoom() throws IOException {
        final InMemoryTransport socket = InMemoryTransport.pair(10);
        final Connection connection =
                new Connection(loop, ++lastId, socket, ended -> events.add("ended " + ended.id()));
        connection.stage(new Echo(connection));
        connection.outbound().limits(new OutboundLimits(5, 40, SlowConsumerPolicy.DROP_NEWEST, Duration.ofSeconds(1)));
        connection
                .outbound()
                .commit(connection.outbound().reserve(16, Precedence.MESSAGE).put(new byte[16]));
        connection.settleLater();
        assertThat(connection.outbound().handOver(5, Precedence.MESSAGE).isTaken())
                .isTrue();
        loop.doWork();
        assertThat(events).containsExactly("backlog");
        assertThat(socket.peer().read(ByteBuffer.allocate(10))).isEqualTo(10);
        stepUntil(() -> events.contains("backlog end"));
        assertThat(events).doesNotContain("drained");
        connection.outbound().spend(5);
        connection.outbound().spent(true);
        connection.settleLater();
        stepUntil(() -> events.contains("drained"));
        connection.abort(null);
        stepUntil(() -> events.contains("ended 1"));
    }

    @Test
    void shouldTellWhatWasEvicted() throws IOException {
        final Connection connection = inMemory(SlowConsumerPolicy.DROP_OLDEST);
        for (int i = 0; i < 3; i++) {
            connection
                    .outbound()
                    .commit(connection
                            .outbound()
                            .reserve(10, Precedence.MESSAGE)
                            .put(new byte[10]));
        }
        connection.settleLater();
        stepUntil(() -> !events.isEmpty());
        assertThat(events).containsExactly("backlog", "evicted " + new Evicted(1, 10));
        assertThat(connection.slowDeadlineNs()).isLessThan(Long.MAX_VALUE);
        connection.abort(null);
        stepUntil(() -> events.contains("ended 1"));
    }

    private SocketChannel connected() throws IOException {
        return SocketChannel.open(listening.getLocalAddress());
    }

    @Test
    void shouldTellOfMemoryAlsoAfterMoreWasWantedThanThereIs() throws IOException {
        final MemoryBudget memory = loop.memory();
        try (SocketChannel client = SocketChannel.open(listening.getLocalAddress())) {
            final Connection connection = serve(client);
            connection.awaitMemory(memory.bytesMax());
            loop.doWork();
            memory.takeAnyway(memory.bytesMax());
            connection.awaitMemory(100);
            loop.doWork();
            assertThat(events).isEmpty();
            memory.give(memory.bytesMax());
            for (int i = 0; i < 4; i++) {
                loop.doWork();
            }
            assertThat(events).containsExactly("drained");
            connection.abort(null);
            loop.doWork();
        }
    }

    @Test
    void shouldEndABacklogForMemoryThatOthersWereQuickerToTakeAtFirst() throws IOException {
        final MemoryBudget memory = loop.memory();
        final FakeTransport socket = new FakeTransport();
        socket.appetite = 0;
        final Connection connection = new Connection(loop, ++lastId, socket, ended -> events.add("ended"));
        connection.stage(new Echo(connection));
        connection
                .outbound()
                .limits(new OutboundLimits(
                        1_000_000, 2_000_000, SlowConsumerPolicy.DROP_NEWEST, Duration.ofSeconds(60)));
        connection
                .outbound()
                .commit(connection.outbound().reserve(1_000, Precedence.MESSAGE).put(new byte[1_000]));
        final long bytes = memory.freeBytes();
        memory.takeAnyway(bytes);
        loop.awaitMemory(() -> memory.takeAnyway(bytes), 1);
        connection.settleLater();
        cycle();
        assertThat(events).containsExactly("backlog");
        memory.give(bytes);
        cycle();
        assertThat(memory.freeBytes()).as("taken again").isZero();
        assertThat(events).containsExactly("backlog");
        memory.give(bytes);
        cycle();
        assertThat(events).startsWith("backlog", "backlog end");
        connection.abort(null);
        cycle();
        assertThat(events).endsWith("ended");
    }

    private void cycle() throws IOException {
        for (int i = 0; i < 4; i++) {
            loop.doWork();
        }
    }

    /** There are only so many places to settle, one for each. */
    @Test
    void shouldWaitToSettleOnceHoweverOftenItIsSettledMeanwhile() throws IOException {
        final Connection connection = new Connection(loop, ++lastId, new FakeTransport(), this::ended);
        connection.stage(new Echo(connection));
        cycle();
        connection.settleLater();
        for (int i = 0; i < 3; i++) {
            connection.onReady(0);
            connection.settleLater();
        }
        assertThat(loop.doWork()).isOne();
        assertThat(loop.doWork()).isZero();
        connection.abort(null);
        memoryIsOut = true;
        connection.onReady(0);
        assertThat(events).containsExactly("end of 1", "no memory for the end");
        assertThat(loop.doWork()).isOne();
        assertThat(events).endsWith("ended 1");
        assertThat(loop.doWork()).isZero();
    }

    /** Both of its places in the line are left, although there is no memory just then to look who has joined it last. */
    @Test
    void shouldLeaveTheLineForMemoryAtItsEndIfMemoryIsOut() throws IOException {
        try (SocketChannel client = SocketChannel.open(listening.getLocalAddress())) {
            final Connection connection = serve(client);
            final long all = 2 * loop.memory().bytesMax();
            // Its reserve too.
            loop.memory().takeAnyway(all);
            client.write(ByteBuffer.wrap(new byte[] {1}));
            stepUntil(connection::isUnread);
            connection.awaitMemory(1_000_000);
            loop.doWork();
            assertThat(loop.readersWait()).isTrue();
            loop.awaitMemory(new Unready(), 1);
            connection.abort(null);
            connection.settle();
            stepUntil(() -> events.contains("ended 1"));
            assertThat(loop.readersWait()).isFalse();
            loop.memory().give(all);
        }
    }

    /** Finds no memory when it is looked whether it waits. */
    private static final class Unready implements MemoryWaiter {
        private int asked;

        @Override
        public void onMemory() {}

        @Override
        public boolean isGone() {
            if (asked++ == 0) {
                throw new OutOfMemoryError("injected");
            }
            return true;
        }
    }

    /** It would be kept until there is memory, which may be never. */
    @Test
    void shouldNotWaitForMemoryOnceItHasEnded() throws IOException {
        try (SocketChannel client = SocketChannel.open(listening.getLocalAddress())) {
            final Connection connection = serve(client);
            final long all = loop.memory().freeBytes();
            loop.memory().takeAnyway(all);
            connection.abort(null);
            stepUntil(() -> events.contains("ended 1"));
            assertThat(connection.isGone()).isTrue();
            connection.onMemory();
            connection.awaitMemory(100);
            loop.doWork();
            loop.memory().give(all);
            loop.doWork();
            connection.awaitMemory(100);
            assertThat(loop.doWork()).as("nobody is to be told of memory").isZero();
        }
    }
}
