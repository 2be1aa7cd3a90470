package io.godwit.reactor.net;

import io.godwit.reactor.loop.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The way in of one connection: it reads into the loop's buffer, unless there is a reason not to, and keeps what was read
 * and could not be handed on. Loop only.
 */
final class Inbound {

    private final EventLoop loop;
    private final Transport transport;

    /** What the stage left, because it paused in the middle of it. */
    private ByteBuffer rest;

    private int pauses;
    private long lastReadNs;
    private boolean ended;

    Inbound(final Transport transport, final EventLoop loop) {
        this.transport = transport;
        this.loop = loop;
        lastReadNs = loop.nowNs();
    }

    /**
     * Reads what has come.
     *
     * @return the loop's read buffer, from position to limit; null: nothing has come, or the peer has sent its last
     * @throws IOException if the connection is broken
     */
    ByteBuffer read() throws IOException {
        final ByteBuffer in = loop.readBuffer().clear();
        final int bytes = transport.read(in);
        ended = bytes < 0;
        if (bytes <= 0) {
            return null;
        }
        lastReadNs = loop.nowNs();
        return in.flip();
    }

    /** {@return what was kept, if there is something and it may be handed on now; else null} */
    ByteBuffer rest() {
        return pauses == 0 ? rest : null;
    }

    /**
     * Keeps what a pause has left; without a pause nobody wants it any more.
     *
     * @param in what {@link #read} or {@link #rest} gave
     */
    void keep(final ByteBuffer in) {
        if (pauses == 0 || !in.hasRemaining()) {
            if (in == rest) {
                release();
            }
        } else if (in != rest) {
            rest = loop.pool().acquire(in.remaining()).put(in).flip();
        }
    }

    /** Gives back what was kept. */
    void release() {
        if (rest != null) {
            loop.pool().release(rest);
            rest = null;
        }
    }

    void pause(final PauseReason reason) {
        pauses |= reason.bit();
    }

    /** {@return whether that was a reason until now} */
    boolean resume(final PauseReason reason) {
        final int before = pauses;
        pauses &= ~reason.bit();
        return pauses != before;
    }

    boolean isPaused() {
        return pauses != 0;
    }

    /** {@return whether the socket may be read: nothing is paused, and nothing that came before waits} */
    boolean isOpen() {
        return pauses == 0 && rest == null && !ended;
    }

    /** {@return whether the peer has sent its last} */
    boolean isEnded() {
        return ended;
    }

    long lastReadNs() {
        return lastReadNs;
    }
}
