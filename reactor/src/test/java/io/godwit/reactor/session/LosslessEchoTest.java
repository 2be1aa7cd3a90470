package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An echo whose loop has no memory at the moment at which a message is to be sent back. */
class LosslessEchoTest {

    private static final int MEBIBYTE = 1 << 20;
    private static final int LONG = 60_000;
    private static final int BEFORE = 50_000;

    private final WebSocketHandler echo = WebSocketHandler.echo();
    private final Stepped stepped;
    private Stepped.Peer peer;
    private long taken;

    LosslessEchoTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE);
    }

    /** Takes the memory away, but for a little, before the long message is sent back. */
    private void echo(final WebSocket ws, final Message message) {
        if (message.length() == LONG && taken == 0) {
            taken = stepped.useUpMemory() - 1_000;
            stepped.loop.memory().give(1_000);
        }
        echo.onMessage(ws, message);
    }

    private static byte[] numbered(final int number, final int length) {
        final byte[] payload = new byte[length];
        payload[0] = (byte) number;
        return Stepped.frame(0x82, payload);
    }

    private void expect(final int number, final int length) throws IOException {
        final ByteBuffer frame = ByteBuffer.allocate(length + 4);
        stepped.settleUntil(() -> {
            try {
                frame.put(peer.read(frame.remaining()));
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
            return !frame.hasRemaining();
        });
        assertThat(frame.get(2) << 8 | frame.get(3) & 0xff).isEqualTo((short) length);
        assertThat(frame.get(4)).isEqualTo((byte) number);
    }

    private void exchange(final int before) throws IOException {
        peer.whenWritable = () -> echo.onWritable(peer.ws);
        peer.write(numbered(1, 200));
        stepped.settle();
        peer.write(numbered(2, LONG));
        peer.write(numbered(3, 300));
        stepped.settleUntil(() -> stepped.count(Metric.MESSAGES_DROPPED) > 0);
        stepped.settle();
        assertThat(peer.events).as("what follows is not read").endsWith("message 200", "message " + LONG);
        stepped.loop.memory().give(taken);
        for (int i = 0; i < before; i++) {
            expect(0, BEFORE);
        }
        expect(1, 200);
        expect(2, LONG);
        expect(3, 300);
        assertThat(peer.isOpen()).isTrue();
    }

    @Test
    void shouldSendAMessageBackOnceThereIsMemory() throws IOException {
        try (stepped) {
            // Then some of the next message waits, so that the long one finds no room in the batch.
            peer = stepped.open(EndpointLimits.DEFAULT, 2 * (BEFORE + 4) + 200, this::echo);
            peer.write(numbered(0, BEFORE));
            stepped.settle();
            peer.write(numbered(0, BEFORE));
            stepped.settle();
            exchange(2);
        }
    }

    @Test
    void shouldSendAMessageBackFromAWorkerOnceThereIsMemory() throws IOException {
        try (stepped) {
            peer = stepped.openOnWorkers(EndpointLimits.DEFAULT, this::echo);
            exchange(0);
        }
    }

    private static void await(final CountDownLatch event) {
        try {
            assertThat(event.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (final InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** What has come before the peer's Close is answered, in its order, as if no Close had come. */
    @Test
    void shouldSendMessagesBackInOrderAlthoughThePeersCloseHasCome() throws IOException {
        try (stepped) {
            final CountDownLatch allHasCome = new CountDownLatch(1);
            peer = stepped.openOnWorkers(EndpointLimits.DEFAULT, (ws, message) -> {
                await(allHasCome);
                echo(ws, message);
            });
            peer.whenWritable = () -> echo.onWritable(peer.ws);
            final ByteBuffer all = ByteBuffer.allocate(LONG + 1_000).put(numbered(1, LONG));
            all.put(numbered(2, 300)).put(numbered(3, 400)).put(Stepped.frame(0x88, (byte) 3, (byte) 0xE8));
            peer.write(Stepped.head(all.array(), all.position()));
            stepped.settleUntil(() -> !peer.events.isEmpty());
            stepped.settle();
            allHasCome.countDown();
            stepped.settleUntil(() -> stepped.count(Metric.MESSAGES_DROPPED) > 0);
            stepped.pass(Duration.ofSeconds(1));
            assertThat(peer.events).containsExactly("message " + LONG);
            stepped.loop.memory().give(taken);
            expect(1, LONG);
            expect(2, 300);
            expect(3, 400);
            stepped.settleUntil(() -> peer.readableBytes() > 0);
            assertThat(peer.readOpcodes()).containsExactly(8);
        }
    }
}
