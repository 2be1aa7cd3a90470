package io.godwit.reactor.session;

import io.godwit.core.protocol.ReadyState;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.loop.MemoryHolders;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PauseReason;

/**
 * The protocol of one open connection: its own while a frame, a message or its end is under way, or reading has paused in
 * mid-buffer; else one of the {@link ProtocolPool}, for the length of a call. So an idle connection has none, and is open.
 * Loop only, but for {@link #limits}.
 */
final class Framing {

    private static final PauseReason[] OF_OPEN = {
        PauseReason.HANDLER,
        PauseReason.BACKLOG,
        PauseReason.RATE,
        PauseReason.MAILBOX,
        PauseReason.LEAVING,
        PauseReason.TOPICS
    };

    private final WebSocketStage stage;
    private final ProtocolPool pool;

    /** Null while it is at rest. */
    private LentProtocol lent;

    Framing(final WebSocketStage stage, final ProtocolPool pool) {
        this.stage = stage;
        this.pool = pool;
    }

    /** {@return whose protocol it is} */
    WebSocketStage stage() {
        return stage;
    }

    /** {@return what it is served on. Any thread} */
    EndpointLimits limits() {
        return pool.limits();
    }

    /** {@return the connection's protocol, which it has until {@link #rest}} */
    WebSocketProtocol protocol() {
        if (lent == null) {
            lent = pool.lend(stage);
        }
        return lent.protocol();
    }

    /** {@return whether it has no protocol, and so is open, with nothing under way} */
    boolean isAtRest() {
        return lent == null;
    }

    /** {@return what to send one whole message or control frame with, now; there is nothing to give back} */
    WebSocketProtocol toSend() {
        return lent == null ? pool.forSending(stage) : lent.protocol();
    }

    /**
     * Gives the protocol back, if it is at rest. That follows each call to {@link #protocol} that may have brought it there;
     * called from within one of its own callbacks, it is not at rest.
     */
    void rest() {
        final LentProtocol mine = lent;
        if (mine != null && mine.protocol().isAtRest()) {
            lent = null;
            pool.giveBack(mine);
        }
    }

    /** {@return the protocol's state} */
    ReadyState state() {
        return lent == null ? ReadyState.OPEN : lent.protocol().readyState();
    }

    /** {@return whether our Close frame has not been sent, nor its place lost} */
    boolean isOutputOpen() {
        return lent == null || !lent.protocol().outputFinished();
    }

    /** {@return whether a Close frame is due, and held back: the peer's is to be answered, or the connection was failed} */
    boolean holdsClose() {
        return lent != null && lent.protocol().holdsClose();
    }

    /**
     * Sends the Close frame that is held back, or else starts the closing handshake, if the connection is open.
     *
     * @param request null: it is held back
     */
    void sendClose(final Inbox.CloseRequest request) {
        if (holdsClose()) {
            lent.protocol().sendHeldClose();
        } else if (request != null && state() == ReadyState.OPEN) {
            protocol().close(request.code(), request.reason());
        }
    }

    /** {@return whether nothing more matters, of what comes and of what goes} */
    boolean isOver() {
        if (lent == null) {
            return false;
        }
        final WebSocketProtocol mine = lent.protocol();
        return mine.outputFinished() && mine.inputFinished() || mine.readyState() == ReadyState.CLOSED;
    }

    /**
     * The peer's bytes have ended, or the connection has. It takes no memory: this has to come about even where there is none.
     *
     * @return the protocol, which is closed, and tells how
     */
    WebSocketProtocol endOfInput() {
        forgetMessage();
        pool.forget(stage);
        if (lent == null) {
            lent = pool.ended();
        } else {
            lent.protocol().endOfInput();
        }
        return lent.protocol();
    }

    /** The peer is being sent a Ping: its Pong is expected. */
    void notePing() {
        stage.vigil().onPingSent();
    }

    // --- the message that is coming in

    /**
     * Follows what was received: notes which message is unfinished now.
     *
     * @param ended whether a message has ended, so that it is another
     * @param controlEnded whether a control frame has ended. If that may be what was unfinished, since no message was, what is
     *     unfinished now has begun after it: a peer that only sends Pings, cut anywhere, is not in one endless message
     */
    void noteMessage(final boolean ended, final boolean controlEnded) {
        final LentProtocol mine = lent;
        if (mine == null || mine.isEvicted()) {
            return;
        }
        if (!mine.protocol().isInputUnfinished()) {
            forgetMessage();
            return;
        }
        if (ended || !mine.isTimed() || controlEnded && !mine.isInMessage()) {
            beginPeriod(mine);
        }
        mine.inMessage(mine.protocol().isInputInMessage());
        mine.noteHeld(holders(), nowNs(), stage.connection().receivedBytes(), ended);
    }

    private MemoryHolders holders() {
        return stage.connection().loop().memoryHolders();
    }

    private long nowNs() {
        return stage.connection().loop().nowNs();
    }

    /** {@return the connection's protocol; null: it has none} */
    LentProtocol lent() {
        return lent;
    }

    /** {@return how much memory the message holds that is coming in} */
    int heldBytes() {
        return lent == null ? 0 : lent.heldBytes();
    }

    /** {@return how much more of it finds room there} */
    int roomBytes() {
        return lent == null ? 0 : lent.protocol().heldRoomBytes();
    }

    /** What the peer sent meanwhile was not read. */
    void readAgain() {
        if (lent != null && lent.isTimed()) {
            beginPeriod(lent);
        }
    }

    private void beginPeriod(final LentProtocol mine) {
        final Connection connection = stage.connection();
        final long nowNs = connection.loop().nowNs();
        mine.beginPeriod(nowNs, connection.receivedBytes());
        if (stage.isWatched()) {
            connection.deadlineBy(nowNs + stage.shared().messageTimeoutNs());
        }
    }

    /** Nobody waits for the end of a message any more. */
    void forgetMessage() {
        if (lent != null) {
            lent.forgetMessage(holders());
        }
    }

    /** {@return when the message that is coming in has to be over, or to have brought more; {@link Long#MAX_VALUE}: none is} */
    long messageDueNs() {
        return lent == null || !lent.isTimed()
                ? Long.MAX_VALUE
                : lent.periodNs() + stage.shared().messageTimeoutNs();
    }

    /** {@return whether that time has passed, and the peer has not sent enough; if it has, its time begins anew} */
    boolean isMessageLate(final long nowNs) {
        final long dueNs = messageDueNs();
        if (dueNs == Long.MAX_VALUE || nowNs - dueNs < 0) {
            return false;
        }
        if (lent.bytesInPeriod(stage.connection().receivedBytes()) < Timeouts.MESSAGE_PACE_BYTES) {
            return true;
        }
        beginPeriod(lent);
        return false;
    }

    /** {@return whether the memory of its message was taken back, and the connection is still to be failed for it} */
    boolean isEvicted() {
        return lent != null && lent.isEvicted() && !lent.protocol().inputFinished();
    }

    // --- whether the connection is read: its socket, and what has been read already, from the next frame on

    void pause(final PauseReason reason) {
        stage.connection().pause(reason);
        stop();
    }

    /** The connection is cut off, or pauses: messages that have come already are not delivered either. */
    void stop() {
        // Whose protocol is at rest has nothing in hand, and is handed nothing before it is resumed.
        if (lent != null) {
            lent.protocol().pauseReceiving();
        }
    }

    void resume(final PauseReason reason) {
        stage.connection().resume(reason);
        goOn();
    }

    /** Goes on with what has been read, if there is no reason left not to. */
    void goOn() {
        final Connection connection = stage.connection();
        if (lent != null && !connection.isAborted() && !connection.isUnread()) {
            lent.protocol().resumeReceiving();
            readAgain();
            rest();
        }
    }

    /** The connection is closing: the peer's Close has to be read, and nothing that comes before it is answered any more. */
    void resumeForTheClose() {
        for (final PauseReason reason : OF_OPEN) {
            resume(reason);
        }
    }
}
