package io.godwit.reactor.loop;

import io.godwit.reactor.endpoint.Idling;
import io.godwit.reactor.metrics.LoopCounters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.jctools.queues.MessagePassingQueue;
import org.jctools.queues.varhandle.MpscVarHandleArrayQueue;

/**
 * One thread's selector loop, and the memory that its connections share.
 *
 * <p>It is driven either by {@link #run(Idling)}, or step by step by {@link #doWork}, which never sleeps. The thread that
 * drives it owns it: all else is for that thread alone, but for {@link #execute}, {@link #mail}, {@link #inLoop},
 * {@link #stop} and what only reads the counters.
 *
 * <p>What its targets throw is theirs to catch. An Error of a command, or whatever else comes as far as here, ends the loop:
 * nobody knows any more what its state is.
 */
public final class EventLoop implements Agent, Runnable {

    private static final RationedLog LOG = new RationedLog();

    private static final long NO_SLEEP = 0;

    /** About a millisecond. */
    private static final int POLLS_BEFORE_SLEEP = 1_000;

    private final String name;
    private final LoopOptions options;
    private final LongSupplier clock;
    private final LoopClock time;
    private final Selector selector;
    private final MpscVarHandleArrayQueue<Runnable> commands;
    private final MpscVarHandleArrayQueue<Mailed> mailed;
    private final SettleQueue unsettled;
    private final Deferred deferred = new Deferred();

    /** Whether this cycle has no more time for what is ready. */
    private boolean dispatched;

    private final Timers timers;
    private final MemoryBudget memory;
    private final MemoryHolders memoryHolders = new MemoryHolders();
    private final MemoryWaiters memoryWaiters;
    private final SharedMemory shared;
    private final BufferPool pool;
    private final HandoffPool handoff;
    private final LoopCounters counters;
    private final ByteBuffer readBuffer;
    private final ByteBuffer writeBatch;
    private final WorkSlice slice;
    private final CycleWatch watch;
    private final Consumer<SelectionKey> dispatch = this::dispatch;
    private final MessagePassingQueue.Consumer<Runnable> runCommand = EventLoop::runCommand;
    private final MessagePassingQueue.Consumer<Mailed> takeMail = Mailed::onMail;

    /** False while the loop sleeps or is about to: then, and only then, someone has to wake it. A poll is no sleep. */
    private final AtomicBoolean awake = new AtomicBoolean(true);

    private volatile Thread owner;
    private volatile boolean stopped;
    private volatile boolean closed;
    private boolean asleep;

    /** Whether the driving thread was interrupted in this cycle, or before it. */
    private boolean interrupted;

    private long nowNs;
    private int sendBufferBytes;

    /**
     * Opens a loop that nobody drives yet.
     *
     * @param name for its thread and the log
     * @param options its bounds
     * @param clock nanoseconds that only grow, as {@link System#nanoTime}
     * @throws IOException if there is no descriptor left for a selector, or no direct memory
     */
    public EventLoop(final String name, final LoopOptions options, final LongSupplier clock) throws IOException {
        this(name, options, clock, new LoopCounters(), LoopBuffers.allocate(options));
    }

    /**
     * Opens a loop that nobody drives yet, and that may take the place of another.
     *
     * @param name for its thread and the log
     * @param options its bounds
     * @param clock nanoseconds that only grow, as {@link System#nanoTime}
     * @param counters what it counts on, after the loop that counted there has ended
     * @param buffers the loop's own from now on; the thread of the loop that had them has ended
     * @throws IOException if there is no descriptor left for a selector
     */
    public EventLoop(
            final String name,
            final LoopOptions options,
            final LongSupplier clock,
            final LoopCounters counters,
            final LoopBuffers buffers)
            throws IOException {
        this.name = name;
        this.counters = counters;
        this.options = options;
        this.clock = clock;
        time = new LoopClock(clock);
        commands = new MpscVarHandleArrayQueue<>(Math.max(2, options.commandsPerCycleMax()));
        mailed = new MpscVarHandleArrayQueue<>(Math.max(2, options.mailboxMax()));
        unsettled = new SettleQueue(options.mailboxMax());
        nowNs = time.read();
        timers = new Timers(nowNs);
        slice = new WorkSlice(clock);
        watch = new CycleWatch(cycleClockNs());
        memory = new MemoryBudget(options.bufferedBytesMax(), this::tellOfMemory);
        memoryWaiters = new MemoryWaiters(this, memory, memoryHolders);
        shared = new SharedMemory(memory);
        handoff = new HandoffPool(options.keptBytesMax(), memory);
        pool = new BufferPool(options.keptBytesMax(), memory);
        readBuffer = buffers.read();
        writeBatch = buffers.write();
        // Last: if there is no memory for the rest, there is nothing to close.
        selector = Selector.open();
    }

    /** Drives the loop until {@link #stop}, sleeping in the selector while there is nothing to do. */
    @Override
    public void run() {
        run(Idling.BLOCKING);
    }

    /**
     * Drives the loop until {@link #stop}. Whoever calls it calls {@link #onClose} afterwards.
     *
     * @param idling what it does while there is nothing to do
     * @throws UncheckedIOException if the selector fails
     */
    public void run(final Idling idling) {
        int emptyPolls = 0;
        try {
            while (!stopped) {
                final boolean sleeps =
                        idling == Idling.BLOCKING || idling == Idling.BACKING_OFF && emptyPolls == POLLS_BEFORE_SLEEP;
                if (cycle(sleeps ? Long.MAX_VALUE : NO_SLEEP) > 0 || hasPending()) {
                    emptyPolls = 0;
                } else if (!sleeps) {
                    emptyPolls = Math.min(emptyPolls + 1, POLLS_BEFORE_SLEEP);
                    Thread.onSpinWait();
                }
                // The thread is the loop's own: whoever interrupted it was a callback, and has returned.
                interrupted = false;
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(name + ": the selector failed", e);
        }
    }

    /**
     * Does what there is to do, without waiting. A thread that was interrupted before, or is meanwhile, is afterwards too;
     * callbacks do not see it.
     *
     * @return how much that was; 0: nothing
     * @throws IOException if the selector fails
     */
    @Override
    public int doWork() throws IOException {
        try {
            return cycle(NO_SLEEP);
        } finally {
            endStep();
        }
    }

    /**
     * Does what there is to do, or waits for it. Each kind of work has about a millisecond, and a bound of its own; what is
     * left has its turn in the next cycle, in its order. The interrupt flag of the thread is clear afterwards:
     * {@link #endStep} sets it again.
     *
     * @param sleepNsMax how long to wait for the first event; 0: not at all
     * @return how much was done
     * @throws IOException if the selector fails
     */
    public int cycle(final long sleepNsMax) throws IOException {
        owner = Thread.currentThread();
        // An interrupted thread does not sleep in the selector.
        keepInterrupt();
        int work = drain(commands, runCommand, options.commandsPerCycleMax());
        work += drain(mailed, takeMail, options.mailboxMax());
        work += select(sleepNsMax);
        work += expire();
        work += settle();
        keepInterrupt();
        return work;
    }

    private <T> int drain(
            final MpscVarHandleArrayQueue<T> queue, final MessagePassingQueue.Consumer<T> consumer, final int max) {
        slice.begin();
        int done = 0;
        int drained;
        do {
            drained = queue.drain(consumer, Math.min(WorkSlice.ITEMS_PER_LOOK, max - done));
            done += drained;
        } while (drained == WorkSlice.ITEMS_PER_LOOK && done < max && !slice.isOverAfter(drained));
        return done;
    }

    private int expire() {
        slice.begin();
        final int max = options.expiriesPerCycleMax();
        int done = 0;
        int expired;
        do {
            expired = timers.poll(nowNs, Math.min(WorkSlice.ITEMS_PER_LOOK, max - done));
            done += expired;
        } while (expired == WorkSlice.ITEMS_PER_LOOK && done < max && !slice.isOverAfter(expired));
        return done;
    }

    private int select(final long sleepNsMax) throws IOException {
        asleep = true;
        dispatched = false;
        slice.begin();
        if (!deferred.isEmpty()) {
            return dispatchDeferred();
        }
        final int selected = sleepNsMax <= NO_SLEEP ? selector.selectNow(dispatch) : selectOrSleep(sleepNsMax);
        if (asleep) {
            wakeUp();
        }
        return selected;
    }

    /** What the select before has found, as long as there is time. Until that is done, there is nothing to look for. */
    private int dispatchDeferred() {
        wakeUp();
        int done = 0;
        while (!dispatched && !deferred.isEmpty()) {
            ready(deferred.take());
            done++;
        }
        return done;
    }

    /** The first event ends the sleep: the time of the cycle before may be long past. */
    private void wakeUp() {
        asleep = false;
        nowNs = time.read();
        watch.busy(cycleClockNs());
    }

    private int selectOrSleep(final long sleepNsMax) throws IOException {
        final long peekedNs = time.peekNs();
        watch.idle(peekedNs + time.stalledNs());
        long sleepNs = Math.min(sleepNsMax, timers.sleepNsMax(peekedNs));
        awake.set(false);
        // Whoever adds something from here on sees that the loop sleeps, and wakes it.
        if (!unsettled.isEmpty() || hasPending() || stopped) {
            sleepNs = NO_SLEEP;
        }
        final int selected;
        if (sleepNs <= NO_SLEEP) {
            selected = selector.selectNow(dispatch);
        } else {
            final long millis = sleepNs == Long.MAX_VALUE ? 0 : 1 + TimeUnit.NANOSECONDS.toMillis(sleepNs);
            selected = selector.select(dispatch, millis);
        }
        awake.set(true);
        return selected;
    }

    private boolean hasPending() {
        return !commands.isEmpty() || !mailed.isEmpty();
    }

    /** Settles what has asked for it until now; what asks meanwhile, or finds no time, has its turn in the next cycle. */
    private int settle() {
        slice.begin();
        final int count = unsettled.size();
        int done = 0;
        do {
            if (done == count) {
                return done;
            }
            unsettled.poll().settle();
            done++;
        } while (!slice.isOverAfter(1));
        return done;
    }

    private void dispatch(final SelectionKey key) {
        if (asleep) {
            wakeUp();
        }
        if (dispatched) {
            deferred.add(key);
        } else {
            ready(key);
        }
    }

    private void ready(final SelectionKey key) {
        // What was found may not be wanted any more, if it was found in an earlier cycle.
        final int ops = key.isValid() ? key.readyOps() & key.interestOps() : 0;
        if (ops != 0) {
            ((SelectHandler) key.attachment()).onReady(ops);
        }
        dispatched = slice.isOverAfter(1);
    }

    private static void runCommand(final Runnable command) {
        try {
            command.run();
        } catch (final RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a command failed", e);
        }
    }

    /**
     * Has a command run on the loop; at the latest when it is closed. Any thread.
     *
     * @param command what to run; an Error that it throws ends the loop
     * @return false where too many wait already, or the loop is closed. Where {@link #isClosed} is true afterwards, it may
     *     have been closed meanwhile, and the command never run
     */
    public boolean execute(final Runnable command) {
        if (closed) {
            return false;
        }
        final boolean taken = commands.offer(command);
        wake();
        return taken;
    }

    /**
     * Has {@link Mailed#onMail} called on the loop. Any thread; the caller sees to it that each target is in the queue at
     * most once, so that it cannot overflow.
     *
     * @param target what has mail
     */
    public void mail(final Mailed target) {
        if (!mailed.offer(target)) {
            throw new IllegalStateException(name + ": more connections have mail than there can be");
        }
        wake();
    }

    /**
     * Has {@link Settled#settle} called at the end of this cycle, or of a later one where there is no time left. Loop only;
     * the caller sees to it that each target waits at most once.
     *
     * @param target what has work left
     * @throws OutOfMemoryError if more wait than {@link LoopOptions#mailboxMax}, and there is no memory for that; those who
     *     waited before still wait
     */
    public void settleLater(final Settled target) {
        unsettled.add(target);
    }

    /**
     * Clears the interrupt flag of the driving thread, after each callback, and keeps it for {@link #endStep}: a
     * callback must not see what another one has done to the thread. Loop only.
     */
    public void keepInterrupt() {
        if (Thread.interrupted()) {
            interrupted = true;
        }
    }

    /**
     * Follows a cycle by a thread that has other things to do too: it is not held up by this loop any more. Sets its
     * interrupt flag again if that was cleared in the cycle, since whoever has interrupted it wants it to notice.
     */
    public void endStep() {
        watch.idle(clock.getAsLong());
        if (interrupted) {
            interrupted = false;
            Thread.currentThread().interrupt();
        }
    }

    /** {@return how long its cycles last. Any thread} */
    public CycleWatch watch() {
        return watch;
    }

    /** {@return the thread that drives it now, or did last; null: nobody has. Any thread} */
    public Thread driver() {
        return owner;
    }

    /** {@return whether the calling thread drives this loop} */
    public boolean inLoop() {
        return owner == Thread.currentThread();
    }

    /** Ends {@link #run} after the current cycle. Any thread. */
    public void stop() {
        stopped = true;
        wake();
    }

    /** {@return whether {@link #stop} was called, or it has ended otherwise. Any thread} */
    public boolean isStopped() {
        return stopped;
    }

    /** {@return whether {@link #onClose} was called} */
    public boolean isClosed() {
        return closed;
    }

    /** {@return whether it sleeps, or is about to. Any thread} */
    boolean needsWakeup() {
        return !awake.get();
    }

    private void wake() {
        if (needsWakeup() && awake.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    /**
     * Registers a channel.
     *
     * @param channel non-blocking
     * @param ops what to select it for
     * @param handler told when it is ready
     * @return the key
     * @throws IOException if the channel is closed
     */
    public SelectionKey register(final SelectableChannel channel, final int ops, final SelectHandler handler)
            throws IOException {
        return channel.register(selector, ops, handler);
    }

    /**
     * {@return the loop's time, read once a cycle, in nanoseconds: that of its clock, but without the time in which the loop
     * itself stood still for more than a quarter of a second. A loop that is stepped is to be stepped at least as often, or
     * its time goes slower}
     */
    public long nowNs() {
        return nowNs;
    }

    /** {@return the time now, read anew, for those who bound how long they take. Loop only} */
    public long clockNs() {
        return clock.getAsLong();
    }

    /** {@return the clock, as it was read together with {@link #nowNs}: with the stalls} */
    public long cycleClockNs() {
        return nowNs + time.stalledNs();
    }

    /** {@return how much more than usual may have come from a peer at once, since the loop has just been held up, as a time} */
    public long backlogNs() {
        return time.backlogNs();
    }

    /** {@return how large the send buffers of its sockets are asked to be, in bytes; 0: as the system has it} */
    public int sendBufferBytes() {
        return sendBufferBytes;
    }

    /**
     * Sets how large the send buffers of its sockets are asked to be. Before it accepts or connects one.
     *
     * @param bytes for each socket; 0: as the system has it
     */
    public void sendBufferBytes(final int bytes) {
        sendBufferBytes = bytes;
    }

    /** {@return the timers} */
    public Timers timers() {
        return timers;
    }

    /** {@return what this loop may hold for its connections, and what it holds. Any thread} */
    public MemoryBudget memory() {
        return memory;
    }

    /**
     * Has {@link MemoryWaiter#onMemory} called, on the loop, once there is memory. Any thread; the caller sees to it that each
     * waits at most once.
     *
     * @param waiter was refused for want of memory
     * @param bytes how many of {@link #memory} it wanted; no more than that {@link MemoryBudget#canHold can hold}, or it is
     *     never told
     */
    public void awaitMemory(final MemoryWaiter waiter, final long bytes) {
        memoryWaiters.add(waiter, bytes);
    }

    /**
     * Has {@link MemoryReader#onMemory} called once there is memory for what may have come, and those who have waited for longer
     * are served. Loop only; the caller sees to it that each waits at most once.
     *
     * @param reader has not read what may have come
     * @param bytes how many it takes at most, once it reads
     * @param freeBytes how many have to be free for that
     */
    public void awaitMemoryToRead(final MemoryReader reader, final long bytes, final long freeBytes) {
        memoryWaiters.addReader(reader, bytes, freeBytes);
    }

    /** {@return whether some wait in {@link #awaitMemoryToRead}: who wants to read comes after them} */
    public boolean readersWait() {
        return memoryWaiters.readersWait();
    }

    /**
     * Tells whose turn it is to read.
     *
     * @param reader any
     * @return whether it is being told of memory now
     */
    public boolean isToldOfMemory(final MemoryReader reader) {
        return memoryWaiters.isTold(reader);
    }

    /**
     * Forgets who waits for memory. Loop only.
     *
     * @param waiter will not be told
     */
    public void forgetWaiter(final MemoryWaiter waiter) {
        memoryWaiters.remove(waiter);
    }

    /** {@return those who hold {@link #memory} until their peers do something} */
    public MemoryHolders memoryHolders() {
        return memoryHolders;
    }

    /** Has it looked who is to be told of memory, and who makes way: there is more, or a reader wants to read again. Any thread. */
    public void tellOfMemory() {
        memoryWaiters.onRoom();
    }

    /** {@return the buffers for what outlives a cycle, taken of {@link #memory}} */
    public BufferPool pool() {
        return pool;
    }

    /** {@return what several connections hold together, taken of {@link #memory}} */
    public SharedMemory shared() {
        return shared;
    }

    /** {@return the memory for what comes from other threads, or goes to them, taken of {@link #memory}. Any thread} */
    public HandoffPool handoff() {
        return handoff;
    }

    /** {@return what this loop counts} */
    public LoopCounters counters() {
        return counters;
    }

    /** {@return the one read buffer, borrowed during one event} */
    public ByteBuffer readBuffer() {
        return readBuffer;
    }

    /** {@return the one write batch, borrowed during one event or one settling} */
    public ByteBuffer writeBatch() {
        return writeBatch;
    }

    /** {@return the bounds} */
    public LoopOptions options() {
        return options;
    }

    @Override
    public String roleName() {
        return name;
    }

    /**
     * Runs what commands are left, so that each can let go of what it holds, and closes the selector. By the driving thread,
     * once all connections have ended.
     */
    @Override
    public void onClose() {
        closed = true;
        final int left = commands.size();
        for (int i = 0; i < left; i++) {
            runLast(commands.poll());
        }
        // Else it would count as held up from now on.
        watch.idle(clock.getAsLong());
        try {
            selector.close();
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.WARNING, name, ": the selector did not close", "", e);
        }
    }

    private void runLast(final Runnable command) {
        try {
            if (command != null) {
                command.run();
            }
        } catch (final RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, name, ": a command failed at the end", "", e);
        }
    }
}
