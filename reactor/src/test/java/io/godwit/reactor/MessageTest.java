package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages and control frames in both directions (RFC 6455 §5.4 to §5.6), and what a handler holds of them. */
class MessageTest {

    private static final int LARGE = 5_000_000;
    private static final EndpointLimits RAISED =
            Limits.of(new ProtocolLimits(LARGE, LARGE, 1_024), 65_536, 2 * LARGE, 0);
    private static final Endpoint ECHO = Endpoint.of(WebSocketHandler.echo()).withLimits(RAISED);

    private static byte[] random(final int length) {
        final byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 131_072, LARGE})
    void shouldEcho(final int length) throws IOException {
        final byte[] bytes = random(length);
        final String text = "é".repeat(length / 2) + "e".repeat(length % 2);
        try (CheckedServer server = CheckedServer.of(ECHO);
                RawPeer peer = server.open()) {
            final RawPeer.Frame binary = peer.send(RawPeer.frame(0x82, bytes)).readFrame();
            assertThat(binary.firstByte()).isEqualTo(0x82);
            assertThat(binary.payload()).isEqualTo(bytes);
            final RawPeer.Frame back = peer.sendText(text).readFrame();
            assertThat(back.firstByte()).isEqualTo(0x81);
            assertThat(back.text()).isEqualTo(text);
        }
    }

    @Test
    void shouldJoinWhatComesInFragments() throws IOException {
        try (CheckedServer server = CheckedServer.of(ECHO);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x01, (byte) 'a', (byte) 0xC3))
                    .send(RawPeer.frame(0x89, (byte) 'p'))
                    .send(RawPeer.frame(0x00))
                    .send(RawPeer.frame(0x80, (byte) 0xA9));
            final RawPeer.Frame pong = peer.readFrame();
            assertThat(pong.firstByte()).isEqualTo(0x8A);
            assertThat(pong.text()).isEqualTo("p");
            assertThat(peer.readFrame().text()).isEqualTo("aé");
        }
    }

    @Test
    void shouldSplitWhatIsLongerThanTheFragmentSize() throws IOException {
        final EndpointLimits fours = Limits.of(ProtocolLimits.DEFAULT, 65_536, 1_048_576, 4);
        try (CheckedServer server = CheckedServer.of(ECHO.withLimits(fours));
                RawPeer peer = server.open()) {
            peer.sendText("123456789").sendText("1234").sendText("");
            assertThat(frames(peer, 5)).containsExactly("1:1234", "0:5678", "128:9", "129:1234", "129:");
        }
    }

    private static List<String> frames(final RawPeer peer, final int count) throws IOException {
        final List<String> frames = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final RawPeer.Frame frame = peer.readFrame();
            frames.add(frame.firstByte() + ":" + frame.text());
        }
        return frames;
    }

    @Test
    void shouldSendInFragmentsAndHoldOtherMessagesMeanwhile() throws IOException {
        final List<Object> results = new ArrayList<>();
        final WebSocketHandler handler = new WebSocketHandler() {
            @Override
            public void onMessage(final WebSocket ws, final Message message) {
                final var writer = ws.startMessage(Opcode.TEXT);
                results.add(writer.append("one "));
                results.add(ws.send("between"));
                results.add(ws.send(message));
                results.add(ws.ping(ByteBuffer.wrap(new byte[] {'!'})));
                results.add(thrownBy(() -> ws.startMessage(Opcode.BINARY)));
                results.add(writer.append(ByteBuffer.wrap(new byte[] {'t', 'w', 'o', (byte) 0xC3})));
                results.add(writer.append(ByteBuffer.wrap(new byte[] {(byte) 0xA9})));
                results.add(writer.finish());
                results.add(thrownBy(() -> writer.append("three")));
                results.add(thrownBy(writer::finish));
                final var binary = ws.startMessage(Opcode.BINARY);
                results.add(thrownBy(() -> binary.append("text")));
                results.add(binary.append(ByteBuffer.wrap(new byte[] {'b'})));
                results.add(binary.finish());
                results.add(ws.send("after"));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("it");
            final List<RawPeer.Frame> frames = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                frames.add(peer.readFrame());
            }
            assertThat(frames)
                    .extracting(RawPeer.Frame::firstByte)
                    .containsExactly(0x01, 0x89, 0x00, 0x00, 0x80, 0x81, 0x81, 0x02, 0x80, 0x81);
            assertThat(frames.get(5).text()).isEqualTo("between");
            assertThat(frames.get(6).text()).isEqualTo("it");
            assertThat(frames.get(9).text()).isEqualTo("after");
        }
        final SendResult sent = SendResult.SENT;
        assertThat(results)
                .containsExactly(
                        sent,
                        sent,
                        sent,
                        sent,
                        "IllegalStateException",
                        sent,
                        sent,
                        sent,
                        "IllegalStateException",
                        "IllegalStateException",
                        "IllegalStateException",
                        sent,
                        sent,
                        sent);
    }

    private static String thrownBy(final Runnable call) {
        try {
            call.run();
            return "nothing";
        } catch (final RuntimeException e) {
            return e.getClass().getSimpleName();
        }
    }

    @Test
    void shouldTellAWriterEachTimeThatItsConnectionHasClosed() throws IOException {
        final List<Object> results = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final var writer = socket.startMessage(Opcode.TEXT);
                results.add(writer.append("begun"));
                if (message.length() == 0) {
                    socket.abort();
                } else {
                    socket.close();
                }
                results.add(writer.append("more"));
                results.add(writer.append("more"));
                results.add(writer.finish());
                results.add(socket.startMessage(Opcode.BINARY).finish());
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer closes = server.open();
                RawPeer aborts = server.open()) {
            closes.sendText("x");
            assertThat(closes.readFrame().firstByte()).isEqualTo(0x01);
            assertThat(closes.readFrame().closeCode()).isEqualTo(1000);
            closes.send(RawPeer.closeFrame(1000));
            handler.await("close 1000");
            aborts.sendText("");
            handler.await("close 1006");
        }
        final SendResult closed = SendResult.CLOSED;
        assertThat(results)
                .containsExactly(
                        SendResult.SENT,
                        closed,
                        closed,
                        closed,
                        closed,
                        SendResult.SENT,
                        closed,
                        closed,
                        closed,
                        closed);
    }

    @Test
    void shouldDeliverFragmentsToThoseWhoTakeThem() throws IOException {
        final StringBuilder received = new StringBuilder();
        final Recorder handler = new Recorder() {
            @Override
            public boolean takesFragments() {
                return true;
            }

            @Override
            public void onFragment(final WebSocket socket, final Message view, final boolean last) {
                received.append(StandardCharsets.ISO_8859_1.decode(view.bytes()));
                assertThat(view.isText()).isFalse();
                if (last) {
                    socket.send(ByteBuffer.wrap(received.toString().getBytes(StandardCharsets.ISO_8859_1)));
                    events.add("last");
                } else {
                    events.add("part");
                }
            }
        };
        final byte[] bytes = random(300_000);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).withLimits(RAISED));
                RawPeer peer = server.open()) {
            assertThat(peer.send(RawPeer.frame(0x82, bytes)).readFrame().payload())
                    .isEqualTo(bytes);
        }
        assertThat(handler.events).contains("part").containsOnlyOnce("last").doesNotContain("binary 300000");
    }

    @Test
    void shouldNotDecodeAFragmentThatIsCutInsideACharacter() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public boolean takesFragments() {
                return true;
            }

            @Override
            public void onFragment(final WebSocket socket, final Message view, final boolean last) {
                events.add(view.length() + thrownBy(view::text) + thrownBy(() -> socket.send(view)));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x01, (byte) 'a', (byte) 0xC3)).send(RawPeer.frame(0x80, (byte) 0xA9));
            handler.await("1IllegalStateExceptionIllegalArgumentException");
            assertThat(handler.events.get(1)).isEqualTo("2IllegalStateExceptionIllegalArgumentException");
        }
    }

    @Test
    void shouldAnswerPingsAndTellThem() throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x89, "are you there".getBytes(RawPeer.BYTES)))
                    .send(RawPeer.frame(0x89, random(125)))
                    .send(RawPeer.frame(0x89));
            final RawPeer.Frame pong = peer.readFrame();
            assertThat(pong.firstByte()).isEqualTo(0x8A);
            assertThat(pong.text()).isEqualTo("are you there");
            assertThat(peer.readFrame().payload()).isEqualTo(random(125));
            assertThat(peer.readFrame().payload()).isEmpty();
            handler.await("ping are you there");
            peer.send(RawPeer.frame(0x8A, (byte) 'u'));
            handler.await("pong u");
        }
    }

    @Test
    void shouldSendPingsAndPongs() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onOpen(final WebSocket socket) {
                final ByteBuffer payload = ByteBuffer.wrap(new byte[] {'x', 'y', 'z'}, 1, 1);
                events.add("ping " + socket.ping(payload));
                events.add("pong " + socket.pong(payload.asReadOnlyBuffer()));
                events.add("left " + payload.remaining());
                events.add("longest " + socket.ping(ByteBuffer.allocateDirect(125)));
                events.add(thrownBy(() -> socket.ping(ByteBuffer.allocate(126))));
                events.add(thrownBy(() -> socket.pong(ByteBuffer.allocate(126))));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(frames(peer, 2)).containsExactly("137:y", "138:y");
            assertThat(peer.readFrame().payload()).hasSize(125);
        }
        assertThat(handler.events)
                .startsWith(
                        "ping SENT",
                        "pong SENT",
                        "left 1",
                        "longest SENT",
                        "IllegalArgumentException",
                        "IllegalArgumentException");
    }

    @Test
    void shouldKeepCopiesButNoViews() throws IOException {
        final List<Message> views = new ArrayList<>();
        final List<Message> copies = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                if (views.size() < 2) {
                    assertThat(message.bytes().isReadOnly()).isTrue();
                    assertThat(message.bytes().order()).isEqualTo(ByteOrder.BIG_ENDIAN);
                    views.add(message);
                    copies.add(message.copy());
                } else {
                    copies.forEach(socket::send);
                }
            }

            @Override
            public void onPong(final WebSocket socket, final ByteBuffer payload) {
                final Message view = views.get(0);
                events.add(thrownBy(view::text)
                        + thrownBy(view::bytes)
                        + thrownBy(view::length)
                        + thrownBy(view::copy)
                        + thrownBy(() -> socket.send(view)));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("first").send(RawPeer.frame(0x82, (byte) '2')).send(RawPeer.frame(0x8A));
            handler.await("IllegalStateException".repeat(5));
            peer.sendText("back");
            assertThat(frames(peer, 2)).containsExactly("129:first", "130:2");
        }
        final Message text = copies.get(0);
        assertThat(text.isText()).isTrue();
        assertThat(text.text()).isEqualTo("first");
        assertThat(text.length()).isEqualTo(5);
        assertThat(text.bytes().isReadOnly()).isTrue();
        assertThat(text.copy()).isSameAs(text);
        assertThat(thrownBy(copies.get(1)::text)).isEqualTo("NotTextException");
    }

    @Test
    void shouldRefuseWhatIsNoText() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                events.add(thrownBy(() -> socket.send("a\uD800b"))
                        + thrownBy(() -> socket.startMessage(Opcode.TEXT).append("\uDC00"))
                        + (message.isText() ? "" : thrownBy(message::text)));
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x82, (byte) 1));
            handler.await("IllegalArgumentExceptionIllegalArgumentExceptionNotTextException");
            assertThat(thrownBy(() -> handler.ws.send("\uD800"))).isEqualTo("IllegalArgumentException");
            assertThat(handler.ws.isOpen()).isTrue();
        }
    }

    @Test
    void shouldShowEachMessageBigEndianWhateverWasDoneToTheFormer() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                events.add(message.bytes().order() + " " + message.bytes().getShort());
                message.bytes().order(ByteOrder.LITTLE_ENDIAN);
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x82, (byte) 0, (byte) 1)).send(RawPeer.frame(0x82, (byte) 0, (byte) 2));
            handler.await("BIG_ENDIAN 2");
        }
        assertThat(handler.events).startsWith("open", "BIG_ENDIAN 1", "BIG_ENDIAN 2");
    }
}
