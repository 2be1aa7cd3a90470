package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.core.frame.ProtocolViolation;
import io.godwit.core.protocol.ProtocolListener;
import io.godwit.reactor.endpoint.CloseInfo;
import io.godwit.reactor.endpoint.Failure;
import io.godwit.reactor.endpoint.NotTextException;
import io.godwit.reactor.endpoint.WebSocketHandler;
import io.godwit.reactor.metrics.Metric;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * Calls the handler of one connection: what the protocol tells goes there at once, where it is within the rate. Nothing that
 * the handler throws gets past here: the first is counted, told to the handler itself, and ends the connection; all go to
 * the log. Once somebody has called close() or abort(), no further message or control frame is delivered. Each callback
 * starts with a clear interrupt flag, whatever the one before has left. Loop only, but for {@link #messages}.
 */
final class HandlerCalls implements ProtocolListener {

    private static final VarHandle MESSAGES;

    static {
        try {
            MESSAGES = MethodHandles.lookup().findVarHandle(HandlerCalls.class, "messages", long.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final WebSocketHandler handler;
    private final Sessions shared;
    private Session session;

    /** Written by the loop alone. */
    private long messages;

    /**
     * Makes the calls of one connection.
     *
     * @param handler its handler
     * @param shared what the connections of its loop share
     */
    HandlerCalls(final WebSocketHandler handler, final Sessions shared) {
        this.handler = handler;
        this.shared = shared;
    }

    /** Closes the circle: what the handler is handed asks the stage, which makes these calls. */
    void of(final Session its) {
        session = its;
    }

    boolean takesFragments() {
        try {
            return handler.takesFragments();
        } catch (final Throwable e) {
            shared.handlerLog()
                    .log(System.Logger.Level.ERROR, "takesFragments() threw; messages are delivered whole", e);
            return false;
        } finally {
            shared.loop().keepInterrupt();
        }
    }

    /** {@return whether it deals with messages on threads of its own} */
    boolean answersLater() {
        return handler instanceof AnswersLater;
    }

    /** No more messages will come: it is to tell when it has dealt with those that have. */
    void lastMessage() {
        guard(((AnswersLater) handler)::onLastMessage);
    }

    /** From now on nothing is taken that it sends. */
    void sealed() {
        if (answersLater()) {
            guard(((AnswersLater) handler)::onSealed);
        }
    }

    /** Takes no memory: whoever is told of the end was told of this. */
    void open() {
        try {
            handler.onOpen(session);
        } catch (final Throwable t) {
            fail(t);
        } finally {
            shared.loop().keepInterrupt();
        }
    }

    // --- what the protocol tells

    @Override
    public void onMessage(final Opcode kind, final ByteBuffer payload) {
        if (isAdmitted()) {
            final MessageViews views = shared.views();
            shared.deliveries().beginCall();
            try {
                handler.onMessage(session, show(kind, true, payload));
            } catch (final Throwable t) {
                fail(t);
            } finally {
                views.hide();
                called();
            }
        }
    }

    @Override
    public void onFragment(final Opcode kind, final ByteBuffer payload, final boolean last) {
        if (!last) {
            shared.turn().countPart();
        }
        if (last ? isAdmitted() : !session.isEndAsked()) {
            final MessageViews views = shared.views();
            shared.deliveries().beginCall();
            try {
                handler.onFragment(session, show(kind, false, payload), last);
            } catch (final Throwable t) {
                fail(t);
            } finally {
                views.hide();
                called();
            }
        }
    }

    private MessageView show(final Opcode kind, final boolean whole, final ByteBuffer payload) {
        shared.turn().countMessage();
        return shared.views().show(kind == Opcode.TEXT, whole, payload);
    }

    private boolean isAdmitted() {
        return !session.isEndAsked()
                && (shared.turn().admits() || session.stage().admitsTheFast());
    }

    /** Control frames cost nothing: a peer may send them all the time. */
    @Override
    public void onPing(final ByteBuffer payload) {
        shared.turn().countControl();
        if (isAdmitted()) {
            final ByteBuffer view = shared.controlPayload(payload);
            shared.deliveries().beginCall();
            try {
                handler.onPing(session, view);
            } catch (final Throwable t) {
                fail(t);
            } finally {
                called();
            }
            // As with messages: kept, it must not show what comes next.
            view.limit(0);
        }
    }

    /** Those that answer our own Pings are not the peer's doing. */
    @Override
    public void onPong(final ByteBuffer payload) {
        shared.turn().countControl();
        if (session.stage().vigil().takeOwedPong(payload) ? !session.isEndAsked() : isAdmitted()) {
            final ByteBuffer view = shared.controlPayload(payload);
            shared.deliveries().beginCall();
            try {
                handler.onPong(session, view);
            } catch (final Throwable t) {
                fail(t);
            } finally {
                called();
            }
            view.limit(0);
        }
    }

    @Override
    public void onClose(final int code, final String reason) {
        session.stage().closeReceived();
    }

    @Override
    public void onViolation(final ProtocolViolation violation) {
        session.stage().failing();
        // What the handler threw has been told.
        if (violation != ProtocolViolation.INTERNAL_ERROR) {
            shared.counters().increment(metricOf(violation));
            error(Failure.violation(violation));
        }
    }

    private static Metric metricOf(final ProtocolViolation violation) {
        return switch (violation) {
            case OVERLOADED -> Metric.OVERLOADS;
            case RATE_EXCEEDED -> Metric.RATES_EXCEEDED;
            case POLICY -> Metric.SLOW_CONSUMERS;
            case MESSAGE_TIMEOUT -> Metric.MESSAGE_TIMEOUTS;
            default -> Metric.VIOLATIONS;
        };
    }

    private void called() {
        shared.loop().keepInterrupt();
        if (shared.deliveries().endCall()) {
            session.stage().publishLater();
        }
    }

    // --- what the connection tells

    /** Counts what was delivered at a time. */
    void count(final int delivered) {
        if (delivered > 0) {
            shared.counters().add(Metric.MESSAGES_RECEIVED, delivered);
            MESSAGES.setOpaque(this, messages + delivered);
        }
    }

    /** {@return how many messages were delivered, or parts of them. Any thread} */
    long messages() {
        return (long) MESSAGES.getOpaque(this);
    }

    void writable() {
        guard(() -> handler.onWritable(session));
    }

    /** Takes no memory: what is told here is told once, and would be lost. */
    void dropped(final long count, final long bytes) {
        try {
            handler.onDropped(session, count, bytes);
        } catch (final Throwable t) {
            fail(t);
        } finally {
            shared.loop().keepInterrupt();
        }
    }

    /** Tells why the connection is being ended. Takes no memory, as {@link #dropped}. */
    void error(final Failure failure) {
        try {
            handler.onError(session, failure);
        } catch (final Throwable t) {
            fail(t);
        } finally {
            shared.loop().keepInterrupt();
        }
    }

    /** The last call. */
    void close(final CloseInfo how) {
        try {
            handler.onClose(session, how);
        } catch (final Throwable t) {
            log(t);
        } finally {
            shared.loop().keepInterrupt();
        }
    }

    private void guard(final Runnable callback) {
        try {
            callback.run();
        } catch (final Throwable t) {
            fail(t);
        } finally {
            shared.loop().keepInterrupt();
        }
    }

    /**
     * The handler threw, here or on a worker: the peer learns no more than 1011, the log all. If it has taken a binary message
     * for text, that is the peer's doing: 1003, and nothing for the log to fill with.
     */
    void fail(final Throwable thrown) {
        shared.loop().keepInterrupt();
        final WebSocketStage stage = session.stage();
        if (thrown instanceof NotTextException) {
            shared.handlerLog()
                    .log(System.Logger.Level.DEBUG, "the handler of ", session, " takes no binary messages", thrown);
            if (stage.noteHandlerFailure()) {
                stage.failForHandler(ProtocolViolation.UNSUPPORTED_DATA);
            }
            return;
        }
        log(thrown);
        if (stage.noteHandlerFailure()) {
            shared.counters().increment(Metric.HANDLER_FAILURES);
            error(Failure.handler(thrown));
            stage.failForHandler(ProtocolViolation.INTERNAL_ERROR);
        }
    }

    private void log(final Throwable thrown) {
        shared.handlerLog().log(System.Logger.Level.ERROR, "the handler of ", session, " threw", thrown);
    }
}
