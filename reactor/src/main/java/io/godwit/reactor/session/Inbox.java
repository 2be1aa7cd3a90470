package io.godwit.reactor.session;

import java.util.Queue;
import java.util.concurrent.atomic.AtomicReference;
import org.jctools.queues.varhandle.unpadded.MpscLinkedVarHandleUnpaddedQueue;

/**
 * What other threads ask of one connection. Messages are queued, and bounded by the room that is taken before they come
 * here; to close, to abort and to pause are flags, so that they always get through. Any thread writes, the loop reads.
 */
final class Inbox {

    /**
     * The close that was asked for first.
     *
     * @param code its status code
     * @param reason its reason
     */
    record CloseRequest(int code, String reason) {}

    private final AtomicReference<Queue<Outgoing>> messages = new AtomicReference<>();
    private final AtomicReference<CloseRequest> closeRequest = new AtomicReference<>();
    private volatile boolean abortRequested;
    private volatile Boolean pauseRequested;

    /** Adds a message, in the order of each thread's calls. */
    void add(final Outgoing message) {
        Queue<Outgoing> queue = messages.get();
        if (queue == null) {
            // Made when first needed: most connections are sent to by their own loop alone.
            messages.compareAndSet(null, new MpscLinkedVarHandleUnpaddedQueue<>());
            queue = messages.get();
        }
        queue.add(message);
    }

    /** {@return the next message, or null. Loop only} */
    Outgoing poll() {
        final Queue<Outgoing> queue = messages.get();
        return queue == null ? null : queue.poll();
    }

    /** Asks for a close, unless one was asked for before. */
    void requestClose(final int code, final String reason) {
        closeRequest.compareAndSet(null, new CloseRequest(code, reason));
    }

    /** {@return the close that was asked for, or null} */
    CloseRequest closeRequest() {
        return closeRequest.get();
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
}
