package io.godwit.reactor.endpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a message that cannot be sent back at once: it is kept, within bounds, or the connection is closed. */
class EchoTest {

    private static final int BYTES_MAX = 100;

    private final Echo echo = new Echo(BYTES_MAX);

    private record Text(String text) implements Message {
        @Override
        public boolean isText() {
            return true;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public ByteBuffer bytes() {
            return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        }

        @Override
        public Message copy() {
            return new Text(text);
        }
    }

    /** A connection whose room is set by the test. */
    private static final class Peer {
        private final List<String> calls = new ArrayList<>();
        private SendResult result = SendResult.SENT;
        private final WebSocket ws = (WebSocket) Proxy.newProxyInstance(
                WebSocket.class.getClassLoader(),
                new Class<?>[] {WebSocket.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(self);
                    case "equals" -> self == arguments[0];
                    case "send" -> {
                        calls.add(result + " " + ((Message) arguments[0]).text());
                        yield result;
                    }
                    case "close" -> calls.add("close " + arguments[0]) ? null : null;
                    default -> calls.add(method.getName()) ? null : null;
                });
    }

    private static Message text(final int length) {
        return new Text("x".repeat(length));
    }

    @Test
    void shouldSendWhatFoundNoRoomOnceThereIsSome() {
        final Peer peer = new Peer();
        peer.result = SendResult.DROPPED;
        echo.onMessage(peer.ws, new Text("one"));
        echo.onWritable(peer.ws);
        assertThat(echo.keptBytes()).isEqualTo(3);
        peer.result = SendResult.QUEUED;
        echo.onWritable(peer.ws);
        echo.onWritable(peer.ws);
        echo.onMessage(peer.ws, new Text("two"));
        assertThat(peer.calls)
                .containsExactly(
                        "DROPPED one", "pauseReading", "DROPPED one", "QUEUED one", "resumeReading", "QUEUED two");
        assertThat(echo.keptBytes()).isZero();
    }

    @Test
    void shouldCloseRatherThanKeepMoreThanItsBound() {
        final Peer first = new Peer();
        final Peer second = new Peer();
        final Peer third = new Peer();
        for (final Peer peer : List.of(first, second, third)) {
            peer.result = SendResult.DROPPED;
            echo.onMessage(peer.ws, text(50));
        }
        assertThat(second.calls).endsWith("pauseReading");
        assertThat(third.calls).endsWith("close 1013").doesNotContain("pauseReading");
        assertThat(echo.keptBytes()).isEqualTo(BYTES_MAX);
        echo.onClose(third.ws, 1006, "");
        echo.onClose(first.ws, 1006, "");
        assertThat(echo.keptBytes()).isEqualTo(50);
        final Peer fourth = new Peer();
        fourth.result = SendResult.DROPPED;
        echo.onMessage(fourth.ws, text(50));
        assertThat(fourth.calls).endsWith("pauseReading");
    }

    @Test
    void shouldKeepOneMessageHoweverLong() {
        final Peer peer = new Peer();
        peer.result = SendResult.DROPPED;
        echo.onMessage(peer.ws, text(2 * BYTES_MAX));
        assertThat(peer.calls).endsWith("pauseReading");
    }

    @Test
    void shouldCloseForWhatIsTooLongEver() {
        final Peer peer = new Peer();
        peer.result = SendResult.TOO_LONG;
        echo.onMessage(peer.ws, text(1));
        assertThat(peer.calls).endsWith("close 1009");
        assertThat(echo.keptBytes()).isZero();
    }

    @Test
    void shouldCloseForWhatHasBecomeTooLong() {
        final Peer peer = new Peer();
        peer.result = SendResult.DROPPED;
        echo.onMessage(peer.ws, text(1));
        peer.result = SendResult.TOO_LONG;
        echo.onWritable(peer.ws);
        assertThat(peer.calls).contains("close 1009");
        assertThat(echo.keptBytes()).isZero();
    }

    @Test
    void shouldKeepNothingForWhoIsClosed() {
        final Peer peer = new Peer();
        peer.result = SendResult.DROPPED;
        echo.onMessage(peer.ws, text(1));
        peer.result = SendResult.CLOSED;
        echo.onWritable(peer.ws);
        echo.onMessage(peer.ws, text(1));
        assertThat(echo.keptBytes()).isZero();
    }
}
