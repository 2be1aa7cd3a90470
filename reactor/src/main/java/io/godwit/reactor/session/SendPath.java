package io.godwit.reactor.session;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.Utf8;
import io.godwit.core.protocol.FrameOutput;
import io.godwit.core.protocol.ReadyState;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.broadcast.Deliveries;
import io.godwit.reactor.broadcast.Outlet;
import io.godwit.reactor.broadcast.Subscriber;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.loop.BufferPool;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import io.godwit.reactor.loop.SharedMemory;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.Outbound;
import io.godwit.reactor.net.Precedence;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;

/**
 * How a message leaves: from the handler and from topics on the loop, or from other threads through the {@link Gate}, into
 * the protocol, which frames it, and from there to the way out. What other threads have given this connection goes before
 * what the loop sends, and nothing goes after a close. Loop only, but for what says otherwise.
 */
final class SendPath implements FrameOutput, Outlet {

    /** In place of how many bytes are copied: its frames are shared. */
    static final int SHARED = -1;

    /** Of a message in fragments, in {@link #progress}: no frame was sent; some were; one that was taken is lost. */
    private static final byte NOT_BEGUN = 0;

    private static final byte BEGUN = 1;
    private static final byte CUT = 2;

    /** In {@link #stand}: the opcode alone decides which room the frame takes. */
    private static final byte PLAIN = 0;

    /** In {@link #stand}: the frame may take the room of control frames, and keeps its place among the messages. */
    private static final byte KEEPS_PLACE = 1;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final VarHandle GATE;
    private static final VarHandle WRITING;

    static {
        try {
            final MethodHandles.Lookup lookup = MethodHandles.lookup();
            GATE = lookup.findVarHandle(SendPath.class, "gate", Gate.class);
            WRITING = lookup.findVarHandle(SendPath.class, "writing", boolean.class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Connection connection;
    private final Framing framing;

    /** Null until another thread sends: to most connections none ever does. */
    private volatile Gate gate;

    /** While a message is sent in fragments, what else is sent waits here. Null where nothing does. */
    private HeldMessages held;

    /** Whether a message in fragments is being sent, as the loop sees it; and how far it has got. */
    private boolean inFragments;

    private byte progress;

    /** Whether somebody has a writer of a message that is not finished. Any thread's. */
    private volatile boolean writing;

    /** Of the frame that is being sent: {@link #PLAIN} or {@link #KEEPS_PLACE}. */
    private byte stand;

    SendPath(final Connection connection, final Framing framing) {
        this.connection = connection;
        this.framing = framing;
        outbound().limits(framing.limits().outbound());
    }

    /** The connection knows it: to keep it here as well would cost each idle one 8 bytes. */
    private Outbound outbound() {
        return connection.outbound();
    }

    /** {@return whose way out it is} */
    WebSocketStage stage() {
        return framing.stage();
    }

    private HandoffPool handoff() {
        return connection.loop().handoff();
    }

    /** {@return where other threads hand over; made when the first does. Any thread} */
    Gate gate() {
        if (gate == null) {
            GATE.compareAndSet(this, null, new Gate(connection, this));
        }
        return gate;
    }

    // --- from the handler to the protocol

    /** {@return whether a message may be sent at once} What other threads have given goes before it even if it has to wait. */
    private boolean isFree() {
        return outbound().isWatched() ? catchUp() : !inFragments;
    }

    /** What other threads have given this connection goes first: {@return whether a message may be sent then} */
    private boolean catchUp() {
        if (outbound().isSealed()) {
            return false;
        }
        catchUpAll();
        return !inFragments;
    }

    /** {@return whether nothing can be sent any more: it was cut off, or we have said our last} */
    boolean isOver() {
        return connection.isAborted() || !framing.isOutputOpen();
    }

    /** Sends all that other threads have given this connection until now, or until it was closed. */
    void catchUpAll() {
        final Gate present = gate;
        if (present != null) {
            // Read first: what is published while that is sent may have come after something that is not here yet.
            final long position = Math.min(present.position(), present.closePosition());
            present.drainAll();
            present.catchUp(position);
        }
    }

    SendResult send(final Opcode kind, final ByteBuffer payload) {
        if (sendStraight(kind, payload)) {
            return SendResult.SENT;
        }
        if (!isFree()) {
            if (!mayHold()) {
                return SendResult.CLOSED;
            }
            final int length = payload.remaining();
            final long bytes = wireBytes(length);
            return neverFits(bytes, length) ? outbound().refuseTooLong() : hold(kind, copy(payload), (int) bytes);
        }
        final boolean taken = !connection.isAborted() && framing.toSend().send(kind, payload);
        return taken ? taken() : refused(wireBytes(payload.remaining()), 0);
    }

    /**
     * The reply to most messages: with the batch at hand, and nothing before it that it could have to wait for, there is nothing to
     * ask the protocol. If its payload cannot be read, nothing has been sent.
     */
    private boolean sendStraight(final Opcode kind, final ByteBuffer payload) {
        final int from = payload.position();
        final int length = payload.remaining();
        if (inFragments || connection.isAborted() || !isWhole(length)) {
            return false;
        }
        final FrameWriter writer = FrameWriter.server();
        final Outbound out = outbound();
        final ByteBuffer batch = out.straight(writer.frameBytes(length));
        if (batch == null) {
            return false;
        }
        writer.write(batch, FrameWriter.FIN | kind.value(), payload, from, length);
        out.countSent();
        return true;
    }

    SendResult sendText(final String text) {
        if (!isFree()) {
            if (!mayHold()) {
                return SendResult.CLOSED;
            }
            final int length = Utf8.encodedLength(text);
            final long bytes = wireBytes(length);
            return neverFits(bytes, length)
                    ? outbound().refuseTooLong()
                    : hold(Opcode.TEXT, encode(text, length), (int) bytes);
        }
        final boolean taken = !connection.isAborted() && framing.toSend().sendText(text);
        return taken ? taken() : refused(wireBytes(Utf8.encodedLength(text)), 0);
    }

    SendResult sendShared(final EncodedMessage message) {
        if (!isFree()) {
            return mayHold() ? hold(message) : SendResult.CLOSED;
        }
        return sendNow(message);
    }

    private SendResult sendNow(final EncodedMessage message) {
        final boolean taken = !connection.isAborted() && frame(message);
        return taken ? taken() : refused(wireBytes(message.payloadBytes()), copiedOf(message));
    }

    private SendResult hold(final EncodedMessage message) {
        final long bytes = wireBytes(message.payloadBytes());
        return neverFits(bytes, copiedOf(message))
                ? outbound().refuseTooLong()
                : hold(message, copy(NOTHING), (int) bytes);
    }

    /** Its frames as they are, unless this connection's messages leave in shorter ones. */
    private boolean frame(final EncodedMessage message) {
        // At rest it is open, and there is nothing to frame: a broadcast goes without the protocol.
        return isWhole(message.payloadBytes()) && framing.isAtRest()
                ? share(message.frames())
                : framing.toSend().sendShared(message);
    }

    /** {@return for {@link #neverFits}, how many bytes are copied beside its frames, or that these are shared. Any thread} */
    int copiedOf(final EncodedMessage message) {
        return isWhole(message.payloadBytes()) ? SHARED : 0;
    }

    SendResult sendControl(final Opcode opcode, final ByteBuffer payload) {
        if (outbound().isWatched() && !mayHold()) {
            return SendResult.CLOSED;
        }
        catchUpAll();
        return sendInPlace(opcode, payload) ? taken() : refused(frameBytes(payload.remaining()), 0);
    }

    /** Unlike the answers to Pings, which go ahead, and of which the latest suffices (RFC 6455 §5.5.3). */
    private boolean sendInPlace(final Opcode opcode, final ByteBuffer payload) {
        stand = KEEPS_PLACE;
        final boolean taken = !connection.isAborted() && frameControl(opcode, payload);
        stand = PLAIN;
        return taken;
    }

    private boolean frameControl(final Opcode opcode, final ByteBuffer payload) {
        final WebSocketProtocol protocol = framing.toSend();
        if (opcode == Opcode.PONG) {
            return protocol.pong(payload);
        }
        final boolean taken = protocol.ping(payload);
        if (taken) {
            framing.notePing();
        }
        return taken;
    }

    private SendResult taken() {
        return outbound().isOverSoftMark() ? SendResult.QUEUED : SendResult.SENT;
    }

    /** {@return why it was not taken} */
    private SendResult refused(final long bytes, final int copiedBytes) {
        if (!isProtocolOpen()) {
            return SendResult.CLOSED;
        }
        final boolean tooLong = bytes > framing.limits().outbound().bytesMax() || neverFits(bytes, copiedBytes);
        return tooLong ? SendResult.TOO_LONG : SendResult.DROPPED;
    }

    /**
     * Tells whether a message is longer than the loop's memory has room for, even if nothing else is held. Any thread.
     *
     * @param bytes its length on the wire
     * @param copiedBytes of its payload, for a copy that is held until it has been framed; 0: it is framed at once;
     *     {@link #SHARED}: so are its frames
     */
    boolean neverFits(final long bytes, final int copiedBytes) {
        if (bytes > Integer.MAX_VALUE) {
            return true;
        }
        final long framed = copiedBytes == SHARED ? SharedMemory.costOf((int) bytes) : BufferPool.costOf((int) bytes);
        final long copied = copiedBytes > 0 ? HandoffPool.costOf(copiedBytes) : 0;
        return !connection.loop().memory().canHold(framed + copied);
    }

    /** {@return whether something may be sent, for all that this thread knows. Any thread} */
    boolean isOpen() {
        return connection.loop().inLoop() ? mayHold() : !outbound().isSealed();
    }

    private boolean isProtocolOpen() {
        return framing.state() == ReadyState.OPEN && !connection.isAborted();
    }

    private boolean mayHold() {
        return isProtocolOpen() && !outbound().isSealed();
    }

    // --- from topics

    @Override
    public boolean begin() {
        connection.gather();
        return outbound().isClear();
    }

    @Override
    public boolean takes(final long position) {
        return !outbound().isSealed() || position < gate.closePosition() && framing.isOutputOpen();
    }

    @Override
    public void sendBefore(final long position) {
        if (outbound().handOvers() > 0) {
            gate.drainTo(position);
        }
    }

    @Override
    public boolean deliver(final EncodedMessage message) {
        final SendResult result = inFragments ? hold(message) : sendNow(message);
        if (!result.isTaken()) {
            // It had no room, or is too long, or was to go before a Close frame that cannot wait: the handler is told.
            outbound().tellDropped(1, (int) Math.min(Integer.MAX_VALUE, wireBytes(message.payloadBytes())));
            connection.settleLater();
        }
        return result.isTaken();
    }

    @Override
    public void lose(final int messages, final long bytes) {
        outbound().tellDropped(messages, bytes);
        connection.settleLater();
    }

    @Override
    public void finish() {
        connection.leave();
    }

    @Override
    public void fail(final Throwable thrown) {
        framing.stop();
        connection.fail(thrown);
    }

    // --- a message in fragments, and what waits for its end

    /** Any thread, one at a time. */
    MessageWriter startMessage(final Opcode kind) {
        // Made first: if there is no memory for it, no message has been started.
        final MessageWriter writer = new FragmentWriter(this, kind);
        if (!WRITING.compareAndSet(this, false, true)) {
            throw new IllegalStateException("another message in fragments is not finished yet");
        }
        if (connection.loop().inLoop()) {
            catchUpAll();
            inFragments = true;
        }
        return writer;
    }

    /** Any thread, one at a time. */
    SendResult sendFragment(final Fragment fragment, final ByteBuffer payload) {
        if (!connection.loop().inLoop()) {
            return gate().handOver(fragment, payload);
        }
        if (outbound().isWatched()) {
            if (!mayHold()) {
                return SendResult.CLOSED;
            }
            catchUpAll();
        }
        return sendFrame(fragment, payload) ? taken() : refused(frameBytes(payload.remaining()), 0);
    }

    private boolean sendFrame(final Fragment fragment, final ByteBuffer payload) {
        stand = fragment.precedence(payload) == Precedence.CONTROL ? KEEPS_PLACE : PLAIN;
        inFragments = true;
        final boolean taken = !connection.isAborted()
                && progress != CUT
                && framing.protocol().sendFragment(fragment.opcode(), payload, fragment.isLast());
        stand = PLAIN;
        progress = taken ? BEGUN : progress;
        if (taken && fragment.isLast()) {
            outbound().countSent();
            messageFinished();
        }
        framing.rest();
        return taken;
    }

    /** {@return a text for {@link #sendFragment}, which {@link #giveBack} takes back; null: there is no memory. Any thread} */
    Parcel encode(final String text, final int bytes) {
        return Payloads.utf8(handoff(), room(bytes), text, bytes);
    }

    /** {@return a copy of a payload, likewise} */
    Parcel copy(final ByteBuffer payload) {
        final int bytes = payload.remaining();
        return Payloads.copy(handoff(), room(bytes), payload, payload.position(), bytes);
    }

    /**
     * {@return a parcel with so much room; null: there is no memory, and whoever sends is told when there is some. If nothing
     * waits here, a short message has room whatever waits elsewhere. Any thread}
     */
    Parcel room(final int bytes) {
        Parcel parcel = handoff().acquire(bytes);
        if (parcel == null && outbound().waitingBytes() == 0) {
            parcel = handoff().acquireFirst(bytes);
        }
        if (parcel == null) {
            connection.awaitMemory(HandoffPool.costOf(bytes));
        }
        return parcel;
    }

    /** Any thread. */
    void giveBack(final Parcel parcel) {
        handoff().release(parcel);
    }

    /** {@return what a sender is told for whom there is no memory. Any thread} */
    SendResult refusedForMemory(final int copiedBytes) {
        if (outbound().isSealed()) {
            return SendResult.CLOSED;
        }
        if (copiedBytes > 0 && neverFits(frameBytes(copiedBytes), copiedBytes)) {
            return outbound().refuseTooLong();
        }
        outbound().countDropped();
        return SendResult.DROPPED;
    }

    /** There may be another writer. Any thread. */
    void writerFinished() {
        writing = false;
    }

    private void messageFinished() {
        inFragments = false;
        progress = NOT_BEGUN;
        if (held != null) {
            outbound().held(0);
            // Taken out first: whatever happens, each goes back once. If nothing can be sent any more, they stay to be
            // counted.
            while (held.count() > 0 && !isOver()) {
                sendParcel(held.poll(), false);
            }
            if (held.count() == 0) {
                held = null;
            }
        }
    }

    /** Has a message wait for the end of the one in fragments. */
    private SendResult hold(final Object what, final Parcel parcel, final int bytes) {
        if (parcel == null) {
            return refusedForMemory(SHARED);
        }
        final SendResult result = outbound().hold(bytes);
        if (result.isTaken()) {
            keep(parcel.label(what, bytes));
        } else {
            handoff().release(parcel);
        }
        connection.settleLater();
        return result;
    }

    /** It has arrived, and its room stays taken. If there is no memory to keep it, the end counts it. */
    private void keep(final Parcel parcel) {
        if (held == null) {
            try {
                held = new HeldMessages();
            } catch (final OutOfMemoryError e) {
                handoff().release(parcel);
                fail(e);
                return;
            }
        }
        outbound().held(held.add(parcel));
        outbound().spent(true);
    }

    /**
     * The Close frame is due. A message in fragments that has begun will have no end: the peer discards it (RFC 6455 §5.4
     * allows no other message within it, and an end of ours would make it look whole). What waits for its end is dropped, and
     * told. Where none of it has left, what waits leaves now.
     */
    void abandonFragments() {
        if (inFragments && progress == NOT_BEGUN) {
            messageFinished();
        }
        if (held != null) {
            connection.loop().counters().add(Metric.MESSAGES_EVICTED, held.count());
            outbound().tellDropped(held.count(), held.roomBytes());
            releaseHeld();
            connection.settleLater();
        }
    }

    private void releaseHeld() {
        outbound().held(0);
        outbound().spend(held.roomBytes());
        outbound().spent(false);
        held.release(handoff());
        held = null;
    }

    /** The connection has ended, and with it the way out: what has not left will not, and its memory goes back. */
    void end() {
        if (gate != null) {
            gate.discard();
        }
        if (held != null) {
            outbound().recountUnsent(held.count());
            releaseHeld();
        }
    }

    // --- what other threads have handed over

    /**
     * Sends what other threads have handed over.
     *
     * @return false where there may be more: then this connection has mail again
     */
    boolean drain() {
        return gate == null || gate.drain();
    }

    /** Sends what was handed over, or has it wait. */
    void arrive(final Parcel parcel) {
        if (inFragments && waitsForTheEnd(parcel)) {
            keep(parcel);
        } else {
            sendParcel(parcel, true);
        }
    }

    private static boolean waitsForTheEnd(final Parcel parcel) {
        return parcel.label() instanceof EncodedMessage
                || parcel.label() instanceof Opcode opcode && !opcode.isControl();
    }

    /**
     * Sends what was taken, in the room that was taken for it. Its sender was told that it is sent: if that fails, nothing that
     * comes after it may leave. So the connection fails, and not the caller, which may be another connection's handler.
     */
    private void sendParcel(final Parcel parcel, final boolean wasHandedOver) {
        final long before = outbound().sentMessages();
        try {
            outbound().spend(parcel.number());
            sendLabelled(parcel.label(), parcel.bytes());
        } catch (final Throwable t) {
            if (outbound().sentMessages() == before) {
                outbound().countUnsent(Gate.endsMessage(parcel.label()) ? 1 : 0, parcel.number());
            }
            fail(t);
        } finally {
            outbound().spent(wasHandedOver);
            handoff().release(parcel);
        }
    }

    private void sendLabelled(final Object label, final ByteBuffer bytes) {
        if (label instanceof EncodedMessage shared) {
            frame(shared);
        } else if (label instanceof Fragment fragment) {
            if (!sendFrame(fragment, bytes) && !connection.isAborted()) {
                lose(fragment, bytes.remaining());
            }
        } else if (((Opcode) label).isControl()) {
            sendInPlace((Opcode) label, bytes);
        } else {
            framing.toSend().send((Opcode) label, bytes);
        }
    }

    /**
     * There is no memory for a fragment whose sender was told that it is sent. Without it the message cannot go on: nothing more of
     * it leaves, or its end would make it look whole.
     */
    private void lose(final Fragment fragment, final int payloadBytes) {
        progress = CUT;
        outbound().tellDropped(fragment.isLast() ? 1 : 0, frameBytes(payloadBytes));
        // Its handler is told of that, but not within a call of the API, in which this may be.
        connection.look();
    }

    /** {@return whether a fragment was lost, so that the connection is to be failed} */
    boolean isCut() {
        return progress == CUT;
    }

    // --- topics

    /** {@return what this connection is subscribed by. Any thread} */
    Subscriber subscriber(final Deliveries deliveries) {
        return outbound().isEnded() ? Subscriber.ENDED : gate().subscriber(deliveries);
    }

    /** The connection has ended: what it is subscribed to from now on is nothing. */
    void endSubscriptions() {
        if (gate != null) {
            gate.endSubscriptions();
        }
    }

    /** It is being closed: what is published from now on is not for it. Any thread. */
    void noteClose() {
        if (gate != null) {
            gate.noteClose();
        }
    }

    /** Delivers what was published before the close was asked for; where nobody has asked, what was published until now. */
    void catchUpBeforeClose() {
        if (gate != null) {
            gate.catchUp(Math.min(gate.position(), gate.closePosition()));
        }
    }

    // --- how long it is on the wire

    /** {@return how many bytes a message takes on the wire. Any thread} */
    long wireBytes(final int payloadBytes) {
        if (isWhole(payloadBytes)) {
            return frameBytes(payloadBytes);
        }
        final int fragmentBytes = framing.limits().fragmentBytes();
        final int whole = (payloadBytes - 1) / fragmentBytes;
        return whole * frameBytes(fragmentBytes) + frameBytes(payloadBytes - whole * fragmentBytes);
    }

    /** {@return whether a message leaves in one frame. Any thread} */
    private boolean isWhole(final int payloadBytes) {
        final int fragmentBytes = framing.limits().fragmentBytes();
        return fragmentBytes == 0 || payloadBytes <= fragmentBytes;
    }

    /** {@return how many bytes a frame takes. Any thread} */
    static long frameBytes(final int payloadBytes) {
        return FrameWriter.server().frameBytes(payloadBytes);
    }

    // --- from the protocol to the way out

    @Override
    public ByteBuffer reserve(final Opcode opcode, final int bytes) {
        final ByteBuffer room = outbound().reserve(bytes, precedenceOf(opcode));
        if (room == null) {
            // onWritable is due for it, and comes with a settling.
            connection.settleLater();
        }
        return room;
    }

    private Precedence precedenceOf(final Opcode opcode) {
        if (!opcode.isControl() && stand == PLAIN) {
            return inFragments ? Precedence.IN_TURN : Precedence.MESSAGE;
        }
        if (opcode == Opcode.CLOSE) {
            return Precedence.LAST;
        }
        if (stand == KEEPS_PLACE) {
            return Precedence.CONTROL;
        }
        return opcode == Opcode.PING ? Precedence.AHEAD : Precedence.PONG;
    }

    /**
     * From now on the way out counts it, so it is taken whatever happens: who sends a message in fragments has to know how far it
     * has got. If what follows fails, so does the connection, and its end tells what has not left.
     */
    @Override
    public void commit(final ByteBuffer buffer) {
        try {
            if (outbound().commit(buffer)) {
                noteQueued();
            }
        } catch (final RuntimeException | Error e) {
            fail(e);
        }
    }

    @Override
    public void cancel(final Opcode opcode, final ByteBuffer buffer) {
        outbound().cancel(buffer, precedenceOf(opcode));
    }

    @Override
    public boolean share(final ByteBuffer frames) {
        final boolean taken = outbound().share(frames);
        if (!taken || outbound().isWaiting()) {
            noteQueued();
        }
        return taken;
    }

    private void noteQueued() {
        connection.settleLater();
        connection.noteBacklog();
    }
}
