package io.godwit.bench.arrivals;

import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.Opcode;
import io.godwit.reactor.loop.EventLoop;
import io.godwit.reactor.loop.SelectHandler;
import io.godwit.reactor.loop.Settled;
import io.godwit.reactor.net.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * A peer without a socket, at the other end of a connection of which it is the transport: it answers an empty Ping with a
 * Pong, and Close with Close, one cycle later; or it is silent, and only takes what it is sent. It holds no bytes, so that
 * there can be very many. Loop only.
 */
final class MemoryPeer implements Transport, Settled {

    private static final int MASK = 0x80;
    private static final int FIN = 0x80;
    private static final int NO_MASKING = 0;
    private static final SocketAddress ADDRESS = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final boolean silent;
    private EventLoop loop;
    private SelectHandler handler;
    private byte interest;
    private boolean toSettle;
    private boolean pongDue;
    private boolean closeDue;
    private boolean ended;
    private boolean closed;

    /**
     * Makes a peer.
     *
     * @param silent whether it is one that never answers
     */
    MemoryPeer(final boolean silent) {
        this.silent = silent;
    }

    @Override
    public void open(final EventLoop owner, final SelectHandler ready) {
        loop = owner;
        handler = ready;
    }

    @Override
    public void interest(final int ops) {
        interest = (byte) ops;
        noteChange();
    }

    @Override
    public int write(final ByteBuffer out) {
        final int bytes = out.remaining();
        while (out.hasRemaining()) {
            final int opcode = out.get() & 0xF;
            final int payloadBytes = out.get();
            take(opcode, payloadBytes);
            // Whatever is the reason of a Close, the answer is the same.
            out.position(out.position() + payloadBytes);
        }
        noteChange();
        return bytes;
    }

    private void take(final int opcode, final int payloadBytes) {
        if (opcode == Opcode.PING.value() && payloadBytes == 0) {
            pongDue = !silent;
        } else if (opcode == Opcode.CLOSE.value()) {
            closeDue = !silent;
        } else {
            throw new IllegalStateException("a server that is idle sent opcode " + opcode);
        }
    }

    @Override
    public int read(final ByteBuffer in) {
        final int from = in.position();
        if (pongDue) {
            pongDue = false;
            in.putShort((short) ((FIN | Opcode.PONG.value()) << 8 | MASK)).putInt(NO_MASKING);
        }
        if (closeDue) {
            closeDue = false;
            ended = true;
            in.putShort((short) ((FIN | Opcode.CLOSE.value()) << 8 | MASK | Short.BYTES))
                    .putInt(NO_MASKING)
                    .putShort((short) CloseCode.NORMAL_CLOSURE);
        }
        return in.position() > from ? in.position() - from : ended ? -1 : 0;
    }

    @Override
    public void shutdownOutput() {
        ended |= !silent;
        noteChange();
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public SocketAddress remoteAddress() {
        return ADDRESS;
    }

    private int readyOps() {
        return (pongDue || closeDue || ended ? SelectionKey.OP_READ : 0) | SelectionKey.OP_WRITE;
    }

    private void noteChange() {
        if (!closed && !toSettle && (readyOps() & interest) != 0) {
            toSettle = true;
            loop.settleLater(this);
        }
    }

    /** Its turn, as if the selector had found it ready. */
    @Override
    public void settle() {
        toSettle = false;
        final int ready = closed ? 0 : readyOps() & interest;
        if (ready != 0) {
            handler.onReady(ready);
            noteChange();
        }
    }
}
