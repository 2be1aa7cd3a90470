package io.godwit.bench.arrivals;

import io.godwit.bench.memory.MemoryPeer;
import io.godwit.core.frame.CloseCode;
import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;

/**
 * The peer of an idle connection: it answers an empty Ping with a Pong, and Close with Close, one cycle later; or it is
 * silent, and only takes what it is sent. It holds no bytes, so that there can be very many. Loop only.
 */
final class IdlePeer implements MemoryPeer {

    private static final int MASK = 0x80;
    private static final int FIN = 0x80;
    private static final int NO_MASKING = 0;

    private final boolean silent;
    private boolean pongDue;
    private boolean closeDue;
    private boolean ended;

    /**
     * Makes a peer.
     *
     * @param silent whether it is one that never answers
     */
    IdlePeer(final boolean silent) {
        this.silent = silent;
    }

    @Override
    public int readyOps() {
        return (pongDue || closeDue || ended ? SelectionKey.OP_READ : 0) | SelectionKey.OP_WRITE;
    }

    @Override
    public void take(final ByteBuffer out) {
        while (out.hasRemaining()) {
            final int opcode = out.get() & 0xF;
            final int payloadBytes = out.get();
            take(opcode, payloadBytes);
            // Whatever is the reason of a Close, the answer is the same.
            out.position(out.position() + payloadBytes);
        }
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
    public void end() {
        ended |= !silent;
    }
}
