package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.endpoint.LoopLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Connections whose handler publishes on the loop: they are read no faster than that is delivered. */
class PublishersTest {

    private final Topic topic = new Topic("test");

    /** Publishes each message, and notes who has sent one. */
    private static final class Publishing extends Subscribing {
        private final Topic topic;
        private final Set<Long> heard = new HashSet<>();
        private int calls;
        private int refused;
        private LongSupplier begun = () -> 0;
        private long waitingMax;

        private Publishing(final Topic topic) {
            super(topic);
            this.topic = topic;
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            heard.add(socket.id());
            calls++;
            if (topic.publish(message.text()) != PublishResult.PUBLISHED) {
                refused++;
            }
            waitingMax = Math.max(waitingMax, calls - begun.getAsLong());
        }
    }

    private static WebSocketServer start(final WebSocketHandler handler, final LoopLimits limits) throws IOException {
        return WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", handler)
                .options(ServerOptions.DEFAULT.withLoop(limits))
                .stepped()
                .build()
                .start();
    }

    /** As long as a handler is called again and again on the loop, nothing is delivered there. */
    @Test
    void shouldReadNoMoreThanItDeliversIfHandlersPublishOnTheLoop() throws IOException {
        final int messages = 1_000;
        final Publishing handler = new Publishing(topic);
        final WebSocketServer server = start(handler, new LoopLimits(4 << 20, 262_144, 64, 64, 64, 64));
        final List<RawPeer> peers = Subscribing.openStepped(server, topic, 3);
        for (final RawPeer peer : peers) {
            final ByteArrayOutputStream burst = new ByteArrayOutputStream();
            for (int i = 0; i < messages; i++) {
                burst.writeBytes(RawPeer.frame(0x81, (byte) ('a' + peers.indexOf(peer))));
            }
            peer.send(burst.toByteArray());
        }
        Await.that(
                () -> {
                    server.doWork();
                    return server.metrics().get(Metric.TOPIC_DELIVERIES) == 9L * messages;
                },
                () -> handler.refused + " were refused");
        assertThat(handler.refused).isZero();
        for (final RawPeer peer : peers) {
            final int[] counts = new int[3];
            for (int i = 0; i < 3 * messages; i++) {
                counts[peer.readFrame().text().charAt(0) - 'a']++;
            }
            assertThat(counts).containsOnly(messages);
        }
        Subscribing.closeAll(peers);
        server.close();
    }

    /** Whoever is sent something is given all that was published before, at once: it has to fit in what may wait for him. */
    @ParameterizedTest
    @CsvSource({"1, 513", "1000, 233"})
    void shouldPublishNoMoreThanFitsInWhatMayWait(final int payloadBytes, final int waitingMax) throws IOException {
        final int messages = 3_000;
        final Publishing handler = new Publishing(topic);
        final WebSocketServer server = start(handler, ServerOptions.DEFAULT.loop());
        handler.begun = () -> server.metrics().get(Metric.TOPIC_MESSAGES);
        final List<RawPeer> peers = Subscribing.openStepped(server, topic, 1);
        final ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < messages; i++) {
            burst.writeBytes(RawPeer.frame(0x81, new byte[payloadBytes]));
        }
        final RawPeer peer = peers.get(0);
        final CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(peer, burst.toByteArray()));
        final CompletableFuture<Void> read = CompletableFuture.runAsync(() -> read(peer, messages));
        Await.that(
                () -> {
                    server.doWork();
                    return sent.isDone() && read.isDone();
                },
                () -> handler.calls + " calls");
        sent.join();
        read.join();
        assertThat(handler.waitingMax).isLessThanOrEqualTo(waitingMax);
        assertThat(handler.refused).isZero();
        Subscribing.closeAll(peers);
        server.close();
    }

    private static void send(final RawPeer peer, final byte[] bytes) {
        try {
            peer.send(bytes);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void read(final RawPeer peer, final int messages) {
        try {
            for (int i = 0; i < messages; i++) {
                assertThat(peer.readFrame().opcode()).isEqualTo(1);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each that goes on fills what room there is: the others still wait. */
    @Test
    void shouldLetThoseWhoWaitForRoomGoOnOneAfterTheOther() throws IOException {
        final int peerCount = 60;
        final int messages = 20;
        final Publishing handler = new Publishing(topic);
        final WebSocketServer server = start(handler, new LoopLimits(4 << 20, 262_144, 64, 64, 64, 256));
        final List<RawPeer> peers = Subscribing.openStepped(server, topic, peerCount);
        final ByteArrayOutputStream burst = new ByteArrayOutputStream();
        for (int i = 0; i < messages; i++) {
            burst.writeBytes(RawPeer.frame(0x81, (byte) 'x'));
        }
        for (final RawPeer peer : peers) {
            final int heard = handler.heard.size();
            peer.send(burst.toByteArray());
            Await.that(
                    () -> {
                        server.doWork();
                        return handler.heard.size() > heard;
                    },
                    () -> "not read");
        }
        Await.that(
                () -> {
                    server.doWork();
                    return handler.calls == peerCount * messages;
                },
                () -> handler.calls + " calls");
        assertThat(handler.refused).isZero();
        Subscribing.closeAll(peers);
        server.close();
    }

    /** What the thread that drives the loop publishes, outside of a call of a handler, does not count. */
    @Test
    void shouldReadWhoPublishesOnTheLoopEvenIfOthersLeaveNoRoom() throws IOException {
        final int messages = 5;
        final Publishing handler = new Publishing(topic);
        final WebSocketServer server = start(handler, new LoopLimits(4 << 20, 262_144, 64, 64, 64, 8));
        final List<RawPeer> peers = Subscribing.openStepped(server, topic, 3);
        for (int i = 0; i < messages; i++) {
            peers.get(0).send(RawPeer.frame(0x81, (byte) 'x'));
        }
        for (int cycle = 0; cycle < 10_000 && handler.calls < messages; cycle++) {
            while (topic.publish("y").isTaken()) {
                // Until no more is.
            }
            server.doWork();
        }
        assertThat(handler.calls).isEqualTo(messages);
        Subscribing.closeAll(peers);
        server.close();
    }
}
