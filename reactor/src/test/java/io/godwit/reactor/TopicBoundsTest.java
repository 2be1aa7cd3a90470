package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.Threads;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What topics take, and what they give in a cycle. */
class TopicBoundsTest {

    private final Topic topic = new Topic("test");

    @Test
    void shouldDropForOneWhoDoesNotReadAndReachTheOthers() throws IOException {
        final Subscribing handler = new Subscribing(topic);
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(new ProtocolLimits(100, 100, 1), 20_000, 60_000, 0));
        final int messages = 3_000;
        final ByteBuffer payload = ByteBuffer.allocate(4_000);
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer stuck = new RawPeer(server.port(), 4_096);
                RawPeer reader = server.open()) {
            stuck.send(RawPeer.upgrade("/")).readHead();
            handler.awaitThat(() -> topic.subscriberCount() == 2, "both");
            final WebSocket slow = handler.ws;
            for (int i = 0; i < messages; i++) {
                final EncodedMessage message = EncodedMessage.binary(payload.putInt(0, i));
                handler.awaitThat(() -> topic.publish(message).isTaken(), "room");
                assertThat(ByteBuffer.wrap(reader.readFrame().payload()).getInt(0))
                        .isEqualTo(i);
                assertThat(slow.bufferedBytes()).isLessThanOrEqualTo(60_000);
            }
            assertThat(server.count(Metric.TOPIC_DELIVERIES)).isBetween((long) messages, 2L * messages - 1);
        }
    }

    @Test
    void shouldRefuseWhatALoopThatIsHeldUpCannotTake() throws IOException {
        final Semaphore go = new Semaphore(0);
        final Recorder handler = new Subscribing(topic) {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                go.acquireUninterruptibly();
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("hold");
            handler.await("text hold");
            int taken = 0;
            while (topic.publish("message " + taken).isTaken()) {
                taken++;
            }
            assertThat(taken).isEqualTo(16_384);
            assertThat(server.count(Metric.TOPIC_DROPS)).isOne();
            go.release();
            for (int i = 0; i < taken; i++) {
                assertThat(peer.readFrame().text()).isEqualTo("message " + i);
            }
            assertThat(topic.publish("again")).isEqualTo(PublishResult.PUBLISHED);
            assertThat(peer.readFrame().text()).isEqualTo("again");
        }
    }

    @Test
    void shouldLeaveOutALoopThatIsHeldUpAndTellItsSubscribers() throws IOException {
        final Semaphore go = new Semaphore(0);
        final AtomicLong dropped = new AtomicLong();
        final Recorder handler = new Subscribing(topic) {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                go.acquireUninterruptibly();
            }

            @Override
            public void onDropped(final WebSocket socket, final long messages, final long bytes) {
                dropped.addAndGet(messages);
            }
        };
        final ServerOptions loops = CheckedServer.PATIENT.withThreads(Threads.DEFAULT.withLoops(3));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler), loops)) {
            final List<RawPeer> peers = Subscribing.open(server.port(), 12);
            handler.awaitThat(() -> topic.subscriberCount() == 12, "all to be subscribed");
            peers.get(0).sendText("hold");
            handler.await("text hold");
            long taken = 0;
            int partly = 0;
            while (partly < 2_000) {
                final PublishResult result = topic.publish("message");
                taken += result.isTaken() ? 1 : 0;
                partly += result == PublishResult.PARTLY ? 1 : 0;
            }
            go.release();
            final AtomicLong lasts = new AtomicLong();
            handler.awaitThat(
                    () -> {
                        lasts.incrementAndGet();
                        return topic.publish("last") == PublishResult.PUBLISHED;
                    },
                    "room");
            long received = 0;
            for (final RawPeer peer : peers) {
                while (!peer.readFrame().text().equals("last")) {
                    received++;
                }
            }
            assertThat(dropped.get()).as("told, on one loop at least").isGreaterThanOrEqualTo(2_000);
            // A "last" that has reached some only is told to the others as dropped.
            assertThat(received + dropped.get()).isBetween(12 * taken, 12 * (taken + lasts.get()));
            Subscribing.closeAll(peers);
        }
    }

    @Test
    void shouldDeliverSoManyInACycleAndNoMore() throws IOException {
        final int messages = 1_000;
        final int deliveriesMax = 4_096;
        final Subscribing handler = new Subscribing(topic);
        final WebSocketServer server = stepped(handler);
        final List<RawPeer> peers = Subscribing.openStepped(server, topic, 6);
        for (int i = 0; i < messages; i++) {
            assertThat(topic.publish("message").isTaken()).isTrue();
        }
        long before = 0;
        while (before < 6 * messages) {
            server.doWork();
            final long delivered = server.metrics().get(Metric.TOPIC_DELIVERIES);
            assertThat(delivered - before).isLessThanOrEqualTo(deliveriesMax);
            before = delivered;
        }
        for (final RawPeer peer : peers) {
            for (int i = 0; i < messages; i++) {
                assertThat(peer.readFrame().text()).isEqualTo("message");
            }
        }
        Subscribing.closeAll(peers);
        server.close();
    }

    @Test
    void shouldDeliverWithoutAllocation() throws IOException {
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long thread = Thread.currentThread().getId();
        final WebSocketServer server = stepped(new Subscribing(topic));
        final List<RawPeer> peers = Subscribing.openStepped(server, topic, Subscribing.PEERS);
        final EncodedMessage message = EncodedMessage.text("x".repeat(20));
        long allocated = 0;
        for (int round = 0; round < 400; round++) {
            for (int i = 0; i < 10; i++) {
                topic.publish(message);
            }
            final long before = threads.getThreadAllocatedBytes(thread);
            while (server.doWork() > 0) {
                // Until all is delivered.
            }
            allocated += round < 200 ? 0 : threads.getThreadAllocatedBytes(thread) - before;
            for (final RawPeer peer : peers) {
                for (int i = 0; i < 10; i++) {
                    assertThat(peer.readFrame().payload()).hasSize(20);
                }
            }
        }
        // One object of the smallest size for each write would be 64,000 bytes, for each delivery 640,000.
        assertThat(allocated).as("bytes allocated for 40,000 deliveries").isLessThan(16_384);
        Subscribing.closeAll(peers);
        server.close();
    }

    private static WebSocketServer stepped(final Recorder handler) throws IOException {
        return WebSocketServer.builder()
                .listen("127.0.0.1", 0)
                .endpoint("/", handler)
                .stepped()
                .build()
                .start();
    }
}
