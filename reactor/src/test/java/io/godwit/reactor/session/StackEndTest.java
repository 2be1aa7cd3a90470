package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The stack may end within any call, and whoever has called may go on, with less on it: that costs no other connection. */
class StackEndTest {

    private static final long STACK_BYTES = 200_000;
    private static final int ROUNDS = 150;

    /** So many frames before the end of the stack a message is sent, and then one frame earlier, until one is taken. */
    private static final int DEPTHS = 50;

    private int left;

    @Test
    void shouldCostNoOtherConnectionWhereverTheStackHasEnded() {
        final CompletableFuture<Void> done = new CompletableFuture<>();
        final Runnable test = () -> {
            try {
                sendAtTheEnd();
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
                descend(one.ws);
                stepped.settle();
                read(one);
                wrong += read(other).contains("one") ? 1 : 0;
            }
            assertThat(wrong).as("for another client").isZero();
            for (final Stepped.Peer each : List.of(other, stepped.open(limits))) {
                assertThat(each.ws.send("as before")).isEqualTo(SendResult.SENT);
                stepped.settle();
                assertThat(read(each)).endsWith("as before");
            }
        }
    }

    private void descend(final WebSocket ws) {
        try {
            descend(ws);
        } catch (final StackOverflowError e) {
            // From here on upwards there is ever more room.
        }
        if (left > 0) {
            left--;
            try {
                ws.send("one");
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
