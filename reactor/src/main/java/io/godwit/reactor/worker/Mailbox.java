package io.godwit.reactor.worker;

import io.godwit.reactor.endpoint.MailboxLimits;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Executor;
import org.jctools.queues.varhandle.unpadded.SpscGrowableVarHandleUnpaddedArrayQueue;

/**
 * One connection's events on their way from its loop to its handler: in order, one at a time, on whatever worker is free.
 *
 * <p>The loop puts, one worker at a time takes, a bounded number each turn before others have theirs. While so much waits
 * that a limit is reached the mailbox is full, and it stays so until half of it is empty; or, if it was full since the loop has
 * hardly more memory to spare than it holds, until all is. Notes are few, and always find room.
 */
public final class Mailbox implements Runnable {

    /** What one turn takes: a handler that is slow must not keep its worker from the others for long. */
    private static final int TURN_EVENTS = 16;

    /** Beyond the limit: for notes, and for what had been parsed when the limit was reached. */
    private static final int EXTRA_EVENTS = 64;

    private static final int NOTES_MAX = 32;
    private static final int CHUNK_EVENTS = 16;

    /** What waits is one number, so that both limits are judged by one look: how many above, how many bytes below. */
    private static final int COUNT_SHIFT = 40;

    private static final long ONE = 1L << COUNT_SHIFT;

    private static final int IDLE = 0;
    private static final int SCHEDULED = 1;
    private static final int RUNNING = 2;
    private static final int RUNNING_AGAIN = 3;
    private static final int FINISHED = 4;

    private static final VarHandle WAITING;
    private static final VarHandle STATE;
    private static final VarHandle FULL;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            WAITING = lookup.findVarHandle(Mailbox.class, "waiting", long.class);
            STATE = lookup.findVarHandle(Mailbox.class, "state", int.class);
            FULL = lookup.findVarHandle(Mailbox.class, "full", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Whoever the events are for. Called by workers, never by two at a time. */
    public interface Recipient {

        /** A turn begins on this thread. */
        void onTurn();

        /** {@return whether what waits is to stay where it is, until {@link Mailbox#schedule} is called} */
        boolean isHeld();

        /**
         * Takes an event.
         *
         * @param event borrowed for the call
         */
        void deliver(Parcel event);

        /** The mailbox was full, and enough of it is empty now. */
        void onRoom();

        /**
         * Takes the last event, after all that were put before it. There are no turns any more.
         *
         * @param label what {@link Mailbox#putLast} was given
         */
        void onFinished(Object label);
    }

    private final Executor workers;
    private final HandoffPool pool;
    private final Recipient recipient;
    private final int messagesMax;
    private final int bytesMax;
    private final SpscGrowableVarHandleUnpaddedArrayQueue<Parcel> events;

    @SuppressWarnings("unused")
    private volatile long waiting;

    private volatile int state;
    private volatile boolean full;

    /** What has happened last, which has no place in the queue, since it must not be lost for want of memory; or null. */
    private volatile Object last;

    /** Whether it is full for want of memory. Written by the loop before {@link #full}. */
    private boolean memoryScarce;

    /**
     * Starts empty.
     *
     * @param workers runs the turns, of which there is one at a time at most
     * @param limits when it is full
     * @param pool takes back the parcels that were delivered
     * @param recipient of what they hold
     */
    public Mailbox(
            final Executor workers, final MailboxLimits limits, final HandoffPool pool, final Recipient recipient) {
        this(
                workers,
                limits,
                pool,
                recipient,
                new SpscGrowableVarHandleUnpaddedArrayQueue<>(CHUNK_EVENTS, limits.messagesMax() + EXTRA_EVENTS));
    }

    /**
     * Starts empty.
     *
     * @param workers runs the turns, of which there is one at a time at most
     * @param limits when it is full
     * @param pool takes back the parcels that were delivered
     * @param recipient of what they hold
     * @param events empty; offers throw an OutOfMemoryError, and change nothing, if there is no memory to grow
     */
    Mailbox(
            final Executor workers,
            final MailboxLimits limits,
            final HandoffPool pool,
            final Recipient recipient,
            final SpscGrowableVarHandleUnpaddedArrayQueue<Parcel> events) {
        this.workers = workers;
        this.events = events;
        this.pool = pool;
        this.recipient = recipient;
        messagesMax = limits.messagesMax();
        bytesMax = limits.bytesMax();
    }

    // --- the loop puts

    /**
     * Adds an event, even where the mailbox is full: whoever fills it stops then, as soon as what he has in hand lets him.
     * Loop only.
     *
     * @param parcel owned from now on, whatever happens
     * @return whether the mailbox is full now, which {@link Recipient#onRoom} ends
     * @throws IllegalStateException if there are too many over the limit
     */
    public boolean put(final Parcel parcel) {
        final long size = sizeOf(parcel);
        // Counted first: it may be taken before we return from adding it.
        final long now = (long) WAITING.getAndAdd(this, size) + size;
        boolean offered = false;
        try {
            offered = countOf(now) <= messagesMax + EXTRA_EVENTS - NOTES_MAX && events.offer(parcel);
        } finally {
            // Refused, or there was no memory for the queue to grow.
            if (!offered) {
                WAITING.getAndAdd(this, -size);
                pool.release(parcel);
            }
        }
        if (!offered) {
            throw new IllegalStateException("the mailbox holds more than it may: " + countOf(now));
        }
        schedule();
        final boolean over = isOver(now);
        memoryScarce = !over && holdsTooMuch(now);
        return (over || memoryScarce) && becomesFull();
    }

    private boolean holdsTooMuch(final long now) {
        return countOf(now) * HandoffPool.costOf(0) + bytesOf(now) > pool.spareBytes();
    }

    /**
     * Adds an event that carries no bytes, and counts for nothing. Loop only; 32 in the life of a connection at most.
     *
     * @param label what has happened
     * @throws OutOfMemoryError if there is no memory for it; it is not told
     */
    public void putNote(final Object label) {
        if (!events.offer(Parcel.note(label))) {
            throw new IllegalStateException("there is no place for " + label);
        }
        schedule();
    }

    /**
     * Says what has happened last: nothing is put after it. It takes no memory. Loop only.
     *
     * @param label given to {@link Recipient#onFinished}
     */
    public void putLast(final Object label) {
        last = label;
        schedule();
    }

    private boolean becomesFull() {
        FULL.setVolatile(this, true);
        // A worker that has emptied it meanwhile may not have seen that it was full.
        return !(hasRoom((long) WAITING.getVolatile(this)) && FULL.compareAndSet(this, true, false));
    }

    /** {@return whether it was filled, and enough of it has not been emptied since. Any thread} */
    public boolean isFull() {
        return full;
    }

    // --- turns

    /** Sees to it that what waits is looked at, by a worker, after this call. Any thread. */
    public void schedule() {
        // What was put must be seen by the turn that is found to be due already.
        VarHandle.fullFence();
        while (true) {
            final int current = state;
            if (current == IDLE && STATE.compareAndSet(this, IDLE, SCHEDULED)) {
                workers.execute(this);
                return;
            }
            if (current == RUNNING && STATE.compareAndSet(this, RUNNING, RUNNING_AGAIN)) {
                return;
            }
            if (current != IDLE && current != RUNNING) {
                return;
            }
        }
    }

    /** One turn. By a worker, once for each time that it was scheduled. */
    @Override
    public void run() {
        state = RUNNING;
        VarHandle.fullFence();
        Progress progress = Progress.MORE;
        try {
            progress = turn();
        } finally {
            // Where the turn was not to have thrown, but has, the next one goes on behind it.
            rest(progress);
        }
    }

    private enum Progress {
        MORE,
        NOTHING_LEFT,
        LAST
    }

    private Progress turn() {
        recipient.onTurn();
        for (int i = 0; i < TURN_EVENTS; i++) {
            if (recipient.isHeld()) {
                return Progress.NOTHING_LEFT;
            }
            // Read before the queue: then all that was put before it is seen there.
            final Object end = last;
            final Parcel next = events.poll();
            if (next != null) {
                deliver(next);
            } else if (end != null) {
                return Progress.LAST;
            } else {
                return Progress.NOTHING_LEFT;
            }
        }
        return Progress.MORE;
    }

    private void deliver(final Parcel next) {
        final long size = sizeOf(next);
        try {
            recipient.deliver(next);
        } finally {
            pool.release(next);
            final long left = (long) WAITING.getAndAdd(this, -size) - size;
            if (full && hasRoom(left) && FULL.compareAndSet(this, true, false)) {
                recipient.onRoom();
            }
        }
    }

    private void rest(final Progress progress) {
        if (progress == Progress.LAST) {
            state = FINISHED;
            recipient.onFinished(last);
        } else if (progress == Progress.MORE || !STATE.compareAndSet(this, RUNNING, IDLE)) {
            state = SCHEDULED;
            workers.execute(this);
        }
    }

    // --- how much waits

    private static long sizeOf(final Parcel parcel) {
        return parcel.isNote() ? 0 : ONE + parcel.bytes().remaining();
    }

    private static int countOf(final long waiting) {
        return (int) (waiting >>> COUNT_SHIFT);
    }

    private static long bytesOf(final long waiting) {
        return waiting & ONE - 1;
    }

    private boolean isOver(final long waiting) {
        return countOf(waiting) >= messagesMax || bytesOf(waiting) >= bytesMax;
    }

    private boolean hasRoom(final long waiting) {
        return memoryScarce
                ? countOf(waiting) == 0
                : countOf(waiting) <= messagesMax / 2 && bytesOf(waiting) <= bytesMax / 2;
    }
}
