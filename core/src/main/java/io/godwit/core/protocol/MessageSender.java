package io.godwit.core.protocol;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.message.BufferSource;
import io.godwit.core.message.MessageExtension;
import io.godwit.core.message.Utf8;
import java.nio.ByteBuffer;

/**
 * Sends messages and control frames: lets the extension encode (RFC 6455 §9), splits into frames (§5.4), and asks the
 * output once for room for the whole. It asks nobody whether a message may be sent: who calls has asked the closing
 * handshake, which it tells of our Close.
 */
final class MessageSender {
    private final FrameWriter writer;
    private final BufferSource buffers;
    private final MessageExtension extension;
    private final int rsvBits;
    private final int fragmentBytes;
    private final ClosingHandshake closing;
    private FrameOutput output;
    private boolean inFragments;

    MessageSender(
            final FrameWriter writer,
            final FrameOutput output,
            final BufferSource buffers,
            final MessageExtension extension,
            final int fragmentBytes,
            final ClosingHandshake closing) {
        this.writer = writer;
        this.output = output;
        this.buffers = buffers;
        this.extension = extension;
        // Asked once: between encoding and writing no method of the extension may be called.
        rsvBits = extension == null ? 0 : extension.rsvBits();
        this.fragmentBytes = fragmentBytes;
        this.closing = closing;
    }

    boolean send(final Opcode kind, final ByteBuffer payload) {
        requireNoFragments();
        final ByteBuffer encoded = extension == null ? null : extension.encode(kind, payload);
        final boolean sent =
                encoded == null ? write(kind, kind.value(), payload) : write(kind, rsvBits | kind.value(), encoded);
        if (encoded != null && !sent) {
            extension.encodedDropped();
        }
        return sent;
    }

    boolean sendText(final CharSequence text) {
        requireNoFragments();
        final int length = Utf8.encodedLength(text);
        if (extension != null || isSplit(length)) {
            return sendEncoded(text, length);
        }
        final ByteBuffer target = reserve(Opcode.TEXT, writer.frameBytes(length));
        if (target == null) {
            return false;
        }
        final int key = writer.writeHeader(target, FrameWriter.FIN | Opcode.TEXT.value(), length);
        Utf8.encode(text, target);
        writer.maskPayload(target, length, key);
        output.commit(target);
        return true;
    }

    boolean sendFragment(final Opcode opcode, final ByteBuffer payload, final boolean fin) {
        if (inFragments != (opcode == Opcode.CONTINUATION)) {
            throw new IllegalStateException(
                    inFragments ? opcode + " where a message is not finished" : "nothing to continue");
        }
        final boolean sent = sendFrame(opcode, fin, payload);
        if (sent) {
            inFragments = !fin;
        }
        return sent;
    }

    boolean sendShared(final ByteBuffer frames) {
        requireNoFragments();
        return output.share(frames);
    }

    boolean sendControl(final Opcode opcode, final ByteBuffer payload) {
        return sendFrame(opcode, true, payload);
    }

    /** Finishes the output (§5.5.1), unless it is: with a Close frame, or without one where there is no room. */
    void sendClose(final ByteBuffer payload) {
        if (closing.isOutputOpen()) {
            final boolean sent = sendFrame(Opcode.CLOSE, true, payload);
            closing.on(sent ? ClosingHandshake.Event.CLOSE_SENT : ClosingHandshake.Event.CLOSE_LOST);
        }
    }

    private boolean sendFrame(final Opcode opcode, final boolean fin, final ByteBuffer payload) {
        final ByteBuffer target = reserve(opcode, writer.frameBytes(payload.remaining()));
        if (target == null) {
            return false;
        }
        writer.write(target, (fin ? FrameWriter.FIN : 0) | opcode.value(), payload);
        output.commit(target);
        return true;
    }

    /** Text that has to be seen as bytes before it is framed. */
    private boolean sendEncoded(final CharSequence text, final int length) {
        final ByteBuffer bytes = buffers.acquire(length);
        if (bytes == null) {
            return false;
        }
        try {
            Utf8.encode(text, bytes);
            return send(Opcode.TEXT, bytes.flip());
        } finally {
            buffers.release(bytes);
        }
    }

    private boolean write(final Opcode kind, final int firstByte, final ByteBuffer payload) {
        final int length = payload.remaining();
        if (isSplit(length)) {
            return writeFragments(kind, firstByte, payload);
        }
        final ByteBuffer target = reserve(kind, writer.frameBytes(length));
        if (target == null) {
            return false;
        }
        writer.write(target, FrameWriter.FIN | firstByte, payload);
        output.commit(target);
        return true;
    }

    private boolean writeFragments(final Opcode kind, final int firstByte, final ByteBuffer payload) {
        final int length = payload.remaining();
        final int whole = (length - 1) / fragmentBytes;
        final int rest = length - whole * fragmentBytes;
        final ByteBuffer target = reserve(kind, whole * writer.frameBytes(fragmentBytes) + writer.frameBytes(rest));
        if (target == null) {
            return false;
        }
        int head = firstByte;
        int from = payload.position();
        for (int frame = 0; frame < whole; frame++) {
            writer.write(target, head, payload, from, fragmentBytes);
            head = Opcode.CONTINUATION.value();
            from += fragmentBytes;
        }
        writer.write(target, FrameWriter.FIN | head, payload, from, rest);
        output.commit(target);
        return true;
    }

    private boolean isSplit(final int length) {
        return fragmentBytes != 0 && length > fragmentBytes;
    }

    private ByteBuffer reserve(final Opcode opcode, final long bytes) {
        // What no buffer can hold has no room either.
        return bytes > Integer.MAX_VALUE ? null : output.reserve(opcode, (int) bytes);
    }

    void serve(final FrameOutput other) {
        output = other;
    }

    boolean isInFragments() {
        return inFragments;
    }

    private void requireNoFragments() {
        if (inFragments) {
            throw new IllegalStateException("a message is being sent in fragments, and is not finished");
        }
    }
}
