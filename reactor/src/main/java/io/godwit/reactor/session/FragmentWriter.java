package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.loop.Parcel;
import java.nio.ByteBuffer;

/** A message that a handler sends in fragments: its opcode on the first frame that is taken, continuations after it. */
final class FragmentWriter implements MessageWriter {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SendPath sendPath;
    private final Opcode kind;
    private boolean begun;
    private boolean finished;

    FragmentWriter(final SendPath sendPath, final Opcode kind) {
        this.sendPath = sendPath;
        this.kind = kind;
    }

    @Override
    public SendResult append(final CharSequence text) {
        if (kind != Opcode.TEXT) {
            throw new IllegalStateException("text does not go into a binary message");
        }
        final Parcel encoded = sendPath.encode(text);
        if (encoded == null) {
            return SendResult.DROPPED;
        }
        try {
            return append(encoded.bytes());
        } finally {
            sendPath.giveBack(encoded);
        }
    }

    @Override
    public SendResult append(final ByteBuffer bytes) {
        return write(bytes, false);
    }

    @Override
    public SendResult finish() {
        return write(NOTHING, true);
    }

    private SendResult write(final ByteBuffer payload, final boolean fin) {
        if (finished) {
            throw new IllegalStateException("the message is finished");
        }
        final SendResult result = sendPath.sendFragment(begun ? Opcode.CONTINUATION : kind, payload, fin);
        begun |= result.isTaken();
        finished = fin && result.isTaken();
        if (finished || result == SendResult.CLOSED) {
            sendPath.messageFinished();
        }
        return result;
    }
}
