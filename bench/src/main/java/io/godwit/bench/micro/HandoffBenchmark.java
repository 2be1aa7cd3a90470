package io.godwit.bench.micro;

import io.godwit.core.frame.FrameWriter;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.WebSocketHandler;
import java.io.IOException;
import java.nio.ByteBuffer;
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
 * What it costs to have a handler on a worker: the echo of a WebSocket connection, all of it but the socket, which is a
 * piece of memory. The loop, driven by the measuring thread, parses a message and puts it into the connection's mailbox; a
 * worker takes it and sends it back, through the connection's inbox; the loop writes it. An operation is one message.
 *
 * <p>Read a row as its difference to that of the same echo on the loop. One message in flight shows the latency of two
 * hand-overs between threads that sleep, or nearly do: the system's scheduler, that is. Many in flight show what a message
 * costs; it allocates nothing on the loop, and a few bytes
 * on the way by a worker. Two threads want two processors.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class HandoffBenchmark {

    /** No more than a mailbox takes before it is full. */
    private static final int IN_FLIGHT = 128;

    /** Where the handler runs. */
    public enum Execution {
        /** On the loop, without a hand-over: what to compare with. */
        LOOP,
        /** On a worker. */
        WORKERS
    }

    /** Where the handler runs. */
    @Param
    private Execution execution;

    /** The payload's length in bytes. */
    @Param({"20", "1024"})
    private int payloadBytes;

    private SteppedSessions sessions;
    private CountingPeer peer;
    private ByteBuffer one;
    private ByteBuffer many;
    private long echoBytes;

    /**
     * Starts the worker, and opens the connection.
     *
     * @throws IOException if there is no selector
     */
    @Setup
    public void setUp() throws IOException {
        final ByteBuffer payload = MaskedFrames.text(payloadBytes);
        one = MaskedFrames.of(1, payload, false);
        many = MaskedFrames.of(IN_FLIGHT, payload, false);
        echoBytes = FrameWriter.server().frameBytes(payloadBytes);
        sessions = new SteppedSessions(1);
        final Endpoint endpoint = Endpoint.of(WebSocketHandler.echo());
        peer = sessions.connect(execution == Execution.WORKERS ? endpoint.onWorkers() : endpoint);
    }

    /**
     * Ends the connection and the worker.
     *
     * @throws IOException if the selector fails
     * @throws InterruptedException if this thread is interrupted
     */
    @TearDown
    public void tearDown() throws IOException, InterruptedException {
        sessions.close();
    }

    /**
     * One message in flight, and a loop that never sleeps.
     *
     * @return how many bytes have come back
     * @throws IOException if the selector fails
     */
    @Benchmark
    public long roundTrip() throws IOException {
        return echo(one, 1);
    }

    /**
     * One message in flight, and a loop that sleeps in its selector until the worker wakes it.
     *
     * @return how many bytes have come back
     * @throws IOException if the selector fails
     */
    @Benchmark
    public long roundTripAsleep() throws IOException {
        final long expected = peer.takenBytes() + echoBytes;
        peer.send(one.rewind());
        while (peer.takenBytes() < expected) {
            sessions.sleepOrCycle();
            peer.requireOpen();
        }
        return peer.takenBytes();
    }

    /**
     * As many messages in flight as the mailbox likes.
     *
     * @return how many bytes have come back
     * @throws IOException if the selector fails
     */
    @Benchmark
    @OperationsPerInvocation(IN_FLIGHT)
    public long throughput() throws IOException {
        return echo(many, IN_FLIGHT);
    }

    private long echo(final ByteBuffer frames, final int messages) throws IOException {
        final long expected = peer.takenBytes() + messages * echoBytes;
        peer.send(frames.rewind());
        while (peer.takenBytes() < expected) {
            if (sessions.cycle() == 0) {
                Thread.onSpinWait();
            }
            peer.requireOpen();
        }
        return peer.takenBytes();
    }
}
