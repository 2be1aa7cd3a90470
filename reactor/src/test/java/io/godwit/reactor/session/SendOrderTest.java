package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the loop sends comes after all that was handed over or published before it. */
class SendOrderTest {

    private static final int SOFT_BYTES = 2_000;

    private final Stepped stepped;
    private final Topic topic = new Topic("of one");

    SendOrderTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    private Stepped.Peer open() throws IOException {
        final EndpointLimits limits = Limits.of(new ProtocolLimits(1_000, 1_000, 1), SOFT_BYTES, 9_000, 0);
        final Stepped.Peer peer = stepped.open(limits);
        topic.subscribe(peer.ws);
        stepped.settle();
        return peer;
    }

    /** {@return the payloads of the frames that have come, but for those that are empty; of a long one its first byte} */
    private static List<String> read(final Stepped.Peer peer) throws IOException {
        final ByteBuffer in = peer.read(peer.readableBytes());
        final List<String> texts = new ArrayList<>();
        while (in.hasRemaining()) {
            final int second = in.get(in.position() + 1);
            final int length = second == 126 ? in.getShort(in.position() + 2) : second;
            in.position(in.position() + (second == 126 ? 4 : 2));
            if (length > 0) {
                texts.add(new String(in.array(), in.position(), Math.min(length, 1), StandardCharsets.US_ASCII));
            }
            in.position(in.position() + length);
        }
        return texts;
    }

    @Test
    void shouldHoldAMessageBehindWhatWasPublishedBefore() throws IOException {
        final Stepped.Peer peer = open();
        final MessageWriter fragments = peer.ws.startMessage(Opcode.TEXT);
        fragments.append("1");
        topic.publish("2");
        peer.ws.send("3");
        fragments.finish();
        stepped.settle();
        assertThat(read(peer)).containsExactly("1", "2", "3");
    }

    @Test
    void shouldHoldAMessageBehindWhatAnotherThreadHasSentBefore() throws IOException {
        final Stepped.Peer peer = open();
        final MessageWriter fragments = peer.ws.startMessage(Opcode.TEXT);
        fragments.append("1");
        Stepped.elsewhere(() -> peer.ws.send("2"));
        peer.ws.send("3");
        fragments.finish();
        stepped.settle();
        assertThat(read(peer)).containsExactly("1", "2", "3");
    }

    /** Another thread sends and publishes while the loop sends what was there before. */
    @Test
    void shouldNotDeliverWhatIsPublishedMeanwhileBeforeWhatWasSentBeforeThat() throws IOException {
        final Stepped.Peer peer = open();
        final String longerThanTheMark = "1" + "x".repeat(SOFT_BYTES);
        Stepped.elsewhere(() -> peer.ws.send(longerThanTheMark));
        peer.duringNextWrite(() -> Stepped.elsewhere(() -> {
            peer.ws.send("2");
            topic.publish("3");
        }));
        peer.connection.gather();
        peer.ws.send("0");
        peer.connection.leave();
        stepped.settle();
        assertThat(read(peer)).containsSubsequence("1", "2", "3").containsSubsequence("1", "0");
    }
}
