package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.ReadyState;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.broadcast.Publisher;
import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.WebSocket;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.loop.BufferPool;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.Evicted;
import io.godwit.reactor.net.Outbound;
import io.godwit.reactor.net.PauseReason;
import io.godwit.reactor.net.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open WebSocket connection on its loop: what was read goes into the protocol, and its events go to the handler; what is
 * sent goes by the {@link SendPath}. Nothing that a handler throws gets past it.
 */
final class WebSocketStage implements Stage, Opened, Publisher {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Connection connection;
    private final Sessions shared;
    private final HandlerCalls calls;

    /** What they call, where the handler runs on workers; else null. */
    private final WorkerHandler workerHandler;

    private final Inbox inbox;
    private final SendPath sendPath;
    private final Framing framing;
    private final Session session;
    private final Vigil vigil;
    private boolean closing;

    /** A Close frame of ours waits until the handler has answered what came before. */
    private boolean awaitsReplies;

    /** A Close frame of ours waits for what other threads were told is sent, and have not handed over yet. */
    private boolean awaitsHandOvers;

    /** What {@link HandlerCalls} know; but there it would cost each idle connection 8 bytes. */
    private boolean handlerFailed;

    /** What other threads see of the protocol's state. */
    private volatile ReadyState readyState = ReadyState.OPEN;

    WebSocketStage(final Connection connection, final Opening opening, final Sessions shared) {
        this.connection = connection;
        this.shared = shared;
        inbox = new Inbox();
        workerHandler = WorkerHandler.isFor(opening.endpoint())
                ? new WorkerHandler(connection, this, inbox, opening, shared.workers())
                : null;
        final WebSocketHandler handler = workerHandler == null
                ? HandlerPerConnection.of(opening.endpoint().handler())
                : workerHandler;
        calls = new HandlerCalls(handler, shared);
        final EndpointLimits limits = opening.endpoint().limits();
        framing = new Framing(this, shared.protocols(limits, calls.takesFragments()));
        sendPath = new SendPath(connection, framing);
        session = new Session(connection, sendPath, opening);
        calls.of(session);
        vigil = new Vigil(this);
    }

    @Override
    public WebSocket webSocket() {
        return session;
    }

    @Override
    public long messagesReceived() {
        return calls.messages();
    }

    @Override
    public long messagesSent() {
        return connection.outbound().sentMessages();
    }

    void open() {
        shared.counters().increment(Metric.WEBSOCKETS_OPENED);
        calls.open();
        session.forgetRequest();
        vigil.watch();
        noteState();
    }

    // --- what the connection tells

    @Override
    public void onBytes(final ByteBuffer in) {
        final int before = in.remaining();
        final ReadTurn turn = shared.turn();
        turn.begin(vigil.messagesMax());
        shared.receiving(this);
        try {
            framing.protocol().receive(in);
        } finally {
            shared.receiving(null);
        }
        vigil.onMessages(turn.takeArrivals());
        calls.count(turn.messages());
        vigil.onBytes(before - in.remaining() - turn.exemptBytes());
        noteState();
        if (isWatched()) {
            framing.noteMessage(turn.hasEnded(), turn.hasEndedControl());
        }
    }

    @Override
    public boolean keepsInput() {
        return !closing;
    }

    @Override
    public long heldBytes() {
        return framing.heldBytes();
    }

    /** None if the message is going to be copied for a worker. */
    @Override
    public int roomBytes() {
        return workerHandler == null ? framing.roomBytes() : 0;
    }

    /** Once the message has grown into another buffer, and once it is copied for another thread. */
    @Override
    public long memoryFor(final int bytes) {
        return 2 * BufferPool.costOf(framing.heldBytes() + bytes);
    }

    @Override
    public void onReadAgain() {
        framing.goOn();
        vigil.watch();
    }

    @Override
    public void onInputEnd() {
        if (framing.holdsClose()) {
            // The peer has said all. It may still hear us, and whoever cannot is noticed when that is written.
            return;
        }
        // It may still read: what was taken leaves. What is only about to be handed over is told as unsent.
        connection.outbound().seal();
        sendPath.catchUpAll();
        framing.endOfInput();
        noteState();
    }

    @Override
    public void onMail() {
        if (framing.isEvicted() || sendPath.isCut()) {
            overloaded();
        }
        pauseAsRequested();
        if (inbox.takeMailboxDrained()) {
            framing.resume(PauseReason.MAILBOX);
        }
        if (awaitsReplies && inbox.isAnswered()) {
            stopAwaiting();
        }
        if (sendPath.drain()) {
            closeAsRequested();
            failAsReported();
        }
        if (inbox.abortRequested()) {
            abort();
        }
    }

    /** The handler threw on a worker: what it sent before leaves first. */
    private void failAsReported() {
        final Throwable thrown = inbox.hasFailure() && isClear() ? inbox.takeFailure() : null;
        if (thrown != null) {
            calls.fail(thrown);
        }
    }

    /** {@return whether all that other threads were told is sent has been sent} Where not, they have mail for the loop. */
    private boolean isClear() {
        return sendPath.drain() && connection.outbound().handOvers() == 0;
    }

    @Override
    public boolean onOverloaded() {
        overloaded();
        return true;
    }

    @Override
    public void onBacklog() {
        pause(PauseReason.BACKLOG);
        if (!closing) {
            vigil.watch();
        }
    }

    @Override
    public void onEvicted(final Evicted evicted) {
        calls.dropped(evicted.messages(), evicted.bytes());
        noteState();
    }

    @Override
    public void onLimitHit() {
        fail(ProtocolViolation.POLICY);
    }

    @Override
    public void onBacklogEnd() {
        framing.resume(PauseReason.BACKLOG);
        if (!closing) {
            vigil.watch();
        }
    }

    @Override
    public void onDrained() {
        if (!closing && !connection.isAborted()) {
            calls.writable();
            noteState();
        }
    }

    @Override
    public void onDeadline(final long nowNs) {
        if (awaitsReplies) {
            stopAwaiting();
            return;
        }
        if (closing || awaitsHandOvers) {
            shared.counters().increment(Metric.CLOSE_TIMEOUTS);
            calls.error(Failure.timeout());
            connection.abort(null);
            return;
        }
        vigil.onDeadline(nowNs);
    }

    @Override
    public void onShutdown(final long leftNs) {
        if (awaitsReplies) {
            connection.deadlineBy(connection.loop().nowNs() + leftNs / 2);
        }
        if (awaitsReplies || framing.state() == ReadyState.OPEN && awaitReplies(leftNs)) {
            framing.pause(PauseReason.LEAVING);
        } else {
            leave();
        }
    }

    private void leave() {
        requestClose(CloseCode.GOING_AWAY, "server shutdown");
        closeAsRequested();
    }

    /**
     * Has the handler answer what has come, before our Close frame: for half of the time that closing may take, so that the
     * peer has the rest; or of the time that is left to the server, if that is less.
     *
     * @param leftNs after how long the connection is cut off; {@link Long#MAX_VALUE}: it is not known
     * @return false: it answers at once, or nothing that it sends now would leave
     */
    private boolean awaitReplies(final long leftNs) {
        if (!calls.answersLater() || connection.outbound().isSealed()) {
            return false;
        }
        connection.deadline(connection.loop().nowNs() + Math.min(shared.closeTimeoutNs(), leftNs) / 2);
        awaitsReplies = true;
        calls.lastMessage();
        return true;
    }

    /** The handler has answered, or its time is up. */
    private void stopAwaiting() {
        awaitsReplies = false;
        if (framing.state() == ReadyState.OPEN) {
            leave();
        } else {
            noteState();
        }
    }

    @Override
    public void onEnd(final Throwable cause) {
        // There is no more to begin: a handler that throws here must not set another deadline.
        closing = true;
        final WebSocketProtocol ended = framing.endOfInput();
        readyState = ReadyState.CLOSED;
        final Outbound outbound = connection.outbound();
        outbound.end();
        RuntimeException mistake = null;
        try {
            letGo();
        } catch (final RuntimeException e) {
            // The handler is told of the end all the same.
            mistake = e;
        }
        // If memory is out until here, this is called again: from here on it is not, so that each is told once.
        final Failure failure = cause instanceof IOException ? Failure.io(cause) : null;
        final CloseInfo how = shared.closeInfos()
                .of(ended.closeCode(), ended.closeReason(), outbound.unsentMessages(), outbound.unsentBytes());
        shared.counters().increment(Metric.WEBSOCKETS_CLOSED);
        if (failure != null) {
            tellLast(failure);
        }
        calls.close(how);
        if (mistake != null) {
            throw mistake;
        }
    }

    private void tellLast(final Failure failure) {
        try {
            calls.error(failure);
        } catch (final OutOfMemoryError e) {
            // The handler threw, and there was no memory to tell it of that: what matters is the end.
        }
    }

    private void letGo() {
        try {
            sendPath.end();
            failAsReported();
        } finally {
            sendPath.endSubscriptions();
        }
        // Messages may have been dropped after that was told last.
        final Evicted evicted = connection.outbound().takeEvicted();
        if (evicted != null) {
            calls.dropped(evicted.messages(), evicted.bytes());
        }
    }

    /** Follows each call into the protocol that may have changed its state. */
    private void noteState() {
        final ReadyState state = framing.state();
        if (state == ReadyState.OPEN) {
            framing.rest();
            return;
        }
        readyState = state;
        if (awaitsReplies
                && state != ReadyState.CLOSED
                && !connection.outbound().isSealed()) {
            return;
        }
        awaitsReplies = false;
        if (!closing) {
            closing = true;
            framing.forgetMessage();
            connection.outbound().seal();
            connection.endWithin(shared.closeTimeoutNs());
            connection.readWithoutMemory();
            framing.resumeForTheClose();
            calls.sealed();
        }
        if (framing.holdsClose()) {
            closeAsRequested();
        } else if (framing.isOver()) {
            connection.finish();
        }
    }

    // --- what the vigil finds

    boolean isClosing() {
        return closing;
    }

    /** {@return whether the vigil sets its deadlines: it is neither closing nor about to} */
    boolean isWatched() {
        return !closing && !awaitsReplies && !awaitsHandOvers;
    }

    /** The peer did what it may not. */
    void fail(final ProtocolViolation violation) {
        if (!closing) {
            framing.protocol().fail(violation);
            noteState();
        }
    }

    void closeForSilence(final Metric metric, final String reason) {
        shared.counters().increment(metric);
        calls.error(Failure.timeout());
        requestClose(CloseCode.GOING_AWAY, reason);
        closeAsRequested();
    }

    void pause(final PauseReason reason) {
        if (!closing) {
            framing.pause(reason);
        }
    }

    void resume(final PauseReason reason) {
        framing.resume(reason);
    }

    void sendPing() {
        if (framing.toSend().ping(NOTHING)) {
            shared.counters().increment(Metric.PINGS_SENT);
            vigil.onPingSent();
        }
    }

    // --- for those who belong to it

    Framing framing() {
        return framing;
    }

    Vigil vigil() {
        return vigil;
    }

    Connection connection() {
        return connection;
    }

    Sessions shared() {
        return shared;
    }

    HandlerCalls calls() {
        return calls;
    }

    SendPath sendPath() {
        return sendPath;
    }

    /** The peer has sent its Close frame. */
    void closeReceived() {
        connection.peerIsDone();
        if (!awaitsReplies && !awaitReplies(Long.MAX_VALUE)) {
            connection.outbound().seal();
        }
        readyState = framing.state();
    }

    /** The connection is being failed: what its handler sends from now on is not taken. */
    void failing() {
        connection.outbound().seal();
    }

    /** {@return whether what has come, and is too much, goes to the handler all the same: the peer is only slowed down} */
    boolean admitsTheFast() {
        vigil.onMessages(shared.turn().takeArrivals());
        vigil.slowDown();
        return !closing;
    }

    /** Notes that the handler threw: {@return whether it had not before} */
    boolean noteHandlerFailure() {
        final boolean first = !handlerFailed;
        handlerFailed = true;
        return first;
    }

    /** The handler threw. */
    void failForHandler(final ProtocolViolation violation) {
        framing.protocol().fail(violation);
        connection.settleLater();
        noteState();
    }

    // --- what the handler asks for, on the loop

    /** Sends the Close frame that is due, once nothing can come any more that goes before it. */
    void closeAsRequested() {
        final Inbox.CloseRequest request = inbox.closeRequest();
        final boolean due = request != null || framing.holdsClose();
        if (!due
                || connection.isAborted()
                || awaitsReplies && !connection.outbound().isSealed()) {
            return;
        }
        // After this nothing is taken. What was, and is not here yet, comes with mail.
        connection.outbound().seal();
        awaitsReplies = false;
        if (isClear()) {
            sendPath.catchUpBeforeClose();
            sendPath.abandonFragments();
            if (connection.isAborted()) {
                // Something that goes before it has failed.
                return;
            }
            framing.sendClose(request);
            connection.settleLater();
            noteState();
        } else if (isWatched()) {
            // It comes back here with their mail. Until then this is the only deadline, and the cause has been told.
            awaitsHandOvers = true;
            connection.deadline(connection.loop().nowNs() + shared.closeTimeoutNs());
        }
    }

    /** Asks for a close; from now on nothing that is sent is taken. Any thread. */
    void requestClose(final int code, final String reason) {
        inbox.requestClose(code, reason);
        sendPath.noteClose();
        connection.outbound().seal();
        // Again: whoever has subscribed it meanwhile has either seen the seal, or is seen here.
        sendPath.noteClose();
    }

    /** Asks for an abort. Any thread. */
    void requestAbort() {
        inbox.requestAbort();
        connection.outbound().seal();
    }

    /** {@return false where the handler was reported to have thrown before; from now on nothing that is sent is taken} */
    boolean reportFailure(final Throwable thrown) {
        final boolean first = inbox.reportFailure(thrown);
        connection.outbound().seal();
        return first;
    }

    /** The handler has dealt with all that had come. Any thread. */
    void answered() {
        inbox.reportAnswered();
        connection.mail();
    }

    void abort() {
        framing.stop();
        connection.abort(null);
    }

    void pauseAsRequested() {
        final Boolean pause = inbox.pauseRequested();
        if (Boolean.TRUE.equals(pause) && !closing) {
            framing.pause(PauseReason.HANDLER);
        } else if (Boolean.FALSE.equals(pause)) {
            framing.resume(PauseReason.HANDLER);
        }
    }

    /** The handler's mailbox has taken what has come, and there is no memory for more. */
    void mailboxWithoutMemory() {
        connection.awaitMemoryToRead();
        framing.stop();
    }

    /** There is no memory for what has come. */
    void overloaded() {
        fail(ProtocolViolation.OVERLOADED);
    }

    /** What the handler publishes has no room to speak of: it is called again for what comes once there is some. */
    void publishLater() {
        if (!closing) {
            try {
                shared.deliveries().awaitRoom(this);
            } catch (final OutOfMemoryError e) {
                // Then it goes on, and is told of each message that has no room.
                return;
            }
            framing.pause(PauseReason.TOPICS);
        }
    }

    @Override
    public void onRoomToPublish() {
        if (!connection.isGone()) {
            try {
                framing.resume(PauseReason.TOPICS);
            } catch (final Throwable t) {
                connection.fail(t);
            }
            connection.settleNow();
        }
    }

    void mailboxFull() {
        if (!closing) {
            shared.counters().increment(Metric.MAILBOXES_FULL);
            framing.pause(PauseReason.MAILBOX);
        }
    }

    /** The handler's mailbox has emptied enough to go on. Any thread. */
    void mailboxDrained() {
        if (connection.loop().inLoop()) {
            framing.resume(PauseReason.MAILBOX);
        } else {
            inbox.reportMailboxDrained();
            connection.mail();
        }
    }

    Inbox inbox() {
        return inbox;
    }

    /** {@return what the loop calls where the handler runs on workers; else null} */
    WorkerHandler workerHandler() {
        return workerHandler;
    }

    /** Messages that were held back for a handler on workers may be held back no longer. Any thread. */
    void lookAtMailbox() {
        if (workerHandler != null) {
            workerHandler.look();
        }
    }

    EndpointLimits limits() {
        return framing.limits();
    }

    ReadyState readyState() {
        if (inbox.abortRequested()) {
            return ReadyState.CLOSED;
        }
        if (!connection.outbound().isSealed()) {
            // To those whose replies are waited for, the peer's Close comes after what it has sent.
            return ReadyState.OPEN;
        }
        final ReadyState state = connection.loop().inLoop() ? framing.state() : readyState;
        return state == ReadyState.OPEN ? ReadyState.CLOSING : state;
    }
}
