package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.Utf8;
import io.godwit.core.protocol.FrameOutput;
import io.godwit.core.protocol.ReadyState;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.broadcast.Outlet;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import io.godwit.reactor.metrics.Metric;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.Outbound;
import io.godwit.reactor.net.Precedence;
import java.nio.ByteBuffer;

/**
 * How a message leaves: from the handler and from topics on the loop, or from other threads through the inbox, into the
 * protocol, which frames it, and from there to the way out. Loop only, but for what hands over.
 */
final class SendPath implements FrameOutput, Outlet {

    /** What one turn takes of the inbox: whoever fills it faster must not keep the loop from others. */
    private static final int MAIL_MAX = 1_024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Connection connection;
    private final Framing framing;
    private final Inbox inbox;

    /** While a message is sent in fragments, what else is sent waits here. Null where nothing does. */
    private HeldMessages held;

    private boolean inFragments;

    /** What is being sent keeps its place, with the room of control frames. */
    private boolean keepsPlace;

    SendPath(final Connection connection, final Framing framing, final Inbox inbox) {
        this.connection = connection;
        this.framing = framing;
        this.inbox = inbox;
        outbound().limits(framing.limits().outbound());
    }

    /** The connection knows it: to keep it here as well would cost each idle one 8 bytes. */
    private Outbound outbound() {
        return connection.outbound();
    }

    // --- from the handler to the protocol

    SendResult send(final Opcode kind, final ByteBuffer payload) {
        if (inFragments) {
            return isOpen() ? handOver(kind, payload) : SendResult.CLOSED;
        }
        return resultOf(!connection.isAborted() && framing.toSend().send(kind, payload));
    }

    SendResult sendText(final String text) {
        if (inFragments) {
            return isOpen() ? handOverText(text) : SendResult.CLOSED;
        }
        return resultOf(!connection.isAborted() && framing.toSend().sendText(text));
    }

    SendResult sendShared(final EncodedMessage message) {
        if (inFragments) {
            return isOpen() ? handOverShared(message) : SendResult.CLOSED;
        }
        return resultOf(!connection.isAborted() && frame(message));
    }

    /** Its frames as they are, unless this connection's messages leave in shorter ones. */
    private boolean frame(final EncodedMessage message) {
        final int fragmentBytes = framing.limits().fragmentBytes();
        final boolean whole = fragmentBytes == 0 || message.payloadBytes() <= fragmentBytes;
        // At rest it is open, and there is nothing to frame: a broadcast goes without the protocol.
        return whole && framing.isAtRest()
                ? share(message.frames())
                : framing.toSend().sendShared(message);
    }

    SendResult sendControl(final Opcode opcode, final ByteBuffer payload) {
        // Unlike the answers to Pings, which go ahead, and of which the latest suffices (RFC 6455 §5.5.3).
        keepsPlace = true;
        final boolean taken = !connection.isAborted() && frameControl(opcode, payload);
        keepsPlace = false;
        return resultOf(taken);
    }

    private boolean frameControl(final Opcode opcode, final ByteBuffer payload) {
        final WebSocketProtocol protocol = framing.toSend();
        return opcode == Opcode.PING ? protocol.ping(payload) : protocol.pong(payload);
    }

    private SendResult resultOf(final boolean taken) {
        if (taken) {
            return outbound().isOverSoftMark() ? SendResult.QUEUED : SendResult.SENT;
        }
        return isOpen() ? SendResult.DROPPED : SendResult.CLOSED;
    }

    boolean isOpen() {
        return framing.state() == ReadyState.OPEN && !connection.isAborted();
    }

    // --- from topics

    @Override
    public void begin() {
        connection.gather();
    }

    @Override
    public boolean deliver(final EncodedMessage message) {
        return sendShared(message).isTaken();
    }

    @Override
    public void finish() {
        connection.leave();
    }

    @Override
    public void fail(final Throwable thrown) {
        connection.fail(thrown);
    }

    // --- a message in fragments, and what waits for its end

    MessageWriter startMessage(final Opcode kind) {
        if (inFragments) {
            throw new IllegalStateException("another message in fragments is not finished yet");
        }
        inFragments = true;
        return new FragmentWriter(this, kind);
    }

    SendResult sendFragment(final Opcode opcode, final ByteBuffer payload, final boolean fin) {
        if (!connection.loop().inLoop()) {
            throw new IllegalStateException("a message in fragments is for the connection's own loop; this is thread "
                    + Thread.currentThread().getName());
        }
        // What waits for the end of a message must not be what keeps its end from being taken.
        keepsPlace = fin && !payload.hasRemaining();
        final boolean taken = !connection.isAborted() && framing.protocol().sendFragment(opcode, payload, fin);
        keepsPlace = false;
        framing.rest();
        if (taken && fin) {
            connection.loop().counters().increment(Metric.MESSAGES_SENT);
        }
        return resultOf(taken);
    }

    /** {@return a text for {@link #sendFragment}, which {@link #giveBack} takes back; null: there is no memory for it} */
    Parcel encode(final String text) {
        final int bytes = Utf8.encodedLength(text);
        return orAwaitMemory(Payloads.utf8(handoff(), text, bytes), bytes);
    }

    /** {@return a copy of a payload, likewise} */
    Parcel copy(final ByteBuffer payload) {
        return orAwaitMemory(Payloads.copyOf(handoff(), payload), payload.remaining());
    }

    private Parcel orAwaitMemory(final Parcel parcel, final int bytes) {
        if (parcel == null) {
            connection.awaitMemory(HandoffPool.costOf(bytes));
        }
        return parcel;
    }

    void giveBack(final Parcel parcel) {
        handoff().release(parcel);
    }

    void messageFinished() {
        inFragments = false;
        if (held != null) {
            outbound().held(0);
            // Taken out first: whatever happens, each goes back once.
            for (Parcel next = held.poll(); next != null; next = held.poll()) {
                sendParcel(next);
            }
            held = null;
        }
    }

    private void keep(final Parcel parcel) {
        if (held == null) {
            held = new HeldMessages();
        }
        outbound().held(held.add(parcel));
    }

    /** The connection has ended: what has not left will not, and its memory goes back. */
    void end() {
        inbox.close(handoff());
        if (held != null) {
            held.release(handoff());
            held = null;
        }
    }

    // --- what cannot leave at once: from other threads, or while a message is sent in fragments

    /**
     * Hands a message or control frame to the loop; or, on the loop, has it wait for the end of the message in fragments. Any
     * thread.
     *
     * @param opcode text, binary, ping or pong
     * @param payload copied
     * @return whether it was taken
     */
    SendResult handOver(final Opcode opcode, final ByteBuffer payload) {
        // Asked once: another thread may move them.
        final int from = payload.position();
        final int length = payload.remaining();
        if (opcode.isControl()) {
            Payloads.requireControlLength(length);
        }
        final int roomBytes = roomFor(length);
        return takeRoom(roomBytes, opcode.isControl())
                ? post(opcode, copyOf(payload, from, length, roomBytes), roomBytes)
                : SendResult.DROPPED;
    }

    /** As {@link #handOver}, but encodes. Any thread. */
    SendResult handOverText(final String text) {
        final int bytes = Utf8.encodedLength(text);
        final int roomBytes = roomFor(bytes);
        return takeRoom(roomBytes, false)
                ? post(Opcode.TEXT, utf8(text, bytes, roomBytes), roomBytes)
                : SendResult.DROPPED;
    }

    /** As {@link #handOver}, but shares. Any thread. */
    SendResult handOverShared(final EncodedMessage message) {
        final int roomBytes = roomFor(message.payloadBytes());
        return takeRoom(roomBytes, false)
                ? post(message, copyOf(NOTHING, 0, 0, roomBytes), roomBytes)
                : SendResult.DROPPED;
    }

    private boolean takeRoom(final int roomBytes, final boolean control) {
        final boolean taken =
                control ? outbound().takeControlRoom(roomBytes) : outbound().takeRoom(roomBytes);
        if (!taken) {
            // The loop may have looked for whom to tell of its room just before.
            connection.mail();
        }
        return taken;
    }

    private Parcel copyOf(final ByteBuffer payload, final int from, final int length, final int roomBytes) {
        try {
            return Payloads.copyOf(handoff(), payload, from, length);
        } catch (final RuntimeException | Error e) {
            returnRoom(roomBytes);
            throw e;
        }
    }

    private Parcel utf8(final String text, final int bytes, final int roomBytes) {
        try {
            return Payloads.utf8(handoff(), text, bytes);
        } catch (final RuntimeException | Error e) {
            returnRoom(roomBytes);
            throw e;
        }
    }

    /** Others may have been told meanwhile that there is none: the loop tells them otherwise. */
    private void returnRoom(final int roomBytes) {
        outbound().returnRoom(roomBytes);
        connection.mail();
    }

    private SendResult post(final Object what, final Parcel parcel, final int roomBytes) {
        if (parcel == null) {
            outbound().returnRoomWithoutMemory(roomBytes);
            connection.awaitMemory(HandoffPool.costOf(roomBytes));
            // Others may have found no room meanwhile: the loop tells them otherwise.
            connection.mail();
            return SendResult.DROPPED;
        }
        if (!queue(parcel.label(what, roomBytes))) {
            handoff().release(parcel);
            returnRoom(roomBytes);
            return SendResult.DROPPED;
        }
        connection.mail();
        // Where the connection has ended meanwhile it may still have left before: nobody is told that it was not taken.
        return outbound().isOverSoftMark() ? SendResult.QUEUED : SendResult.SENT;
    }

    /** {@return whether it was taken: where it waits until the loop can send it. On the loop: while {@link #inFragments} only} */
    private boolean queue(final Parcel parcel) {
        if (connection.loop().inLoop()) {
            keep(parcel);
            return true;
        }
        return inbox.add(parcel, handoff());
    }

    /**
     * Sends what other threads have handed over.
     *
     * @return false where there may be more: then this connection has mail again
     */
    boolean drainInbox() {
        for (int i = 0; i < MAIL_MAX; i++) {
            final Parcel next = inbox.poll();
            if (next == null) {
                return true;
            }
            if (inFragments && !isControl(next)) {
                keep(next);
            } else {
                sendParcel(next);
            }
        }
        connection.mail();
        return false;
    }

    private static boolean isControl(final Parcel parcel) {
        return parcel.label() instanceof Opcode opcode && opcode.isControl();
    }

    /** Sends what was taken, in the room that was taken for it; nothing, where the connection has ended meanwhile. */
    private void sendParcel(final Parcel parcel) {
        try {
            outbound().spend(parcel.number());
            if (isControl(parcel)) {
                sendControl((Opcode) parcel.label(), parcel.bytes());
            } else if (!connection.isAborted()) {
                sendMessage(parcel);
            }
        } finally {
            outbound().spend(0);
            handoff().release(parcel);
        }
    }

    private void sendMessage(final Parcel parcel) {
        if (parcel.label() instanceof EncodedMessage shared) {
            frame(shared);
        } else {
            framing.toSend().send((Opcode) parcel.label(), parcel.bytes());
        }
    }

    private HandoffPool handoff() {
        return connection.loop().handoff();
    }

    /** {@return the most bytes that a message takes on the wire} */
    private int roomFor(final int payloadBytes) {
        return (int) Math.min(
                Integer.MAX_VALUE,
                EndpointLimits.outboundBytesMin(
                        0, payloadBytes, framing.limits().fragmentBytes()));
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
        if (opcode == Opcode.CLOSE) {
            return Precedence.LAST;
        }
        if (keepsPlace) {
            return Precedence.CONTROL;
        }
        if (opcode.isControl()) {
            return opcode == Opcode.PING ? Precedence.AHEAD : Precedence.PONG;
        }
        return inFragments || opcode == Opcode.CONTINUATION ? Precedence.IN_TURN : Precedence.MESSAGE;
    }

    @Override
    public void commit(final ByteBuffer buffer) {
        if (outbound().commit(buffer)) {
            noteQueued();
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
