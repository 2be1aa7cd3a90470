package io.godwit.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.godwit.bench.load.Load;
import io.godwit.bench.load.LoadOptions;
import io.godwit.bench.load.WrongEcho;
import io.netty.channel.epoll.Epoll;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each server does what it has to: whoever did less would look cheaper. */
class PeerTest {

    private static final PrintStream NOWHERE = new PrintStream(OutputStream.nullOutputStream());

    @ParameterizedTest
    @EnumSource(Peer.class)
    void shouldEchoText(final Peer peer) throws Exception {
        load(peer, new Service(1_024, true, false), "--connections", "5", "--depth", "16");
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void shouldEchoLongBinaryMessages(final Peer peer) throws Exception {
        load(peer, new Service(65_536, false, false), "--connections", "2");
    }

    @ParameterizedTest
    @EnumSource(Peer.class)
    void shouldBroadcast(final Peer peer) throws Exception {
        load(peer, new Service(100, true, true), "--connections", "20");
        load(peer, new Service(100, false, true), "--connections", "20");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FLOOR", "VERTX"})
    void shouldRefuseTextThatIsNotUtf8(final Peer peer) throws Exception {
        assertThat(answerToNotUtf8(peer)).startsWith(0x88).endsWith(0x03, 0xef);
    }

    @Test
    void shouldKnowThatVertxReplacesWhatIsNotUtf8() throws Exception {
        assertThat(answerToNotUtf8(Peer.VERTX)).containsExactly(0x81, 0x03, 0xef, 0xbf);
    }

    /** The first four bytes of it: an unmasked header, and where that is Close, its code. */
    private static int[] answerToNotUtf8(final Peer peer) throws Exception {
        assumeThat(peer != Peer.NETTY_EPOLL || Epoll.isAvailable()).isTrue();
        try (PeerServer server = peer.start(new Service(1, true, false));
                Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(10_000);
            final String request = "GET " + PeerServer.PATH + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
                    + "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            final InputStream in = socket.getInputStream();
            final StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                head.append((char) in.readNBytes(1)[0]);
            }
            socket.getOutputStream().write(HexFormat.of().parseHex("818100000000ff"));
            final byte[] answer = in.readNBytes(4);
            return new int[] {answer[0] & 0xff, answer[1] & 0xff, answer[2] & 0xff, answer[3] & 0xff};
        }
    }

    @Test
    void shouldBeFoundByKey() {
        for (final Peer peer : Peer.values()) {
            assertThat(Peer.of(peer.key())).isEqualTo(peer);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Peer.of("nginx"))
                .withMessageContaining("godwit-workers, netty-epoll");
    }

    private static void load(final Peer peer, final Service service, final String... options) throws Exception {
        assumeThat(peer != Peer.NETTY_EPOLL || Epoll.isAvailable()).isTrue();
        try (PeerServer server = peer.start(service)) {
            final List<String> args = new ArrayList<>(List.of(options));
            args.addAll(List.of("--url", "ws://127.0.0.1:" + server.port() + PeerServer.PATH));
            args.addAll(List.of("--size", Integer.toString(service.payloadBytes())));
            args.addAll(List.of("--warmup", "0"));
            if (service.isText()) {
                args.add("--text");
            }
            if (service.isBroadcast()) {
                args.add("--broadcast");
            }
            if (!peer.isEcho()) {
                args.add("--unchecked");
            }
            // On a busy machine the first message may take longer than a moment.
            long messages = 0;
            for (double seconds = 0.2; messages == 0 && seconds < 60; seconds *= 8) {
                final List<String> timed = new ArrayList<>(args);
                timed.addAll(List.of("--seconds", Double.toString(seconds)));
                messages = messages(peer, LoadOptions.parse(timed.toArray(String[]::new)));
            }
            assertThat(messages).isPositive();
        }
    }

    /**
     * The selector thread of Java-WebSocket takes back the interest in writing that another thread has just set; what is queued
     * then, be it an echo or a Pong, waits for the next message, which may wait for it. That is not what is tested here: it may
     * try again, after that alone.
     */
    private static long messages(final Peer peer, final LoadOptions options) throws Exception {
        int attempts = peer == Peer.JAVA_WEBSOCKET ? 3 : 1;
        while (true) {
            try {
                return new Load(options, NOWHERE).run().messages();
            } catch (final WrongEcho e) {
                if (!isMissing(e.getMessage()) || --attempts == 0) {
                    throw e;
                }
            }
        }
    }

    private static boolean isMissing(final String what) {
        return what.endsWith(" messages have not come back") || what.equals("a Ping was not answered");
    }
}
