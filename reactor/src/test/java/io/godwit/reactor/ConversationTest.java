package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.conversation.ConversationBody;
import io.godwit.reactor.conversation.ConversationOptions;
import io.godwit.reactor.conversation.Received;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.Upgrade;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {

    private final ExecutorService pool = Executors.newCachedThreadPool();

    @AfterEach
    void shutDown() {
        pool.shutdownNow();
    }

    private static List<String> texts(final Conversation ws) {
        final List<String> texts = new ArrayList<>();
        ws.messages().forEach(message -> texts.add(message.text()));
        return texts;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldEchoInOrderOnEitherKindOfThread(final boolean ownExecutor) throws Exception {
        final Outcome<String> outcome = new Outcome<>();
        final ConversationOptions options =
                ownExecutor ? ConversationOptions.DEFAULT.withExecutor(pool) : ConversationOptions.DEFAULT;
        final var handler = Conversation.handler(
                outcome.of(ws -> {
                    for (final Message message : ws.messages()) {
                        ws.send(message);
                    }
                    return ws.closeCode() + " " + ws.closeReason() + " "
                            + ws.request().path() + " " + ws.isOpen();
                }),
                options);
        final int messages = 2_000;
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            for (int i = 0; i < messages; i++) {
                peer.sendText("message " + i);
            }
            peer.send(RawPeer.frame(0x82, (byte) 1, (byte) 2));
            for (int i = 0; i < messages; i++) {
                assertThat(peer.readFrame().text()).isEqualTo("message " + i);
            }
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x82);
            peer.send(RawPeer.frame(0x88, "\u000f\u00a0bye".getBytes(RawPeer.BYTES)));
            assertThat(peer.readFrame().closeCode()).isEqualTo(4000);
            assertThat(peer.isAtEnd()).isTrue();
        }
        assertThat(outcome.get()).isEqualTo("4000 bye / false");
    }

    @Test
    void shouldRunOnAVirtualThreadWhereTheJdkHasThem() throws Exception {
        final Outcome<String> outcome = new Outcome<>();
        final var handler = Conversation.handler(
                outcome.of(ws -> Thread.currentThread().isDaemon() + " " + Thread.currentThread()));
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(outcome.get())
                    .startsWith("true ")
                    .contains(Runtime.version().feature() < 21 ? "godwit-conversation-" : "VirtualThread");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
        }
    }

    @Test
    void shouldDeliverWhatCameBeforeTheClose() throws Exception {
        final CompletableFuture<Void> go = new CompletableFuture<>();
        final Outcome<List<String>> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            go.join();
            return texts(ws);
        }));
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("one").sendText("two").send(RawPeer.closeFrame(1000));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            assertThat(peer.isAtEnd()).isTrue();
            go.complete(null);
            assertThat(outcome.get()).containsExactly("one", "two");
        }
    }

    @Test
    void shouldTakeWhatHasComeWithoutWaiting() throws Exception {
        final Outcome<String> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            assertThat(ws.tryReceive().isNothing()).isTrue();
            assertThat(ws.receive(Duration.ofMillis(1)).kind()).isEqualTo(Received.Kind.NOTHING);
            assertThat(ws.receive(Duration.ofSeconds(-1)).isNothing()).isTrue();
            ws.send("go");
            final Received received = ws.receive(Duration.ofDays(1_000_000));
            assertThat(received.isMessage()).isTrue();
            ws.send("close");
            Received last = ws.tryReceive();
            while (last.isNothing()) {
                Await.pause();
                last = ws.tryReceive();
            }
            assertThat(ws.receive().isClosed()).as("the end stays").isTrue();
            return received.message().text() + " " + last.kind();
        }));
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().text()).isEqualTo("go");
            peer.sendText("a");
            assertThat(peer.readFrame().text()).isEqualTo("close");
            peer.send(RawPeer.closeFrame(1000)).readFrame();
            assertThat(outcome.get()).isEqualTo("a CLOSED");
        }
    }

    @Test
    void shouldReceiveControlFramesWhereAskedFor() throws Exception {
        final Outcome<List<String>> outcome = new Outcome<>();
        final ConversationBody body = outcome.of(ws -> {
            final List<String> seen = new ArrayList<>();
            Received received = ws.receive();
            while (!received.isClosed()) {
                seen.add(received.kind() + " "
                        + (received.isMessage()
                                ? received.message().text()
                                : StandardCharsets.UTF_8.decode(received.payload())));
                received = ws.receive();
            }
            return seen;
        });
        try (CheckedServer server =
                        CheckedServer.of(Conversation.handler(body, ConversationOptions.DEFAULT.withControlFrames()));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x89, (byte) 'x')).sendText("a").send(RawPeer.frame(0x8A, (byte) 'y'));
            peer.send(RawPeer.closeFrame(1000)).readUntil(0x8);
            assertThat(outcome.get()).containsExactly("PING x", "MESSAGE a", "PONG y");
        }
    }

    @Test
    void shouldHoldThePeerBackWhileTheMailboxIsFull() throws Exception {
        final int messages = 4_000;
        final CompletableFuture<Void> go = new CompletableFuture<>();
        final Outcome<Integer> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            go.join();
            int number = 0;
            for (final Message message : ws.messages()) {
                assertThat(message.bytes().getInt(0)).isEqualTo(number++);
            }
            return number;
        }));
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(EndpointLimits.DEFAULT.withMailbox(new MailboxLimits(10, 1_000_000)));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            final Thread sender = new Thread(() -> {
                try {
                    for (int i = 0; i < messages; i++) {
                        peer.send(RawPeer.frame(
                                0x82, ByteBuffer.allocate(5_000).putInt(0, i).array()));
                    }
                    peer.send(RawPeer.closeFrame(1000));
                } catch (final IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            sender.start();
            Outcome.awaitThat(() -> server.count(Metric.MAILBOXES_FULL) == 1, "a full mailbox");
            // Counted at the end of the read that has filled it.
            Outcome.awaitThat(() -> server.count(Metric.MESSAGES_RECEIVED) >= 10, "the messages to be counted");
            assertThat(server.count(Metric.MESSAGES_RECEIVED))
                    .as("not one more is delivered, though more are in hand")
                    .isEqualTo(10);
            go.complete(null);
            assertThat(outcome.get()).isEqualTo(messages);
            assertThat(server.count(Metric.MAILBOXES_FULL))
                    .as("it goes on when half of it is empty")
                    .isBetween(2L, messages / 5L);
            sender.join();
        }
    }

    @Test
    void shouldTakeAMessageThatIsLongerThanTheMailbox() throws Exception {
        final Outcome<Integer> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            int bytes = 0;
            for (final Message message : ws.messages()) {
                bytes += message.length();
            }
            return bytes;
        }));
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(EndpointLimits.DEFAULT.withMailbox(new MailboxLimits(1, 10)));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            for (int i = 0; i < 20; i++) {
                peer.send(RawPeer.frame(0x82, new byte[1_000]));
            }
            peer.send(RawPeer.closeFrame(1000)).readFrame();
            assertThat(outcome.get()).isEqualTo(20_000);
        }
    }

    @Test
    void shouldLetOneThreadReceiveAtATime() throws Exception {
        final Outcome<List<String>> outcome = new Outcome<>();
        final AtomicReference<Thread> receiver = new AtomicReference<>();
        try (CheckedServer server = CheckedServer.of(Conversation.handler(outcome.of(ws -> {
                    receiver.set(Thread.currentThread());
                    return texts(ws);
                })));
                RawPeer peer = server.open()) {
            final Conversation conversation = outcome.conversation();
            // To ask by receiving would itself be what the body is refused for.
            Outcome.awaitThat(
                    () -> receiver.get() != null && receiver.get().getState() == Thread.State.TIMED_WAITING,
                    "the body to receive");
            assertThatIllegalStateException()
                    .isThrownBy(conversation::receive)
                    .withMessageContaining("one thread receives at a time");
            peer.sendText("for the body").send(RawPeer.closeFrame(1000)).readFrame();
            assertThat(outcome.get()).containsExactly("for the body");
        }
    }

    /** What it has sent waits for it. */
    @Test
    void shouldNotHoldBackWhoHasAMessageInFragmentsToEnd() throws Exception {
        final EndpointLimits limits = Limits.of(new ProtocolLimits(100, 100, 1), 1_000, 2_000, 0);
        final Outcome<SendResult> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            final MessageWriter writer = ws.startMessage(Opcode.BINARY);
            assertThat(writer.append(ByteBuffer.allocate(1)).isTaken()).isTrue();
            while (ws.send(ByteBuffer.allocate(50)) != SendResult.QUEUED) {
                // Until what is held is as much as the soft mark.
            }
            assertThat(ws.awaitWritable(Outcome.LONG)).isTrue();
            return writer.finish();
        }));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(limits));
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x02);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
            assertThat(outcome.get().isTaken()).isTrue();
        }
    }

    @Test
    void shouldHoldAProducerBackThatIsFasterThanItsPeer() throws Exception {
        final int messages = 3_000;
        final AtomicInteger sent = new AtomicInteger();
        final EndpointLimits limits = Limits.of(new ProtocolLimits(100, 100, 1), 20_000, 60_000, 0);
        final Outcome<SendResult> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            for (int i = 0; i < messages; i++) {
                assertThat(ws.sendBlocking(ByteBuffer.allocate(4_000).putInt(0, i))
                                .isTaken())
                        .isTrue();
                assertThat(ws.bufferedBytes()).isLessThan(60_000);
                sent.incrementAndGet();
            }
            assertThat(ws.awaitWritable(Outcome.LONG)).isTrue();
            assertThat(ws.sendBlocking("a text")).isEqualTo(SendResult.SENT);
            assertThat(ws.sendBlocking(ByteBuffer.allocate(60_000)))
                    .as("longer than the limit")
                    .isEqualTo(SendResult.TOO_LONG);
            ws.close();
            assertThat(ws.awaitWritable(Outcome.LONG)).as("it is closing").isFalse();
            return ws.sendBlocking(ByteBuffer.allocate(1));
        }));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(limits));
                RawPeer peer = new RawPeer(server.port(), 4_096)) {
            peer.send(RawPeer.upgrade("/")).readHead();
            Outcome.awaitThat(() -> outcome.conversation().bufferedBytes() >= 20_000, "a backlog");
            final int held = sent.get();
            assertThat(held).isLessThan(messages);
            for (int i = 0; i < messages; i++) {
                assertThat(ByteBuffer.wrap(peer.readFrame().payload()).getInt(0))
                        .isEqualTo(i);
            }
            assertThat(peer.readFrame().text()).isEqualTo("a text");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            assertThat(outcome.get()).isEqualTo(SendResult.CLOSED);
        }
    }

    @Test
    void shouldReleaseAProducerWhosePeerVanishes() throws Exception {
        final EndpointLimits limits = Limits.of(new ProtocolLimits(100, 100, 1), 20_000, 60_000, 0);
        final Outcome<SendResult> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            SendResult result = SendResult.SENT;
            while (result.isTaken()) {
                result = ws.sendBlocking(ByteBuffer.allocate(4_000));
            }
            return result;
        }));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(limits));
                RawPeer peer = new RawPeer(server.port(), 4_096)) {
            peer.send(RawPeer.upgrade("/")).readHead();
            Outcome.awaitThat(() -> outcome.conversation().bufferedBytes() >= 20_000, "a backlog");
            peer.reset();
            assertThat(outcome.get()).isEqualTo(SendResult.CLOSED);
        }
    }

    @Test
    void shouldRefuseToBlockTheLoopAndToRunOnWorkersBesides() throws Exception {
        final CompletableFuture<Conversation> held = new CompletableFuture<>();
        final CompletableFuture<Void> end = new CompletableFuture<>();
        final Recorder other = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                assertThatIllegalStateException().isThrownBy(() -> held.join().receive());
                assertThatIllegalStateException().isThrownBy(() -> held.join().awaitWritable(Outcome.LONG));
                assertThatIllegalStateException().isThrownBy(() -> held.join().sendBlocking("x"));
                events.add("refused " + held.join().tryReceive().kind());
            }
        };
        final Recorder wrapping = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                assertThatIllegalStateException()
                        .isThrownBy(() -> Conversation.handler(ws -> {}).onOpen(socket));
                events.add("refused");
            }
        };
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint("/", Conversation.handler(ws -> {
                            held.complete(ws);
                            end.join();
                        }))
                        .endpoint("/other", other)
                        .endpoint("/wrapping", wrapping));
                RawPeer peer = server.open();
                RawPeer second = RawPeer.open(server.port(), "/other");
                RawPeer third = RawPeer.open(server.port(), "/wrapping")) {
            held.get(60, TimeUnit.SECONDS);
            second.sendText("try");
            other.await("refused NOTHING");
            wrapping.await("refused");
            end.complete(null);
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            assertThat(third.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
        }
    }

    @Test
    void shouldSubscribeToATopicAndKeepTheUsersAttachment() throws Exception {
        final Topic topic = new Topic("test");
        final Outcome<String> outcome = new Outcome<>();
        final ConversationOptions options = ConversationOptions.DEFAULT.withUpgrade(
                request -> request.head().query() == null
                        ? Upgrade.refuse(403, "who?")
                        : Upgrade.accept().withAttachment(request.head().query()));
        final ConversationBody body = outcome.of(ws -> {
            topic.subscribe(ws);
            topic.publish("hello " + ws.attachment());
            ws.attach("other");
            ws.receive();
            return ws.attachment();
        });
        try (CheckedServer server = CheckedServer.of(Conversation.handler(body, options))) {
            try (RawPeer peer = server.connect()) {
                assertThat(peer.send(RawPeer.upgrade("/")).readHead()).startsWith("HTTP/1.1 403 ");
            }
            try (RawPeer peer = RawPeer.open(server.port(), "/?somebody")) {
                assertThat(peer.readFrame().text()).isEqualTo("hello somebody");
                peer.sendText("end");
                assertThat(outcome.get()).isEqualTo("other");
            }
        }
        assertThat(topic.subscriberCount()).isZero();
    }

    @Test
    void shouldTellWhatAPolicyHasDropped() throws Exception {
        final EndpointLimits limits = EndpointLimits.DEFAULT
                .withMessageBytesMax(100)
                .withOutbound(EndpointLimits.DEFAULT
                        .outbound()
                        .withBytes(20_000, 60_000)
                        .withPolicy(SlowConsumerPolicy.DROP_OLDEST));
        final Outcome<Boolean> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            while (ws.droppedMessages() == 0 && ws.isOpen()) {
                ws.send(ByteBuffer.allocate(4_000));
            }
            return ws.droppedMessages() > 0;
        }));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(limits));
                RawPeer peer = new RawPeer(server.port(), 4_096)) {
            peer.send(RawPeer.upgrade("/")).readHead();
            assertThat(outcome.get()).isTrue();
            peer.readUntil(0x8);
        }
    }
}
