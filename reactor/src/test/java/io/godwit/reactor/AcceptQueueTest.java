package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.reactor.conversation.AcceptQueue;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.Message;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

class AcceptQueueTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final AcceptQueue queue = new AcceptQueue(2);

    private static void awaitThat(final BooleanSupplier condition, final String what) {
        final long endNs = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for " + what).isLessThan(endNs);
            Await.pause();
        }
    }

    @Test
    void shouldGiveTheConnectionsInTheirOrder() throws Exception {
        try (CheckedServer server = CheckedServer.of(queue.handler())) {
            assertThat(queue.accept(Duration.ZERO)).isNull();
            assertThat(queue.accept(Duration.ofMillis(1))).isNull();
            for (int round = 0; round < 3; round++) {
                try (RawPeer one = server.open();
                        RawPeer two = server.open();
                        Conversation first = queue.accept(LONG);
                        Conversation second = queue.accept(LONG)) {
                    assertThat(first.id()).isLessThan(second.id());
                    two.sendText("to the second");
                    one.sendText("to the first");
                    assertThat(first.receive(LONG).message().text()).isEqualTo("to the first");
                    assertThat(second.receive(LONG).message().text()).isEqualTo("to the second");
                    first.send("answer");
                    assertThat(one.readFrame().text()).isEqualTo("answer");
                }
            }
            assertThat(queue.waitingCount()).isZero();
        }
    }

    @Test
    void shouldWakeWhoWaits() throws Exception {
        final CompletableFuture<List<String>> texts = CompletableFuture.supplyAsync(() -> {
            try (Conversation conversation = queue.accept(LONG)) {
                final List<String> all = new ArrayList<>();
                for (final Message message : conversation.messages()) {
                    all.add(message.text());
                }
                return all;
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (CheckedServer server = CheckedServer.of(queue.handler());
                RawPeer peer = server.open()) {
            peer.sendText("a").sendText("b").send(RawPeer.closeFrame(1000)).readFrame();
            assertThat(texts.get(60, TimeUnit.SECONDS)).containsExactly("a", "b");
        }
    }

    @Test
    void shouldAnswer503WhereTooManyWait() throws Exception {
        try (CheckedServer server = CheckedServer.of(queue.handler());
                RawPeer one = server.open();
                RawPeer two = server.open()) {
            try (RawPeer three = server.connect()) {
                assertThat(three.send(RawPeer.upgrade("/")).readHead())
                        .startsWith("HTTP/1.1 503 ")
                        .contains("Retry-After: 1\r\n");
            }
            try (Conversation first = queue.accept(LONG);
                    RawPeer three = server.open()) {
                assertThat(queue.waitingCount()).isEqualTo(2);
                assertThat(three.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
                assertThat(first.isOpen()).isTrue();
            }
            assertThat(one.readFrame().closeCode()).isEqualTo(1000);
            assertThat(two.send(RawPeer.frame(0x89)).readFrame().opcode()).isEqualTo(0xA);
        }
    }

    @Test
    void shouldForgetWhoCameAndWentInSilence() throws Exception {
        try (CheckedServer server = CheckedServer.of(queue.handler())) {
            for (int i = 0; i < 10; i++) {
                try (RawPeer peer = server.open()) {
                    peer.send(RawPeer.closeFrame(1000)).readFrame();
                }
                awaitThat(() -> queue.waitingCount() == 0, "it to be forgotten");
            }
            assertThat(queue.accept(Duration.ZERO)).isNull();
        }
    }

    @Test
    void shouldKeepWhatOneBroughtWhoHasGone() throws Exception {
        try (CheckedServer server = CheckedServer.of(queue.handler())) {
            try (RawPeer peer = server.open()) {
                peer.sendText("message").send(RawPeer.closeFrame(1000)).readFrame();
                assertThat(peer.isAtEnd()).isTrue();
            }
            try (Conversation conversation = queue.accept(LONG)) {
                assertThat(conversation.receive(LONG).message().text()).isEqualTo("message");
                assertThat(conversation.receive(LONG).isClosed()).isTrue();
            }
        }
    }

    @Test
    void shouldTellItsEndToWhoWaitsOnEitherSide() throws Exception {
        final CompletableFuture<Conversation> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                queue.accept(LONG).messages().forEach(Message::copy);
                return queue.accept(LONG);
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        try (CheckedServer server = CheckedServer.of(queue.handler())) {
            try (RawPeer peer = server.open()) {
                peer.send(RawPeer.closeFrame(1000)).readFrame();
            }
            queue.close();
            queue.close();
            assertThat(queue.isClosed()).isTrue();
            assertThatThrownBy(waiting::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("the accept queue is closed");
            assertThatIllegalStateException().isThrownBy(() -> queue.accept(Duration.ZERO));
            try (RawPeer late = server.connect()) {
                assertThat(late.send(RawPeer.upgrade("/")).readHead()).startsWith("HTTP/1.1 503 ");
            }
        }
    }

    @Test
    void shouldCloseThoseThatWaitWhereItIsClosed() throws IOException {
        try (CheckedServer server = CheckedServer.of(queue.handler());
                RawPeer peer = server.open()) {
            awaitThat(() -> queue.waitingCount() == 1, "the connection");
            queue.close();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            assertThat(queue.waitingCount()).isZero();
        }
    }

    @Test
    void shouldLetItsThreadBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> queue.accept(LONG)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.interrupted()).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new AcceptQueue(0));
    }

    @Test
    void shouldAcceptAtTheFrontDoor() throws Exception {
        try (CheckedServer server = CheckedServer.with(builder -> builder.accepting("/", 2));
                RawPeer peer = server.open()) {
            final Conversation conversation = server.server().accept(LONG);
            peer.sendText("hello");
            assertThat(conversation.receive(LONG).message().text()).isEqualTo("hello");
            assertThat(server.server().accept(Duration.ZERO)).isNull();
            server.server().stopAccepting();
            conversation.close();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            // It closes too, or the server would wait for that.
            peer.send(RawPeer.closeFrame(1000)).close();
            server.server().close();
            assertThatIllegalStateException().isThrownBy(() -> server.server().accept(LONG));
        }
    }

    @Test
    void shouldRefuseToAcceptWhereNothingIsMadeForIt() throws Exception {
        try (CheckedServer server = CheckedServer.of(queue.handler())) {
            assertThatIllegalStateException().isThrownBy(() -> server.server().accept(LONG));
        }
        final WebSocketServerBuilder builder = WebSocketServer.builder().accepting("/", 1);
        assertThatIllegalStateException().isThrownBy(() -> builder.accepting("/other", 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WebSocketServer.builder().accepting("/", 0));
    }
}
