package io.godwit.reactor.server;

import io.godwit.reactor.endpoint.ServerHealth;
import io.godwit.reactor.endpoint.ServerOptions;
import io.godwit.reactor.loop.CarefulLog;
import io.godwit.reactor.loop.Durations;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/**
 * The loops of one server, from their start to the end of the last: each with a thread of its own that is replaced where an
 * error has ended it, or a single one that is stepped by the caller. Any thread, but for {@link #cycle}.
 */
public final class LoopGroup {

    private static final CarefulLog LOG = new CarefulLog();

    /** Few goodbyes need not be spread over the whole time for them. */
    private static final long GOODBYE_NS_EACH = TimeUnit.MILLISECONDS.toNanos(10);

    private final Service service;
    private final boolean stepped;
    private final ThreadFactory threads;
    private final ThreadFailures failures;
    private final List<LoopRunner> runners = new ArrayList<>();
    private final Registry registry = new Registry(runners);
    private final CountDownLatch terminated = new CountDownLatch(1);

    /** Written before {@link #terminated} tells. */
    private long terminatedNs;

    private ListeningSockets sockets;
    private int alive;

    /** Whether a stepped loop's driver is in it now, so that what it calls is a callback. */
    private boolean inCycle;

    private volatile boolean accepts = true;
    private volatile Departure departure;
    private volatile Throwable failure;

    /**
     * Makes a group that does not run yet.
     *
     * @param routes what is served
     * @param options on which terms, and by how many loops
     * @param stepped whether it is driven by {@link #cycle}
     */
    public LoopGroup(final Routes routes, final ServerOptions options, final boolean stepped) {
        this(routes, options, stepped, Thread::new);
    }

    /** For tests: with threads of another make. */
    LoopGroup(final Routes routes, final ServerOptions options, final boolean stepped, final ThreadFactory threads) {
        this.stepped = stepped;
        this.threads = threads;
        service = new Service(routes, options, this::onThreadFailure, threads);
        failures = new ThreadFailures(options.threads().restartsMax(), System::nanoTime);
        for (int i = 0; i < options.threads().loops(); i++) {
            runners.add(new LoopRunner(i, service, System::nanoTime, threads));
        }
    }

    // --- start and end of its threads

    /**
     * Opens its loops, which nobody drives yet.
     *
     * @param bound what to accept from, closed with the group; where loops have none of their own, they share the first's
     * @throws IOException if there is no descriptor for a selector, or a socket is closed; then none is open
     */
    public synchronized void open(final ListeningSockets bound) throws IOException {
        sockets = bound;
        int opened = 0;
        try {
            for (; opened < runners.size(); opened++) {
                runners.get(opened).open(socketsOf(opened), opened == 0 && deals() ? handOver() : null);
            }
        } catch (final IOException | RuntimeException | Error e) {
            runners.subList(0, opened).forEach(LoopRunner::close);
            throw e;
        }
        alive = opened;
    }

    private void startWorkers() {
        if (service.workers() != null) {
            service.workers().start();
        }
    }

    private boolean deals() {
        return sockets.owners() < runners.size();
    }

    private List<ServerSocketChannel> socketsOf(final int index) {
        return index < sockets.owners() ? sockets.of(index) : List.of();
    }

    private HandOver handOver() {
        return new HandOver(runners, runners.get(0));
    }

    /** Starts to serve. Where that fails, what had started comes to its end, soon: {@link #awaitEnd} tells. */
    public synchronized void start() {
        int started = 0;
        try {
            startWorkers();
            for (; !stepped && started < runners.size(); started++) {
                runners.get(started).start(this::onLoopEnded);
            }
            startWatchdog();
        } catch (final RuntimeException | Error e) {
            runners.subList(started, runners.size()).forEach(LoopRunner::close);
            alive = started;
            abandon();
            shutdownWorkers();
            endIfOver();
            throw e;
        }
    }

    /** Whoever steps a loop knows how long that takes. */
    private void startWatchdog() {
        if (!stepped) {
            final Watchdog watchdog = new Watchdog(
                    runners, service.options().threads().blockedLoopWarning().toNanos(), System::nanoTime);
            final Thread thread = threads.newThread(() -> watch(watchdog));
            thread.setName("godwit-watchdog");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void watch(final Watchdog watchdog) {
        try {
            while (!terminated.await(watchdog.periodNs(), TimeUnit.NANOSECONDS)) {
                watchdog.look();
            }
        } catch (final InterruptedException e) {
            // Nobody has the thread but us: it is not wanted any more.
            Thread.currentThread().interrupt();
        }
    }

    /** They end once their handlers have been told the last. */
    private void shutdownWorkers() {
        if (service.workers() != null) {
            service.workers().shutdown();
        }
    }

    /** A loop has ended: as it was asked to, or it is replaced, or all is over. */
    private synchronized void onLoopEnded(final LoopRunner runner, final Throwable thrown) {
        if (thrown == null || !isReplacedWithoutThrowing(runner, thrown)) {
            alive--;
        }
        endIfOver();
    }

    private void endIfOver() {
        if (alive == 0) {
            sockets.close();
            shutdownWorkers();
            terminatedNs = System.nanoTime();
            terminated.countDown();
        }
    }

    /** Whatever it is that cannot be done for want of memory: a loop that is not replaced is not counted as if it ran. */
    private boolean isReplacedWithoutThrowing(final LoopRunner runner, final Throwable thrown) {
        try {
            return isReplaced(runner, thrown);
        } catch (final OutOfMemoryError e) {
            if (failure == null && departure == null) {
                failure = thrown;
            }
            return false;
        }
    }

    private boolean isReplaced(final LoopRunner runner, final Throwable thrown) {
        final boolean replaceable = note(runner.name(), thrown);
        if (departure != null) {
            return false;
        }
        if (replaceable) {
            try {
                runner.restart(this::onLoopEnded);
                if (!accepts) {
                    runner.server().requestStopAccepting(false);
                }
                return true;
            } catch (final IOException | RuntimeException | Error e) {
                thrown.addSuppressed(e);
            }
        }
        fail(thrown);
        return false;
    }

    /**
     * An error has ended a thread that is not a loop's. Where it may not be replaced any more, the server goes down.
     *
     * @param thread its name
     * @param thrown what ended it
     * @return whether it may be replaced
     */
    public boolean onThreadFailure(final String thread, final Throwable thrown) {
        final boolean replaceable = note(thread, thrown);
        if (!replaceable) {
            fail(thrown);
        }
        return replaceable;
    }

    private boolean note(final String thread, final Throwable thrown) {
        runners.get(0).counters().incrementFromOutside(Metric.THREAD_FAILURES);
        return failures.note(thread, thrown);
    }

    private synchronized void fail(final Throwable thrown) {
        if (failure == null && departure == null) {
            failure = thrown;
            LOG.log(System.Logger.Level.ERROR, "the server goes down");
            depart(new Departure(
                    0,
                    System.nanoTime()
                            + Shutdown.longest(service.options().timeouts()).toNanos()));
        }
    }

    // --- a loop that is stepped

    /**
     * Does one duty cycle of the only loop. For the thread that drives it.
     *
     * @param sleepNsMax how long to wait for the first event; 0: not at all
     * @return how much was done
     * @throws UncheckedIOException if the selector fails; this, and whatever else is thrown, ends the loop
     */
    public int cycle(final long sleepNsMax) {
        final LoopRunner runner = runners.get(0);
        inCycle = true;
        Throwable thrown = null;
        try {
            return runner.server().loop().cycle(sleepNsMax);
        } catch (final IOException e) {
            thrown = e;
            throw new UncheckedIOException("the selector failed", e);
        } catch (final RuntimeException | Error e) {
            thrown = e;
            throw e;
        } finally {
            inCycle = false;
            if (thrown != null) {
                note(runner.name(), thrown);
                failure = thrown;
            }
            if (thrown != null || runner.server().loop().isStopped()) {
                endStepped();
            }
            // The thread is the caller's: if it was interrupted, it is again.
            runner.server().loop().endStep();
        }
    }

    /** Ends a stepped loop, by the thread that drives it, whoever is still connected. */
    void endStepped() {
        // What is told of the end is told by callbacks.
        inCycle = true;
        try {
            runners.get(0).close();
        } finally {
            inCycle = false;
        }
        onLoopEnded(runners.get(0), null);
    }

    boolean isStepped() {
        return stepped;
    }

    /** {@return whether the calling thread is in a callback} */
    public boolean inCallback() {
        return inWorker() || (stepped ? inCycle : runners.stream().anyMatch(this::inLoopOf));
    }

    /** A stepped loop has no thread but its driver's, and the workers are not that. */
    private boolean inLoopOf(final LoopRunner runner) {
        return stepped ? !inWorker() : runner.server().loop().inLoop();
    }

    private boolean inWorker() {
        return service.workers() != null && service.workers().isWorker();
    }

    // --- what ends it

    /** {@return what brings it to its end} */
    public Shutdown shutdown() {
        return new Shutdown(this);
    }

    /** Closes the listening sockets, after what the kernel had accepted for them was taken over. Does not wait. */
    synchronized void stopAccepting() {
        accepts = false;
        for (int i = 0; i < runners.size(); i++) {
            runners.get(i).server().requestStopAccepting(inLoopOf(runners.get(i)));
        }
    }

    /** {@return whether {@link #stopAccepting} was done within that time} */
    boolean awaitStoppedAccepting(final Duration timeout) throws InterruptedException {
        final long endNs = System.nanoTime() + Durations.nanos(timeout);
        for (final LoopRunner runner : runners) {
            if (!runner.server().stoppedAccepting().await(endNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Stops accepting, says goodbye to all connections, cuts off those that are left at the deadline, and ends. Does not wait.
     * A repeated call may hasten it.
     *
     * @param spreadMax over how long the goodbyes may be spread
     * @param deadline for all to have ended
     */
    synchronized void depart(final Duration spreadMax, final Duration deadline) {
        final long spreadNs = Math.min(Durations.nanos(spreadMax), registry.connectionCount() * GOODBYE_NS_EACH);
        depart(new Departure(spreadNs, System.nanoTime() + Durations.nanos(deadline)));
    }

    private void depart(final Departure asked) {
        departure = departure == null ? asked : departure.sooner(asked);
        // From here on it takes no memory: either all loops go down, or none.
        for (int i = 0; i < runners.size(); i++) {
            runners.get(i).server().request(departure, inLoopOf(runners.get(i)));
        }
        // Told last: where it is seen, each loop has been asked, and upgrades nobody who comes later.
        accepts = false;
    }

    /** Ends the loops as soon as they look, whoever is still connected. */
    void abandon() {
        runners.forEach(runner -> runner.server().loop().stop());
    }

    /**
     * Waits for the end of the loops.
     *
     * @param timeout how long
     * @return whether it has come
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public boolean awaitEnd(final Duration timeout) throws InterruptedException {
        return terminated.await(Durations.nanos(timeout), TimeUnit.NANOSECONDS);
    }

    /**
     * Waits for the end of the loops, and then for the workers to tell their handlers the last. One of the workers waits for the
     * loops only; the thread that drives a loop does not wait for that to end, since only it could bring that about.
     *
     * @param timeout how long
     * @return whether all have ended, or the time that the workers have for it after the loops is over
     * @throws InterruptedException if the waiting thread is interrupted
     */
    public boolean awaitTermination(final Duration timeout) throws InterruptedException {
        final long endNs = System.nanoTime() + Durations.nanos(timeout);
        final boolean drives =
                runners.stream().anyMatch(runner -> runner.server().loop().inLoop());
        if (!awaitEnd(drives ? Duration.ZERO : timeout)) {
            return false;
        }
        if (service.workers() == null || inWorker()) {
            return true;
        }
        final long workersEndNs = terminatedNs + Durations.nanos(closeTimeout());
        final long nowNs = System.nanoTime();
        return service.workers().hasEndedWithin(Math.min(endNs - nowNs, workersEndNs - nowNs))
                || System.nanoTime() - workersEndNs >= 0;
    }

    Duration closeTimeout() {
        return service.options().timeouts().close();
    }

    /**
     * Waits for the workers to tell their handlers the last, after the end of the loops.
     *
     * @return whether they have; what still runs after the time for it is left behind
     */
    boolean awaitWorkers() throws InterruptedException {
        return service.workers() == null
                || service.workers().awaitEnd(service.options().timeouts().close());
    }

    // --- what it is

    /** {@return whether it has not come to its end} */
    public boolean isRunning() {
        return terminated.getCount() > 0;
    }

    /** {@return the error by which it goes or went down, or null} */
    public Throwable failure() {
        return failure;
    }

    /** {@return how it is} */
    public ServerHealth health() {
        if (!isRunning() || failure != null) {
            return ServerHealth.DOWN;
        }
        if (!accepts) {
            return ServerHealth.DRAINING;
        }
        return failures.isRecent() || runners.stream().anyMatch(LoopRunner::isBlocked)
                ? ServerHealth.FAILING
                : ServerHealth.SERVING;
    }

    /** {@return what is to be seen of its connections} */
    public Registry registry() {
        return registry;
    }

    /** {@return what each loop serves now} */
    public List<LoopServer> servers() {
        return runners.stream().map(LoopRunner::server).toList();
    }

    /** {@return how many places of admission are taken, and how many addresses are counted: none once all have ended} */
    public int admitted() {
        return service.admission().taken() + service.admission().sources();
    }
}
