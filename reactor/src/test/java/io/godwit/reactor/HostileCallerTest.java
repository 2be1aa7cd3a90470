package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What callers give to be sent changes, throws, or is not what it says, by whatever way it leaves: the peer gets whole frames
 * or none, and the connection goes on.
 */
class HostileCallerTest {

    /** A text that is another one with each look at it, and whose looks may throw. */
    private static final class Hostile implements CharSequence {
        /** How many of all can be read once, and are text then. */
        static final int READABLE = 7;

        private final List<String> versions;
        private final int throwsAt;
        private int looks;

        Hostile(final int throwsAt, final String... versions) {
            this.throwsAt = throwsAt;
            this.versions = List.of(versions);
        }

        static List<Hostile> all() {
            final int never = Integer.MAX_VALUE;
            return List.of(
                    new Hostile(never, "short", "longer than it was"),
                    new Hostile(never, "longer than it will be", "short"),
                    new Hostile(never, "ascii", "\u20AC\u20AC\u20AC\u20AC\u20AC"),
                    new Hostile(never, "\u20AC\u20AC\u20AC\u20AC\u20AC", "ascii"),
                    new Hostile(never, "paired", "un\uD800ed"),
                    new Hostile(0, "throws"),
                    new Hostile(4, "throws"),
                    new Hostile(9, "throws"));
        }

        private String look() {
            if (looks == throwsAt) {
                throw new IllegalStateException("by a test");
            }
            return versions.get(looks++ % versions.size());
        }

        @Override
        public int length() {
            return look().length();
        }

        @Override
        public char charAt(final int index) {
            final String now = look();
            return now.charAt(Math.min(index, now.length() - 1));
        }

        @Override
        public CharSequence subSequence(final int start, final int end) {
            return look().substring(start, end);
        }

        @Override
        public String toString() {
            return look();
        }
    }

    private enum Way {
        MESSAGE(WebSocket::send),
        ENCODED((ws, text) -> ws.send(EncodedMessage.text(text))),
        TOPIC((ws, text) -> {
            final Topic topic = new Topic("hostile");
            topic.subscribe(ws);
            topic.publish(text);
        });

        private final BiConsumer<WebSocket, CharSequence> send;

        Way(final BiConsumer<WebSocket, CharSequence> send) {
            this.send = send;
        }
    }

    private static void quietly(final Runnable call) {
        try {
            call.run();
        } catch (final IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            // Nothing was sent.
        }
    }

    /** What comes until the sign, each a whole message of one frame. */
    private static List<String> textsUntilDone(final RawPeer peer) throws IOException {
        final List<String> texts = new ArrayList<>();
        for (RawPeer.Frame frame = peer.readFrame(); ; frame = peer.readFrame()) {
            assertThat(frame.firstByte()).isEqualTo(0x81);
            final String text = new String(frame.payload(), StandardCharsets.UTF_8);
            if (text.equals("done")) {
                return texts;
            }
            texts.add(text);
        }
    }

    private static void assertWhole(final List<String> received) {
        final List<String> whole =
                Hostile.all().stream().flatMap(text -> text.versions.stream()).toList();
        assertThat(received).hasSize(Hostile.READABLE).allMatch(whole::contains);
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldSendWholeTextsFromAHandler(final Way way) throws IOException {
        for (final boolean workers : new boolean[] {false, true}) {
            final Recorder handler = new Recorder() {
                @Override
                public void onMessage(final WebSocket socket, final Message message) {
                    Hostile.all().forEach(text -> quietly(() -> way.send.accept(socket, text)));
                    socket.send("done");
                }
            };
            final Endpoint endpoint = Endpoint.of(handler);
            try (CheckedServer server = CheckedServer.of(workers ? endpoint.onWorkers() : endpoint);
                    RawPeer peer = server.open()) {
                assertWhole(readAll(peer.sendText("go")));
                assertThat(handler.ws.isOpen()).isTrue();
            }
        }
    }

    /** What was published may come behind what was sent. */
    private static List<String> readAll(final RawPeer peer) throws IOException {
        final List<String> texts = new ArrayList<>();
        while (texts.size() < Hostile.READABLE + 1) {
            final RawPeer.Frame frame = peer.readFrame();
            assertThat(frame.firstByte()).isEqualTo(0x81);
            texts.add(new String(frame.payload(), StandardCharsets.UTF_8));
        }
        assertThat(texts.remove("done")).isTrue();
        return texts;
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void shouldSendWholeTextsFromAnotherThread(final Way way) throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            Hostile.all().forEach(text -> quietly(() -> way.send.accept(handler.ws, text)));
            handler.ws.send("done");
            assertWhole(readAll(peer));
            assertThat(handler.ws.isOpen()).isTrue();
        }
    }

    @Test
    void shouldSendWholeTextsFromAConversation() throws IOException {
        final var handler = Conversation.handler(ws -> {
            for (final Message ignored : ws.messages()) {
                for (final Hostile text : Hostile.all()) {
                    try {
                        ws.sendBlocking(text);
                    } catch (final IllegalArgumentException | IllegalStateException e) {
                        // Nothing was sent.
                    }
                }
                ws.sendBlocking("done");
            }
        });
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler));
                RawPeer peer = server.open()) {
            assertWhole(textsUntilDone(peer.sendText("go")));
            assertWhole(textsUntilDone(peer.sendText("again")));
        }
    }

    @Test
    void shouldSendWholeTextsInFragments() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final MessageWriter writer = socket.startMessage(Opcode.TEXT);
                Hostile.all().forEach(text -> quietly(() -> writer.append(text)));
                writer.finish();
                socket.send("done");
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("go");
            final List<String> texts = new ArrayList<>();
            int expected = 0x01;
            for (RawPeer.Frame frame = peer.readFrame(); frame.firstByte() != 0x80; frame = peer.readFrame()) {
                assertThat(frame.firstByte()).isEqualTo(expected);
                expected = 0;
                texts.add(new String(frame.payload(), StandardCharsets.UTF_8));
            }
            assertWhole(texts);
            assertThat(textsUntilDone(peer)).isEmpty();
        }
    }

    /** A thread moves position and limit, and writes, as fast as it can, while the buffer is sent. */
    @ParameterizedTest
    @ValueSource(strings = {"loop", "worker"})
    void shouldSendWholeFramesOfABufferThatAnotherThreadChanges(final String where) throws Exception {
        final int rounds = 40;
        final ByteBuffer payload = ByteBuffer.allocateDirect(200);
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                for (int i = 0; i < 500; i++) {
                    quietly(() -> socket.send(payload));
                    if (i % 10 == 0) {
                        quietly(() -> socket.ping(payload));
                    }
                }
                socket.send("done");
            }
        };
        final boolean[] over = {false};
        final Thread changing = new Thread(() -> {
            for (int i = 0; !isOver(over); i++) {
                payload.put(i % 50, (byte) i);
                payload.limit(100 + i % 100).position(i % 90);
                payload.limit(90 + i % 7);
            }
        });
        final Endpoint endpoint = Endpoint.of(handler);
        try (CheckedServer server = CheckedServer.of(where.equals("worker") ? endpoint.onWorkers() : endpoint);
                RawPeer peer = server.open()) {
            changing.start();
            for (int round = 0; round < rounds; round++) {
                peer.sendText("go");
                for (RawPeer.Frame frame = peer.readFrame(); frame.firstByte() != 0x81; frame = peer.readFrame()) {
                    assertThat(frame.firstByte()).isIn(0x82, 0x89);
                    assertThat(frame.payload().length).isLessThanOrEqualTo(frame.firstByte() == 0x89 ? 125 : 200);
                }
            }
            assertThat(handler.ws.isOpen()).isTrue();
        } finally {
            synchronized (over) {
                over[0] = true;
            }
            changing.join();
        }
    }

    private static boolean isOver(final boolean[] over) {
        synchronized (over) {
            return over[0];
        }
    }

    /** A message of the caller's own. */
    private record Own(boolean[] asked, ByteBuffer bytes) implements Message {

        static Own text(final byte... utf8) {
            return new Own(new boolean[1], ByteBuffer.wrap(utf8));
        }

        /** Text at first, then binary, then text again. */
        @Override
        public boolean isText() {
            asked[0] = !asked[0];
            return asked[0];
        }

        @Override
        public int length() {
            return 1_000_000;
        }

        @Override
        public String text() {
            return "another text";
        }

        @Override
        public Message copy() {
            return this;
        }
    }

    @Test
    void shouldSendAMessageOfTheCallersOwnOnceItIsSeenToBeOne() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                assertOwn(socket);
                socket.send("done");
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            assertThat(textsUntilDone(peer.sendText("go"))).containsExactly("ok");
            assertOwn(handler.ws);
            assertThat(peer.readFrame().text()).isEqualTo("ok");
        }
    }

    private static void assertOwn(final WebSocket ws) {
        assertThatIllegalArgumentException().isThrownBy(() -> ws.send(Own.text((byte) 'a', (byte) 0xC3)));
        assertThatNullPointerException().isThrownBy(() -> ws.send(new Own(new boolean[1], null)));
        assertThat(ws.send(Own.text((byte) 'o', (byte) 'k'))).isEqualTo(SendResult.SENT);
    }

    @Test
    void shouldRefuseNullsWhateverTheState() throws IOException {
        final Recorder handler = new Recorder();
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            handler.await("open");
            assertNullsRefused(handler.ws);
            handler.ws.abort();
            handler.await("close 1006");
            assertNullsRefused(handler.ws);
            assertThat(peer.readToEnd()).isEmpty();
        }
    }

    private static void assertNullsRefused(final WebSocket ws) {
        assertThatNullPointerException().isThrownBy(() -> ws.send((CharSequence) null));
        assertThatNullPointerException().isThrownBy(() -> ws.send((ByteBuffer) null));
        assertThatNullPointerException().isThrownBy(() -> ws.send((Message) null));
        assertThatNullPointerException().isThrownBy(() -> ws.send((EncodedMessage) null));
        assertThatNullPointerException().isThrownBy(() -> ws.ping(null));
        assertThatNullPointerException().isThrownBy(() -> ws.close(1000, null));
    }

    /** RFC 6455 §5.6: what is sent as text is UTF-8 as a whole. */
    @Test
    void shouldSendNoTextInFragmentsThatIsNotUtf8() throws IOException {
        final List<Message> copies = new ArrayList<>();
        final Recorder handler = new Recorder() {
            @Override
            public boolean takesFragments() {
                return true;
            }

            @Override
            public void onFragment(final WebSocket socket, final Message view, final boolean last) {
                copies.add(view.copy());
                if (last) {
                    copies.forEach(copy -> assertThatIllegalArgumentException().isThrownBy(() -> socket.send(copy)));
                    write(socket.startMessage(Opcode.TEXT));
                }
            }

            private void write(final MessageWriter writer) {
                assertThatIllegalArgumentException().isThrownBy(() -> writer.append(bytes(0xFF)));
                writer.append(bytes(0xE2, 0x82));
                assertThatIllegalArgumentException().isThrownBy(() -> writer.append("x"));
                assertThatIllegalArgumentException().isThrownBy(() -> writer.append(bytes(0x78)));
                assertThatIllegalStateException().isThrownBy(writer::finish);
                writer.append(bytes(0xAC));
                assertThat(writer.finish()).isEqualTo(SendResult.SENT);
            }

            private ByteBuffer bytes(final int... values) {
                final ByteBuffer bytes = ByteBuffer.allocate(values.length);
                for (final int value : values) {
                    bytes.put((byte) value);
                }
                return bytes.flip();
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.send(RawPeer.frame(0x01, (byte) 'a', (byte) 0xC3)).send(RawPeer.frame(0x80, (byte) 0xA9));
            assertThat(peer.readFrame().payload()).containsExactly(0xE2, 0x82);
            assertThat(peer.readFrame().payload()).containsExactly(0xAC);
            assertThat(peer.readFrame().firstByte()).isEqualTo(0x80);
        }
    }
}
