package io.godwit.reactor.session;

import io.godwit.core.frame.Opcode;
import io.godwit.core.message.Utf8;
import io.godwit.core.message.Utf8Validator;
import io.godwit.reactor.endpoint.MessageWriter;
import io.godwit.reactor.endpoint.SendResult;
import io.godwit.reactor.loop.Parcel;
import java.nio.ByteBuffer;

/**
 * A message that a handler sends in fragments: its opcode on the first frame that is taken, continuations after it. For one
 * thread at a time; where that is not the loop, each frame is handed over.
 */
final class FragmentWriter implements MessageWriter {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final SendPath sendPath;
    private final Opcode kind;
    private int utf8 = Utf8Validator.ACCEPT;
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
        final String snapshot = Utf8.snapshot(text);
        final int length = Utf8.encodedLength(snapshot);
        return appendText(sendPath.encode(snapshot, length), length);
    }

    @Override
    public SendResult append(final ByteBuffer bytes) {
        return kind == Opcode.TEXT ? appendText(sendPath.copy(bytes), bytes.remaining()) : write(bytes, false);
    }

    /** What is checked is our own: nobody else can change it. */
    private SendResult appendText(final Parcel copy, final int length) {
        if (copy == null) {
            return sendPath.refusedForMemory(length);
        }
        try {
            final int state =
                    Utf8Validator.advance(utf8, copy.bytes(), 0, copy.bytes().limit());
            if (state == Utf8Validator.REJECT) {
                throw new IllegalArgumentException("text that is not UTF-8 (RFC 6455 §8.1)");
            }
            final SendResult result = write(copy.bytes(), false);
            if (result.isTaken()) {
                utf8 = state;
            }
            return result;
        } finally {
            sendPath.giveBack(copy);
        }
    }

    @Override
    public SendResult finish() {
        if (utf8 != Utf8Validator.ACCEPT && sendPath.isOpen()) {
            throw new IllegalStateException("the text ends inside a character: append the rest of it");
        }
        return write(NOTHING, true);
    }

    private SendResult write(final ByteBuffer payload, final boolean fin) {
        if (finished) {
            throw new IllegalStateException("the message is finished");
        }
        final SendResult result = sendPath.sendFragment(Fragment.of(kind, begun, fin), payload);
        begun |= result.isTaken();
        finished = fin && result.isTaken();
        if (finished || result == SendResult.CLOSED) {
            sendPath.writerFinished();
        }
        return result;
    }
}
