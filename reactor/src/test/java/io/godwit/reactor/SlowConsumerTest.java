package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.ProtocolLimits;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.OutboundLimits;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a peer gets that does not read while much is sent to it, and what its handler is told. */
class SlowConsumerTest {

    private static final int THREADS = 4;
    private static final int MESSAGES_PER_THREAD = 5_000;
    private static final int TRIES = 10;
    private static final int PUSHED = 20_000;
    private static final int PAYLOAD_BYTES = 1_000;
    private static final int FRAME_BYTES = PAYLOAD_BYTES + 4;
    private static final int SOFT = 20_000;
    private static final int MAX = 100_000;
    private static final int CONTROL_BYTES = 4_096 + 127;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;

    /** Adds up what it is told of dropped messages. */
    private static class Watcher extends Recorder {
        final AtomicLong droppedMessages = new AtomicLong();
        final AtomicLong droppedBytes = new AtomicLong();

        @Override
        public void onDropped(final WebSocket socket, final long messages, final long bytes) {
            droppedMessages.addAndGet(messages);
            droppedBytes.addAndGet(bytes);
        }
    }

    /** Pushes numbered messages from the loop, with Pings and one message in fragments among them. */
    private static final class Pusher extends Watcher {
        final List<SendResult> results = new ArrayList<>();

        /** What waits after the last message: nothing leaves within the callback any more. */
        private long waitingBytes;

        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            for (int i = 0; i < PUSHED; i++) {
                results.add(socket.send(numbered(0, i)));
                if (i % 1_000 == 0) {
                    socket.ping(ByteBuffer.allocate(4).putInt(0, i));
                }
                if (i == PUSHED / 2) {
                    final MessageWriter parts = socket.startMessage(Opcode.TEXT);
                    parts.append("in ");
                    parts.append("parts");
                    parts.finish();
                }
            }
            waitingBytes = socket.bufferedBytes();
            events.add("pushed");
        }
    }

    /** Pushes from the loop as much as there is room for. */
    private static final class Filler extends Watcher {
        @Override
        public void onMessage(final WebSocket socket, final Message message) {
            int number = 0;
            while (socket.send(numbered(0, number)).isTaken()) {
                number++;
            }
            events.add("full");
        }
    }

    /** One of several threads that send at once, as fast as they can; what is dropped is tried again a few times. */
    private static final class Flood extends Thread {
        private final WebSocket ws;
        private final int number;
        private final List<Integer> taken = new ArrayList<>();
        private long dropped;
        private long highest;

        Flood(final WebSocket ws, final int number) {
            this.ws = ws;
            this.number = number;
        }

        @Override
        public void run() {
            SendResult result = SendResult.SENT;
            for (int i = 0; i < MESSAGES_PER_THREAD && result != SendResult.CLOSED; i++) {
                result = SendResult.DROPPED;
                for (int j = 0; j < TRIES && result == SendResult.DROPPED; j++) {
                    result = attempt(i);
                }
                if (result.isTaken()) {
                    taken.add(i);
                }
            }
        }

        private SendResult attempt(final int i) {
            final SendResult result = ws.send(numbered(number, i));
            highest = Math.max(highest, ws.bufferedBytes());
            if (result == SendResult.DROPPED) {
                dropped++;
                Thread.yield();
            }
            return result;
        }
    }

    private static ByteBuffer numbered(final int thread, final int number) {
        return ByteBuffer.allocate(PAYLOAD_BYTES).putInt(0, thread).putInt(4, number);
    }

    private static Endpoint endpoint(final Recorder handler, final SlowConsumerPolicy policy, final long timeoutMs) {
        final OutboundLimits outbound = new OutboundLimits(SOFT, MAX, policy, Duration.ofMillis(timeoutMs));
        return Endpoint.of(handler)
                .withLimits(EndpointLimits.DEFAULT
                        .withProtocol(new ProtocolLimits(MAX / 2, MAX / 2, 16))
                        .withOutbound(outbound));
    }

    private static RawPeer openSlow(final CheckedServer server) throws IOException {
        final RawPeer slow = new RawPeer(server.port(), 4_096);
        slow.send(RawPeer.upgrade("/"));
        assertThat(slow.readHead()).startsWith("HTTP/1.1 101 ");
        return slow;
    }

    private static List<Flood> flood(final WebSocket ws) throws InterruptedException {
        final List<Flood> floods = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            floods.add(new Flood(ws, i));
        }
        floods.forEach(Thread::start);
        for (final Flood each : floods) {
            each.join();
        }
        return floods;
    }

    /** {@return what came of each thread, in order, until a text or a Close} */
    private static List<List<Integer>> readToTheEnd(final RawPeer peer, final int end) throws IOException {
        final List<List<Integer>> received = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            received.add(new ArrayList<>());
        }
        RawPeer.Frame frame = peer.readFrame();
        while (frame.opcode() == BINARY) {
            assertThat(frame.payload()).hasSize(PAYLOAD_BYTES);
            final ByteBuffer payload = ByteBuffer.wrap(frame.payload());
            received.get(payload.getInt(0)).add(payload.getInt(4));
            frame = peer.readFrame();
        }
        assertThat(frame.firstByte()).isEqualTo(end);
        if (frame.opcode() == CLOSE) {
            assertThat(frame.closeCode()).isEqualTo(1008);
        }
        return received;
    }

    private static int sendUntilTaken(final Recorder recorder, final String text) {
        final AtomicInteger refusals = new AtomicInteger(-1);
        recorder.awaitThat(
                () -> {
                    refusals.incrementAndGet();
                    return recorder.ws.send(text).isTaken();
                },
                "room for " + text);
        return refusals.get();
    }

    private static long count(final List<List<Integer>> lists) {
        return lists.stream().mapToLong(List::size).sum();
    }

    private static void requireBounded(final List<Flood> floods, final long takenBytesMax) {
        // What a batch holds when the socket has enough comes on top: less than the soft mark, and one message.
        final long batch = SOFT + FRAME_BYTES;
        final long highest =
                floods.stream().mapToLong(each -> each.highest).max().orElse(0);
        assertThat(highest).isBetween(takenBytesMax / 2, takenBytesMax + batch + CONTROL_BYTES);
    }

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_NEWEST", "DROP_OLDEST", "KEEP_LATEST"})
    void shouldLoseNothingButWhatItTellsWhenManyThreadsFlood(final SlowConsumerPolicy policy) throws Exception {
        final Watcher watcher = new Watcher();
        try (CheckedServer server = CheckedServer.of(endpoint(watcher, policy, 60_000));
                RawPeer slow = openSlow(server)) {
            watcher.await("open");
            final List<Flood> floods = flood(watcher.ws);
            // From now on, since there may be no room for another word before some of what waits has been read.
            final FutureTask<List<List<Integer>>> reading = new FutureTask<>(() -> readToTheEnd(slow, 0x81));
            new Thread(reading).start();
            // The last word is one that is not evicted, since nothing comes after it.
            final int last = sendUntilTaken(watcher, "end");
            final List<List<Integer>> received = reading.get();
            watcher.awaitThat(() -> watcher.ws.bufferedBytes() == 0, "nothing to wait");

            long taken = 0;
            for (int i = 0; i < THREADS; i++) {
                taken += floods.get(i).taken.size();
                assertThat(received.get(i))
                        .as("what came of thread " + i)
                        .isSorted()
                        .doesNotHaveDuplicates();
                assertThat(new HashSet<>(floods.get(i).taken)).containsAll(received.get(i));
            }
            final long lost = taken - count(received);
            assertThat(watcher.droppedMessages.get()).isEqualTo(lost);
            assertThat(watcher.droppedBytes.get()).isEqualTo(lost * FRAME_BYTES);
            assertThat(lost > 0).as("evicted").isEqualTo(policy.evicts());
            assertThat(server.count(Metric.MESSAGES_EVICTED)).isEqualTo(lost);
            assertThat(server.count(Metric.MESSAGES_SENT)).isEqualTo(taken + 1);
            final long dropped = floods.stream().mapToLong(each -> each.dropped).sum();
            assertThat(server.count(Metric.MESSAGES_DROPPED)).isEqualTo(dropped + last);
            assertThat(server.count(Metric.SLOW_CONSUMERS)).isZero();
            requireBounded(floods, policy.evicts() ? 2 * MAX : MAX);
        }
    }

    @Test
    void shouldCloseAtTheLimitOnceWhateverNumberOfThreadsHitIt() throws Exception {
        final Watcher watcher = new Watcher();
        try (CheckedServer server = CheckedServer.of(endpoint(watcher, SlowConsumerPolicy.CLOSE, 60_000));
                RawPeer slow = openSlow(server)) {
            watcher.await("open");
            final List<Flood> floods = flood(watcher.ws);
            final List<List<Integer>> received = readToTheEnd(slow, 0x88);
            for (int i = 0; i < THREADS; i++) {
                // What had not reached the loop when the limit was hit is lost with the connection.
                assertThat(received.get(i))
                        .isEqualTo(
                                floods.get(i).taken.subList(0, received.get(i).size()));
            }
            watcher.await("close 1006");
            assertThat(server.count(Metric.SLOW_CONSUMERS)).isEqualTo(1);
            assertThat(floods.stream().mapToLong(each -> each.dropped).sum()).isPositive();
            requireBounded(floods, MAX);
        }
        assertThat(watcher.events).containsOnlyOnce("error POLICY");
        assertThat(watcher.droppedMessages.get()).isZero();
    }

    @Test
    void shouldCloseAtTheLimitThatTheHandlerHits() throws IOException {
        final Pusher pusher = new Pusher();
        try (CheckedServer server = CheckedServer.of(endpoint(pusher, SlowConsumerPolicy.CLOSE, 60_000));
                RawPeer slow = openSlow(server)) {
            slow.sendText("push");
            assertThat(slow.readUntil(CLOSE).closeCode()).isEqualTo(1008);
            pusher.await("close 1006");
            assertThat(server.count(Metric.SLOW_CONSUMERS)).isEqualTo(1);
        }
        assertThat(pusher.results).contains(SendResult.DROPPED);
        assertThat(pusher.events).containsOnlyOnce("error POLICY");
    }

    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_OLDEST", "KEEP_LATEST"})
    void shouldEvictFromTheMiddleAndKeepPingsAndFragments(final SlowConsumerPolicy policy) throws IOException {
        final Pusher pusher = new Pusher();
        try (CheckedServer server = CheckedServer.of(endpoint(pusher, policy, 60_000));
                RawPeer slow = openSlow(server)) {
            slow.sendText("push");
            pusher.await("pushed");
            final List<Integer> messages = new ArrayList<>();
            final List<Integer> pings = new ArrayList<>();
            final StringBuilder parts = new StringBuilder();
            while (messages.isEmpty() || messages.get(messages.size() - 1) < PUSHED - 1) {
                final RawPeer.Frame frame = slow.readFrame();
                if (frame.opcode() == BINARY) {
                    messages.add(ByteBuffer.wrap(frame.payload()).getInt(4));
                } else if (frame.opcode() == PING) {
                    pings.add(ByteBuffer.wrap(frame.payload()).getInt());
                } else {
                    parts.append(new String(frame.payload(), StandardCharsets.UTF_8));
                }
            }
            assertThat(pusher.results).doesNotContain(SendResult.DROPPED, SendResult.CLOSED);
            assertThat(pings).hasSize(PUSHED / 1_000).isSorted();
            assertThat(parts).hasToString("in parts");
            assertThat(messages).isSorted().doesNotHaveDuplicates();
            pusher.awaitThat(() -> pusher.droppedMessages.get() == PUSHED - messages.size(), "all to be told");
            assertThat(pusher.droppedBytes.get()).isEqualTo((PUSHED - messages.size()) * (long) FRAME_BYTES);
            requireOneGap(messages);
            if (policy == SlowConsumerPolicy.DROP_OLDEST) {
                // A message is dropped only if there would be too much, however much of it the socket has taken.
                assertThat(pusher.waitingBytes).isBetween(MAX - FRAME_BYTES + 1L, (long) MAX + CONTROL_BYTES);
                // What was in the batch when the socket had enough waits too, and is not dropped: the soft mark, at
                // most.
                assertThat(newest(messages)).as("as many as may wait").isGreaterThan((MAX - SOFT) / FRAME_BYTES - 10);
            }
        }
        assertThat(pusher.events).doesNotContain("error POLICY");
    }

    private static void requireOneGap(final List<Integer> messages) {
        int gaps = 0;
        for (int i = 1; i < messages.size(); i++) {
            gaps += messages.get(i) == messages.get(i - 1) + 1 ? 0 : 1;
        }
        assertThat(messages.get(0)).as("what had begun to leave").isZero();
        assertThat(gaps).isOne();
    }

    private static int newest(final List<Integer> messages) {
        int from = messages.size() - 1;
        while (messages.get(from - 1) == messages.get(from) - 1) {
            from--;
        }
        return messages.size() - from;
    }

    /** Even where what waits falls under the soft mark time and again, since it is dropped. */
    @ParameterizedTest
    @EnumSource(
            value = SlowConsumerPolicy.class,
            names = {"DROP_NEWEST", "DROP_OLDEST", "KEEP_LATEST"})
    void shouldCloseWhoTakesNothingInTimeWhateverThePolicy(final SlowConsumerPolicy policy) throws Exception {
        final Watcher watcher = new Watcher();
        try (CheckedServer server = CheckedServer.of(endpoint(watcher, policy, 300));
                RawPeer deaf = openSlow(server)) {
            watcher.await("open");
            watcher.awaitThat(() -> watcher.ws.send(numbered(0, 0)) == SendResult.CLOSED, "the end");
            assertThat(deaf.readUntil(CLOSE).closeCode()).isEqualTo(1008);
            watcher.await("close 1006");
            assertThat(server.count(Metric.SLOW_CONSUMERS)).isEqualTo(1);
        }
        assertThat(watcher.events).containsOnlyOnce("error POLICY");
    }

    @Test
    void shouldExpectNoPongOfWhoIsNotRead() throws IOException {
        final Watcher watcher = new Filler();
        final ServerOptions options = CheckedServer.PATIENT.withTimeouts(
                CheckedServer.PATIENT.timeouts().withKeepAlive(Duration.ofMillis(50), Duration.ofMillis(50)));
        try (CheckedServer server =
                        CheckedServer.of(endpoint(watcher, SlowConsumerPolicy.DROP_NEWEST, 60_000), options);
                RawPeer slow = new RawPeer(server.port(), 4_096)) {
            // In one piece: there is no silence before it is filled in which it would have to answer a Ping.
            slow.send(RawPeer.concat(
                    RawPeer.upgrade("/").getBytes(RawPeer.BYTES), RawPeer.frame(0x81, "fill".getBytes(RawPeer.BYTES))));
            watcher.await("full");
            final long pings = server.count(Metric.PINGS_SENT);
            final long endNs = System.nanoTime() + 500_000_000L;
            watcher.awaitThat(() -> System.nanoTime() > endNs, "many times the deadline");
            assertThat(server.count(Metric.PONG_TIMEOUTS)).isZero();
            assertThat(server.count(Metric.PINGS_SENT)).isEqualTo(pings);
            assertThat(watcher.ws.isOpen()).isTrue();
            slow.reset();
            watcher.await("close 1006");
        }
    }
}
