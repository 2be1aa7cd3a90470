package io.godwit.reactor.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.InMemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A request whose head gives way to others before it has ended; on a loop that is stepped by hand. */
class HttpStageTest {

    private final EventLoop loop;
    private final InMemoryTransport client = InMemoryTransport.pair(10_000);
    private final Connection connection;
    private final HttpStage stage;

    HttpStageTest() throws IOException {
        loop = new EventLoop("test", LoopOptions.forConnections(8), () -> 0);
        loop.doWork();
        final Service service = new Service(new Routes(), ServerOptions.DEFAULT, (name, thrown) -> false, Thread::new);
        final LoopServer server = new LoopServer(loop, service, new ConnectionIds(0, 1), null);
        connection = new Connection(loop, 1, client.peer(), gone -> {});
        stage = new HttpStage(connection, server);
        connection.stage(stage);
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    private static ByteBuffer bytes(final String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String answer() throws IOException {
        while (loop.doWork() > 0) {
            // There is an end to it.
        }
        final ByteBuffer in = ByteBuffer.allocate(client.readableBytes());
        client.read(in);
        return StandardCharsets.US_ASCII.decode(in.flip()).toString();
    }

    /** Its memory is taken by others: it must not take more before it is answered. */
    @Test
    void shouldTakeNoMoreOfAHeadThatHasGivenWay() throws IOException {
        client.write(bytes("GET / HTTP/1.1\r\nHost: a\r\n"));
        assertThat(answer()).isEmpty();
        assertThat(stage.heldBytes()).isPositive();
        stage.giveWay();
        connection.gather();
        stage.onBytes(bytes("A: b\r\n"));
        assertThat(stage.heldBytes()).isZero();
        assertThat(answer()).startsWith("HTTP/1.1 503 ").contains("the server has no memory for this");
        assertThat(loop.counters().get(Metric.OVERLOADS)).isOne();
        assertThat(loop.memory().usedBytes()).isZero();
    }

    /** Nothing of what comes after its answer is kept, although what came before had waited for memory. */
    @Test
    void shouldKeepNothingAfterItsAnswer() throws IOException {
        client.write(bytes("GET / HTTP/1.1\r\nHost: a\r\n"));
        assertThat(answer()).isEmpty();
        final long others = loop.memory().freeBytes() + loop.memory().bytesMax() / 16;
        loop.memory().takeAnyway(others);
        client.write(bytes("A: b\r\n"));
        assertThat(answer()).isEmpty();
        assertThat(loop.readersWait()).isTrue();
        stage.onDeadline(loop.nowNs());
        connection.settleLater();
        assertThat(answer()).startsWith("HTTP/1.1 503 ");
        for (int i = 0; i < 3; i++) {
            client.write(bytes("C: d\r\n"));
            assertThat(answer()).isEmpty();
        }
        assertThat(loop.readersWait()).isFalse();
        assertThat(loop.memory().usedBytes()).isEqualTo(others);
        client.shutdownOutput();
        assertThat(answer()).isEmpty();
        assertThat(loop.pool().lentBytes()).isZero();
    }

    /** What comes once it is answered is discarded, however slowly the answer leaves: nobody has to make way for that. */
    @Test
    void shouldNotWaitForMemoryOnceItIsAnswered() throws IOException {
        final long reserve = MemoryBudget.reserveOf(loop.memory().bytesMax());
        final long used = loop.memory().bytesMax() + reserve / 2;
        loop.memory().takeAnyway(used);
        client.write(bytes("GET / HTTP/1.1\r\n"));
        assertThat(answer()).isEmpty();
        assertThat(loop.readersWait()).isTrue();
        stage.onDeadline(loop.nowNs());
        assertThat(loop.readersWait()).as("before the answer has left").isFalse();
        connection.settleLater();
        assertThat(answer()).startsWith("HTTP/1.1 503 ");
        loop.memory().give(used);
    }
}
