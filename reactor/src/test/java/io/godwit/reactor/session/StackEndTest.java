package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The stack may end within any call, and whoever has called may go on, with less on it: that costs no other connection. */
class StackEndTest {

    private static final long STACK_BYTES = 200_000;
    private static final int ROUNDS = 150;

    /** So many frames before the end of the stack a message is sent, and then one frame earlier, until one is taken. */
    private static final int DEPTHS = 50;

    private int left;

    private interface Task {
        void run() throws IOException;
    }

    @Test
    void shouldCostNoOtherConnectionWhereverTheStackHasEnded() {
        shortOfStack(this::sendAtTheEnd);
    }

    /** What makes way for a message is taken out of the middle of a queue, which the stack's end may leave half done. */
    @Test
    void shouldCostNoOtherConnectionWhereverTheStackHasEndedWhileOthersMakeWay() {
        shortOfStack(this::makeWayAtTheEnd);
    }

    private static void shortOfStack(final Task task) {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final Runnable test = () -> {
            try {
                task.run();
                done.complete(null);
            } catch (final Throwable t) {
                done.completeExceptionally(t);
            }
        };
        new Thread(null, test, "short of stack", STACK_BYTES).start();
        done.join();
    }

    private void sendAtTheEnd() throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT)) {
            final EndpointLimits limits = Limits.of(new ProtocolLimits(1_000, 1_000, 1), 2_000, 9_000, 0);
            int wrong = 0;
            Stepped.Peer one = stepped.open(limits);
            final Stepped.Peer other = stepped.open(limits);
            for (int round = 0; round < ROUNDS; round++) {
                if (!one.isOpen()) {
                    // The end of the stack may be that of the connection too.
                    one = stepped.open(limits);
                }
                other.ws.send("other");
                left = DEPTHS;
                final WebSocket ws = one.ws;
                descend(() -> ws.send("one"));
                stepped.settle();
                read(one);
                wrong += read(other).contains("one") ? 1 : 0;
            }
            assertThat(wrong).as("for another client").isZero();
            requireAsBefore(stepped, other);
            requireAsBefore(stepped, stepped.open(limits));
        }
    }

    private void makeWayAtTheEnd() throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT)) {
            final EndpointLimits limits = EndpointLimits.DEFAULT.withOutbound(
                    new OutboundLimits(1_000, 300_000, SlowConsumerPolicy.DROP_OLDEST, Duration.ofHours(1)));
            final Stepped.Peer other = stepped.open(EndpointLimits.DEFAULT);
            final Topic topic = new Topic("all");
            // What a torn send has taken stays taken: it must not come to the loop's whole memory.
            for (int round = 0; round < ROUNDS / 5; round++) {
                final Stepped.Peer slow = stepped.open(limits, 3_000, (ws, message) -> {});
                topic.subscribe(slow.ws);
                for (int i = 0; i < 290; i++) {
                    slow.ws.send(ByteBuffer.allocate(1_000));
                }
                stepped.settle();
                final ByteBuffer longer = ByteBuffer.allocate(250_000);
                left = DEPTHS;
                descend(() -> slow.ws.send(longer));
                for (int i = 0; i < 8; i++) {
                    topic.publish(ByteBuffer.allocate(40_000));
                }
                stepped.settle();
                slow.reset();
                stepped.settle();
                requireAsBefore(stepped, other);
            }
        }
    }

    private static void requireAsBefore(final Stepped stepped, final Stepped.Peer peer) throws IOException {
        assertThat(peer.ws.send("as before").isTaken()).isTrue();
        stepped.settle();
        assertThat(read(peer)).endsWith("as before");
    }

    private void descend(final Runnable task) {
        try {
            descend(task);
        } catch (final StackOverflowError e) {
            // From here on upwards there is ever more room.
        }
        if (left > 0) {
            left--;
            try {
                task.run();
                left = 0;
            } catch (final StackOverflowError e) {
                // Once more, a frame further up.
            }
        }
    }

    private static String read(final Stepped.Peer peer) throws IOException {
        return StandardCharsets.US_ASCII.decode(peer.read(peer.readableBytes())).toString();
    }
}
