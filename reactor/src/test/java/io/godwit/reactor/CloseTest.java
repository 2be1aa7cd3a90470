package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.WebSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ways in which a connection ends (RFC 6455 §7), and that its handler hears of each exactly once. */
class CloseTest {

    /** Does what a message says. */
    private static final class Obeying extends Recorder {
        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            super.onMessage(socket, message);
            switch (message.text()) {
                case "close" -> socket.close();
                case "send, close twice, send" -> {
                    events.add("before " + socket.send("before"));
                    socket.close(4001, "first");
                    socket.close(4002, "second");
                    events.add("after " + socket.send("after") + socket.ping(ByteBuffer.allocate(0)) + socket.isOpen());
                }
                case "abort" -> {
                    socket.abort();
                    socket.abort();
                    socket.resumeReading();
                    events.add("aborted " + socket.send("lost") + socket.readyState());
                }
                default -> socket.send(message);
            }
        }
    }

    private final Recorder handler = new Obeying();

    @Test
    void shouldCloseFirst() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("send, close twice, send").sendText("ignored");
            assertThat(peer.readFrame().text()).isEqualTo("before");
            final RawPeer.Frame close = peer.readFrame();
            assertThat(close.firstByte()).isEqualTo(0x88);
            assertThat(close.closeCode()).isEqualTo(4001);
            assertThat(close.text().substring(2)).isEqualTo("first");
            assertThat(handler.ws.readyState()).isEqualTo(ReadyState.CLOSING);
            peer.sendText("ignored").send(RawPeer.frame(0x89)).send(RawPeer.closeFrame(4001));
            assertThat(peer.isAtEnd()).isTrue();
            handler.await("close 4001");
            assertThat(handler.ws.readyState()).isEqualTo(ReadyState.CLOSED);
        }
        assertThat(handler.events)
                .containsExactly(
                        "open", "text send, close twice, send", "before SENT", "after CLOSEDCLOSEDfalse", "close 4001");
    }

    @ParameterizedTest
    @CsvSource({"1000, ''", "1001, leaving", "3000, ''", "4999, 'é, and more'"})
    void shouldAnswerTheClientsClose(final int code, final String reason) throws IOException {
        final byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        final byte[] payload = ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("last words").send(RawPeer.frame(0x88, payload)).sendText("ignored");
            assertThat(peer.readFrame().text()).isEqualTo("last words");
            final RawPeer.Frame close = peer.readFrame();
            assertThat(close.firstByte()).isEqualTo(0x88);
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(peer.isAtEnd()).isTrue();
        }
        assertThat(handler.events)
                .containsExactly("open", "text last words", "close " + code + (reason.isEmpty() ? "" : " " + reason));
    }

    @Test
    void shouldAnswerACloseWithoutACode() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(peer.send(RawPeer.frame(0x88)).readFrame().payload()).isEmpty();
            assertThat(peer.isAtEnd()).isTrue();
        }
        assertThat(handler.events).containsExactly("open", "close 1005");
    }

    @Test
    void shouldCloseWhereBothDoSoAtOnce() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(RawPeer.frame(0x81, "close".getBytes(RawPeer.BYTES)), RawPeer.closeFrame(3999)));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            assertThat(peer.isAtEnd()).as("one Close only").isTrue();
        }
        assertThat(handler.events).containsExactly("open", "text close", "close 3999");
    }

    @Test
    void shouldRefuseCodesAndReasonsThatMayNotBeSent() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            for (final int code : new int[] {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, -1, 65_536 + 1_000}) {
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> handler.ws.close(code))
                        .withMessageContaining(Integer.toString(code));
            }
            assertThatIllegalArgumentException().isThrownBy(() -> handler.ws.close(1000, "é".repeat(62)));
            assertThatIllegalArgumentException().isThrownBy(() -> handler.ws.close(1000, "\uD800"));
            assertThat(handler.ws.isOpen()).isTrue();
            handler.ws.close(1014, "é".repeat(61) + "e");
            assertThat(peer.readFrame().payload()).hasSize(125);
        }
    }

    @Test
    void shouldAbort() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(
                    RawPeer.frame(0x81, "abort".getBytes(RawPeer.BYTES)), RawPeer.frame(0x81, (byte) 'x')));
            assertThat(peer.isAtEnd()).as("no Close frame, nothing").isTrue();
            handler.await("close 1006");
        }
        assertThat(handler.events).containsExactly("open", "text abort", "aborted CLOSEDCLOSED", "close 1006");
    }

    @Test
    void shouldServeWhatCameBeforeAHalfClose() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("a").sendText("b").send(new byte[] {(byte) 0x81}).shutdownOutput();
            assertThat(peer.readFrame().text()).isEqualTo("a");
            assertThat(peer.readFrame().text()).isEqualTo("b");
            assertThat(peer.isAtEnd())
                    .as("there is no frame to be awaited, so none is sent")
                    .isTrue();
        }
        assertThat(handler.events).containsExactly("open", "text a", "text b", "close 1006");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET / HTTP/1.1\r\nHost: local"})
    void shouldTakeAResetBeforeTheUpgrade(final String begun) throws IOException {
        try (CheckedServer server = CheckedServer.of(handler)) {
            final RawPeer peer = server.connect().send(begun);
            peer.reset();
            try (RawPeer other = server.open()) {
                assertThat(other.sendText("served").readFrame().text()).isEqualTo("served");
            }
            // The other has come after the reset, so that what there was to tell has been told.
            assertThat(handler.events).startsWith("open", "text served");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "82", "82FE", "82FE10000000000061616161", "0282000000006161", "8982000000"})
    void shouldTellOfAResetOnce(final String begunHex) throws IOException {
        try (CheckedServer server = CheckedServer.of(handler)) {
            final RawPeer peer = server.open();
            handler.await("open");
            peer.send(HexFormat.of().parseHex(begunHex));
            peer.reset();
            handler.await("close 1006");
        }
        assertThat(handler.events.stream().filter(event -> !event.startsWith("error")))
                .containsExactly("open", "close 1006");
        assertThat(handler.events).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void shouldTellOfAResetWhileClosingOnce() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler)) {
            final RawPeer peer = server.open().sendText("close");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            peer.reset();
            handler.await("close 1006");
        }
        assertThat(handler.events).containsExactly("open", "text close", "error IO", "close 1006");
    }

    @Test
    void shouldTakeAResetAfterTheClosingHandshake() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler)) {
            final RawPeer peer = server.open().send(RawPeer.closeFrame(1000));
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            handler.await("close 1000");
            peer.reset();
        }
        assertThat(handler.events).containsExactly("open", "close 1000");
    }

    @Test
    void shouldCloseWhoIsSilentTooLong() throws IOException {
        try (CheckedServer server =
                        CheckedServer.of(Endpoint.of(handler), CheckedServer.timeouts(60_000, 150, 60_000));
                RawPeer peer = server.open()) {
            assertThat(peer.readFrame().closeCode()).isEqualTo(1001);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
        }
        assertThat(handler.events).containsExactly("open", "error TIMEOUT", "close 1001");
    }

    @Test
    void shouldNotTakePingsForSilence() throws IOException {
        int runs = 1;
        while (!isServedWhilePinging()) {
            assertThat(++runs)
                    .as("runs in which this test itself paused too long")
                    .isLessThan(50);
        }
    }

    /** {@return whether it was; false: it was not, but it was silent itself for longer than it may, as far as it knows} */
    private static boolean isServedWhilePinging() throws IOException {
        final long idleNs = TimeUnit.MILLISECONDS.toNanos(400);
        try (CheckedServer server =
                        CheckedServer.of(Endpoint.of(new Recorder()), CheckedServer.timeouts(60_000, 400, 60_000));
                RawPeer peer = server.open()) {
            final long endNs = System.nanoTime() + 2 * idleNs;
            long silentSinceNs = System.nanoTime();
            while (System.nanoTime() < endNs) {
                final RawPeer.Frame frame = peer.send(RawPeer.frame(0x89)).readFrame();
                if (frame.opcode() == 0x8 && System.nanoTime() - silentSinceNs >= idleNs) {
                    return false;
                }
                assertThat(frame.opcode()).isEqualTo(0xA);
                silentSinceNs = System.nanoTime();
            }
            return true;
        }
    }

    @Test
    void shouldCutOffWhoDoesNotAnswerItsClose() throws IOException {
        try (CheckedServer server =
                        CheckedServer.of(Endpoint.of(handler), CheckedServer.timeouts(60_000, 60_000, 150));
                RawPeer peer = server.open()) {
            peer.sendText("close");
            assertThat(peer.readFrame().closeCode()).isEqualTo(1000);
            assertThat(peer.isAtEnd()).isTrue();
            handler.await("close 1006");
        }
        assertThat(handler.events).containsExactly("open", "text close", "error TIMEOUT", "close 1006");
    }

    @Test
    void shouldDoNothingOnceItHasEnded() throws IOException {
        try (CheckedServer server = CheckedServer.of(handler)) {
            try (RawPeer peer = server.open()) {
                peer.send(RawPeer.closeFrame(1000));
                handler.await("close 1000");
            }
            callAll(handler.ws);
            try (RawPeer other = server.open()) {
                assertThat(other.sendText("served").readFrame().text()).isEqualTo("served");
            }
        }
        assertThatCode(() -> {
                    for (int i = 0; i < 100_000; i++) {
                        callAll(handler.ws);
                    }
                })
                .as("nor where the server has ended")
                .doesNotThrowAnyException();
    }

    private static void callAll(final WebSocket ws) {
        assertThat(ws.send("late")).isEqualTo(SendResult.CLOSED);
        assertThat(ws.send(ByteBuffer.allocate(1))).isEqualTo(SendResult.CLOSED);
        assertThat(ws.ping(ByteBuffer.allocate(1))).isEqualTo(SendResult.CLOSED);
        assertThat(ws.pong(ByteBuffer.allocate(1))).isEqualTo(SendResult.CLOSED);
        ws.pauseReading();
        ws.resumeReading();
        ws.close();
        ws.close(4000, "late");
        ws.abort();
        assertThat(ws.readyState()).isEqualTo(ReadyState.CLOSED);
    }

    @Test
    void shouldCloseMoreEndedConnectionsThanThereMayBeOpenOnes() throws IOException {
        final Queue<WebSocket> all = new ConcurrentLinkedQueue<>();
        final Recorder collecting = new Recorder() {
            @Override
            public void onClose(final WebSocket socket, final int code, final String reason) {
                all.add(socket);
            }
        };
        final ServerOptions options = Limits.connections(2, 2);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(collecting), options)) {
            for (int i = 0; i < 50; i++) {
                try (RawPeer peer = server.open()) {
                    assertThat(peer.send(RawPeer.closeFrame(1000)).readFrame().closeCode())
                            .isEqualTo(1000);
                    assertThat(peer.isAtEnd()).isTrue();
                }
                final int ended = i + 1;
                collecting.awaitThat(() -> all.size() == ended, "the end");
            }
            server.server().close();
            all.forEach(CloseTest::callAll);
        }
    }
}
