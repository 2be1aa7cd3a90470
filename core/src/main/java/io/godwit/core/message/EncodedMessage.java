package io.godwit.core.message;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * A message that was framed once, as a server sends it (RFC 6455 §5.1: unmasked), to be shared read-only by any number of
 * connections and threads. Immutable.
 */
public final class EncodedMessage {
    private final Opcode kind;
    private final int payloadBytes;
    private final ByteBuffer frames;

    private EncodedMessage(final Opcode kind, final int payloadBytes, final ByteBuffer frames) {
        this.kind = kind;
        this.payloadBytes = payloadBytes;
        this.frames = frames;
    }

    /**
     * Encodes a text message.
     *
     * @param text its content
     * @return the message, in one frame
     * @throws IllegalArgumentException if it holds an unpaired surrogate, or is longer than a buffer can be
     */
    public static EncodedMessage text(final CharSequence text) {
        final int payloadBytes = Utf8.encodedLength(text);
        final ByteBuffer frame = allocate(payloadBytes);
        FrameWriter.server().writeHeader(frame, FrameWriter.FIN | Opcode.TEXT.value(), payloadBytes);
        Utf8.encode(text, frame);
        return new EncodedMessage(Opcode.TEXT, payloadBytes, frame.flip().asReadOnlyBuffer());
    }

    /**
     * Encodes a binary message.
     *
     * @param payload copied; neither its content nor its position and limit are changed
     * @return the message, in one frame
     * @throws IllegalArgumentException if it is longer than a buffer can be
     */
    public static EncodedMessage binary(final ByteBuffer payload) {
        final ByteBuffer frame = allocate(payload.remaining());
        FrameWriter.server().write(frame, FrameWriter.FIN | Opcode.BINARY.value(), payload);
        return new EncodedMessage(
                Opcode.BINARY, payload.remaining(), frame.flip().asReadOnlyBuffer());
    }

    /** {@return {@link Opcode#TEXT} or {@link Opcode#BINARY}} */
    public Opcode kind() {
        return kind;
    }

    /** {@return the length of its payload in bytes} */
    public int payloadBytes() {
        return payloadBytes;
    }

    /**
     * {@return its frames between position and limit: direct, read-only, the same buffer for every caller} Read it by
     * index, or duplicate it: its position and limit are not to be moved.
     */
    public ByteBuffer frames() {
        return frames;
    }

    private static ByteBuffer allocate(final int payloadBytes) {
        final long frameBytes = FrameWriter.server().frameBytes(payloadBytes);
        if (frameBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("message of " + payloadBytes + " bytes");
        }
        // Direct, so that a large one goes to many sockets without a copy each.
        return ByteBuffer.allocateDirect((int) frameBytes);
    }
}
