package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.godwit.core.frame.FrameWriter;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That the loop allocates nothing for a message that it receives, hands over, and sends. */
class AllocationTest {

    private static final int MESSAGES = 100_000;

    /**
     * What the JVM may allocate on the loop's thread in the course of a run: a class that is initialised late, a call site
     * that is linked when first run. It is constant: one object of the smallest size, 16 bytes, for each message would be
     * 1,600,000 bytes, and for each read, of 100 messages at most, 16,000.
     */
    private static final long SLACK_BYTES = 8_192;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Knows its loop's thread. */
    private static final class Measured implements WebSocketHandler {
        private final BiConsumer<WebSocket, Message> reply;
        private volatile long thread;
        private long controlBytes;

        Measured(final BiConsumer<WebSocket, Message> reply) {
            this.reply = reply;
        }

        @Override
        public void onOpen(final WebSocket ws) {
            thread = Thread.currentThread().getId();
        }

        @Override
        public void onMessage(final WebSocket ws, final Message message) {
            reply.accept(ws, message);
        }

        @Override
        public void onPing(final WebSocket ws, final ByteBuffer payload) {
            controlBytes += payload.remaining();
        }

        @Override
        public void onPong(final WebSocket ws, final ByteBuffer payload) {
            controlBytes += payload.remaining();
            ws.pong(payload);
        }

        long allocatedBytes() {
            return THREADS.getThreadAllocatedBytes(thread);
        }
    }

    private static void exchange(final RawPeer peer, final byte[] request, final byte[] replies, final int times)
            throws IOException {
        for (int i = 0; i < times; i++) {
            peer.send(request).readFully(replies);
        }
    }

    private static byte[] repeated(final byte[] frame, final int times) {
        final byte[] all = new byte[frame.length * times];
        for (int i = 0; i < times; i++) {
            System.arraycopy(frame, 0, all, i * frame.length, frame.length);
        }
        return all;
    }

    private static void assertNoAllocation(
            final BiConsumer<WebSocket, Message> reply,
            final int opcode,
            final int payloadBytes,
            final int together,
            final int messages)
            throws IOException {
        assertNoAllocation(reply, opcode, opcode, payloadBytes, together, messages);
    }

    private static void assertNoAllocation(
            final BiConsumer<WebSocket, Message> reply,
            final int asked,
            final int opcode,
            final int payloadBytes,
            final int together,
            final int messages)
            throws IOException {
        final Measured handler = new Measured(reply);
        final byte[] payload = "x".repeat(payloadBytes).getBytes(StandardCharsets.US_ASCII);
        final byte[] request = repeated(RawPeer.frame(0x80 | asked, payload), together);
        final byte[] replies = new byte[(int) FrameWriter.server().frameBytes(payloadBytes) * together];
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            exchange(peer, request, replies, messages / together / 2);

            final long before = handler.allocatedBytes();
            exchange(peer, request, replies, messages / together);
            final long allocated = handler.allocatedBytes() - before;

            assertThat(replies[0] & 0xFF).isEqualTo(0x80 | opcode);
            assertThat(replies[1])
                    .isEqualTo((byte) (payloadBytes < 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127));
            assertThat(allocated)
                    .as("bytes allocated for " + messages + " messages, " + together + " at a time")
                    .isBetween(0L, SLACK_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // opcode, payload, how many at a time
        "1, 20, 100",
        "2, 20, 100",
        "1, 0, 100",
        "2, 125, 100",
    })
    void shouldEchoWithoutAllocation(final int opcode, final int payloadBytes, final int together) throws IOException {
        assertNoAllocation(WebSocket::send, opcode, payloadBytes, together, MESSAGES);
    }

    /** Those that come in several reads, too: what is kept of them lies in pooled memory. */
    @ParameterizedTest
    @CsvSource({"1, 1024, 16, 50000", "2, 65536, 1, 4000", "1, 65535, 2, 2000"})
    void shouldEchoLongMessagesWithoutAllocation(
            final int opcode, final int payloadBytes, final int together, final int messages) throws IOException {
        assertNoAllocation(WebSocket::send, opcode, payloadBytes, together, messages);
    }

    @Test
    void shouldEchoOneByOneWithoutAllocation() throws IOException {
        assertNoAllocation(WebSocket::send, 2, 20, 1, 10_000);
    }

    /** A peer may send them without end: Pings, answered with Pongs; Pongs; and messages that are answered with Pings. */
    @ParameterizedTest
    @CsvSource({"9, 10, 20, 100", "9, 10, 125, 100", "9, 10, 0, 100", "10, 10, 20, 100", "2, 9, 20, 100"})
    void shouldHandleControlFramesWithoutAllocation(
            final int asked, final int opcode, final int payloadBytes, final int together) throws IOException {
        assertNoAllocation((ws, message) -> ws.ping(message.bytes()), asked, opcode, payloadBytes, together, MESSAGES);
    }

    @Test
    void shouldReplyWithTextAndBytesWithoutAllocation() throws IOException {
        final String constant = "x".repeat(20);
        assertNoAllocation((ws, message) -> ws.send(constant), 1, 20, 100, MESSAGES);
        assertNoAllocation((ws, message) -> ws.send(message.bytes()), 2, 20, 100, MESSAGES);
    }

    @Test
    void shouldSeeAnAllocationWhereThereIsOne() {
        final Object[] kept = new Object[1];
        assertThatThrownBy(() -> assertNoAllocation(
                        (ws, message) -> {
                            kept[0] = new Object();
                            ws.send(message);
                        },
                        2,
                        20,
                        100,
                        MESSAGES))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("bytes allocated for 100000 messages");
    }
}
