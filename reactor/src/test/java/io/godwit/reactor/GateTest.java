package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.conversation.Conversation;
import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What was taken leaves before our Close frame, whoever sent it and whoever closes. */
class GateTest {

    /** Counts what it was told was taken of its replies. */
    private static final class Replying extends Recorder {
        private final AtomicInteger taken = new AtomicInteger();
        private final CountDownLatch go;

        Replying(final CountDownLatch go) {
            this.go = go;
        }

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            if (taken.get() == 0) {
                events.add("first");
                awaitQuietly(go);
            }
            if (socket.send(message).isTaken()) {
                taken.incrementAndGet();
            }
        }
    }

    private static void awaitQuietly(final CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] texts(final int count) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            all.writeBytes(RawPeer.frame(0x81, Integer.toString(i).getBytes(RawPeer.BYTES)));
        }
        return all.toByteArray();
    }

    /** {@return how many texts come, in order, before Close} */
    private static int readTexts(final RawPeer peer, final int closeCode) throws IOException {
        int count = 0;
        RawPeer.Frame frame = peer.readFrame();
        while (frame.opcode() != 0x8) {
            assertThat(frame.text()).isEqualTo(Integer.toString(count));
            count++;
            frame = peer.readFrame();
        }
        assertThat(frame.closeCode()).isEqualTo(closeCode);
        return count;
    }

    // --- replies before the Close frame

    @Test
    void shouldAnswerOnWorkersWhatCameBeforeThePeersClose() throws IOException {
        final Replying handler = new Replying(new CountDownLatch(0));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).onWorkers())) {
            for (int round = 0; round < 20; round++) {
                handler.taken.set(0);
                try (RawPeer peer = server.open()) {
                    peer.send(RawPeer.concat(texts(200), RawPeer.closeFrame(3000)));
                    assertThat(readTexts(peer, 3000)).isEqualTo(200);
                    assertThat(handler.taken).hasValue(200);
                    assertThat(peer.isAtEnd()).isTrue();
                }
            }
        }
    }

    @Test
    void shouldAnswerOnWorkersAPeerThatEndsItsSideWithItsClose() throws IOException {
        final CountDownLatch go = new CountDownLatch(1);
        final Replying handler = new Replying(go);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).onWorkers());
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(texts(20), RawPeer.closeFrame(3000)));
            peer.shutdownOutput();
            handler.await("first");
            go.countDown();
            assertThat(readTexts(peer, 3000)).isEqualTo(20);
            assertThat(peer.isAtEnd()).isTrue();
            handler.await("close 3000");
        }
    }

    @Test
    void shouldAnswerOnWorkersWhatCameBeforeTheServerCloses() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        final Replying handler = new Replying(go);
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler).onWorkers());
                RawPeer peer = server.open()) {
            peer.send(texts(100));
            handler.await("first");
            handler.awaitThat(() -> server.count(Metric.MESSAGES_RECEIVED) == 100, "all");
            final Thread closer = new Thread(server.server()::close);
            closer.start();
            handler.awaitThat(() -> server.server().health() == ServerHealth.DRAINING, "it");
            go.countDown();
            assertThat(readTexts(peer, 1001)).isEqualTo(100);
            peer.send(RawPeer.closeFrame(1001));
            assertThat(peer.isAtEnd()).isTrue();
            closer.join();
        }
        assertThat(handler.taken).hasValue(100);
    }

    @Test
    void shouldAnswerInAConversationWhatCameBeforeThePeersClose() throws Exception {
        final Outcome<Integer> outcome = new Outcome<>();
        final var handler = Conversation.handler(outcome.of(ws -> {
            int taken = 0;
            for (final Message message : ws.messages()) {
                taken += ws.sendBlocking(message).isTaken() ? 1 : 0;
            }
            return taken;
        }));
        try (CheckedServer server = CheckedServer.of(Endpoint.of(handler));
                RawPeer peer = server.open()) {
            peer.send(RawPeer.concat(texts(200), RawPeer.closeFrame(3000)));
            assertThat(readTexts(peer, 3000)).isEqualTo(200);
            assertThat(outcome.get()).isEqualTo(200);
        }
    }

    // --- other threads

    private enum Closer {
        OTHER_THREAD,
        LOOP,
        PEER,
        SERVER
    }

    /** Closes from where it is told to. */
    private static final class Closing extends Recorder {
        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            socket.close(4000);
        }
    }

    @ParameterizedTest
    @EnumSource(Closer.class)
    void shouldSendAllThatWasTakenBeforeItCloses(final Closer closer) throws Exception {
        final int senders = 3;
        for (int round = 0; round < 40; round++) {
            final Closing handler = new Closing();
            try (CheckedServer server = CheckedServer.of(handler);
                    RawPeer peer = server.open()) {
                handler.await("open");
                final WebSocket ws = handler.ws;
                final CyclicBarrier start = new CyclicBarrier(senders + 1);
                final AtomicInteger taken = new AtomicInteger();
                final List<Thread> threads = new ArrayList<>();
                for (int i = 0; i < senders; i++) {
                    threads.add(new Thread(() -> taken.addAndGet(sendUntilClosed(ws, start))));
                }
                threads.forEach(Thread::start);
                start.await();
                switch (closer) {
                    case OTHER_THREAD -> ws.close(4000);
                    case LOOP -> peer.sendText("close");
                    case PEER -> peer.send(RawPeer.closeFrame(4000));
                    default -> {
                        final Thread closing = new Thread(server.server()::close);
                        closing.start();
                        threads.add(closing);
                    }
                }
                int received = 0;
                while (peer.readFrame().opcode() != 0x8) {
                    received++;
                }
                peer.send(RawPeer.closeFrame(4000));
                peer.shutdownOutput();
                for (final Thread thread : threads) {
                    thread.join();
                }
                assertThat(received).isEqualTo(taken.get());
            }
        }
    }

    private static int sendUntilClosed(final WebSocket ws, final CyclicBarrier start) {
        try {
            start.await();
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
        int taken = 0;
        SendResult result = SendResult.SENT;
        while (result != SendResult.CLOSED) {
            // Not so much that the limit closes it.
            result = ws.bufferedBytes() < 10_000 ? ws.send("x") : SendResult.DROPPED;
            taken += result.isTaken() ? 1 : 0;
        }
        return taken;
    }

    @Test
    void shouldTakeNothingAfterACloseHoweverMuchWaits() throws Exception {
        final CountDownLatch go = new CountDownLatch(1);
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                events.add("held up");
                awaitQuietly(go);
                // More waits than one turn takes.
                socket.close(4000);
                events.add("loop " + socket.send("late") + socket.isOpen());
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("go");
            handler.await("held up");
            for (int i = 0; i < 3_000; i++) {
                assertThat(handler.ws.send(Integer.toString(i))).isEqualTo(SendResult.SENT);
            }
            go.countDown();
            handler.await("loop CLOSEDfalse");
            assertThat(handler.ws.send("late")).isEqualTo(SendResult.CLOSED);
            assertThat(readTexts(peer, 4000)).isEqualTo(3_000);
        }
    }

    /** What the loop sends after another thread has sent goes behind that. */
    @Test
    void shouldNotOvertakeWhatAnotherThreadHasSent() throws Exception {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final Thread other = new Thread(() -> socket.send("0"));
                other.start();
                try {
                    other.join();
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                socket.send("1");
                socket.send("2");
                socket.close(4000);
            }
        };
        try (CheckedServer server = CheckedServer.of(handler);
                RawPeer peer = server.open()) {
            peer.sendText("go");
            assertThat(readTexts(peer, 4000)).isEqualTo(3);
        }
    }

    // --- messages in fragments

    @Test
    void shouldTellWhatWaitedForTheEndOfAMessageThatIsAbandoned() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final MessageWriter writer = socket.startMessage(Opcode.TEXT);
                if (message.text().equals("begun")) {
                    writer.append("begun");
                }
                events.add(socket.send("held") + " " + socket.send("held"));
                socket.close(4000);
                events.add("append " + writer.append("late"));
            }

            @Override
            public void onDropped(final WebSocket socket, final long messages, final long bytes) {
                events.add("dropped " + messages + " of " + bytes);
            }
        };
        try (CheckedServer server = CheckedServer.of(handler)) {
            try (RawPeer peer = server.open()) {
                peer.sendText("begun");
                assertThat(peer.readFrame().firstByte()).isEqualTo(0x01);
                assertThat(peer.readFrame().closeCode()).isEqualTo(4000);
                peer.send(RawPeer.closeFrame(4000));
                handler.await("close 4000");
                assertThat(handler.events)
                        .containsExactly("open", "SENT SENT", "append CLOSED", "dropped 2 of 12", "close 4000");
            }
            handler.events.clear();
            try (RawPeer peer = server.open()) {
                peer.sendText("not begun");
                assertThat(peer.readFrame().text()).isEqualTo("held");
                assertThat(peer.readFrame().text()).isEqualTo("held");
                assertThat(peer.readFrame().closeCode()).isEqualTo(4000);
            }
        }
    }

    /** Fills the room with messages that wait for the end of another, and goes on with that one whenever it may. */
    private static final class Filling extends Recorder {
        private final AtomicInteger asked = new AtomicInteger();
        private MessageWriter writer;
        private int appended;
        private int held;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            writer = socket.startMessage(Opcode.BINARY);
            writer.append(ByteBuffer.allocate(1));
            while (socket.send(ByteBuffer.allocate(50)).isTaken()) {
                held++;
            }
            go();
        }

        private void go() {
            SendResult result = SendResult.SENT;
            while (result == SendResult.SENT && appended < 100) {
                result = writer.append(ByteBuffer.allocate(300));
                appended += result.isTaken() ? 1 : 0;
            }
            if (appended == 100 && writer != null && writer.finish().isTaken()) {
                writer = null;
            }
        }

        @Override
        public void onWritable(final WebSocket socket) {
            asked.incrementAndGet();
            if (writer != null) {
                go();
            }
        }
    }

    @Test
    void shouldGoOnWithAMessageInFragmentsHoweverMuchWaitsForItsEnd() throws IOException {
        final Filling handler = new Filling();
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(new ProtocolLimits(100, 100, 1), 1_000, 2_000, 0));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            peer.sendText("go");
            int fragments = 0;
            while (peer.readFrame().firstByte() != 0x80) {
                fragments++;
            }
            assertThat(fragments).isEqualTo(101);
            for (int i = 0; i < handler.held; i++) {
                assertThat(peer.readFrame().payload()).hasSize(50);
            }
            assertThat(handler.held).isGreaterThan(30);
            // Once for each fragment that was QUEUED or DROPPED, at most, and for what was held.
            assertThat(handler.asked.get()).isLessThan(250);
        }
    }

    @Test
    void shouldSayThatAFragmentIsTooLong() throws IOException {
        final Recorder handler = new Recorder() {
            @Override
            public void onMessage(final WebSocket socket, final Message message) {
                final MessageWriter writer = socket.startMessage(Opcode.BINARY);
                events.add("loop " + writer.append(ByteBuffer.allocate(2_001)));
                final Thread other = new Thread(() -> events.add("other " + writer.append(ByteBuffer.allocate(2_001))));
                other.start();
                try {
                    other.join();
                } catch (final InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                writer.append(ByteBuffer.allocate(3));
                writer.finish();
            }
        };
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(new ProtocolLimits(100, 100, 1), 1_000, 2_000, 0));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            peer.sendText("go");
            assertThat(peer.readFrame().payload()).hasSize(3);
            assertThat(handler.events).contains("loop TOO_LONG", "other TOO_LONG");
        }
    }

    // --- an account where the connection breaks

    /** Sends from the loop and from another thread, to a peer that does not read, and then waits to be told to go on. */
    private static final class Accounting extends Recorder {
        private final CountDownLatch go = new CountDownLatch(1);
        private final AtomicLong taken = new AtomicLong();
        private volatile long unsent = -1;
        private volatile boolean aborts;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            for (int i = 0; i < 60; i++) {
                note(socket.send(ByteBuffer.allocate(50_000)), 50_004);
            }
            final MessageWriter writer = aborts ? socket.startMessage(Opcode.TEXT) : null;
            note(socket.send("held"), 6);
            events.add("sent");
            awaitQuietly(go);
            if (writer != null) {
                socket.abort();
            }
        }

        private void note(final SendResult result, final int wireBytes) {
            taken.addAndGet(result.isTaken() ? wireBytes : 0);
        }

        @Override
        public void onClose(final WebSocket socket, final CloseInfo close) {
            unsent = close.unsentBytes();
            events.add("close " + close.code());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellWhatWasTakenAndHasNotLeft(final boolean aborts) throws IOException {
        final Accounting handler = new Accounting();
        handler.aborts = aborts;
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(ProtocolLimits.DEFAULT, 100_000, 50_000_000, 0));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = new RawPeer(server.port(), 4_096)) {
            peer.send(RawPeer.upgrade("/"));
            final int headBytes = peer.readHead().length();
            peer.sendText("go");
            handler.await("sent");
            for (int i = 0; i < 20; i++) {
                handler.note(handler.ws.send("from another thread"), 21);
            }
            if (!aborts) {
                peer.reset();
            }
            handler.go.countDown();
            handler.await("close 1006");
            final long left = server.count(Metric.BYTES_SENT) - headBytes;
            assertThat(handler.unsent).isPositive();
            assertThat(left + handler.unsent).as("taken").isEqualTo(handler.taken.get());
        }
    }

    @Test
    void shouldTellThatNothingWasLeftAfterAClosingHandshake() throws IOException {
        final Accounting handler = new Accounting();
        handler.go.countDown();
        final Endpoint endpoint =
                Endpoint.of(handler).withLimits(Limits.of(ProtocolLimits.DEFAULT, 100_000, 50_000_000, 0));
        try (CheckedServer server = CheckedServer.of(endpoint);
                RawPeer peer = server.open()) {
            peer.sendText("go");
            handler.await("sent");
            handler.ws.close(4000);
            assertThat(peer.readUntil(0x8).closeCode()).isEqualTo(4000);
            peer.send(RawPeer.closeFrame(4000));
            handler.await("close 4000");
            assertThat(handler.unsent).isZero();
        }
    }
}
