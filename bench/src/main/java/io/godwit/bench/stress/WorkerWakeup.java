package io.godwit.bench.stress;

import io.godwit.reactor.worker.WorkerPool;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Two threads give a pool of two workers a turn each, while the workers go to sleep. Each turn waits for the other one: so
 * both have to run at once, and a worker that was not woken is missed.
 */
@JCStressTest
@Outcome(id = "2, 1", expect = Expect.ACCEPTABLE, desc = "Both turns ran at once, and the workers have ended")
@Outcome(expect = Expect.FORBIDDEN, desc = "A worker sleeps, and a turn waits")
@State
public class WorkerWakeup {

    private static final long PATIENCE_S = 5;

    private final WorkerPool pool = new WorkerPool(2, 2, (name, thrown) -> false);
    private final CountDownLatch both = new CountDownLatch(2);
    private final CountDownLatch met = new CountDownLatch(2);

    public WorkerWakeup() {
        pool.start();
    }

    @Actor
    public void first() {
        give();
    }

    @Actor
    public void second() {
        give();
    }

    private void give() {
        pool.enter();
        pool.execute(this::meet);
    }

    private void meet() {
        both.countDown();
        try {
            if (both.await(PATIENCE_S, TimeUnit.SECONDS)) {
                met.countDown();
            }
        } catch (final InterruptedException e) {
            // Then it has not met the other.
            Thread.currentThread().interrupt();
        } finally {
            pool.leave();
        }
    }

    @Arbiter
    public void end(final II_Result result) {
        try {
            result.r1 = met.await(PATIENCE_S, TimeUnit.SECONDS) ? 2 : 2 - (int) met.getCount();
            pool.shutdown();
            result.r2 = pool.awaitEnd(Duration.ofSeconds(PATIENCE_S)) ? 1 : 0;
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
