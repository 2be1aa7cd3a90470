package io.godwit.reactor.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutboundQueueTest {

    private final EventLoop loop = new EventLoop(
            "queue", LoopOptions.of(LoopLimits.DEFAULT.withBufferedBytesMax(1 << 20), 10), System::nanoTime);
    private final OutboundQueue queue = new OutboundQueue(loop, IntFunction::apply);
    private final ByteBuffer batch = ByteBuffer.allocate(1_000);

    OutboundQueueTest() throws IOException {}

    @AfterEach
    void close() {
        queue.clear();
        assertThat(queue.isEmpty()).isTrue();
        assertThat(loop.pool().lent()).isZero();
        loop.onClose();
    }

    private void add(final int bytes) {
        queue.addLast(loop.pool().acquire(500).put(new byte[bytes]).flip(), OutboundQueue.PLAIN);
    }

    /** What is behind the end of a buffer of the pool was another connection's. */
    @Test
    void shouldSendNothingOfWhatWasOpenedAndNeverClosed() {
        add(20);
        assertThat(queue.openLast(30)).isNotNull();
        queue.copyTo(batch);
        assertThat(batch.position()).isEqualTo(20);
        assertThat(queue.bytes()).isEqualTo(20);
        queue.discard(20);
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void shouldGoOnBehindWhatWasOpenedAndNeverClosed() {
        add(20);
        queue.openLast(30).put(new byte[30]);
        final ByteBuffer again = queue.openLast(10);
        assertThat(again.position()).isEqualTo(20);
        queue.closeLast(again.put(new byte[10]));
        add(5);
        queue.copyTo(batch);
        assertThat(batch.position()).isEqualTo(35);
        assertThat(queue.bytes()).isEqualTo(35);
    }
}
