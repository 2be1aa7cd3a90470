package io.godwit.reactor.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayDeque;
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
 * <p>It is driven either by {@link #run}, which sleeps in the selector, or step by step by {@link #doWork}, which never
 * sleeps. The thread that drives it owns it: all else is for that thread alone, but for {@link #execute}, {@link #mail},
 * {@link #inLoop}, {@link #stop}.
 */
public final class EventLoop implements Agent, Runnable {

    private static final System.Logger LOG = System.getLogger(EventLoop.class.getName());
    private static final long NO_SLEEP = 0;

    private final String name;
    private final LoopOptions options;
    private final LongSupplier clock;
    private final Selector selector;
    private final MpscVarHandleArrayQueue<Runnable> commands;
    private final MpscVarHandleArrayQueue<Mailed> mailed;
    private final ArrayDeque<Settled> unsettled = new ArrayDeque<>();
    private final Timers timers;
    private final BufferPool pool;
    private final ByteBuffer readBuffer;
    private final ByteBuffer writeBatch;
    private final Consumer<SelectionKey> dispatch = EventLoop::dispatch;
    private final MessagePassingQueue.Consumer<Runnable> runCommand = EventLoop::runCommand;
    private final MessagePassingQueue.Consumer<Mailed> takeMail = Mailed::onMail;

    /** False while the loop sleeps or is about to: then, and only then, someone has to wake it. */
    private final AtomicBoolean awake = new AtomicBoolean(true);

    private volatile Thread owner;
    private volatile boolean stopped;
    private long nowNs;

    /**
     * Opens a loop that nobody drives yet.
     *
     * @param name for its thread and the log
     * @param options its bounds
     * @param clock nanoseconds that only grow, as {@link System#nanoTime}
     * @throws IOException if there is no descriptor left for a selector
     */
    public EventLoop(final String name, final LoopOptions options, final LongSupplier clock) throws IOException {
        this.name = name;
        this.options = options;
        this.clock = clock;
        selector = Selector.open();
        commands = new MpscVarHandleArrayQueue<>(Math.max(2, options.commandsPerCycleMax()));
        mailed = new MpscVarHandleArrayQueue<>(Math.max(2, options.mailboxMax()));
        nowNs = clock.getAsLong();
        timers = new Timers(nowNs);
        pool = new BufferPool(options.keptBytesMax());
        readBuffer = ByteBuffer.allocateDirect(options.readBufferBytes());
        writeBatch = ByteBuffer.allocateDirect(options.writeBatchBytes());
    }

    /** Drives the loop until {@link #stop}, sleeping in the selector while there is nothing to do. */
    @Override
    public void run() {
        try {
            while (!stopped) {
                cycle(Long.MAX_VALUE);
                // An interrupted thread does not sleep in the selector: it would spin from now on.
                Thread.interrupted();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(name + ": the selector failed", e);
        } finally {
            onClose();
        }
    }

    /**
     * Does what there is to do, without waiting.
     *
     * @return how much that was; 0: nothing
     * @throws IOException if the selector fails
     */
    @Override
    public int doWork() throws IOException {
        return cycle(NO_SLEEP);
    }

    /**
     * Does what there is to do, or waits for it.
     *
     * @param sleepNsMax how long to wait for the first event; 0: not at all
     * @return how much was done
     * @throws IOException if the selector fails
     */
    public int cycle(final long sleepNsMax) throws IOException {
        owner = Thread.currentThread();
        int work = commands.drain(runCommand, options.commandsPerCycleMax());
        work += mailed.drain(takeMail, options.mailboxMax());
        work += select(sleepNsMax);
        work += timers.poll(nowNs, options.expiriesPerCycleMax());
        work += settle();
        return work;
    }

    private int select(final long sleepNsMax) throws IOException {
        long sleepNs = Math.min(sleepNsMax, timers.sleepNsMax(clock.getAsLong()));
        awake.set(false);
        // Whoever adds something from here on sees that the loop sleeps, and wakes it.
        if (!unsettled.isEmpty() || !commands.isEmpty() || !mailed.isEmpty() || stopped) {
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
        nowNs = clock.getAsLong();
        return selected;
    }

    /** Settles what has asked for it until now; what asks meanwhile has its turn in the next cycle. */
    private int settle() {
        final int count = unsettled.size();
        for (int i = 0; i < count; i++) {
            unsettled.pollFirst().settle();
        }
        return count;
    }

    private static void dispatch(final SelectionKey key) {
        if (key.isValid()) {
            ((SelectHandler) key.attachment()).onReady(key.readyOps());
        }
    }

    private static void runCommand(final Runnable command) {
        try {
            command.run();
        } catch (final RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "a command failed", e);
        }
    }

    /**
     * Has a command run on the loop. Any thread.
     *
     * @param command what to run
     * @return false where too many wait already
     */
    public boolean execute(final Runnable command) {
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
     * Has {@link Settled#settle} called at the end of this cycle. Loop only; the caller sees to it that each target waits at
     * most once.
     *
     * @param target what has work left
     */
    public void settleLater(final Settled target) {
        unsettled.addLast(target);
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

    /** {@return whether {@link #stop} was called} */
    public boolean isStopped() {
        return stopped;
    }

    private void wake() {
        if (!awake.get() && awake.compareAndSet(false, true)) {
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

    /** {@return the time, read once a cycle, in nanoseconds} */
    public long nowNs() {
        return nowNs;
    }

    /** {@return the timers} */
    public Timers timers() {
        return timers;
    }

    /** {@return the buffers for what outlives a cycle} */
    public BufferPool pool() {
        return pool;
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

    /** Closes the selector. By the driving thread, after all channels are closed. */
    @Override
    public void onClose() {
        try {
            selector.close();
        } catch (final IOException e) {
            LOG.log(System.Logger.Level.WARNING, name + ": the selector did not close", e);
        }
    }
}
