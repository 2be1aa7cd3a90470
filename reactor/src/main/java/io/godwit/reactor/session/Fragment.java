package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.reactor.net.Precedence;
import java.nio.ByteBuffer;

/** One frame of a message that is sent in fragments (RFC 6455 §5.4): its opcode, and whether it is the last. */
enum Fragment {
    TEXT(Opcode.TEXT, false),
    BINARY(Opcode.BINARY, false),
    CONTINUATION(Opcode.CONTINUATION, false),
    LAST(Opcode.CONTINUATION, true),
    ONLY_TEXT(Opcode.TEXT, true),
    ONLY_BINARY(Opcode.BINARY, true);

    private final Opcode opcode;
    private final boolean fin;

    Fragment(final Opcode opcode, final boolean fin) {
        this.opcode = opcode;
        this.fin = fin;
    }

    /**
     * Tells which one it is.
     *
     * @param kind of the message, text or binary
     * @param begun whether a frame of it was taken before
     * @param fin whether it is the last
     */
    static Fragment of(final Opcode kind, final boolean begun, final boolean fin) {
        if (begun) {
            return fin ? LAST : CONTINUATION;
        }
        if (kind == Opcode.TEXT) {
            return fin ? ONLY_TEXT : TEXT;
        }
        return fin ? ONLY_BINARY : BINARY;
    }

    Opcode opcode() {
        return opcode;
    }

    boolean isLast() {
        return fin;
    }

    /** An empty last frame has the room of control frames: what waits for the end of a message must not keep it back. */
    Precedence precedence(final ByteBuffer payload) {
        return fin && !payload.hasRemaining() ? Precedence.CONTROL : Precedence.IN_TURN;
    }
}
