package io.godwit.bench.micro;

import io.godwit.core.message.EncodedMessage;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.topic.Topic;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to deliver a message of a topic to the subscribers of one loop, from publishing it to the write that each
 * of them gets; their sockets are pieces of memory. An operation is one delivery, that is, one message to one subscriber:
 * {@value #DELIVERIES} in each invocation, of more messages where there are fewer subscribers. Encoding is not among it:
 * the message is the same one ({@link BroadcastEncodingBenchmark} has that).
 *
 * <p>A delivery has to allocate nothing; a message allocates its publication, which shows where there are few subscribers.
 * A socket would cost its write, a thousand times as much: compare {@link #inTurn} with {@link #atOnce}, where up to 32
 * messages share one.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class BroadcastBenchmark {

    private static final int DELIVERIES = 10_000;

    /** How many connections get each message. */
    @Param({"10", "100", "10000"})
    private int subscribers;

    /** The payload's length in bytes. */
    @Param({"20", "1024"})
    private int payloadBytes;

    private final Topic topic = new Topic("all");
    private SteppedSessions sessions;
    private CountingPeer[] peers;
    private EncodedMessage message;
    private long sentToEach;

    /**
     * Opens and subscribes the connections.
     *
     * @throws IOException if there is no selector
     */
    @Setup
    public void setUp() throws IOException {
        message = EncodedMessage.binary(MaskedFrames.text(payloadBytes));
        sessions = new SteppedSessions(subscribers);
        final Endpoint endpoint = Endpoint.of(new Subscribing());
        peers = new CountingPeer[subscribers];
        for (int i = 0; i < subscribers; i++) {
            peers[i] = sessions.connect(endpoint);
        }
        if (topic.subscriberCount() != subscribers) {
            throw new IllegalStateException("only " + topic.subscriberCount() + " are subscribed");
        }
    }

    /**
     * Ends the connections; each has to have got all.
     *
     * @throws IOException if the selector fails
     * @throws InterruptedException if this thread is interrupted
     */
    @TearDown
    public void tearDown() throws IOException, InterruptedException {
        for (final CountingPeer peer : peers) {
            if (peer.takenBytes() != sentToEach) {
                throw new IllegalStateException(peer.takenBytes() + " bytes instead of " + sentToEach);
            }
        }
        sessions.close();
    }

    /**
     * Each message has reached all before the next is published.
     *
     * @return how many bytes each subscriber has got
     * @throws IOException if the selector fails
     */
    @Benchmark
    @OperationsPerInvocation(DELIVERIES)
    public long inTurn() throws IOException {
        for (int i = 0; i < DELIVERIES / subscribers; i++) {
            publish();
            deliver();
        }
        return sentToEach;
    }

    /**
     * All messages are published before the first is delivered.
     *
     * @return how many bytes each subscriber has got
     * @throws IOException if the selector fails
     */
    @Benchmark
    @OperationsPerInvocation(DELIVERIES)
    public long atOnce() throws IOException {
        for (int i = 0; i < DELIVERIES / subscribers; i++) {
            publish();
        }
        deliver();
        return sentToEach;
    }

    private void publish() {
        if (!topic.publish(message).isTaken()) {
            throw new IllegalStateException("more messages than may wait");
        }
        sentToEach += message.frames().remaining();
    }

    private void deliver() throws IOException {
        final CountingPeer last = peers[subscribers - 1];
        while (last.takenBytes() < sentToEach) {
            sessions.cycle();
            last.requireOpen();
        }
    }

    private final class Subscribing implements WebSocketHandler {
        @Override
        public void onOpen(final WebSocket ws) {
            topic.subscribe(ws);
        }
    }
}
