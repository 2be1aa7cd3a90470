package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.Utf8;
import io.godwit.reactor.broadcast.Deliveries;
import io.godwit.reactor.broadcast.Subscriber;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.Outbound;
import io.godwit.reactor.net.Precedence;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jctools.queues.varhandle.unpadded.MpscChunkedVarHandleUnpaddedArrayQueue;

/**
 * Where other threads hand their messages to the loop that owns a connection. Each connection has one from when the first
 * other thread sends to it.
 *
 * <p>A message is copied first. Then one atomic step takes its room, counts it, and sees whether the way out is sealed
 * ({@link Outbound#handOver}); after that nothing is left to do but to put it where the loop finds it. So what was taken
 * always arrives, and the loop knows when nothing more does: a Close frame can wait for that. Any thread hands over; the loop
 * takes.
 */
final class Gate {

    /** What one turn of the loop takes: whoever fills it faster must not keep the loop from others. */
    private static final int TURN_MAX = 1_024;

    /** As many wait without a further allocation; a longer queue is not kept. */
    private static final int CHUNK = 128;

    /** {@link Outbound} counts them, and takes no more than half as many: so there is always a place. */
    private static final int CAPACITY = 131_072;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final AtomicReferenceFieldUpdater<Gate, Subscriber> SUBSCRIBER =
            AtomicReferenceFieldUpdater.newUpdater(Gate.class, Subscriber.class, "subscriber");
    private static final AtomicLongFieldUpdater<Gate> CLOSE_POSITION =
            AtomicLongFieldUpdater.newUpdater(Gate.class, "closePosition");

    @SuppressWarnings("rawtypes")
    private static final AtomicReferenceFieldUpdater<Gate, MpscChunkedVarHandleUnpaddedArrayQueue> QUEUE =
            AtomicReferenceFieldUpdater.newUpdater(Gate.class, MpscChunkedVarHandleUnpaddedArrayQueue.class, "queue");

    private final Connection connection;
    private final SendPath sendPath;

    /** Null until the first message is handed over: a subscriber that is only published to has none. */
    private volatile MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> queue;

    private volatile long closePosition = Long.MAX_VALUE;

    /** Null until it is subscribed to a topic. */
    private volatile Subscriber subscriber;

    Gate(final Connection connection, final SendPath sendPath) {
        this.connection = connection;
        this.sendPath = sendPath;
    }

    private Outbound outbound() {
        return connection.outbound();
    }

    private HandoffPool handoff() {
        return connection.loop().handoff();
    }

    // --- what is published

    /** {@return what this connection is subscribed by; made when first asked for. Any thread} */
    Subscriber subscriber(final Deliveries deliveries) {
        if (subscriber == null) {
            SUBSCRIBER.compareAndSet(this, null, new Subscriber(deliveries, sendPath));
        }
        // By each who asks, before it is subscribed: the thread that has made the subscriber may not have got here yet.
        // From now on the loop looks here before it sends.
        outbound().watch();
        if (outbound().isSealed()) {
            // It was closed, maybe when there was nothing yet to note that in.
            noteClose();
        }
        if (outbound().isEnded()) {
            // The end may have looked before there was a subscriber.
            subscriber.endUnused();
        }
        return subscriber;
    }

    /** The connection has ended. Loop only. */
    void endSubscriptions() {
        if (subscriber != null) {
            subscriber.end();
        }
    }

    /** {@return what was published before now has a lower position; 0: it is subscribed to nothing. Any thread} */
    long position() {
        final Subscriber present = subscriber;
        return present == null ? 0 : present.head();
    }

    /** It is being closed: what is published from now on is not for it. Any thread; the first call counts. */
    void noteClose() {
        CLOSE_POSITION.compareAndSet(this, Long.MAX_VALUE, position());
    }

    /** {@return what was published before the close has a lower position} */
    long closePosition() {
        return closePosition;
    }

    /** Delivers what was published before a position. If that fails, so does the connection, not whoever calls this. Loop only. */
    void catchUp(final long position) {
        final Subscriber present = subscriber;
        if (present != null && !sendPath.isOver()) {
            try {
                present.catchUp(position);
            } catch (final Throwable t) {
                sendPath.fail(t);
            }
        }
    }

    // --- any thread hands over

    /**
     * Hands over a message or control frame.
     *
     * @param opcode text, binary, ping or pong
     * @param payload copied
     * @return what became of it
     */
    SendResult handOver(final Opcode opcode, final ByteBuffer payload) {
        // Asked once: another thread may move them.
        final int from = payload.position();
        final int length = payload.remaining();
        if (opcode.isControl()) {
            Payloads.requireControlLength(length);
        }
        final Precedence precedence = opcode.isControl() ? Precedence.CONTROL : Precedence.MESSAGE;
        final long bytes = sendPath.wireBytes(length);
        final SendResult refusal = refusal(bytes, length, precedence);
        return refusal != null ? refusal : post(opcode, copyOf(payload, from, length), (int) bytes, precedence);
    }

    /** As {@link #handOver(Opcode, ByteBuffer)}, but encodes. */
    SendResult handOver(final String text) {
        final int payloadBytes = Utf8.encodedLength(text);
        final long bytes = sendPath.wireBytes(payloadBytes);
        final SendResult refusal = refusal(bytes, payloadBytes, Precedence.MESSAGE);
        return refusal != null
                ? refusal
                : post(
                        Opcode.TEXT,
                        Payloads.utf8(handoff(), sendPath.room(payloadBytes), text, payloadBytes),
                        (int) bytes,
                        Precedence.MESSAGE);
    }

    /** As {@link #handOver(Opcode, ByteBuffer)}, but shares. */
    SendResult handOver(final EncodedMessage message) {
        final long bytes = sendPath.wireBytes(message.payloadBytes());
        final SendResult refusal = refusal(bytes, sendPath.copiedOf(message), Precedence.MESSAGE);
        return refusal != null ? refusal : post(message, copyOf(NOTHING, 0, 0), (int) bytes, Precedence.MESSAGE);
    }

    /**
     * Hands over one frame of a message in fragments.
     *
     * @param fragment which one it is
     * @param payload copied
     * @return what became of it
     */
    SendResult handOver(final Fragment fragment, final ByteBuffer payload) {
        final Precedence precedence = fragment.precedence(payload);
        final int from = payload.position();
        final int length = payload.remaining();
        final long bytes = SendPath.frameBytes(length);
        final SendResult refusal = refusal(bytes, length, precedence);
        return refusal != null ? refusal : post(fragment, copyOf(payload, from, length), (int) bytes, precedence);
    }

    private Parcel copyOf(final ByteBuffer payload, final int from, final int length) {
        return Payloads.copy(handoff(), sendPath.room(length), payload, from, length);
    }

    private SendResult refusal(final long bytes, final int copiedBytes, final Precedence precedence) {
        return sendPath.neverFits(bytes, copiedBytes)
                ? outbound().refuseTooLong()
                : told(outbound().refusal((int) bytes, precedence));
    }

    private SendResult post(final Object what, final Parcel parcel, final int bytes, final Precedence precedence) {
        if (parcel == null) {
            return sendPath.refusedForMemory(SendPath.SHARED);
        }
        final SendResult result;
        // Before it is taken: what is published after a close, which nothing is taken after, does not go before it.
        final long before = position();
        try {
            // First: what has been taken finds it.
            makeQueue();
            result = outbound().handOver(bytes, precedence);
        } catch (final RuntimeException | Error e) {
            handoff().release(parcel);
            throw e;
        }
        if (!result.isTaken()) {
            handoff().release(parcel);
            return told(result);
        }
        put(parcel.label(what, bytes).position(before));
        return result;
    }

    private void makeQueue() {
        if (queue == null) {
            QUEUE.compareAndSet(this, null, new MpscChunkedVarHandleUnpaddedArrayQueue<Parcel>(CHUNK, CAPACITY));
        }
    }

    /** Whoever is refused hears of room: the loop may have looked for whom to tell of it just before. */
    private SendResult told(final SendResult refusal) {
        if (refusal == SendResult.DROPPED) {
            connection.mail();
        }
        return refusal;
    }

    private void put(final Parcel parcel) {
        boolean put = false;
        try {
            put = queue.offer(parcel);
        } finally {
            if (!put) {
                // No memory for a longer queue: it is thrown, and the message is not taken.
                outbound().withdraw(parcel.number());
                handoff().release(parcel);
            }
            connection.mail();
        }
        if (outbound().isEnded()) {
            // The loop may have looked for the last time before this one was there; it has counted it.
            discard();
        }
    }

    // --- the loop takes

    /**
     * Sends what has been handed over, as much as is due in one turn.
     *
     * @return false where there may be more: then the connection has mail again
     */
    boolean drain() {
        for (int i = 0; i < TURN_MAX; i++) {
            if (!sendNext()) {
                return true;
            }
        }
        connection.mail();
        return false;
    }

    /** Sends all that has been handed over until now, which is bounded as what may wait is. */
    void drainAll() {
        for (int left = outbound().handOvers(); left > 0 && sendNext(); left--) {
            // What comes meanwhile was not there before.
        }
    }

    /** Sends what was handed over before a position was published. */
    void drainTo(final long position) {
        Parcel next = first();
        while (next != null && next.position() <= position && sendNext()) {
            next = first();
        }
    }

    private Parcel first() {
        final MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> present = queue;
        return present == null ? null : present.peek();
    }

    /** Once nothing can be sent any more, what was handed over stays here until the end of the connection counts it. */
    private boolean sendNext() {
        // Asked first: after the end others may be taking what is here, and one only may look.
        final Parcel next = sendPath.isOver() ? null : first();
        if (next == null) {
            return false;
        }
        // May cut it off: then the message has to be here still.
        catchUp(next.position());
        if (sendPath.isOver()) {
            return false;
        }
        sendPath.arrive(queue.poll());
        return true;
    }

    static boolean endsMessage(final Object label) {
        return label instanceof EncodedMessage
                || label instanceof Opcode opcode && !opcode.isControl()
                || label instanceof Fragment fragment && fragment.isLast();
    }

    /** After the end the loop has no part in it any more, and whoever comes late clears away: one at a time. */
    synchronized void discard() {
        final MpscChunkedVarHandleUnpaddedArrayQueue<Parcel> present = queue;
        Parcel late = present == null ? null : present.poll();
        while (late != null) {
            if (!endsMessage(late.label())) {
                outbound().recountUnsent(-1);
            }
            handoff().release(late);
            late = present.poll();
        }
    }
}
