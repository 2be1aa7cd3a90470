package io.godwit.reactor.session;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.ProtocolListener;
import io.godwit.core.protocol.ReadyState;
import io.godwit.core.protocol.Role;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.PauseReason;
import io.godwit.reactor.net.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open WebSocket connection on its loop: what was read goes into the protocol, and its events go to the handler; what is
 * sent goes by the {@link SendPath}. Nothing that a handler throws gets past it.
 */
final class WebSocketStage implements Stage, ProtocolListener {

    private static final System.Logger LOG = System.getLogger("io.godwit.reactor");

    private final Connection connection;
    private final Sessions shared;
    private final WebSocketHandler handler;
    private final WebSocketProtocol protocol;
    private final Inbox inbox = new Inbox();
    private final SendPath sendPath;
    private final Session session;
    private boolean closing;
    private boolean handlerFailed;

    /** What other threads see of the protocol's state. */
    private volatile ReadyState readyState = ReadyState.OPEN;

    WebSocketStage(final Connection connection, final Opening opening, final Sessions shared) {
        this.connection = connection;
        this.shared = shared;
        handler = opening.endpoint().handler();
        final EndpointLimits limits = opening.endpoint().limits();
        sendPath = new SendPath(connection, inbox, limits);
        protocol = WebSocketProtocol.builder(
                        Role.SERVER, this, sendPath, connection.loop().pool())
                .limits(limits.protocol())
                .fragmentBytes(limits.fragmentBytes())
                .deliverFragments(takesFragments())
                .build();
        sendPath.carry(protocol);
        session = new Session(connection, this, sendPath, inbox, opening);
    }

    private boolean takesFragments() {
        try {
            return handler.takesFragments();
        } catch (final Throwable e) {
            LOG.log(System.Logger.Level.ERROR, "takesFragments() threw; messages are delivered whole", e);
            return false;
        }
    }

    void open() {
        connection.deadline(idleDeadlineNs());
        guard(() -> handler.onOpen(session));
        session.forgetRequest();
        noteState();
    }

    // --- what the connection tells

    @Override
    public void onBytes(final ByteBuffer in) {
        protocol.receive(in);
        noteState();
    }

    @Override
    public void onInputEnd() {
        protocol.endOfInput();
        noteState();
    }

    @Override
    public void onMail() {
        pauseAsRequested();
        closeAsRequested();
        if (inbox.abortRequested()) {
            abort();
        }
    }

    @Override
    public void onBacklog() {
        if (!closing) {
            pause(PauseReason.BACKLOG);
        }
    }

    @Override
    public void onDrained() {
        resume(PauseReason.BACKLOG);
        if (!closing) {
            guard(() -> handler.onWritable(session));
            noteState();
        }
    }

    @Override
    public void onDeadline(final long nowNs) {
        if (closing) {
            guard(() -> handler.onError(session, Failure.timeout()));
            connection.abort(null);
        } else if (nowNs < idleDeadlineNs()) {
            connection.deadline(idleDeadlineNs());
        } else {
            guard(() -> handler.onError(session, Failure.timeout()));
            protocol.close(CloseCode.GOING_AWAY, "idle");
            noteState();
        }
    }

    /** Up to a sixteenth later than asked for, by the id, so that those who came at once do not expire at once. */
    private long idleDeadlineNs() {
        final long jitterNs = (shared.idleTimeoutNs() >>> 4) * (connection.id() * 0x9E3779B9L >>> 16 & 0xFF) >>> 8;
        return connection.lastSignNs() + shared.idleTimeoutNs() + jitterNs;
    }

    @Override
    public void onShutdown() {
        inbox.requestClose(CloseCode.GOING_AWAY, "server shutdown");
        closeAsRequested();
    }

    @Override
    public void onEnd(final Throwable cause) {
        // There is no more to begin: a handler that throws here must not set another deadline.
        closing = true;
        protocol.endOfInput();
        readyState = ReadyState.CLOSED;
        if (cause instanceof IOException) {
            guard(() -> handler.onError(session, Failure.io(cause)));
        }
        try {
            handler.onClose(session, protocol.closeCode(), protocol.closeReason());
        } catch (final Throwable t) {
            logFailure(t);
        }
    }

    /** Follows each call into the protocol that may have changed its state. */
    private void noteState() {
        final ReadyState state = protocol.readyState();
        if (state == ReadyState.OPEN) {
            return;
        }
        readyState = state;
        if (!closing) {
            closing = true;
            connection.deadline(connection.loop().nowNs() + shared.closeTimeoutNs());
            // The peer's Close has to be read, and nothing that comes before it is answered any more.
            resume(PauseReason.HANDLER);
            resume(PauseReason.BACKLOG);
        }
        if (protocol.outputFinished() && protocol.inputFinished() || state == ReadyState.CLOSED) {
            connection.finish();
        }
    }

    // --- what the protocol tells

    @Override
    public void onMessage(final Opcode kind, final ByteBuffer payload) {
        final MessageView view = shared.view();
        view.show(kind == Opcode.TEXT, true, payload);
        try {
            handler.onMessage(session, view);
        } catch (final Throwable t) {
            fail(t);
        } finally {
            view.hide();
        }
    }

    @Override
    public void onFragment(final Opcode kind, final ByteBuffer payload, final boolean last) {
        final MessageView view = shared.view();
        view.show(kind == Opcode.TEXT, false, payload);
        guard(() -> handler.onFragment(session, view, last));
        view.hide();
    }

    @Override
    public void onPing(final ByteBuffer payload) {
        guard(() -> handler.onPing(session, payload.asReadOnlyBuffer()));
    }

    @Override
    public void onPong(final ByteBuffer payload) {
        guard(() -> handler.onPong(session, payload.asReadOnlyBuffer()));
    }

    @Override
    public void onClose(final int code, final String reason) {
        readyState = protocol.readyState();
    }

    @Override
    public void onViolation(final ProtocolViolation violation) {
        if (!handlerFailed) {
            guard(() -> handler.onError(session, Failure.violation(violation)));
        }
    }

    /** Runs a callback that is not on the hot path. */
    private void guard(final Runnable callback) {
        try {
            callback.run();
        } catch (final Throwable t) {
            fail(t);
        }
    }

    /** The handler threw: the peer learns no more than 1011, the log all. */
    private void fail(final Throwable thrown) {
        logFailure(thrown);
        if (!handlerFailed) {
            handlerFailed = true;
            guard(() -> handler.onError(session, Failure.handler(thrown)));
            protocol.fail(ProtocolViolation.INTERNAL_ERROR);
            connection.settleLater();
            noteState();
        }
    }

    private void logFailure(final Throwable thrown) {
        LOG.log(System.Logger.Level.ERROR, "the handler of " + session + " threw", thrown);
    }

    // --- what the handler asks for, on the loop

    /** What was sent before leaves first: where that takes another turn, so does the close. */
    void closeAsRequested() {
        // Read before the inbox: what was sent before the close was asked for is in there by now.
        final Inbox.CloseRequest request = inbox.closeRequest();
        if (sendPath.drainInbox() && request != null && protocol.readyState() == ReadyState.OPEN) {
            protocol.close(request.code(), request.reason());
            connection.settleLater();
            noteState();
        }
    }

    void abort() {
        // Messages that have come already are not delivered either.
        protocol.pauseReceiving();
        connection.abort(null);
    }

    void pauseAsRequested() {
        final Boolean pause = inbox.pauseRequested();
        if (Boolean.TRUE.equals(pause) && !closing) {
            pause(PauseReason.HANDLER);
        } else if (Boolean.FALSE.equals(pause)) {
            resume(PauseReason.HANDLER);
        }
    }

    private void pause(final PauseReason reason) {
        connection.pause(reason);
        protocol.pauseReceiving();
    }

    private void resume(final PauseReason reason) {
        connection.resume(reason);
        if (!connection.isAborted() && !connection.isPaused()) {
            protocol.resumeReceiving();
        }
    }

    ReadyState readyState() {
        if (inbox.abortRequested()) {
            return ReadyState.CLOSED;
        }
        final ReadyState state = connection.loop().inLoop() ? protocol.readyState() : readyState;
        return state == ReadyState.OPEN && inbox.closeRequest() != null ? ReadyState.CLOSING : state;
    }
}
