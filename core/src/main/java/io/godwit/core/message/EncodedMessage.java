package io.godwit.core.message;

import io.godwit.core.frame.FrameWriter;
import io.godwit.core.frame.Opcode;
import java.nio.ByteBuffer;

/**
 * A message that was framed once, to be shared read-only by any number of connections and threads. Immutable; it lies on the
 * heap, and belongs to the garbage collector.
 *
 * <p>Its frames are a server's: not masked (RFC 6455 §5.1). A client has to mask each frame with a key of its own (§5.3), so
 * that there is nothing it could share: a protocol of that role frames the payload anew.
 */
public final class EncodedMessage {
    /** The longest array that every JVM makes, if it has the memory. */
    private static final int BYTES_MAX = Integer.MAX_VALUE - 8;

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
        final String content = Utf8.snapshot(text);
        final int payloadBytes = Utf8.encodedLength(content);
        final ByteBuffer frame = allocate(payloadBytes);
        FrameWriter.server().writeHeader(frame, FrameWriter.FIN | Opcode.TEXT.value(), payloadBytes);
        Utf8.encode(content, frame);
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
        // Asked once: another thread may move them.
        final int from = payload.position();
        final int length = payload.remaining();
        final ByteBuffer frame = allocate(length);
        FrameWriter.server().write(frame, FrameWriter.FIN | Opcode.BINARY.value(), payload, from, length);
        return new EncodedMessage(Opcode.BINARY, length, frame.flip().asReadOnlyBuffer());
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
     * {@return its frames between position and limit, as a server sends them: on the heap, read-only, big endian, the same buffer
     * for every caller} Read it by index, or duplicate it: its position and limit are not to be moved. The payload is the last
     * {@link #payloadBytes} of it.
     */
    public ByteBuffer frames() {
        return frames;
    }

    private static ByteBuffer allocate(final int payloadBytes) {
        final long frameBytes = FrameWriter.server().frameBytes(payloadBytes);
        if (frameBytes > BYTES_MAX) {
            throw new IllegalArgumentException("message of " + payloadBytes + " bytes");
        }
        return ByteBuffer.allocate((int) frameBytes);
    }
}
