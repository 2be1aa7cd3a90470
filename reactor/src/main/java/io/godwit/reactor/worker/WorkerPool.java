package io.godwit.reactor.worker;

import io.godwit.reactor.loop.CarefulLog;
import io.godwit.reactor.loop.Durations;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiPredicate;
import java.util.function.BooleanSupplier;
import org.jctools.queues.varhandle.MpmcVarHandleArrayQueue;

/**
 * The worker threads of a server, and the queue of turns that wait for them, first come, first served. All methods may be
 * called by any thread.
 *
 * <p>Whoever wants turns takes a place first, and then has one turn in the queue at most: so it cannot overflow. The threads
 * end when {@link #shutdown} was called and all places have been left. They do not keep the JVM up: a handler that never
 * returns must not.
 *
 * <p>A turn that throws ends its thread, which is replaced where the owner says so; where it may not be, it goes on itself
 * for as long as there are places, so that each connection is told its end.
 */
public final class WorkerPool implements Executor {

    private static final CarefulLog LOG = new CarefulLog();
    private static final String NAME = "godwit-worker-";

    private final ThreadFactory factory;
    private final int placesMax;
    private final BiPredicate<String, Throwable> onFailure;
    private final MpmcVarHandleArrayQueue<Runnable> turns;
    private final AtomicReferenceArray<Thread> threads;
    private final Sleepers sleepers;
    private final BooleanSupplier stirs = this::stirs;
    private final CountDownLatch ended;
    private final AtomicInteger places = new AtomicInteger();
    private volatile boolean ending;

    /**
     * Makes a pool whose threads do not run yet.
     *
     * @param workers how many threads
     * @param placesMax how many may have turns at a time
     * @param onFailure told the name of a thread that an error has ended, on that thread, and the error; says whether it is
     *     to be replaced
     */
    public WorkerPool(final int workers, final int placesMax, final BiPredicate<String, Throwable> onFailure) {
        this(workers, placesMax, onFailure, Thread::new);
    }

    /**
     * Makes a pool whose threads do not run yet.
     *
     * @param workers how many threads
     * @param placesMax how many may have turns at a time
     * @param onFailure told the name of a thread that an error has ended, on that thread, and the error; says whether it is
     *     to be replaced
     * @param factory makes the threads, which are named here
     */
    public WorkerPool(
            final int workers,
            final int placesMax,
            final BiPredicate<String, Throwable> onFailure,
            final ThreadFactory factory) {
        this.factory = factory;
        this.placesMax = placesMax;
        this.onFailure = onFailure;
        turns = new MpmcVarHandleArrayQueue<>(Math.max(2, placesMax));
        threads = new AtomicReferenceArray<>(workers);
        sleepers = new Sleepers(workers);
        ended = new CountDownLatch(workers);
    }

    /**
     * Starts the threads. Once. If one cannot be started, those before it run until {@link #shutdown}.
     *
     * @throws OutOfMemoryError if there can be no further thread
     */
    public void start() {
        int number = 0;
        try {
            for (; number < threads.length(); number++) {
                startThread(number);
            }
        } finally {
            for (; number < threads.length(); number++) {
                // Nobody has to wait for those that never ran.
                ended.countDown();
            }
        }
    }

    private void startThread(final int number) {
        final Thread thread = factory.newThread(() -> work(number));
        thread.setName(NAME + number);
        thread.setDaemon(true);
        threads.set(number, thread);
        thread.start();
    }

    // --- places and turns

    /**
     * Takes a place.
     *
     * @return false where there are too many already, or the pool is ending: nothing was taken
     */
    public boolean enter() {
        int taken = places.get();
        while (taken < placesMax && !ending) {
            final int witness = places.compareAndExchange(taken, taken + 1);
            if (witness == taken) {
                return true;
            }
            taken = witness;
        }
        return false;
    }

    /** Gives a place back, whose holder has no turn in the queue any more, and never will. */
    public void leave() {
        if (places.decrementAndGet() == 0 && ending) {
            sleepers.wakeAll();
        }
    }

    /**
     * Puts a turn behind those that wait.
     *
     * @param turn run once by one of the threads; what it throws ends that thread. The caller has a place, and no other turn
     *     in the queue
     * @throws IllegalStateException if more wait than there are places
     */
    @Override
    public void execute(final Runnable turn) {
        if (!turns.offer(turn)) {
            throw new IllegalStateException("more turns wait for a worker than there are places");
        }
        // What was put must be seen by whoever goes to sleep before it is asked who sleeps.
        VarHandle.fullFence();
        sleepers.wakeOne();
    }

    // --- the threads

    private void work(final int number) {
        boolean goesOn = true;
        while (goesOn) {
            try {
                takeTurns(number);
                goesOn = false;
                ended.countDown();
            } catch (final Throwable t) {
                goesOn = !isReplaced(number, t);
            }
        }
    }

    private void takeTurns(final int number) {
        while (true) {
            final Runnable turn = turns.poll();
            if (turn != null) {
                turn.run();
                // What a handler does to its thread is not the next one's matter.
                Thread.interrupted();
            } else if (isOver()) {
                return;
            } else {
                sleepers.sleep(number, stirs);
            }
        }
    }

    private boolean stirs() {
        return !turns.isEmpty() || isOver();
    }

    private boolean isOver() {
        return ending && places.get() <= 0;
    }

    /** {@return whether another thread has taken over} */
    private boolean isReplaced(final int number, final Throwable thrown) {
        try {
            if (!onFailure.test(NAME + number, thrown)) {
                return false;
            }
            startThread(number);
            return true;
        } catch (final Throwable t) {
            // No memory for a thread, or for a line in the log: then this one has to do.
            threads.set(number, Thread.currentThread());
            return false;
        }
    }

    /** {@return whether the calling thread is one of the pool} */
    public boolean isWorker() {
        final Thread current = Thread.currentThread();
        for (int number = 0; number < threads.length(); number++) {
            if (threads.get(number) == current) {
                return true;
            }
        }
        return false;
    }

    // --- the end

    /** The threads end as soon as all places have been left. Does not wait. */
    public void shutdown() {
        ending = true;
        sleepers.wakeAll();
    }

    /**
     * Waits for the threads to end, after {@link #shutdown}; those that have not when the time is up are named in the log,
     * and left to themselves. One of the pool's own threads does not wait.
     *
     * @param timeout how long
     * @return whether all have ended
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean awaitEnd(final Duration timeout) throws InterruptedException {
        if (isWorker()) {
            return false;
        }
        if (hasEndedWithin(Durations.nanos(timeout))) {
            return true;
        }
        LOG.log(System.Logger.Level.WARNING, "handlers still run, and are left behind, on ", running(), "", null);
        return false;
    }

    /**
     * Waits for the threads to end, after {@link #shutdown}.
     *
     * @param timeoutNs how long, in nanoseconds; zero or less: not at all
     * @return whether all have ended
     * @throws InterruptedException if the calling thread is interrupted
     */
    public boolean hasEndedWithin(final long timeoutNs) throws InterruptedException {
        return ended.await(timeoutNs, TimeUnit.NANOSECONDS);
    }

    private List<String> running() {
        final List<String> names = new ArrayList<>();
        for (int number = 0; number < threads.length(); number++) {
            final Thread thread = threads.get(number);
            if (thread != null && thread.isAlive()) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    /** {@return how many places are taken; 0 once all connections have been told their end} */
    public int places() {
        return places.get();
    }
}
