package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.NotTextException;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A message, or its buffer, that a handler keeps though it must not: it shows nothing, and never what another client sent. */
class KeptMessageTest {

    /** As many as a view is not used again. */
    private static final int MESSAGES = 255;

    private static Endpoint endpoint(final Recorder handler, final boolean workers) {
        return workers ? Endpoint.of(handler).onWorkers() : Endpoint.of(handler);
    }

    private static void assertUseless(final WebSocket socket, final Message kept) {
        for (final ThrowingCallable use : List.<ThrowingCallable>of(
                kept::isText, kept::length, kept::text, kept::bytes, kept::copy, () -> socket.send(kept))) {
            assertThatIllegalStateException().isThrownBy(use);
        }
        assertThat(kept).hasToString("message, no longer valid");
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void shouldShowNothingWithinALaterCall(final boolean workers, final boolean sameClient) throws IOException {
        final List<Message> kept = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                kept.forEach(former -> assertUseless(socket, former));
                assertThat(message.text()).isEqualTo("message " + kept.size());
                kept.add(message);
                socket.send("checked " + kept.size());
            }
        };
        try (CheckedServer server = CheckedServer.of(endpoint(handler, workers));
                RawPeer one = server.open();
                RawPeer other = server.open()) {
            for (int i = 0; i < MESSAGES; i++) {
                final RawPeer next = sameClient || i % 2 == 0 ? one : other;
                assertThat(next.sendText("message " + i).readFrame().text()).isEqualTo("checked " + (i + 1));
            }
        }
    }

    /** The most usual mistake: to hand it to an executor. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldShowNothingToAnotherThreadEvenWithinTheCall(final boolean workers) throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final List<Throwable> thrown = new CopyOnWriteArrayList<>();
                final Thread other = new Thread(() -> assertUseless(socket, message));
                other.setUncaughtExceptionHandler((thread, failure) -> thrown.add(failure));
                other.start();
                join(other);
                assertThat(thrown).isEmpty();
                socket.send(message);
            }
        };
        try (CheckedServer server = CheckedServer.of(endpoint(handler, workers));
                RawPeer peer = server.open()) {
            assertThat(peer.sendText("here").readFrame().text()).isEqualTo("here");
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Whole in one read; in fragments, collected; and control frames. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldLeaveABufferEmptyThatWasKept(final boolean workers) throws IOException {
        final List<ByteBuffer> kept = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                assertThat(message.bytes().position(message.bytes().limit()).hasRemaining())
                        .isFalse();
                keep(socket, message.bytes());
            }

            @Override
            public void onPing(final WebSocket socket, final ByteBuffer payload) {
                keep(socket, payload);
            }

            @Override
            public void onPong(final WebSocket socket, final ByteBuffer payload) {
                keep(socket, payload);
            }

            private void keep(final WebSocket socket, final ByteBuffer payload) {
                // A worker's is used again together with its memory.
                kept.stream()
                        .filter(former -> former != payload)
                        .forEach(former -> assertThat(former.hasRemaining()).isFalse());
                assertThat(payload.remaining()).isEqualTo(4);
                kept.add(payload);
                socket.send("checked");
            }
        };
        try (CheckedServer server = CheckedServer.of(endpoint(handler, workers));
                RawPeer peer = server.open()) {
            final byte[] four = {'f', 'o', 'u', 'r'};
            for (int round = 0; round < 3; round++) {
                assertThat(peer.send(RawPeer.frame(0x81, four)).readFrame().text())
                        .isEqualTo("checked");
                peer.send(RawPeer.frame(0x01, (byte) 'f', (byte) 'o'));
                assertThat(peer.send(RawPeer.frame(0x80, (byte) 'u', (byte) 'r'))
                                .readFrame()
                                .text())
                        .isEqualTo("checked");
                assertThat(peer.send(RawPeer.frame(0x8A, four)).readFrame().text())
                        .isEqualTo("checked");
                peer.send(RawPeer.frame(0x89, four));
                assertThat(List.of(peer.readFrame().text(), peer.readFrame().text()))
                        .containsExactlyInAnyOrder("four", "checked");
            }
            assertThat(kept).hasSize(12);
        }
    }

    /** As README's Chat: what is not made for binary messages does not fail of one, nor fill the log. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldClosePolitelyWhereABinaryMessageIsTakenForText(final boolean workers) throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                socket.send("chat: " + message.text());
            }
        };
        final List<String> logged = new CopyOnWriteArrayList<>();
        final Handler log = CheckedServer.logTo(logged);
        try (CheckedServer server = CheckedServer.of(endpoint(handler, workers));
                RawPeer peer = server.open()) {
            assertThat(peer.sendText("hi").readFrame().text()).isEqualTo("chat: hi");
            assertThat(peer.send(RawPeer.frame(0x82, (byte) 1)).readFrame().closeCode())
                    .isEqualTo(1003);
            peer.send(RawPeer.closeFrame(1003));
            handler.await("close 1006");
            assertThat(handler.events).containsExactly("open", "error UNSUPPORTED_DATA", "close 1006");
        } finally {
            CheckedServer.logNoMoreTo(log);
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void shouldSayThatABinaryMessageIsNoText() {
        assertThat(new NotTextException())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("bytes()");
    }
}
