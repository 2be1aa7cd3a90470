package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages that the hard limit allows, but that are longer than all of the loop's memory: each way of sending says at once that
 * they never can be sent, and nothing follows.
 */
class TooLongTest {

    private static final int MEBIBYTE = 1 << 20;

    /** The last sixteenth of the memory is for short messages. */
    private static final int LONG_BYTES = MEBIBYTE / 16 * 15 + 1;

    private static final ByteBuffer BYTES = ByteBuffer.allocate(LONG_BYTES);
    private static final String TEXT = "x".repeat(LONG_BYTES);

    private static EndpointLimits limits(final SlowConsumerPolicy policy) {
        final OutboundLimits outbound = EndpointLimits.DEFAULT.outbound();
        return EndpointLimits.DEFAULT.withOutbound(
                outbound.withBytes(outbound.bytesSoft(), 16 * MEBIBYTE).withPolicy(policy));
    }

    private static List<SendResult> sendAll(final WebSocket ws) {
        final List<SendResult> results = new ArrayList<>();
        results.add(ws.send(BYTES));
        results.add(ws.send(TEXT));
        results.add(ws.send(EncodedMessage.binary(BYTES)));
        return results;
    }

    private static List<SendResult> sendFragments(final WebSocket ws) {
        final List<SendResult> results = new ArrayList<>();
        for (final Opcode opcode : new Opcode[] {Opcode.BINARY, Opcode.TEXT}) {
            final MessageWriter writer = ws.startMessage(opcode);
            results.add(writer.append(BYTES));
            if (opcode == Opcode.TEXT) {
                results.add(writer.append(TEXT));
            }
            // What else is sent has to wait for the end of it.
            results.addAll(sendAll(ws));
            assertThat(writer.append(ByteBuffer.allocate(1)).isTaken()).isTrue();
            assertThat(writer.finish().isTaken()).isTrue();
        }
        return results;
    }

    private static void assertTooLong(final Stepped stepped, final Stepped.Peer peer, final List<SendResult> results)
            throws IOException {
        stepped.settle();
        assertThat(results).isNotEmpty().containsOnly(SendResult.TOO_LONG);
        assertThat(peer.writables).isZero();
        assertThat(peer.events).noneMatch(event -> event.startsWith("error"));
        assertThat(peer.isOpen()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldBeToldOnTheLoop(final SlowConsumerPolicy policy) throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE)) {
            final List<SendResult> results = new ArrayList<>();
            final Stepped.Peer peer = stepped.open(limits(policy), MEBIBYTE, (ws, message) -> {
                results.addAll(sendAll(ws));
                results.addAll(sendFragments(ws));
            });
            peer.write(Stepped.frame(0x82));
            assertTooLong(stepped, peer, results);
            assertThat(results).hasSize(12);
        }
    }

    /** What waits stays where it is. */
    @ParameterizedTest
    @EnumSource(SlowConsumerPolicy.class)
    void shouldEvictNothing(final SlowConsumerPolicy policy) throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE)) {
            final Stepped.Peer peer =
                    stepped.open(limits(policy), 100, (ws, message) -> ws.send(ByteBuffer.allocate(1_000)));
            peer.write(Stepped.frame(0x82));
            stepped.settle();
            final long waiting = peer.ws.bufferedBytes();
            assertTooLong(stepped, peer, sendAll(peer.ws));
            assertThat(waiting).isPositive();
            assertThat(peer.ws.bufferedBytes()).isEqualTo(waiting);
        }
    }

    /** Frames that are shared take as much memory as they are long; shorter ones are made of them in a buffer, which takes more. */
    @Test
    void shouldBeToldIfItsShorterFramesTakeMore() throws IOException {
        final EncodedMessage message = EncodedMessage.binary(ByteBuffer.allocate(LONG_BYTES - 60_000));
        final EndpointLimits limits = limits(SlowConsumerPolicy.DROP_NEWEST);
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE)) {
            final Stepped.Peer split = stepped.open(limits.withFragmentBytes(LONG_BYTES / 2));
            assertTooLong(stepped, split, List.of(split.ws.send(message)));
            final Stepped.Peer whole = stepped.open(limits);
            assertThat(whole.ws.send(message).isTaken()).isTrue();
        }
    }

    @Test
    void shouldBeToldOnAWorker() throws IOException {
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE)) {
            final List<SendResult> results = new CopyOnWriteArrayList<>();
            final Stepped.Peer peer = stepped.openOnWorkers(limits(SlowConsumerPolicy.CLOSE), (ws, message) -> {
                results.addAll(sendAll(ws));
                results.addAll(sendFragments(ws));
            });
            peer.write(Stepped.frame(0x82));
            stepped.settleUntil(() -> results.size() == 12);
            assertTooLong(stepped, peer, results);
        }
    }

    /** The copy that is handed over is held until it has been framed. */
    @Test
    void shouldBeToldOnAnotherThreadIfThereIsNoRoomForItTwice() throws IOException {
        final List<Function<WebSocket, SendResult>> ways =
                List.of(ws -> ws.send(ByteBuffer.allocate(LONG_BYTES / 2)), ws -> ws.send("x".repeat(LONG_BYTES / 2)));
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE)) {
            final List<SendResult> results = new CopyOnWriteArrayList<>();
            final Stepped.Peer peer = stepped.openOnWorkers(
                    limits(SlowConsumerPolicy.CLOSE), (ws, message) -> ways.forEach(way -> results.add(way.apply(ws))));
            peer.write(Stepped.frame(0x82));
            stepped.settleUntil(() -> results.size() == ways.size());
            assertTooLong(stepped, peer, results);
        }
    }

    @Test
    void shouldBeToldToWhoPublishes() throws IOException {
        final Topic topic = new Topic("long");
        try (Stepped stepped = new Stepped(Timeouts.DEFAULT, MEBIBYTE)) {
            final Stepped.Peer peer = stepped.open(limits(SlowConsumerPolicy.CLOSE));
            topic.subscribe(peer.ws);
            stepped.settle();
            for (final int bytes : new int[] {LONG_BYTES, LONG_BYTES / 2}) {
                assertThat(topic.publish(ByteBuffer.allocate(bytes))).isEqualTo(PublishResult.TOO_LONG);
            }
            assertThat(PublishResult.TOO_LONG.isTaken()).isFalse();
            stepped.useUpMemory();
            assertThat(topic.publish(ByteBuffer.allocate(LONG_BYTES / 4))).isEqualTo(PublishResult.DROPPED);
        }
    }
}
