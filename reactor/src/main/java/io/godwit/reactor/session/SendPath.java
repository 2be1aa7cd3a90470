package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.core.protocol.FrameOutput;
import io.godwit.core.protocol.ReadyState;
import io.godwit.core.protocol.WebSocketProtocol;
import io.godwit.reactor.endpoint.EndpointLimits;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.net.Connection;
import io.godwit.reactor.net.Outbound;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * How a message leaves: from the handler on the loop, or from other threads through the inbox, into the protocol, which
 * frames it, and from there to the way out. Loop only, but for {@link #roomFor}.
 */
final class SendPath implements FrameOutput {

    /** What one turn takes of the inbox: whoever fills it faster must not keep the loop from others. */
    private static final int MAIL_MAX = 1_024;

    private final Connection connection;
    private final Inbox inbox;
    private final Outbound outbound;
    private final int fragmentBytes;
    private WebSocketProtocol protocol;

    /** While a message is sent in fragments, what else is sent waits here. Null where nothing does. */
    private ArrayDeque<Outgoing> held;

    private long heldBytes;
    private boolean inFragments;
    private boolean finishing;

    SendPath(final Connection connection, final Inbox inbox, final EndpointLimits limits) {
        this.connection = connection;
        this.inbox = inbox;
        outbound = connection.outbound();
        outbound.limits(limits.outboundBytesSoft(), limits.outboundBytesMax());
        fragmentBytes = limits.fragmentBytes();
    }

    /** Closes the circle: the protocol's frames go by this path, and what goes by it is framed by the protocol. */
    void carry(final WebSocketProtocol framing) {
        protocol = framing;
    }

    // --- from the handler to the protocol

    SendResult send(final Opcode kind, final ByteBuffer payload) {
        if (inFragments) {
            return hold(kind, Payloads.copyOf(payload));
        }
        return resultOf(!connection.isAborted() && protocol.send(kind, payload));
    }

    SendResult sendText(final CharSequence text) {
        if (inFragments) {
            return hold(Opcode.TEXT, Payloads.utf8(text));
        }
        return resultOf(!connection.isAborted() && protocol.sendText(text));
    }

    SendResult sendControl(final Opcode opcode, final ByteBuffer payload) {
        return resultOf(
                !connection.isAborted() && (opcode == Opcode.PING ? protocol.ping(payload) : protocol.pong(payload)));
    }

    private SendResult resultOf(final boolean taken) {
        if (taken) {
            return outbound.isOverSoftMark() ? SendResult.QUEUED : SendResult.SENT;
        }
        return isOpen() ? SendResult.DROPPED : SendResult.CLOSED;
    }

    private boolean isOpen() {
        return protocol.readyState() == ReadyState.OPEN && !connection.isAborted();
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
        finishing = fin && !payload.hasRemaining();
        final boolean taken = !connection.isAborted() && protocol.sendFragment(opcode, payload, fin);
        finishing = false;
        return resultOf(taken);
    }

    void messageFinished() {
        inFragments = false;
        if (held != null) {
            heldBytes = 0;
            outbound.held(0);
            held.forEach(this::sendOutgoing);
            held = null;
        }
    }

    private SendResult hold(final Opcode kind, final ByteBuffer owned) {
        if (!isOpen()) {
            return SendResult.CLOSED;
        }
        final int roomBytes = roomFor(owned.remaining());
        connection.settleLater();
        if (!outbound.takeRoom(roomBytes)) {
            return SendResult.DROPPED;
        }
        keep(new Outgoing(kind, owned, roomBytes));
        return resultOf(true);
    }

    private void keep(final Outgoing outgoing) {
        if (held == null) {
            held = new ArrayDeque<>();
        }
        held.addLast(outgoing);
        heldBytes += outgoing.roomBytes();
        outbound.held(heldBytes);
    }

    // --- from other threads

    /**
     * Sends what other threads have handed over.
     *
     * @return false where there may be more: then this connection has mail again
     */
    boolean drainInbox() {
        for (int i = 0; i < MAIL_MAX; i++) {
            final Outgoing next = inbox.poll();
            if (next == null) {
                return true;
            }
            if (inFragments && !next.opcode().isControl()) {
                keep(next);
            } else {
                sendOutgoing(next);
            }
        }
        connection.mail();
        return false;
    }

    /** Sends what was taken, in the room that was taken for it; nothing, where the connection has ended meanwhile. */
    private void sendOutgoing(final Outgoing outgoing) {
        outbound.spend(outgoing.roomBytes());
        if (outgoing.opcode().isControl()) {
            sendControl(outgoing.opcode(), outgoing.payload());
        } else if (!connection.isAborted()) {
            protocol.send(outgoing.opcode(), outgoing.payload());
        }
        outbound.spend(0);
    }

    /**
     * Tells how much room a message needs. Any thread.
     *
     * @param payloadBytes its length
     * @return the most bytes that it takes on the wire
     */
    int roomFor(final int payloadBytes) {
        return (int) Math.min(Integer.MAX_VALUE, EndpointLimits.outboundBytesMin(0, payloadBytes, fragmentBytes));
    }

    // --- from the protocol to the way out

    @Override
    public ByteBuffer reserve(final Opcode opcode, final int bytes) {
        final ByteBuffer room = outbound.reserve(bytes, finishing || opcode.isControl());
        if (room == null) {
            // onWritable is due for it, and comes with a settling.
            connection.settleLater();
        }
        return room;
    }

    @Override
    public void commit(final ByteBuffer buffer) {
        if (outbound.commit(buffer)) {
            noteQueued();
        }
    }

    @Override
    public boolean share(final ByteBuffer frames) {
        final boolean taken = outbound.share(frames);
        noteQueued();
        return taken;
    }

    private void noteQueued() {
        connection.settleLater();
        connection.noteBacklog();
    }
}
