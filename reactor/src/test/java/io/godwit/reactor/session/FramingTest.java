package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ReadyState;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.InMemoryTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Connections of a loop that is stepped by hand, and which of them have a protocol: seen by how many the pool is left. */
class FramingTest {

    private static final int BYTES_MAX = 1 << 20;
    private static final LoopOptions OPTIONS = new LoopOptions(64, 4, 4_096, 1 << 24, 1 << 20, 8, 16, 8, 8, 1_024);

    private final EventLoop loop = new EventLoop("test-loop", OPTIONS, () -> 0);
    private final Sessions sessions = new Sessions(loop, Timeouts.DEFAULT, null);
    private final ProtocolPool pool = sessions.protocols(EndpointLimits.DEFAULT, false);
    private long lastId;

    FramingTest() throws IOException {}

    @AfterEach
    void close() {
        loop.onClose();
    }

    /** A client, the connection at the other end, and what its handler was told. */
    private final class Peer implements WebSocketHandler {
        private final InMemoryTransport client;
        private final BiConsumer<WebSocket, byte[]> then;
        private final List<String> closes = new ArrayList<>();
        private WebSocket ws;

        Peer(final BiConsumer<WebSocket, byte[]> then) throws IOException {
            this.then = then;
            client = InMemoryTransport.pair(BYTES_MAX);
            final Connection connection = new Connection(loop, ++lastId, client.peer(), ended -> {});
            sessions.open(connection, new Opening(Endpoint.of(this), "/", null, null, null));
            settle();
        }

        @Override
        public void onOpen(final WebSocket opened) {
            ws = opened;
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            then.accept(socket, bytesOf(message.bytes()));
        }

        @Override
        public void onClose(final WebSocket socket, final int code, final String reason) {
            closes.add(code + reason);
        }

        void write(final byte[] bytes) throws IOException {
            client.write(ByteBuffer.wrap(bytes));
            settle();
        }

        byte[] read() throws IOException {
            final ByteBuffer in = ByteBuffer.allocate(BYTES_MAX);
            client.read(in);
            settle();
            return bytesOf(in.flip());
        }
    }

    private void settle() throws IOException {
        while (loop.doWork() > 0) {
            // There is more to do.
        }
    }

    private static byte[] bytesOf(final ByteBuffer bytes) {
        final byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    /** A client's frame, of 125 bytes at most; the masking key is 0. */
    private static byte[] frame(final int firstByte, final byte... payload) {
        return ByteBuffer.allocate(6 + payload.length)
                .put((byte) firstByte)
                .put((byte) (0x80 | payload.length))
                .putInt(0)
                .put(payload)
                .array();
    }

    /** What a server sends for it. */
    private static byte[] answer(final int firstByte, final byte... payload) {
        return ByteBuffer.allocate(2 + payload.length)
                .put((byte) firstByte)
                .put((byte) payload.length)
                .put(payload)
                .array();
    }

    private static void echo(final WebSocket ws, final byte[] message) {
        ws.send(ByteBuffer.wrap(message));
    }

    @Test
    void shouldServeIdleConnectionsWithOneProtocol() throws IOException {
        final List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            peers.add(new Peer(FramingTest::echo));
        }
        assertThat(pool.keptCount()).as("nothing has come yet").isZero();
        for (byte i = 0; i < 20; i++) {
            peers.get(i).write(frame(0x82, i));
            assertThat(peers.get(i).read()).isEqualTo(answer(0x82, i));
            assertThat(peers.get(i).ws.readyState()).isEqualTo(ReadyState.OPEN);
            assertThat(pool.keptCount()).isEqualTo(1);
        }
    }

    @Test
    void shouldLeaveAConnectionItsProtocolWhileAMessageIsIncomplete() throws IOException {
        final Peer slow = new Peer(FramingTest::echo);
        final Peer other = new Peer(FramingTest::echo);
        final byte[] frame = frame(0x82, new byte[] {1, 2, 3});
        for (int cut = 0; cut < frame.length; cut++) {
            slow.write(new byte[] {frame[cut]});
            other.write(frame(0x82, (byte) cut));
            assertThat(other.read()).isEqualTo(answer(0x82, (byte) cut));
        }
        assertThat(slow.read()).isEqualTo(answer(0x82, new byte[] {1, 2, 3}));
        assertThat(pool.keptCount()).as("its own, and the other's").isEqualTo(2);
    }

    @Test
    void shouldSendToIdleConnectionsWithoutAny() throws IOException {
        final List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            peers.add(new Peer(FramingTest::echo));
        }
        final Peer speaker = new Peer((ws, message) -> peers.forEach(peer -> echo(peer.ws, message)));
        speaker.write(frame(0x82, (byte) 7));
        for (final Peer peer : peers) {
            assertThat(peer.read()).isEqualTo(answer(0x82, (byte) 7));
        }
        assertThat(pool.keptCount()).as("the speaker's").isEqualTo(1);
    }

    @Test
    void shouldLeaveAConnectionItsProtocolWhileItSendsInFragments() throws IOException {
        final MessageWriter[] writer = new MessageWriter[1];
        final Peer peer = new Peer((ws, message) -> {
            if (writer[0] == null) {
                writer[0] = ws.startMessage(Opcode.BINARY);
                writer[0].append(ByteBuffer.wrap(message));
            } else {
                writer[0].finish();
            }
        });
        peer.write(frame(0x82, (byte) 1));
        assertThat(pool.keptCount()).isZero();
        peer.write(frame(0x82));
        assertThat(pool.keptCount()).isEqualTo(1);
        assertThat(peer.read())
                .isEqualTo(ByteBuffer.allocate(5)
                        .put(answer(0x02, (byte) 1))
                        .put(answer(0x80))
                        .array());
    }

    @Test
    void shouldHoldAPauseInMidBufferAndGoOnAfterIt() throws IOException {
        final List<byte[]> messages = new ArrayList<>();
        final Peer peer = new Peer((ws, message) -> {
            messages.add(message);
            ws.pauseReading();
        });
        final byte[] two = new byte[16];
        System.arraycopy(frame(0x82, (byte) 1, (byte) 2), 0, two, 0, 8);
        System.arraycopy(frame(0x82, (byte) 3, (byte) 4), 0, two, 8, 8);
        peer.write(two);
        assertThat(messages).containsExactly(new byte[] {1, 2});
        assertThat(pool.keptCount()).isZero();
        inLoop(peer.ws::resumeReading);
        assertThat(messages).hasSize(2);
        inLoop(peer.ws::resumeReading);
        assertThat(pool.keptCount()).isEqualTo(1);
    }

    /** An idle one that is paused has nothing in hand: it hears nothing all the same, until it is resumed. */
    @Test
    void shouldHoldAPauseWithoutAProtocol() throws IOException {
        final Peer peer = new Peer(FramingTest::echo);
        inLoop(peer.ws::pauseReading);
        peer.write(frame(0x82, (byte) 1));
        assertThat(peer.read()).isEmpty();
        inLoop(() -> assertThat(peer.ws.send(ByteBuffer.allocate(1))).isEqualTo(SendResult.SENT));
        assertThat(peer.read()).isEqualTo(answer(0x82, (byte) 0));
        inLoop(peer.ws::resumeReading);
        assertThat(peer.read()).isEqualTo(answer(0x82, (byte) 1));
        assertThat(pool.keptCount()).isEqualTo(1);
    }

    @Test
    void shouldKeepAProtocolForTheClosingHandshake() throws IOException {
        final Peer peer = new Peer(FramingTest::echo);
        final Peer other = new Peer(FramingTest::echo);
        inLoop(() -> peer.ws.close(1000, "done"));
        assertThat(peer.ws.readyState()).isEqualTo(ReadyState.CLOSING);
        inLoop(() -> assertThat(peer.ws.send("late")).isEqualTo(SendResult.CLOSED));
        other.write(frame(0x82, (byte) 1));
        assertThat(other.read()).isEqualTo(answer(0x82, (byte) 1));
        assertThat(peer.closes).isEmpty();
        peer.write(frame(0x88, (byte) 0x03, (byte) 0xE8, (byte) 'x'));
        assertThat(peer.closes).containsExactly("1000x");
        assertThat(peer.ws.readyState()).isEqualTo(ReadyState.CLOSED);
        assertThat(pool.keptCount()).as("what has closed is not lent again").isEqualTo(1);
    }

    @Test
    void shouldEndAnIdleConnectionWithoutAProtocol() throws IOException {
        final Peer gone = new Peer(FramingTest::echo);
        final Peer aborted = new Peer(FramingTest::echo);
        final Peer other = new Peer(FramingTest::echo);
        inLoop(() -> gone.ws.send("before"));
        gone.client.reset();
        settle();
        inLoop(aborted.ws::abort);
        for (final Peer peer : List.of(gone, aborted)) {
            assertThat(peer.closes).containsExactly("1006");
            assertThat(peer.ws.readyState()).isEqualTo(ReadyState.CLOSED);
            inLoop(() -> assertThat(peer.ws.send("late")).isEqualTo(SendResult.CLOSED));
            inLoop(() -> assertThat(peer.ws.ping(ByteBuffer.allocate(0))).isEqualTo(SendResult.CLOSED));
            inLoop(() -> peer.ws.close(1000, ""));
        }
        other.write(frame(0x82, (byte) 1));
        assertThat(other.read()).isEqualTo(answer(0x82, (byte) 1));
        assertThat(pool.keptCount()).isEqualTo(1);
    }

    @Test
    void shouldKeepNoMoreThanItsBound() throws IOException {
        final List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < 3 * ProtocolPool.KEPT_MAX; i++) {
            final Peer peer = new Peer(FramingTest::echo);
            peers.add(peer);
            peer.write(new byte[] {(byte) 0x82});
        }
        assertThat(pool.keptCount()).isZero();
        for (final Peer peer : peers) {
            peer.write(new byte[] {(byte) 0x80, 0, 0, 0, 0});
        }
        assertThat(pool.keptCount()).isEqualTo(ProtocolPool.KEPT_MAX);
    }

    /** Whatever is cut wherever, and whoever has his turn next: each gets the echo of his own, and nothing else. */
    @Test
    void shouldNotMixUpConnectionsThatTakeTurns() throws IOException {
        final long seed = Long.getLong("godwit.seed", System.nanoTime());
        final Random random = new Random(seed);
        final List<Peer> peers = new ArrayList<>();
        final List<ByteBuffer> sent = new ArrayList<>();
        final List<ByteBuffer> expected = new ArrayList<>();
        for (byte i = 0; i < 30; i++) {
            peers.add(new Peer(FramingTest::echo));
            final ByteBuffer frames = ByteBuffer.allocate(8_192);
            final ByteBuffer answers = ByteBuffer.allocate(8_192);
            for (int message = 0; message < 40; message++) {
                script(random, i, frames, answers);
            }
            sent.add(frames.flip());
            expected.add(answers.flip());
        }
        while (sent.stream().anyMatch(ByteBuffer::hasRemaining)) {
            final int i = random.nextInt(peers.size());
            final ByteBuffer frames = sent.get(i);
            final byte[] bytes = new byte[Math.min(frames.remaining(), random.nextInt(100))];
            frames.get(bytes);
            peers.get(i).write(bytes);
        }
        for (int i = 0; i < peers.size(); i++) {
            assertThat(peers.get(i).read()).as("seed %s", seed).isEqualTo(bytesOf(expected.get(i)));
        }
    }

    /** A message, in one frame or in two with a Ping between. */
    private static void script(final Random random, final byte who, final ByteBuffer frames, final ByteBuffer answers) {
        final byte[] payload = new byte[random.nextInt(100)];
        random.nextBytes(payload);
        if (random.nextBoolean()) {
            frames.put(frame(0x82, payload));
        } else {
            frames.put(frame(0x02, payload)).put(frame(0x89, who)).put(frame(0x80));
            answers.put(answer(0x8A, who));
        }
        answers.put(answer(0x82, payload));
    }

    /** This thread drives the loop. */
    private void inLoop(final Runnable call) throws IOException {
        call.run();
        settle();
    }
}
