package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.Limits;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.MemoryBudget;
import io.godwit.reactor.net.Precedence;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a connection, by its peer or for want of memory, while something else is under way. */
class HandOverEndTest {

    private static final int MESSAGE_BYTES = 10;

    private final Stepped stepped;
    private final Topic topic = new Topic("of one");

    HandOverEndTest() throws IOException {
        stepped = new Stepped(Timeouts.DEFAULT);
    }

    @AfterEach
    void close() {
        stepped.close();
    }

    private static EndpointLimits limits() {
        return Limits.of(new ProtocolLimits(1_000, 1_000, 1), 2_000, 9_000, 0);
    }

    private static ByteBuffer bytes(final int count) {
        return ByteBuffer.allocate(count);
    }

    /** What waits for a message in fragments can leave no more, and is not sent into nothing. */
    @Test
    void shouldAccountForWhatIsHeldIfItIsClosedAfterThePeerHasEndedItsSide() throws IOException {
        final Stepped.Peer peer = stepped.open(limits(), 15, (ws, message) -> {});
        assertThat(peer.ws.send(bytes(30)).isTaken()).isTrue();
        stepped.settle();
        peer.ws.startMessage(Opcode.TEXT);
        assertThat(peer.ws.send("held").isTaken()).isTrue();
        peer.shutdownOutput();
        stepped.settle();
        assertThat(peer.how).isNull();
        peer.ws.close();
        while (peer.how == null) {
            peer.read(15);
            stepped.settle();
        }
        assertThat(peer.how.unsentMessages() + peer.droppedMessages).isOne();
        assertThat(peer.how.unsentBytes() + peer.droppedBytes).isEqualTo(2 + 4);
    }

    /** Its Close frame waits for a message of another thread when the peer ends its side. */
    @Test
    void shouldDeliverNothingThatIsPublishedAfterTheCloseToAPeerThatEndsItsSide() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        topic.subscribe(peer.ws);
        stepped.settle();
        assertThat(peer.connection.outbound().handOver(MESSAGE_BYTES, Precedence.MESSAGE))
                .isEqualTo(SendResult.SENT);
        peer.ws.close();
        stepped.settle();
        topic.publish(EncodedMessage.text("late"));
        peer.shutdownOutput();
        stepped.settle();
        assertThat(peer.readOpcodes()).isEmpty();
        assertThat(peer.droppedMessages).isZero();
        assertThat(peer.how.unsentMessages()).isOne();
    }

    @Test
    void shouldTellOfNothingThatIsPublishedAfterTheCloseIfThePeerEndsItsSide() throws IOException {
        final Stepped.Peer peer = stepped.open(EndpointLimits.DEFAULT);
        topic.subscribe(peer.ws);
        stepped.settle();
        peer.ws.close();
        stepped.settle();
        topic.publish(EncodedMessage.text("late"));
        peer.shutdownOutput();
        stepped.settle();
        assertThat(peer.readOpcodes()).containsExactly(0x8);
        assertThat(peer.droppedMessages).isZero();
    }

    /** A message that was published after our Close frame, and is not delivered yet when somebody calls close() again. */
    @Test
    void shouldTellOfNothingThatIsPublishedAfterTheAnswerToThePeersClose() throws IOException {
        final Stepped.Peer peer = stepped.open(limits(), 15, (ws, message) -> {});
        topic.subscribe(peer.ws);
        stepped.settle();
        peer.ws.send(bytes(30));
        peer.write(Stepped.frame(0x88, (byte) 0x03, (byte) 0xE8));
        stepped.settle();
        assertThat(peer.how).isNull();
        topic.publish(EncodedMessage.text("late"));
        peer.ws.close();
        stepped.settle();
        assertThat(peer.droppedMessages).isZero();
    }

    /** No callback runs inside a call of the API. */
    @Test
    void shouldNotTellOfALostFragmentInsideACallOfTheHandler() throws IOException {
        try (Stepped small = new Stepped(Timeouts.DEFAULT, 1 << 20)) {
            final MemoryBudget memory = small.loop.memory();
            final Stepped.Peer[] peers = new Stepped.Peer[1];
            peers[0] = small.open(limits(), 15, (ws, message) -> {
                final long rest = memory.bytesMax() + MemoryBudget.reserveOf(memory.bytesMax()) - memory.usedBytes();
                memory.takeAnyway(rest);
                peers[0].events.add("ping");
                ws.ping(bytes(1));
                peers[0].events.add("pinged");
                memory.give(rest);
            });
            final Stepped.Peer peer = peers[0];
            peer.ws.send(bytes(30));
            small.settle();
            Stepped.elsewhere(() -> {
                final MessageWriter fragments = peer.ws.startMessage(Opcode.BINARY);
                assertThat(fragments.append(bytes(1_000)).isTaken()).isTrue();
                assertThat(fragments.finish().isTaken()).isTrue();
            });
            peer.write(Stepped.frame(0x81, (byte) 'a'));
            small.settle();
            assertThat(peer.events).startsWith("message 1", "ping", "pinged", "error OVERLOADED");
            assertThat(peer.droppedMessages).isOne();
        }
    }

    /** The last frame of a message finds no room in the batch before what is there has left, and that fails. */
    @Test
    void shouldCountAMessageOfWhichTheLastFragmentFails() throws IOException {
        final int batch = stepped.loop.writeBatch().capacity();
        final EndpointLimits roomy = Limits.of(new ProtocolLimits(1_000, 1_000, 1), 1 << 20, 1 << 21, 0);
        final Stepped.Peer[] peers = new Stepped.Peer[1];
        peers[0] = stepped.open(roomy, 1 << 20, (ws, message) -> {
            Stepped.elsewhere(() -> {
                final MessageWriter fragments = ws.startMessage(Opcode.BINARY);
                assertThat(fragments.append(bytes(batch - 1 - 10)).isTaken()).isTrue();
                assertThat(fragments.finish().isTaken()).isTrue();
            });
            peers[0].failNextWrite(new OutOfMemoryError("injected"));
            ws.ping(bytes(0));
        });
        peers[0].write(Stepped.frame(0x81, (byte) 'a'));
        stepped.settle();
        assertThat(peers[0].how.unsentMessages()).isOne();
        assertThat(peers[0].how.unsentBytes()).isEqualTo(batch - 1 + 2);
    }

    /** Likewise a fragment that is not the last. */
    @Test
    void shouldCountTheBytesOfAFragmentThatFails() throws IOException {
        final Stepped.Peer[] peers = new Stepped.Peer[1];
        peers[0] = stepped.open(limits(), 1 << 20, (ws, message) -> {
            ws.send(bytes(1_500));
            Stepped.elsewhere(() -> {
                final MessageWriter fragments = ws.startMessage(Opcode.BINARY);
                assertThat(fragments.append(bytes(8_000)).isTaken()).isTrue();
                assertThat(fragments.finish().isTaken()).isTrue();
            });
            ws.ping(bytes(0));
        });
        peers[0].failNextWrite(new OutOfMemoryError("injected"));
        peers[0].write(Stepped.frame(0x81, (byte) 'a'));
        stepped.settle();
        assertThat(peers[0].how.unsentMessages()).isEqualTo(2);
        assertThat(peers[0].how.unsentBytes()).isEqualTo(1_504 + 8_004 + 2);
    }

    /** It was on its way already: a writer that goes on must not begin once more. */
    @Test
    void shouldNotBeginAMessageTwiceIfItsFirstFragmentFails() throws IOException {
        final int longerThanTheMark = 2_001;
        final Stepped.Peer peer = stepped.open(limits(), 1 << 20, (ws, message) -> {
            final MessageWriter fragments = ws.startMessage(Opcode.BINARY);
            try {
                fragments.append(bytes(longerThanTheMark));
            } catch (final OutOfMemoryError e) {
                // As a handler may that tries again.
            }
            fragments.append(bytes(MESSAGE_BYTES));
            fragments.finish();
        });
        peer.failNextWrite(new OutOfMemoryError("injected"));
        peer.write(Stepped.frame(0x81, (byte) 'a'));
        stepped.settle();
        assertThat(peer.readOpcodes()).isEmpty();
        assertThat(peer.how.unsentBytes()).isEqualTo(longerThanTheMark + 4);
    }
}
