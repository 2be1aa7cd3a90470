package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class TopicTest {

    private final Topic topic = new Topic("test");

    @Test
    void shouldReachAllSubscribersFromAnyThread() throws Exception {
        final Subscribing handler = new Subscribing(topic);
        try (CheckedServer server = CheckedServer.of(handler)) {
            final List<RawPeer> peers = Subscribing.open(server.port(), Subscribing.PEERS);
            handler.awaitThat(() -> topic.subscriberCount() == Subscribing.PEERS, "all to be subscribed");
            final int threads = 3;
            final int messages = 200;
            final List<Thread> publishers = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                final int number = t;
                publishers.add(new Thread(() -> {
                    for (int i = 0; i < messages; i++) {
                        assertThat(topic.publish(number + ":" + i)).isEqualTo(PublishResult.PUBLISHED);
                    }
                }));
            }
            publishers.forEach(Thread::start);
            for (final RawPeer peer : peers) {
                final int[] next = new int[threads];
                for (int i = 0; i < threads * messages; i++) {
                    final String[] parts = peer.readFrame().text().split(":");
                    final int thread = Integer.parseInt(parts[0]);
                    assertThat(Integer.parseInt(parts[1])).isEqualTo(next[thread]++);
                }
            }
            for (final Thread publisher : publishers) {
                publisher.join();
            }
            final long deliveries = (long) Subscribing.PEERS * threads * messages;
            assertThat(server.count(Metric.TOPIC_DELIVERIES)).isEqualTo(deliveries);
            assertThat(server.count(Metric.TOPIC_MESSAGES)).isEqualTo(threads * messages);
            Subscribing.closeAll(peers);
            handler.awaitThat(() -> topic.subscriberCount() == 0, "nobody to be left");
        }
        assertThat(handler.events.subList(Subscribing.PEERS, 2 * Subscribing.PEERS))
                .containsOnly("left false false");
        assertThat(topic.publish("to nobody")).isEqualTo(PublishResult.PUBLISHED);
    }

    @Test
    void shouldServeAChatWithoutItsEcho() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                super.onOpen(socket);
                topic.publish("welcome");
                topic.subscribe(socket);
            }

            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                if (message.text().equals("leave")) {
                    topic.unsubscribe(socket);
                    topic.publish("gone");
                } else {
                    topic.publishExcept(socket, EncodedMessage.text(message.text()));
                }
                topic.publish(ByteBuffer.wrap(new byte[] {1}));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer one = server.open()) {
            handler.await("open");
            try (RawPeer two = server.open()) {
                assertThat(one.readFrame().text()).isEqualTo("welcome");
                two.sendText("hello");
                assertThat(one.readFrame().text()).isEqualTo("hello");
                assertThat(one.readFrame().firstByte()).isEqualTo(0x82);
                assertThat(two.readFrame().firstByte()).as("not its own").isEqualTo(0x82);
                two.sendText("leave");
                assertThat(one.readFrame().text()).isEqualTo("gone");
                assertThat(one.readFrame().firstByte()).isEqualTo(0x82);
                two.send(RawPeer.frame(0x89));
                assertThat(two.readFrame().opcode()).as("nothing more").isEqualTo(0xA);
            }
        }
    }

    @Test
    void shouldWaitForTheEndOfAMessageInFragments() throws IOException {
        final Recorder handler = new Recorder() {
            private MessageWriter writer;

            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                if (writer == null) {
                    topic.subscribe(socket);
                    writer = socket.startMessage(Opcode.TEXT);
                    writer.append("begun");
                    assertThat(socket.send(EncodedMessage.text("sent"))).isEqualTo(SendResult.SENT);
                    topic.publish("published");
                } else {
                    writer.append("going on");
                    writer.finish();
                }
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("start");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x01);
            handler.awaitThat(() -> server.count(Metric.TOPIC_DELIVERIES) == 1, "the delivery");
            peer.sendText("finish");
            assertThat(peer.readFrame().text()).isEqualTo("going on");
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            assertThat(peer.readFrame().text()).isEqualTo("sent");
            assertThat(peer.readFrame().text()).isEqualTo("published");
        }
    }

    @Test
    void shouldSendAnEncodedMessageFromAnyThread() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                socket.send(EncodedMessage.text("from the loop"));
                super.onMessage(socket, message);
            }
        };
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(new ProtocolLimits(1_000, 1_000, 1), 10_000, 20_000, 100));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            handler.await("open");
            final EncodedMessage message = EncodedMessage.text("x".repeat(100));
            assertThat(handler.ws.send(message)).isEqualTo(SendResult.SENT);
            assertThat(handler.ws.send(message)).isEqualTo(SendResult.SENT);
            assertThat(handler.ws.send(EncodedMessage.binary(ByteBuffer.allocate(150))))
                    .isEqualTo(SendResult.SENT);
            assertThat(handler.ws.send(EncodedMessage.binary(ByteBuffer.allocate(20_001))))
                    .as("longer than the limit")
                    .isEqualTo(SendResult.TOO_LONG);
            assertThat(peer.readFrame().payload()).hasSize(100);
            assertThat(peer.readFrame().payload()).hasSize(100);
            assertThat(peer.readFrame().firstByte())
                    .as("the endpoint's frames are shorter")
                    .isEqualTo(0x02);
            assertThat(peer.readFrame().payload()).hasSize(50);
            peer.sendText("go");
            assertThat(peer.readFrame().text()).isEqualTo("from the loop");
            handler.ws.close();
            assertThat(handler.ws.send(message)).isEqualTo(SendResult.CLOSED);
        }
    }

    @Test
    void shouldSubscribeOnAWorkerToo() throws IOException {
        final Recorder handler = new Subscribing(topic) {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                topic.publish(message.text());
                socket.send(EncodedMessage.text("sent"));
            }
        };
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).onWorkers())) {
            final List<RawPeer> peers = Subscribing.open(server.port(), 2);
            handler.awaitThat(() -> topic.subscriberCount() == 2, "both");
            peers.get(0).sendText("hello");
            assertThat(peers.get(1).readFrame().text()).isEqualTo("hello");
            assertThat(peers.get(0).readFrame().text()).isEqualTo("hello");
            assertThat(peers.get(0).readFrame().text())
                    .as("after what was published")
                    .isEqualTo("sent");
            Subscribing.closeAll(peers);
        }
        assertThat(topic.subscriberCount()).isZero();
    }

    @Test
    void shouldOutliveItsServersAndServeTwoAtOnce() throws IOException {
        final Subscribing handler = new Subscribing(topic);
        for (int i = 0; i < 3; i++) {
            try (CheckedServer one = CheckedServer.of(handler);
                    CheckedServer two = CheckedServer.of(handler);
                    RawPeer first = one.open();
                    RawPeer second = two.open()) {
                handler.awaitThat(() -> topic.subscriberCount() == 2, "both");
                assertThat(topic.publish("to both")).isEqualTo(PublishResult.PUBLISHED);
                assertThat(first.readFrame().text()).isEqualTo("to both");
                assertThat(second.readFrame().text()).isEqualTo("to both");
            }
            assertThat(topic.subscriberCount()).isZero();
            assertThat(topic.publish("to nobody")).isEqualTo(PublishResult.PUBLISHED);
        }
    }

    @Test
    void shouldStayRightWhileManyThreadsChangeIt() throws Exception {
        final Queue<WebSocket> sockets = new ConcurrentLinkedQueue<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                sockets.add(socket);
            }
        };
        try (CheckedServer server = CheckedServer.of(handler)) {
            final List<RawPeer> peers = Subscribing.open(server.port(), Subscribing.PEERS);
            handler.awaitThat(() -> sockets.size() == Subscribing.PEERS, "all to be open");
            final List<WebSocket> all = List.copyOf(sockets);
            final List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                threads.add(new Thread(() -> {
                    for (int i = 0; i < 2_000; i++) {
                        final WebSocket socket =
                                all.get(ThreadLocalRandom.current().nextInt(Subscribing.PEERS));
                        topic.subscribe(socket);
                        topic.publish("now and then");
                        topic.unsubscribe(socket);
                    }
                }));
            }
            threads.forEach(Thread::start);
            final int gone = Subscribing.PEERS / 2;
            for (final RawPeer peer : peers.subList(0, gone)) {
                peer.reset();
            }
            handler.awaitThat(
                    () -> all.stream().filter(WebSocket::isOpen).count() == Subscribing.PEERS - gone,
                    "half of them to have ended");
            for (final Thread thread : threads) {
                thread.join();
            }
            assertThat(topic.subscriberCount()).isZero();

            for (final WebSocket socket : all) {
                assertThat(topic.subscribe(socket)).isEqualTo(socket.isOpen());
            }
            assertThat(topic.subscriberCount()).isEqualTo(Subscribing.PEERS - gone);
            handler.awaitThat(() -> topic.publish("last").isTaken(), "room");
            for (final RawPeer peer : peers.subList(gone, Subscribing.PEERS)) {
                String text = peer.readFrame().text();
                while (text.equals("now and then")) {
                    text = peer.readFrame().text();
                }
                assertThat(text).isEqualTo("last");
                peer.send(RawPeer.frame(0x89));
                assertThat(peer.readFrame().opcode()).as("once").isEqualTo(0xA);
            }
            Subscribing.closeAll(peers);
        }
        assertThat(topic.subscriberCount()).isZero();
    }

    @Test
    void shouldRefuseWhatIsNoConnection() {
        final WebSocket other = (WebSocket) Proxy.newProxyInstance(
                WebSocket.class.getClassLoader(), new Class<?>[] {WebSocket.class}, (proxy, method, args) -> "other");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> topic.subscribe(other))
                .withMessageContaining("not a connection");
        assertThat(topic).hasToString("topic test");
    }
}
