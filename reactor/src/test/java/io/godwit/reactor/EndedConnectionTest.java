package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.conversation.ConversationException;
import io.godwit.reactor.conversation.Received;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** After a connection was ended, by whatever call, no further message of it is delivered. */
class EndedConnectionTest {

    private static final byte[] MESSAGES = RawPeer.concat(
            RawPeer.frame(0x81, (byte) 'a'),
            RawPeer.frame(0x89, (byte) 'b'),
            RawPeer.frame(0x01, (byte) 'c'),
            RawPeer.frame(0x80, (byte) 'd'),
            RawPeer.frame(0x8A, (byte) 'e'));

    private static Consumer<WebSocket> end(final String by) {
        return switch (by) {
            case "abort" -> WebSocket::abort;
            case "close" -> WebSocket::close;
            case "failure" ->
                ws -> {
                    throw new IllegalStateException("thrown by a test");
                };
            default -> throw new IllegalArgumentException(by);
        };
    }

    /** Ends its connection in onOpen, or in onMessage; all the rest is not to be delivered. */
    private static Recorder ending(final String by, final boolean inOnOpen, final boolean takesFragments) {
        return new Recorder() {
            @Override
            public boolean takesFragments() {
                return takesFragments;
            }

            @Override
            public void onOpen(final WebSocket socket) {
                super.onOpen(socket);
                if (inOnOpen) {
                    end(by).accept(socket);
                }
            }

            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                end(by).accept(socket);
            }

            @Override
            public void onFragment(final WebSocket socket, final Message view, final boolean last) {
                super.onFragment(socket, view, last);
                end(by).accept(socket);
            }
        };
    }

    private static void checkThatTheRestIsNotDelivered(final Recorder recorder, final Endpoint endpoint)
            throws IOException {
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.connect()) {
            // In one write with the handshake, as a client may send it that knows the answer.
            peer.send(RawPeer.concat(RawPeer.upgrade("/").getBytes(StandardCharsets.US_ASCII), MESSAGES));
            peer.shutdownOutput();
            recorder.awaitThat(() -> recorder.events.stream().anyMatch(event -> event.startsWith("close ")), "the end");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "abort, false, false", "abort, true, false", "abort, false, true", "abort, true, true",
        "close, false, false", "close, true, false", "close, false, true", "close, true, true",
        "failure, false, false", "failure, true, false", "failure, false, true", "failure, true, true",
    })
    void shouldDeliverNothingOfWhatCameWithTheHandshake(
            final String by, final boolean onWorkers, final boolean takesFragments) throws IOException {
        final Recorder recorder = ending(by, true, takesFragments);
        final Endpoint endpoint = Endpoint.of(recorder);
        checkThatTheRestIsNotDelivered(recorder, onWorkers ? endpoint.onWorkers() : endpoint);
        assertThat(recorder.events)
                .filteredOn(event -> !event.startsWith("error"))
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "abort, false, false", "abort, true, false", "abort, false, true", "abort, true, true",
        "close, false, false", "close, true, false", "close, false, true", "close, true, true",
        "failure, false, false", "failure, true, false", "failure, false, true", "failure, true, true",
    })
    void shouldDeliverNothingAfterTheMessageThatEndedIt(
            final String by, final boolean onWorkers, final boolean takesFragments) throws IOException {
        final Recorder recorder = ending(by, false, takesFragments);
        final Endpoint endpoint = Endpoint.of(recorder);
        checkThatTheRestIsNotDelivered(recorder, onWorkers ? endpoint.onWorkers() : endpoint);
        assertThat(recorder.events)
                .filteredOn(event -> !event.startsWith("error"))
                .hasSize(3);
    }

    /** The call returns on another thread, while the loop still has messages of the connection in hand. */
    @ParameterizedTest
    @CsvSource({"abort", "close"})
    void shouldDeliverNothingAfterAnotherThreadHasEndedIt(final String by) throws IOException {
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                final Thread other = new Thread(() -> end(by).accept(socket));
                other.start();
                try {
                    other.join();
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        checkThatTheRestIsNotDelivered(recorder, Endpoint.of(recorder));
        assertThat(recorder.events).hasSize(3).startsWith("open", "text a");
    }

    @Test
    void shouldTellNothingOfRoomAfterAnAbort() throws IOException {
        final Recorder recorder = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                super.onMessage(socket, message);
                while (socket.send(ByteBuffer.allocate(30_000)) == SendResult.SENT) {
                    // Until it is told to wait, so that onWritable is due.
                    Thread.onSpinWait();
                }
                socket.abort();
            }
        };
        checkThatTheRestIsNotDelivered(recorder, Endpoint.of(recorder));
        assertThat(recorder.events).containsExactly("open", "text a", "close 1006");
    }

    @Test
    void shouldGiveAConversationNothingThatItHasNotReceivedBeforeItsAbort() throws Exception {
        final Recorder recorder = new Recorder();
        final CountDownLatch go = new CountDownLatch(1);
        final Endpoint endpoint = Endpoint.of(Conversation.handler(ws -> {
            go.await(20, TimeUnit.SECONDS);
            recorder.events.add("received " + ws.receive().message().text());
            ws.abort();
            recorder.events.add("is " + ws.readyState());
            try {
                for (Received next = ws.receive(); next != null; next = ws.receive()) {
                    recorder.events.add("after the end " + next.kind());
                }
            } catch (final ConversationException e) {
                recorder.events.add("close " + ws.closeCode());
            }
        }));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.connect()) {
            peer.send(RawPeer.concat(RawPeer.upgrade("/").getBytes(StandardCharsets.US_ASCII), MESSAGES));
            peer.readHead();
            // Its Pong tells that the messages before it have come.
            peer.readFrame();
            go.countDown();
            recorder.await("close 1006");
        }
        assertThat(recorder.events).containsExactly("received a", "is " + ReadyState.CLOSED, "close 1006");
    }
}
