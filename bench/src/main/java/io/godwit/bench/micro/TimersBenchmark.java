package io.godwit.bench.micro;

import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.LoopOptions;
import io.godwit.reactor.loop.Timed;
import io.godwit.reactor.loop.Timers;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
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
 * What the timers of a loop cost, where each connection has one, 30 s ahead at most and spread evenly, as jitter spreads
 * them. The loop is driven by the measuring thread, its clock by the benchmark. Nothing allocates.
 *
 * <p>Read a row along the number of timers: what grows with it will hurt. {@link #moveOn} is what comes with every message,
 * {@link #arm} and {@link #expire} with a connection and each half minute of its life, {@link #cycle} with each cycle of the
 * loop, its look at the selector included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class TimersBenchmark {

    /** How many expire in an invocation, in the long run; fewer than a cycle may judge. */
    private static final int EXPIRIES = 100;

    private static final long PERIOD_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int DEADLINES = 1_024;

    /** A loop whose clock moves on by more than a quarter of a second between two cycles takes that for a stall of its own. */
    private static final long STEP_NS_MAX = TimeUnit.MILLISECONDS.toNanos(200);

    /** How many timers are armed already. */
    @Param({"100", "10000", "100000"})
    private int pending;

    private final Timed nobody = nowNs -> {};
    private final long[] deadlines = new long[DEADLINES];
    private EventLoop loop;
    private Timers timers;
    private Beat[] beats;
    private long nowNs;
    private int next;
    private int expired;

    /**
     * Arms the timers.
     *
     * @throws IOException if there is no selector
     */
    @Setup
    public void setUp() throws IOException {
        loop = new EventLoop("timed", LoopOptions.forConnections(1), () -> nowNs);
        timers = loop.timers();
        beats = new Beat[pending];
        for (int i = 0; i < pending; i++) {
            beats[i] = new Beat(PERIOD_NS * (i + 1) / pending);
        }
        final RandomGenerator random =
                RandomGeneratorFactory.of("SplittableRandom").create(1);
        for (int i = 0; i < DEADLINES; i++) {
            deadlines[i] = random.nextLong(PERIOD_NS);
        }
    }

    /** Closes the loop, on which each timer has to be armed still. */
    @TearDown
    public void tearDown() {
        loop.onClose();
        if (timers.count() != pending) {
            throw new IllegalStateException(timers.count() + " timers instead of " + pending);
        }
    }

    /**
     * A further timer armed at some time in the next 30 s, and cancelled.
     *
     * @return its number
     */
    @Benchmark
    public long arm() {
        final int id = timers.schedule(deadlines[next++ & DEADLINES - 1], nobody);
        timers.cancel(id);
        return id;
    }

    /**
     * The deadline of one timer moved on, as each sign of life does.
     *
     * @return the deadline
     */
    @Benchmark
    public long moveOn() {
        next = next + 1 < pending ? next + 1 : 0;
        return beats[next].moveOn();
    }

    /**
     * A timer expires, and is armed again for 30 s later: a far one is looked at once before. With few timers more ticks and
     * cycles pass for each, which are among it.
     *
     * @return how many have expired
     * @throws IOException if the selector fails
     */
    @Benchmark
    @OperationsPerInvocation(EXPIRIES)
    public int expire() throws IOException {
        final long endNs = nowNs + PERIOD_NS / pending * EXPIRIES;
        while (nowNs < endNs) {
            nowNs = Math.min(endNs, nowNs + STEP_NS_MAX);
            loop.cycle(0);
        }
        return expired;
    }

    /**
     * A cycle of the loop in which nothing is due.
     *
     * @return how much it did: 0
     * @throws IOException if the selector fails
     */
    @Benchmark
    public int cycle() throws IOException {
        return loop.cycle(0);
    }

    /** One connection's timer. */
    private final class Beat implements Timed {

        private long deadlineNs;
        private int timer = Timers.NONE;

        Beat(final long firstNs) {
            moveTo(firstNs);
        }

        /** Early, or at its own deadline: it goes on from that, or those that come in one tick would stay together. */
        @Override
        public void onTimer(final long timeNs) {
            timer = Timers.NONE;
            if (timeNs < deadlineNs) {
                moveTo(deadlineNs);
            } else {
                expired++;
                moveTo(deadlineNs + PERIOD_NS);
            }
        }

        long moveOn() {
            moveTo(deadlineNs + 1);
            return deadlineNs;
        }

        private void moveTo(final long whenNs) {
            deadlineNs = whenNs;
            timer = timers.wakeBy(timer, whenNs, loop.nowNs(), this);
        }
    }
}
