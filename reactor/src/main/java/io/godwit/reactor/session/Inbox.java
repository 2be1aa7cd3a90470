package io.godwit.reactor.session;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * What other threads ask of one connection, beside the messages that they hand over at its {@link Gate}: to close, to abort,
 * to pause and to fail are flags, so that they always get through. Any thread writes, the loop reads.
 */
final class Inbox {

    private static final AtomicReferenceFieldUpdater<Inbox, CloseRequest> CLOSE_REQUEST =
            AtomicReferenceFieldUpdater.newUpdater(Inbox.class, CloseRequest.class, "closeRequest");
    private static final AtomicReferenceFieldUpdater<Inbox, Throwable> FAILURE =
            AtomicReferenceFieldUpdater.newUpdater(Inbox.class, Throwable.class, "failure");

    /** Stands for a failure that somebody has taken on. */
    private static final Throwable TAKEN = new IllegalStateException("taken on");

    /**
     * The close that was asked for first.
     *
     * @param code its status code
     * @param reason its reason
     */
    record CloseRequest(int code, String reason) {}

    private volatile CloseRequest closeRequest;
    private volatile Throwable failure;
    private volatile boolean abortRequested;
    private volatile Boolean pauseRequested;
    private volatile boolean mailboxDrained;
    private volatile boolean answered;

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

    /** Reports that the handler has been handed, and has dealt with, all that came before the last of it was announced. */
    void reportAnswered() {
        answered = true;
    }

    /** {@return whether that was reported} */
    boolean isAnswered() {
        return answered;
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
