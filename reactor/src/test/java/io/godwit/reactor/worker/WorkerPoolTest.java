package io.godwit.reactor.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WorkerPoolTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final List<Throwable> failures = new CopyOnWriteArrayList<>();

    private WorkerPool pool(final int workers, final int places, final int restarts) {
        final WorkerPool pool = new WorkerPool(workers, places, (thread, failure) -> {
            failures.add(failure);
            return failures.size() <= restarts;
        });
        pool.start();
        return pool;
    }

    private static void await(final CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(LONG.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    private static void end(final WorkerPool pool) throws InterruptedException {
        pool.shutdown();
        assertThat(pool.awaitEnd(LONG)).isTrue();
        assertThat(pool.places()).isZero();
    }

    /** Puts itself behind the others a number of times, each time from the thread that ran it. */
    private static final class Repeated implements Runnable {
        private final WorkerPool pool;
        private final CountDownLatch done;
        private final AtomicInteger left;

        Repeated(final WorkerPool pool, final CountDownLatch done, final int times) {
            this.pool = pool;
            this.done = done;
            left = new AtomicInteger(times);
        }

        @Override
        public void run() {
            if (left.decrementAndGet() > 0) {
                pool.execute(this);
            } else {
                pool.leave();
                done.countDown();
            }
        }
    }

    @Test
    void shouldRunEachTurn() throws InterruptedException {
        final WorkerPool pool = pool(4, 100, 0);
        final CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            assertThat(pool.enter()).isTrue();
            pool.execute(new Repeated(pool, done, 1_000));
        }
        await(done);
        end(pool);
    }

    @Test
    void shouldWakeAWorkerForEachTurnThatComesAlone() throws InterruptedException {
        final WorkerPool pool = pool(3, 1, 0);
        assertThat(pool.enter()).isTrue();
        for (int i = 0; i < 20_000; i++) {
            final CountDownLatch done = new CountDownLatch(1);
            pool.execute(done::countDown);
            // Each time the workers are going to sleep, or sleep already.
            await(done);
        }
        pool.leave();
        end(pool);
    }

    @Test
    void shouldRunTurnsBesideOneThatBlocks() throws InterruptedException {
        final WorkerPool pool = pool(2, 2, 0);
        final CountDownLatch go = new CountDownLatch(1);
        final CountDownLatch done = new CountDownLatch(1);
        assertThat(pool.enter() && pool.enter()).isTrue();
        pool.execute(() -> {
            try {
                go.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
            pool.leave();
        });
        pool.execute(new Repeated(pool, done, 1_000));
        await(done);
        go.countDown();
        end(pool);
    }

    @Test
    void shouldGiveAsManyPlacesAsThereAre() throws InterruptedException {
        final WorkerPool pool = pool(1, 3, 0);
        assertThat(pool.enter() && pool.enter() && pool.enter()).isTrue();
        assertThat(pool.enter()).isFalse();
        pool.leave();
        assertThat(pool.enter()).isTrue();
        pool.shutdown();
        pool.leave();
        assertThat(pool.enter()).as("while it is ending").isFalse();
        pool.leave();
        pool.leave();
        assertThat(pool.awaitEnd(LONG)).isTrue();
    }

    @Test
    void shouldRefuseMoreTurnsThanPlaces() {
        final WorkerPool pool = new WorkerPool(1, 2, (thread, failure) -> false);
        pool.execute(() -> {});
        pool.execute(() -> {});
        assertThatIllegalStateException().isThrownBy(() -> pool.execute(() -> {}));
    }

    @Test
    void shouldReplaceAThreadThatAnErrorHasEnded() throws InterruptedException {
        final WorkerPool pool = pool(1, 10, 2);
        assertThat(pool.enter()).isTrue();
        final Set<Thread> threads = ConcurrentHashMap.newKeySet();
        final List<Error> errors = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final Error error = new OutOfMemoryError("thrown by a test");
            errors.add(error);
            pool.execute(() -> {
                threads.add(Thread.currentThread());
                throw error;
            });
        }
        final CountDownLatch done = new CountDownLatch(1);
        pool.execute(done::countDown);
        await(done);
        assertThat(failures).containsExactlyElementsOf(errors);
        assertThat(threads).as("replaced twice").hasSize(3);
        assertThat(threads).extracting(Thread::getName).containsOnly("godwit-worker-0");
        pool.leave();
        end(pool);
    }

    @Test
    void shouldNotHandAnInterruptOnToTheNextTurn() throws InterruptedException {
        final WorkerPool pool = pool(1, 2, 0);
        assertThat(pool.enter()).isTrue();
        final List<Boolean> interrupted = new CopyOnWriteArrayList<>();
        final CountDownLatch done = new CountDownLatch(1);
        pool.execute(() -> Thread.currentThread().interrupt());
        pool.execute(() -> {
            interrupted.add(Thread.currentThread().isInterrupted());
            done.countDown();
        });
        await(done);
        assertThat(interrupted).containsExactly(false);
        pool.leave();
        end(pool);
    }

    @Test
    void shouldLeaveATurnBehindThatDoesNotEnd() throws InterruptedException {
        final WorkerPool pool = pool(2, 2, 0);
        final CountDownLatch running = new CountDownLatch(1);
        final CountDownLatch go = new CountDownLatch(1);
        final List<Boolean> own = new CopyOnWriteArrayList<>();
        assertThat(pool.enter()).isTrue();
        pool.execute(() -> {
            try {
                pool.shutdown();
                own.add(pool.awaitEnd(LONG));
                running.countDown();
                go.await();
            } catch (final InterruptedException e) {
                throw new IllegalStateException(e);
            }
            pool.leave();
        });
        await(running);
        assertThat(own).as("a worker does not wait for itself").containsExactly(false);
        assertThat(pool.isWorker()).isFalse();
        assertThat(pool.awaitEnd(Duration.ofMillis(1))).isFalse();
        go.countDown();
        assertThat(pool.awaitEnd(LONG)).isTrue();
    }

    /** While both workers go to sleep, two turns come of which each waits for the other: one that is not woken is missed. */
    @Test
    void shouldWakeAWorkerForEachOfTwoTurns() throws Exception {
        final WorkerPool pool = pool(2, 2, 0);
        assertThat(pool.enter() && pool.enter()).isTrue();
        for (int i = 0; i < 20_000; i++) {
            final CyclicBarrier both = new CyclicBarrier(2);
            final CountDownLatch done = new CountDownLatch(2);
            for (int turn = 0; turn < 2; turn++) {
                pool.execute(() -> {
                    try {
                        both.await(20, TimeUnit.SECONDS);
                        done.countDown();
                    } catch (final Exception e) {
                        failures.add(e);
                    }
                });
            }
            await(done);
        }
        assertThat(failures).isEmpty();
        pool.leave();
        pool.leave();
        end(pool);
    }

    @Test
    void shouldEndWhereAThreadCannotBeStarted() throws InterruptedException {
        final List<Thread> made = new ArrayList<>();
        final WorkerPool pool = new WorkerPool(3, 2, (thread, failure) -> false, task -> {
            if (made.size() == 2) {
                throw new OutOfMemoryError("no more threads, says a test");
            }
            made.add(new Thread(task));
            return made.get(made.size() - 1);
        });
        assertThatThrownBy(pool::start).isInstanceOf(OutOfMemoryError.class);
        end(pool);
        for (final Thread thread : made) {
            thread.join(LONG.toMillis());
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
