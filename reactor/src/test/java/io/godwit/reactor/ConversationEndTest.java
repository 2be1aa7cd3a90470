package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.conversation.ConversationException;
import io.godwit.reactor.conversation.ConversationOptions;
import io.godwit.reactor.conversation.Received;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.endpoint.ServerOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How conversations end, by whom, and who is told what. */
class ConversationEndTest {

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

    @Test
    void shouldCloseWhereTheBodyReturnsThoughTheMailboxIsFull() throws Exception {
        final Outcome<String> outcome = new Outcome<>();
        final var handler =
                Conversation.handler(outcome.of(ws -> ws.receive().message().text()));
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(EndpointLimits.DEFAULT.withMailbox(new MailboxLimits(1, 1_000)));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            peer.sendText("first").sendText("unread").sendText("unread").sendText("unread");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            peer.send(RawPeer.closeFrame(1000));
            assertThat(peer.isAtEnd()).isTrue();
            assertThat(outcome.get()).isEqualTo("first");
        }
    }

    @Test
    void shouldTellAViolationAfterWhatCameBefore() throws Exception {
        final Outcome<List<String>> outcome = new Outcome<>();
        final List<String> seen = new ArrayList<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            ws.messages().forEach(message -> seen.add(message.text()));
            return seen;
        }));
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("before").send(new byte[] {(byte) 0x83});
            assertThat(peer.readFrame().closeCode()).isEqualTo(1002);
            peer.shutdownOutput();
            assertThat(outcome.thrown()).isInstanceOfSatisfying(ConversationException.class, thrown -> {
                assertThat(thrown.failure().kind()).isEqualTo(Failure.Kind.VIOLATION);
                assertThat(thrown.failure().violation().closeCode()).isEqualTo(1002);
                assertThat(thrown)
                        .hasMessageContaining(thrown.failure().violation().text());
                assertThat(thrown.isInterrupt()).isFalse();
            });
            assertThat(seen).containsExactly("before");
        }
    }

    @Test
    void shouldTellAResetAndAVanishedPeer() throws Exception {
        final Outcome<List<String>> reset = new Outcome<>();
        final Outcome<List<String>> vanished = new Outcome<>();
        final Outcome<List<String>> aborted = new Outcome<>();
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint(
                        "/reset", Conversation.handler(reset.of(ConversationEndTest::texts)))
                .endpoint("/vanished", Conversation.handler(vanished.of(ConversationEndTest::texts)))
                .endpoint("/aborted", Conversation.handler(aborted.of(ws -> {
                    ws.abort();
                    return texts(ws);
                }))))) {
            try (RawPeer peer = RawPeer.open(server.port(), "/reset")) {
                reset.conversation();
                peer.reset();
                assertThat(reset.thrown()).isInstanceOfSatisfying(ConversationException.class, thrown -> {
                    assertThat(thrown.failure().kind()).isEqualTo(Failure.Kind.IO);
                    assertThat(thrown).hasCauseInstanceOf(IOException.class);
                });
            }
            try (RawPeer peer = RawPeer.open(server.port(), "/vanished")) {
                peer.shutdownOutput();
                assertThat(vanished.thrown()).isInstanceOfSatisfying(ConversationException.class, thrown -> {
                    assertThat(thrown.failure()).isNull();
                    assertThat(thrown.closeCode()).isEqualTo(1006);
                });
            }
            try (RawPeer peer = RawPeer.open(server.port(), "/aborted")) {
                assertThat(aborted.thrown()).isInstanceOf(ConversationException.class);
                assertThat(peer.isAtEnd()).isTrue();
            }
        }
    }

    @Test
    void shouldTellADeadline() throws Exception {
        final ServerOptions options = CheckedServer.timeouts(60_000, 200, 60_000);
        final Outcome<List<String>> silent = new Outcome<>();
        try (CheckedServer server = CheckedServer.with(
                        builder -> builder.endpoint("/", Conversation.handler(silent.of(ConversationEndTest::texts)))
                                .options(options));
                RawPeer peer = server.open()) {
            assertThat(peer.readUntil(0x8).closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(silent.thrown())
                    .isInstanceOfSatisfying(
                            ConversationException.class,
                            thrown -> assertThat(thrown.failure().kind()).isEqualTo(Failure.Kind.TIMEOUT));
        }
    }

    @Test
    void shouldCloseWith1011WhereTheBodyThrows() throws Exception {
        final var handler = Conversation.handler(ws -> {
            throw new IllegalStateException("thrown by a test");
        });
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().closeCode()).isEqualTo(1011);
            peer.send(RawPeer.closeFrame(1011));
            assertThat(peer.isAtEnd()).isTrue();
        }
    }

    @Test
    void shouldCloseWith1013WhereThereIsNoThread() throws Exception {
        final Executor none = task -> {
            throw new RejectedExecutionException("thrown by a test");
        };
        final Executor caller = Runnable::run;
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint(
                        "/none", Conversation.handler(ws -> {}, ConversationOptions.DEFAULT.withExecutor(none)))
                .endpoint(
                        "/caller", Conversation.handler(ws -> {}, ConversationOptions.DEFAULT.withExecutor(caller))))) {
            try (RawPeer peer = RawPeer.open(server.port(), "/none")) {
                assertThat(peer.readFrame().closeCode()).isEqualTo(1013);
            }
            try (RawPeer peer = RawPeer.open(server.port(), "/caller")) {
                assertThat(peer.readFrame().closeCode())
                        .as("it would block the loop")
                        .isEqualTo(1011);
            }
        }
    }

    @Test
    void shouldEndBothWaysWhereItIsInterrupted() throws Exception {
        final Outcome<Received> outcome = new Outcome<>();
        final Outcome<List<String>> iterating = new Outcome<>();
        final ConversationOptions options = ConversationOptions.DEFAULT.withExecutor(pool);
        try (CheckedServer server = CheckedServer.with(builder -> builder.endpoint(
                                "/", Conversation.handler(outcome.of(Conversation::receive), options))
                        .endpoint(
                                "/iterating",
                                Conversation.handler(iterating.of(ConversationEndTest::texts), options)));
                RawPeer peer = server.open();
                RawPeer other = RawPeer.open(server.port(), "/iterating")) {
            outcome.conversation();
            iterating.conversation();
            pool.shutdownNow();
            assertThat(outcome.thrown()).isInstanceOf(InterruptedException.class);
            assertThat(iterating.thrown())
                    .isInstanceOfSatisfying(
                            ConversationException.class,
                            thrown -> assertThat(thrown.isInterrupt()).isTrue());
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            assertThat(other.readFrame().closeCode()).isEqualTo(1001);
        }
    }

    @Test
    void shouldTellNoFailureWhereTheServerGoesDown() throws Exception {
        final Outcome<List<String>> outcome = new Outcome<>();
        try (CheckedServer server = CheckedServer.of(Conversation.handler(outcome.of(ConversationEndTest::texts)));
                RawPeer peer = server.open()) {
            outcome.conversation();
            final Thread closer = new Thread(server.server()::close);
            closer.start();
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001)).shutdownOutput();
            assertThat(outcome.get()).isEmpty();
            closer.join();
        }
    }
}
