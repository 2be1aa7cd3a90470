package io.godwit.bench.micro;

import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import io.godwit.reactor.worker.Mailbox;
import io.godwit.reactor.worker.WorkerPool;
import java.time.Duration;
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
 * What the hand-over to a worker costs by itself, without a connection: a parcel is borrowed, put into a mailbox, taken by
 * the one thread of a worker pool, and given back. An operation is one parcel; it has to allocate nothing. The content is
 * not copied: {@link HandoffBenchmark} has that, the protocol, and the way back.
 *
 * <p>One in flight is the time until a worker that sleeps has been woken and has told so; many in flight are what a parcel
 * costs.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class MailboxBenchmark {

    /** No more than a mailbox takes before it is full. */
    private static final int IN_FLIGHT = 128;

    /** As a loop keeps them: fewer would not be enough for all that are in flight, and each turn would make new ones. */
    private static final int KEPT_BYTES_MAX = 32 << 20;

    private static final Duration END = Duration.ofSeconds(10);

    /** The parcel's content in bytes. */
    @Param({"20", "1024"})
    private int payloadBytes;

    private final HandoffPool pool = new HandoffPool(KEPT_BYTES_MAX, KEPT_BYTES_MAX);
    private final Taking taking = new Taking();
    private WorkerPool workers;
    private Mailbox mailbox;
    private long put;

    /** Starts the worker. */
    @Setup
    public void setUp() {
        workers = new WorkerPool(1, 1, (name, thrown) -> false);
        workers.start();
        if (!workers.enter()) {
            throw new IllegalStateException("there is a place for one");
        }
        mailbox = new Mailbox(workers, MailboxLimits.DEFAULT, pool, taking);
    }

    /**
     * Ends the worker.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    @TearDown
    public void tearDown() throws InterruptedException {
        workers.leave();
        workers.shutdown();
        if (!workers.awaitEnd(END) || pool.lentBytes() > 0) {
            throw new IllegalStateException("the worker, or " + pool.lentBytes() + " bytes, are left");
        }
    }

    /**
     * One parcel, taken before the next is put.
     *
     * @return how many were taken
     */
    @Benchmark
    public long roundTrip() {
        return handOver(1);
    }

    /**
     * Many parcels, taken while others are put.
     *
     * @return how many were taken
     */
    @Benchmark
    @OperationsPerInvocation(IN_FLIGHT)
    public long throughput() {
        return handOver(IN_FLIGHT);
    }

    private long handOver(final int parcels) {
        for (int i = 0; i < parcels; i++) {
            final Parcel parcel = pool.acquire(payloadBytes).label(this, 0);
            parcel.bytes().limit(payloadBytes);
            mailbox.put(parcel);
        }
        put += parcels;
        while (taking.taken < put) {
            Thread.onSpinWait();
        }
        return taking.taken;
    }

    /** Counts what it is told. */
    private static final class Taking implements Mailbox.Recipient {

        private volatile long taken;

        @Override
        public void onTurn() {
            // There is nothing else to tell.
        }

        @Override
        public boolean isHeld() {
            return false;
        }

        @Override
        public void deliver(final Parcel event) {
            // One worker at a time: nobody else writes.
            final long before = taken;
            taken = before + 1;
        }

        @Override
        public void onRoom() {
            // Nobody waits for room.
        }

        @Override
        public void onFinished(final Object label) {
            throw new IllegalStateException("no event was the last");
        }
    }
}
