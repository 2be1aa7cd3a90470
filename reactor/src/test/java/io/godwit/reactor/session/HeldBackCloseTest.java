package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Precedence;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A Close frame that waits for a message of another thread, which was taken and is not handed over yet: the thread may have
 * lost its processor in between, for however long.
 */
class HeldBackCloseTest {

    private static final int MESSAGE_BYTES = 10;

    private final Stepped stepped;

    HeldBackCloseTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    private Stepped.Peer withAHandOverOnItsWay() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        assertThat(peer.connection.outbound().handOver(MESSAGE_BYTES, Precedence.MESSAGE))
                .isEqualTo(SendResult.SENT);
        return peer;
    }

    private void passToTheSilence() throws IOException {
        for (int i = 0; i < 1_000 && stepped.count(Metric.PONG_TIMEOUTS) == 0; i++) {
            stepped.pass(Duration.ofMillis(100));
        }
        assertThat(stepped.count(Metric.PONG_TIMEOUTS)).isOne();
    }

    @Test
    void shouldTellASilenceOnce() throws IOException {
        final Stepped.Peer peer = withAHandOverOnItsWay();
        passToTheSilence();
        assertThat(peer.events).containsExactly("error TIMEOUT");
        stepped.pass(Timeouts.DEFAULT.close().minusSeconds(1));
        assertThat(peer.events).hasSize(1);
        assertThat(stepped.count(Metric.PONG_TIMEOUTS)).isOne();
        peer.connection.outbound().withdraw(MESSAGE_BYTES);
        peer.connection.mail();
        stepped.settle();
        assertThat(peer.readOpcodes()).as("a Ping, and then Close").containsExactly(0x9, 0x8);
        peer.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE9));
        peer.shutdownOutput();
        stepped.settle();
        assertThat(peer.events).containsExactly("error TIMEOUT", "close 1001", "ended");
    }

    /** Its time is that of the closing handshake, and it does not go on for ever. */
    @Test
    void shouldCutOffWhoseCloseIsHeldBackForTooLong() throws IOException {
        final Stepped.Peer peer = withAHandOverOnItsWay();
        peer.ws.close();
        stepped.settle();
        stepped.pass(Timeouts.DEFAULT.close().minusSeconds(1));
        assertThat(peer.events).isEmpty();
        stepped.pass(Duration.ofSeconds(2));
        assertThat(peer.events).containsExactly("error TIMEOUT", "close 1006", "ended");
        assertThat(stepped.count(Metric.CLOSE_TIMEOUTS)).isOne();
    }

    /** By the thread that has closed it, before the loop has seen that, and although nothing was subscribed or sent before. */
    @Test
    void shouldDeliverNothingThatIsPublishedAfterTheClose() throws Exception {
        final Topic topic = new Topic("of one");
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        final Thread other = new Thread(() -> {
            peer.ws.close();
            topic.subscribe(peer.ws);
            topic.publish(EncodedMessage.text("late"));
        });
        other.start();
        other.join();
        stepped.settle();
        assertThat(peer.readOpcodes()).containsExactly(0x8);
    }
}
