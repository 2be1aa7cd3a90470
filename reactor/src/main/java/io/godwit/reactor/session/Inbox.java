package io.godwit.reactor.session;

import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jctools.queues.varhandle.unpadded.MpscChunkedVarHandleUnpaddedArrayQueue;

/**
 * What other threads ask of one connection. Messages are queued, bounded in number here, and in bytes by the room that is
 * taken before they come; to close, to abort, to pause and to fail are flags, so that they always get through. Any thread
 * writes, the loop reads.
 */
final class Inbox {

    /** However short they are: past this a message is dropped. */
    static final int MESSAGES_MAX = 65_536;

    /** As many wait without a further allocation; a longer queue is not kept. */
    private static final int CHUNK_MESSAGES = 128;

    private static final AtomicReferenceFieldUpdater<Inbox, CloseRequest> CLOSE_REQUEST =
            AtomicReferenceFieldUpdater.newUpdater(Inbox.class, CloseRequest.class, "closeRequest");
    private static final AtomicReferenceFieldUpdater<Inbox, Throwable> FAILURE =
            AtomicReferenceFieldUpdater.newUpdater(Inbox.class, Throwable.class, "failure");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Inbox, MpscChunkedVarHandleUnpaddedArrayQueue> MESSAGES =
            AtomicReferenceFieldUpdater.newUpdater(
                    Inbox.class, MpscChunkedVarHandleUnpaddedArrayQueue.class, "messages");

    /** Stands for a failure that somebody has taken on. */
    private static final Throwable TAKEN = new IllegalStateException("taken on");

    /**
     * The close that was asked for first.
     *
     * @param code its status code
     * @param reason its reason
     */
    record CloseRequest(int code, String reason) {}

    private volatile MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> messages;
    private volatile CloseRequest closeRequest;
    private volatile Throwable failure;
    private volatile boolean abortRequested;
    private volatile Boolean pauseRequested;
    private volatile boolean mailboxDrained;
    private volatile boolean closed;

    /**
     * Adds a message, in the order of each thread's calls.
     *
     * @param message owned from now on, where it was taken; after {@link #close} it goes back to the pool
     * @param pool the loop's
     * @return false where there are too many
     */
    boolean add(final Parcel message, final HandoffPool pool) {
        MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> queue = messages;
        if (queue == null) {
            // Made when first needed: most connections are sent to by their own loop alone.
            MESSAGES.compareAndSet(
                    this, null, new MpscChunkedVarHandleUnpaddedArrayQueue<Parcel>(CHUNK_MESSAGES, MESSAGES_MAX));
            queue = messages;
        }
        if (!queue.offer(message)) {
            return false;
        }
        if (closed) {
            // The loop may have looked for the last time before this one was there.
            discard(pool);
        }
        return true;
    }

    /** {@return the next message, owned by the caller, or null. Loop only} */
    Parcel poll() {
        final MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> queue = messages;
        return queue == null || closed ? null : queue.poll();
    }

    /** The connection has ended: what waits, and what still comes, goes back to the pool. Loop only. */
    void close(final HandoffPool pool) {
        closed = true;
        discard(pool);
    }

    /** {@return whether the connection has ended} */
    boolean isClosed() {
        return closed;
    }

    /** After the end the loop has no part in it any more, and whoever comes late clears away: one at a time. */
    private synchronized void discard(final HandoffPool pool) {
        final MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> queue = messages;
        if (queue != null) {
            for (Parcel late = queue.poll(); late != null; late = queue.poll()) {
                pool.release(late);
            }
        }
    }

    /** Asks for a close, unless one was asked for before. */
    void requestClose(final int code, final String reason) {
        if (closeRequest == null) {
            CLOSE_REQUEST.compareAndSet(this, null, new CloseRequest(code, reason));
        }
    }

    /** {@return the close that was asked for, or null} */
    CloseRequest closeRequest() {
        return closeRequest;
    }

    /** Asks for an abort. */
    void requestAbort() {
        abortRequested = true;
    }

    /** {@return whether an abort was asked for} */
    boolean abortRequested() {
        return abortRequested;
    }

    /** Asks for reading to pause, or to resume; the last word counts. */
    void requestPause(final boolean pause) {
        pauseRequested = pause;
    }

    /** {@return what was asked for last; null: nothing} */
    Boolean pauseRequested() {
        return pauseRequested;
    }

    /** Reports that the handler's mailbox has emptied enough for reading to go on. */
    void reportMailboxDrained() {
        mailboxDrained = true;
    }

    /** {@return whether that was reported, once for any number of reports. Loop only} */
    boolean takeMailboxDrained() {
        final boolean drained = mailboxDrained;
        if (drained) {
            mailboxDrained = false;
        }
        return drained;
    }

    /**
     * Reports that the handler threw.
     *
     * @param thrown what
     * @return false where that was reported before: the first counts
     */
    boolean reportFailure(final Throwable thrown) {
        return FAILURE.compareAndSet(this, null, thrown);
    }

    /** {@return whether the handler threw, be it taken on or not: the connection is about to be failed} */
    boolean isFailing() {
        return failure != null;
    }

    /** {@return whether the handler threw, and nobody has taken that on yet} */
    boolean hasFailure() {
        final Throwable thrown = failure;
        return thrown != null && thrown != TAKEN;
    }

    /** {@return what the handler threw, once: to whoever is the first to ask; else null. Any thread} */
    Throwable takeFailure() {
        final Throwable thrown = failure;
        return thrown != null && thrown != TAKEN && FAILURE.compareAndSet(this, thrown, TAKEN) ? thrown : null;
    }
}
