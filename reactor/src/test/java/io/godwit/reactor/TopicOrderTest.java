package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.topic.PublishResult;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One order for each connection of what is published, sent, subscribed and closed. */
class TopicOrderTest {

    private final Topic topic = new Topic("test");

    /** Does on its own thread what a message says, step by step. */
    private final class Stepping extends Recorder {

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            for (final String step : message.text().split(" ")) {
                take(socket, step);
            }
        }

        private void take(final WebSocket socket, final String step) {
            final char what = step.charAt(0);
            switch (what) {
                case '+' -> assertThat(topic.subscribe(socket)).isTrue();
                case '-' -> assertThat(topic.unsubscribe(socket)).isTrue();
                case 'p' -> assertThat(topic.publish(step)).isEqualTo(PublishResult.PUBLISHED);
                case 'x' ->
                    assertThat(topic.publishExcept(socket, EncodedMessage.text(step)))
                            .isEqualTo(PublishResult.PUBLISHED);
                case 's' -> assertThat(socket.send(step).isTaken()).isTrue();
                default -> socket.close(4000);
            }
        }

        @Override
        public void onDropped(final WebSocket socket, final long messages, final long bytes) {
            events.add("dropped " + messages + " of " + bytes);
        }
    }

    private static final String STEPS = "s0 + p1 s2 p3 p4 - p5 + p6 s7 x8 - s9 p10 + p11 p12 c p13";
    private static final List<String> SEEN = List.of("s0", "p1", "s2", "p3", "p4", "p6", "s7", "s9", "p11", "p12");

    private static void requireSeen(final RawPeer peer) throws IOException {
        requireSeen(peer, SEEN.toArray(String[]::new));
    }

    private static void requireSeen(final RawPeer peer, final String... payloads) throws IOException {
        final List<String> seen = new ArrayList<>();
        RawPeer.Frame frame = peer.readFrame();
        while (frame.opcode() != 0x8) {
            seen.add(frame.text());
            frame = peer.readFrame();
        }
        assertThat(seen).containsExactly(payloads);
        assertThat(frame.closeCode()).isEqualTo(4000);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldKeepTheOrderOfAHandler(final boolean onWorkers) throws IOException {
        final Endpoint endpoint = Endpoint.of(new Stepping());
        try (CheckedServer server = CheckedServer.of(onWorkers ? endpoint.onWorkers() : endpoint)) {
            for (int round = 0; round < 50; round++) {
                try (RawPeer peer = server.open()) {
                    peer.sendText(STEPS);
                    requireSeen(peer);
                }
            }
        }
    }

    @Test
    void shouldKeepTheOrderOfAnotherThread() throws IOException {
        final Stepping handler = new Stepping();
        try (CheckedServer server = CheckedServer.of(handler)) {
            for (int round = 0; round < 100; round++) {
                handler.events.clear();
                try (RawPeer peer = server.open()) {
                    handler.await("open");
                    for (final String step : STEPS.split(" ")) {
                        handler.take(handler.ws, step);
                    }
                    requireSeen(peer);
                }
            }
        }
    }

    /** It waits for the end of that message, and is not refused for the close that came after it. */
    @Test
    void shouldDeliverWhatWasPublishedAmidFragmentsBeforeAClose() throws IOException {
        final Stepping handler = new Stepping();
        try (CheckedServer server = CheckedServer.of(handler)) {
            for (int round = 0; round < 50; round++) {
                handler.events.clear();
                try (RawPeer peer = server.open()) {
                    handler.await("open");
                    handler.take(handler.ws, "+");
                    final MessageWriter writer = handler.ws.startMessage(Opcode.TEXT);
                    assertThat(writer.append("a").isTaken()).isTrue();
                    handler.take(handler.ws, "p1");
                    assertThat(writer.append("b").isTaken()).isTrue();
                    assertThat(writer.finish().isTaken()).isTrue();
                    handler.take(handler.ws, "c");
                    requireSeen(peer, "a", "b", "", "p1");
                }
                assertThat(handler.events).as("dropped").noneMatch(event -> event.startsWith("dropped"));
            }
        }
    }

    @Test
    void shouldHaveASnapshotArriveBeforeLiveMessages() throws Exception {
        final AtomicBoolean over = new AtomicBoolean();
        final Recorder handler = new Recorder();
        final Thread publisher = new Thread(() -> {
            while (!over.get()) {
                topic.publish("live");
            }
        });
        try (CheckedServer server = CheckedServer.of(handler)) {
            publisher.start();
            for (int i = 0; i < 100; i++) {
                handler.events.clear();
                try (RawPeer peer = server.open()) {
                    handler.await("open");
                    handler.ws.send("snapshot, first part");
                    handler.ws.send("snapshot, last part");
                    topic.subscribe(handler.ws);
                    assertThat(peer.readFrame().text()).isEqualTo("snapshot, first part");
                    assertThat(peer.readFrame().text()).isEqualTo("snapshot, last part");
                    assertThat(peer.readFrame().text()).isEqualTo("live");
                }
            }
            over.set(true);
            publisher.join();
        }
    }

    @Test
    void shouldDeliverWhatWasPublishedBeforeTheServerIsClosed() throws Exception {
        final int peersMax = 200;
        final int messages = 20;
        final Subscribing handler = new Subscribing(topic);
        try (CheckedServer server = CheckedServer.of(handler)) {
            final List<RawPeer> peers = Subscribing.open(server.port(), peersMax);
            handler.awaitThat(() -> topic.subscriberCount() == peersMax, "all");
            for (int i = 0; i < messages; i++) {
                assertThat(topic.publish(Integer.toString(i))).isEqualTo(PublishResult.PUBLISHED);
            }
            final Thread closer = new Thread(server.server()::close);
            closer.start();
            for (final RawPeer peer : peers) {
                for (int i = 0; i < messages; i++) {
                    assertThat(peer.readFrame().text()).isEqualTo(Integer.toString(i));
                }
                assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
                peer.send(RawPeer.closeFrame(1001));
            }
            closer.join();
            Subscribing.closeAll(peers);
        }
    }

    @Test
    void shouldTellOfAPublicationThatIsTooLong() throws IOException {
        final Stepping handler = new Stepping();
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(new ProtocolLimits(100, 100, 1), 1_000, 2_000, 0));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            peer.sendText("+ s1");
            assertThat(peer.readFrame().text()).isEqualTo("s1");
            topic.publish(ByteBuffer.allocate(1_997));
            topic.publish(ByteBuffer.allocate(1_996));
            assertThat(peer.readFrame().payload()).hasSize(1_996);
            handler.await("dropped 1 of 2001");
        }
    }
}
