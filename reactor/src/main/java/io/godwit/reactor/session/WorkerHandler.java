package io.godwit.reactor.session;

import io.godwit.core.http.HttpRequest;
import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.Endpoint;
import io.godwit.reactor.endpoint.Execution;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.Message;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.worker.Mailbox;
import io.godwit.reactor.worker.WorkerPool;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;

/**
 * Stands on the loop for a handler that runs on workers: what the loop tells it goes into the connection's mailbox, and from
 * there, on a worker, to the handler itself. Its methods as a handler are for the loop, those of a recipient for workers.
 *
 * <p>While too much waits for the socket, or the handler has paused reading, what is in the mailbox stays there, as what is
 * not read stays in the socket: an echo to a slow peer must not pile up here either.
 */
final class WorkerHandler implements AnswersLater, Mailbox.Recipient {

    private static final AtomicReferenceFieldUpdater<WorkerHandler, Dropped> DROPPED =
            AtomicReferenceFieldUpdater.newUpdater(WorkerHandler.class, Dropped.class, "dropped");

    /** What a parcel is: each carries a payload. */
    private enum Kind {
        TEXT,
        BINARY,
        TEXT_PART,
        TEXT_LAST_PART,
        BINARY_PART,
        BINARY_LAST_PART,
        PING,
        PONG;

        static Kind ofPart(final boolean text, final boolean last) {
            if (text) {
                return last ? TEXT_LAST_PART : TEXT_PART;
            }
            return last ? BINARY_LAST_PART : BINARY_PART;
        }

        boolean isText() {
            return this == TEXT || this == TEXT_PART || this == TEXT_LAST_PART;
        }

        boolean isLast() {
            return this == TEXT_LAST_PART || this == BINARY_LAST_PART;
        }
    }

    /** That there is room again, which is no event of its own. */
    private static final Object WRITABLE = new Object();

    /** The note that comes first. */
    private record Opened() {}

    /** The note that comes after the last message, before a Close frame of ours. */
    private record LastMessage() {}

    /** What was dropped since the handler was told last. */
    private record Dropped(long messages, long bytes) {}

    private final Connection connection;
    private final WebSocketStage stage;
    private final Inbox inbox;
    private final WebSocketHandler handler;
    private final HandoffPool handoff;
    private final WorkerPool workers;
    private final Mailbox mailbox;
    private Session session;

    /** Until the handler has been told that the connection is open. */
    private HttpRequest request;

    /** The thread that is telling it so. */
    private volatile Thread opener;

    private volatile boolean writable;
    private volatile Dropped dropped;

    /** These are for workers alone. */
    private boolean opened;

    private boolean failed;

    /** The connection has ended while the handler had paused it. */
    private boolean cutOff;

    WorkerHandler(
            final Connection connection,
            final WebSocketStage stage,
            final Inbox inbox,
            final Opening opening,
            final WorkerPool workers) {
        this.connection = connection;
        this.stage = stage;
        this.inbox = inbox;
        handler = opening.endpoint().handler();
        request = opening.request();
        handoff = connection.loop().handoff();
        this.workers = workers;
        mailbox = new Mailbox(workers, opening.endpoint().limits().mailbox(), handoff, this);
    }

    /** {@return whether an endpoint's handler runs on workers; one that has threads of its own does not need them} */
    static boolean isFor(final Endpoint endpoint) {
        return endpoint.execution() == Execution.WORKERS && !(endpoint.handler() instanceof HandlerPerConnection);
    }

    // --- on the loop

    /** Asked on the loop, once: it is a constant of the handler rather than a callback. */
    @Override
    public boolean takesFragments() {
        return handler.takesFragments();
    }

    @Override
    public void onOpen(final WebSocket ws) {
        session = (Session) ws;
        mailbox.putNote(new Opened());
    }

    @Override
    public void onMessage(final WebSocket ws, final Message message) {
        put(message.isText() ? Kind.TEXT : Kind.BINARY, ((MessageView) message).payload());
    }

    @Override
    public void onFragment(final WebSocket ws, final Message part, final boolean last) {
        put(Kind.ofPart(part.isText(), last), ((MessageView) part).payload());
    }

    @Override
    public void onPing(final WebSocket ws, final ByteBuffer payload) {
        put(Kind.PING, payload);
    }

    @Override
    public void onPong(final WebSocket ws, final ByteBuffer payload) {
        put(Kind.PONG, payload);
    }

    private void put(final Kind kind, final ByteBuffer payload) {
        final int bytes = payload.remaining();
        final Parcel parcel = Payloads.copy(handoff, roomFor(bytes), payload, payload.position(), bytes);
        if (parcel == null) {
            stage.overloaded();
            return;
        }
        if (mailbox.put(parcel.label(kind, 0))) {
            stage.mailboxFull();
        }
    }

    /** One short message at a time: what comes after it waits until there is memory. */
    private Parcel ofReserve(final int bytes) {
        final Parcel parcel = handoff.acquireFirst(bytes);
        if (parcel != null) {
            stage.mailboxWithoutMemory();
        }
        return parcel;
    }

    /** {@return a parcel; null: there is no memory, even after those who get nowhere have made way} */
    private Parcel roomFor(final int bytes) {
        Parcel parcel = handoff.acquire(bytes);
        // What never fits is not worth anyone's message.
        while (parcel == null
                && connection.loop().memory().canHold(HandoffPool.costOf(bytes))
                && stage.shared().relieve()) {
            parcel = handoff.acquire(bytes);
        }
        return parcel == null ? ofReserve(bytes) : parcel;
    }

    @Override
    public void onWritable(final WebSocket ws) {
        writable = true;
        mailbox.schedule();
    }

    @Override
    public void onDropped(final WebSocket ws, final long messages, final long bytes) {
        Dropped before;
        Dropped after;
        do {
            before = dropped;
            after = before == null
                    ? new Dropped(messages, bytes)
                    : new Dropped(before.messages + messages, before.bytes + bytes);
        } while (!DROPPED.compareAndSet(this, before, after));
        mailbox.schedule();
    }

    @Override
    public void onError(final WebSocket ws, final Failure failure) {
        mailbox.putNote(failure);
    }

    @Override
    public void onClose(final WebSocket ws, final CloseInfo how) {
        mailbox.putLast(how);
    }

    @Override
    public void onLastMessage() {
        mailbox.putNote(new LastMessage());
    }

    @Override
    public void onSealed() {
        look();
    }

    /** What held the messages back may hold them no longer. Any thread. */
    void look() {
        mailbox.schedule();
    }

    // --- on a worker

    @Override
    public void onTurn() {
        if (opened) {
            tellWhatChanged();
        }
    }

    private void tellWhatChanged() {
        if (writable) {
            writable = false;
            if (session.isOpen()) {
                tell(WRITABLE);
            }
        }
        if (dropped != null) {
            tell(DROPPED.getAndSet(this, null));
        }
    }

    @Override
    public boolean isHeld() {
        return (connection.outbound().isUnheldOverSoftMark() || isPaused()) && opened && !failed && session.isOpen();
    }

    private boolean isPaused() {
        return Boolean.TRUE.equals(inbox.pauseRequested());
    }

    @Override
    public void deliver(final Parcel event) {
        final Object label = event.label();
        if (label instanceof Kind kind) {
            // What a pause holds back is lost with the connection, and with it all that came after.
            cutOff |= isPaused() && !session.isOpen();
            // Who has ended the connection, or failed, is not told more of what came before that was seen.
            if (!failed && !cutOff && !session.isEndAsked()) {
                deliverPayload(kind, event);
            }
        } else if (label instanceof LastMessage) {
            stage.answered();
        } else if (label instanceof Failure failure) {
            if (opened) {
                tell(failure);
            }
        } else {
            open(label);
        }
    }

    private void deliverPayload(final Kind kind, final Parcel event) {
        try {
            show(kind, event);
        } catch (final Throwable t) {
            fail(t);
        } finally {
            // Kept, it must not show what comes next in the same memory.
            event.forget();
            forgetInterrupt();
        }
    }

    private void show(final Kind kind, final Parcel event) {
        final MessageViews views = MessageViews.ofThisWorker();
        try {
            switch (kind) {
                case PING -> handler.onPing(session, event.readOnlyBytes());
                case PONG -> handler.onPong(session, event.readOnlyBytes());
                case TEXT, BINARY -> handler.onMessage(session, views.show(kind.isText(), true, event));
                default -> handler.onFragment(session, views.show(kind.isText(), false, event), kind.isLast());
            }
        } finally {
            views.hide();
        }
    }

    private void open(final Object note) {
        opener = Thread.currentThread();
        tell(note);
        opener = null;
        request = null;
        opened = true;
        tellWhatChanged();
    }

    /** If there was no memory to tell the handler that the connection is open, it is not told of the end either. */
    private void end(final CloseInfo how) {
        if (!opened) {
            return;
        }
        try {
            // What was dropped last was noted before, but maybe after this turn began.
            tellWhatChanged();
        } catch (final Throwable t) {
            logFailure(t);
        }
        close(how);
    }

    private void close(final CloseInfo how) {
        try {
            handler.onClose(session, how);
        } catch (final Throwable t) {
            logFailure(t);
        } finally {
            forgetInterrupt();
        }
    }

    @Override
    public void onRoom() {
        stage.mailboxDrained();
    }

    @Override
    public void onFinished(final Object label) {
        try {
            end((CloseInfo) label);
        } finally {
            // Whatever is thrown: nobody else leaves the place among the workers.
            workers.leave();
        }
    }

    /**
     * Tells the handler what has happened. It takes no memory outside of its guard: what is thrown there would end the worker, and
     * what is told here would be lost.
     *
     * @param what a note, {@link #WRITABLE}, or what the handler threw
     */
    private void tell(final Object what) {
        try {
            if (what instanceof Opened) {
                handler.onOpen(session);
            } else if (what == WRITABLE) {
                handler.onWritable(session);
            } else if (what instanceof Dropped all) {
                handler.onDropped(session, all.messages(), all.bytes());
            } else {
                handler.onError(session, what instanceof Failure told ? told : Failure.handler((Throwable) what));
            }
        } catch (final Throwable t) {
            fail(t);
        } finally {
            forgetInterrupt();
        }
    }

    /** What one callback does to its thread is not the next one's matter. */
    private static void forgetInterrupt() {
        Thread.interrupted();
    }

    /** The loop ends the connection for it, and tells the handler; where there is no connection any more, we do. */
    private void fail(final Throwable thrown) {
        failed = true;
        forgetInterrupt();
        if (!stage.reportFailure(thrown)) {
            logFailure(thrown);
            return;
        }
        connection.mail();
        if (connection.outbound().isEnded()) {
            final Throwable own = inbox.takeFailure();
            if (own != null) {
                logFailure(own);
                connection.loop().counters().incrementFromOutside(Metric.HANDLER_FAILURES);
                tell(own);
            }
        }
    }

    private void logFailure(final Throwable thrown) {
        stage.shared().handlerLog().log(System.Logger.Level.ERROR, "the handler of ", session, " threw", thrown);
    }

    /**
     * Gives the opening request, on the thread that runs onOpen.
     *
     * @return its head
     * @throws IllegalStateException elsewhere, and afterwards
     */
    HttpRequest request() {
        if (opener != Thread.currentThread()) {
            throw new IllegalStateException(
                    "the request is for onOpen, and is kept until that has returned; this is thread "
                            + Thread.currentThread().getName());
        }
        return request;
    }
}
