package io.godwit.core.protocol;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import io.godwit.core.message.BufferSource;
import io.godwit.core.message.EncodedMessage;
import io.godwit.core.message.MessageExtension;
import io.godwit.core.message.Utf8;
import java.nio.ByteBuffer;

/**
 * Sends messages and control frames: lets the extension encode (RFC 6455 §9), splits into frames (§5.4), and asks the
 * output once for room for the whole. The caller has checked that the connection is open; the closing handshake is told of
 * our Close here. If a payload cannot be read, nothing of its message is sent.
 */
final class MessageSender {
    private final FrameWriter writer;
    private final BufferSource buffers;
    private final MessageExtension extension;
    private final int rsvBits;
    private final int fragmentBytes;
    private final ClosingHandshake closing;
    private final boolean holdsClose;
    private FrameOutput output;
    private boolean inFragments;

    /** The payload of the Close frame that is due, while it is held back; or null. */
    private ByteBuffer heldClose;

    MessageSender(
            final FrameWriter writer,
            final FrameOutput output,
            final BufferSource buffers,
            final MessageExtension extension,
            final int fragmentBytes,
            final boolean holdsClose,
            final ClosingHandshake closing) {
        this.writer = writer;
        this.output = output;
        this.buffers = buffers;
        this.extension = extension;
        // Asked once: between encoding and writing no method of the extension may be called.
        rsvBits = extension == null ? 0 : extension.rsvBits();
        if (extension != null && rsvBits == 0) {
            throw new IllegalArgumentException("an extension marks its messages by an RSV bit (RFC 6455 §5.2)");
        }
        this.fragmentBytes = fragmentBytes;
        this.holdsClose = holdsClose;
        this.closing = closing;
    }

    boolean send(final Opcode kind, final ByteBuffer payload) {
        requireNoFragments();
        return extension == null
                ? write(kind, kind.value(), payload, payload.position(), payload.remaining())
                : sendExtended(kind, payload);
    }

    private boolean sendExtended(final Opcode kind, final ByteBuffer payload) {
        final ByteBuffer encoded = extension.encode(kind, payload);
        if (encoded == null) {
            return write(kind, kind.value(), payload, payload.position(), payload.remaining());
        }
        boolean sent = false;
        try {
            sent = write(kind, rsvBits | kind.value(), encoded, encoded.position(), encoded.remaining());
        } finally {
            if (!sent) {
                extension.encodedDropped();
            }
        }
        return sent;
    }

    boolean sendText(final String text) {
        requireNoFragments();
        final int length = Utf8.encodedLength(text);
        if (extension != null) {
            return sendEncoded(text, length);
        }
        final long bytes = wireBytes(length);
        final ByteBuffer target = reserve(Opcode.TEXT, bytes);
        if (target == null) {
            return false;
        }
        final int start = target.position();
        try {
            if (isSplit(length)) {
                // Behind the room for all the headers: from there each part moves to its place.
                final int from = start + (int) bytes - length;
                Utf8.encode(text, target.position(from));
                writeParts(target.position(start), Opcode.TEXT.value(), target, from, length);
            } else {
                final int key = writer.writeHeader(target, FrameWriter.FIN | Opcode.TEXT.value(), length);
                Utf8.encode(text, target);
                writer.maskPayload(target, length, key);
            }
        } catch (final RuntimeException | Error e) {
            output.cancel(Opcode.TEXT, target.position(start));
            throw e;
        }
        output.commit(target);
        return true;
    }

    boolean sendFragment(final Opcode opcode, final ByteBuffer payload, final boolean fin) {
        if (inFragments != (opcode == Opcode.CONTINUATION)) {
            throw new IllegalStateException(
                    inFragments ? opcode + " where a message is not finished" : "nothing to continue");
        }
        final int firstByte = (fin ? FrameWriter.FIN : 0) | opcode.value();
        final boolean sent = writeFrame(opcode, firstByte, payload, payload.position(), payload.remaining());
        if (sent) {
            inFragments = !fin;
        }
        return sent;
    }

    boolean sendShared(final EncodedMessage message) {
        requireNoFragments();
        final ByteBuffer frames = message.frames();
        final int length = message.payloadBytes();
        if (!writer.masks() && !isSplit(length)) {
            return output.share(frames);
        }
        return write(message.kind(), message.kind().value(), frames, frames.limit() - length, length);
    }

    /** The length is at most that of a control frame. */
    boolean sendControl(final Opcode opcode, final ByteBuffer payload, final int from, final int length) {
        return writeFrame(opcode, FrameWriter.FIN | opcode.value(), payload, from, length);
    }

    /** Finishes the output (§5.5.1), or has that wait for {@link #sendHeldClose}. */
    void finishWith(final ByteBuffer payload) {
        if (!holdsClose) {
            sendClose(payload);
        } else if (heldClose == null) {
            heldClose = payload;
        }
    }

    /** Finishes the output with the Close frame that is held back, if there is one. */
    void sendHeldClose() {
        if (heldClose != null) {
            sendClose(heldClose);
        }
    }

    boolean holdsClose() {
        return heldClose != null && closing.isOutputOpen();
    }

    /** Finishes the output, unless it is: with a Close frame, or without one if there is no room. */
    void sendClose(final ByteBuffer payload) {
        if (closing.isOutputOpen()) {
            final ByteBuffer due = heldClose == null ? payload : heldClose;
            heldClose = null;
            boolean sent = false;
            try {
                sent = sendControl(Opcode.CLOSE, due, due.position(), due.remaining());
            } finally {
                closing.on(sent ? ClosingHandshake.Event.CLOSE_SENT : ClosingHandshake.Event.CLOSE_LOST);
            }
        }
    }

    /** Text that the extension has to see as bytes. */
    private boolean sendEncoded(final String text, final int length) {
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

    // --- a payload's position and length are asked once: another thread may move them while it is written

    private boolean write(
            final Opcode kind, final int firstByte, final ByteBuffer payload, final int from, final int length) {
        return isSplit(length)
                ? writeFragments(kind, firstByte, payload, from, length)
                : writeFrame(kind, FrameWriter.FIN | firstByte, payload, from, length);
    }

    private boolean writeFrame(
            final Opcode opcode, final int firstByte, final ByteBuffer payload, final int from, final int length) {
        final ByteBuffer target = reserve(opcode, writer.frameBytes(length));
        if (target == null) {
            return false;
        }
        final int start = target.position();
        try {
            writer.write(target, firstByte, payload, from, length);
        } catch (final RuntimeException | Error e) {
            output.cancel(opcode, target.position(start));
            throw e;
        }
        output.commit(target);
        return true;
    }

    private boolean writeFragments(
            final Opcode kind, final int firstByte, final ByteBuffer payload, final int from, final int length) {
        final ByteBuffer target = reserve(kind, wireBytes(length));
        if (target == null) {
            return false;
        }
        final int start = target.position();
        try {
            writeParts(target, firstByte, payload, from, length);
        } catch (final RuntimeException | Error e) {
            output.cancel(kind, target.position(start));
            throw e;
        }
        output.commit(target);
        return true;
    }

    private void writeParts(
            final ByteBuffer target, final int firstByte, final ByteBuffer payload, final int from, final int length) {
        final int whole = wholeParts(length);
        int head = firstByte;
        for (int part = 0; part < whole; part++) {
            writer.write(target, head, payload, from + part * fragmentBytes, fragmentBytes);
            head = Opcode.CONTINUATION.value();
        }
        final int done = whole * fragmentBytes;
        writer.write(target, FrameWriter.FIN | head, payload, from + done, length - done);
    }

    private long wireBytes(final int length) {
        if (!isSplit(length)) {
            return writer.frameBytes(length);
        }
        final int whole = wholeParts(length);
        return whole * writer.frameBytes(fragmentBytes) + writer.frameBytes(length - whole * fragmentBytes);
    }

    /** {@return how many frames of a message that is split are as long as they may be, but for its last one} */
    private int wholeParts(final int length) {
        return (length - 1) / fragmentBytes;
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
