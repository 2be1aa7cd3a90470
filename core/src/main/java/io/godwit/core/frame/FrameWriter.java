package io.godwit.core.frame;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.util.Objects;

/**
 * Writes frames (RFC 6455 §5.2) with the shortest header there is: unmasked for a server, masked with a fresh key for a
 * client (§5.1), in the target only, so that the caller's payload stays as it is. Used by one thread; the server's has no
 * state.
 *
 * <p>If another thread changes a payload meanwhile, its bytes in the frame are undefined, but the frame is whole, or an
 * exception is thrown. After an exception the target's position may have moved; the bytes behind its former place are
 * undefined.
 */
public final class FrameWriter {
    /** The FIN bit of a header's first byte: the frame is its message's last. */
    public static final int FIN = 0x80;
    /** The most bytes of a header: two, a length of eight, a masking key. */
    public static final int HEADER_BYTES_MAX = 14;
    /** The longest payload of a control frame (§5.5), and of a frame whose length fits into the second byte. */
    public static final int CONTROL_BYTES_MAX = 125;

    private static final FrameWriter SERVER = new FrameWriter(null);
    private static final int MASK = 0x80;

    private final MaskingKeys keys;

    private FrameWriter(final MaskingKeys keys) {
        this.keys = keys;
    }

    /** {@return the writer of a server's frames, which are not masked; any number of threads may use it} */
    public static FrameWriter server() {
        return SERVER;
    }

    /**
     * Makes a writer of a client's frames.
     *
     * @param keys where the masking keys come from; retained
     * @return the writer
     */
    public static FrameWriter client(final MaskingKeys keys) {
        return new FrameWriter(Objects.requireNonNull(keys, "keys"));
    }

    /** {@return whether it masks what it writes, as a client does} */
    public boolean masks() {
        return keys != null;
    }

    /**
     * Tells how long a frame will be.
     *
     * @param payloadBytes its payload's length, not negative
     * @return the length in bytes, header included
     */
    public long frameBytes(final int payloadBytes) {
        return (long) payloadBytes + headerBytes(payloadBytes);
    }

    private int headerBytes(final int payloadBytes) {
        final int length = payloadBytes <= CONTROL_BYTES_MAX ? 2 : payloadBytes <= 0xFFFF ? 4 : 10;
        return length + (keys == null ? 0 : Integer.BYTES);
    }

    /**
     * Writes a frame.
     *
     * @param target big endian; written from its position on, which moves behind the frame
     * @param firstByte FIN, RSV and opcode
     * @param payload borrowed for the call; neither its content nor its position and limit are changed
     */
    public void write(final ByteBuffer target, final int firstByte, final ByteBuffer payload) {
        write(target, firstByte, payload, payload.position(), payload.remaining());
    }

    /**
     * Writes a frame with a part of a payload.
     *
     * @param target big endian; written from its position on, which moves behind the frame
     * @param firstByte FIN, RSV and opcode
     * @param payload borrowed for the call; neither its content nor its position and limit are changed. Or the target itself, in
     *     which the part moves forward: it begins no earlier than where it goes
     * @param from the index of the part's first byte
     * @param length the part's length in bytes
     * @throws IndexOutOfBoundsException if the payload's limit is before the part's end, or the target has no room
     * @throws IllegalArgumentException if the target is not big endian
     */
    public void write(
            final ByteBuffer target, final int firstByte, final ByteBuffer payload, final int from, final int length) {
        final int start = target.position();
        final int key = putHeader(target, start, firstByte, length);
        final int position = start + headerBytes(length);
        if (ShortPayload.canCopy(target, payload, length)) {
            ShortPayload.copy((MappedByteBuffer) target, position, (MappedByteBuffer) payload, from, length);
        } else {
            // Twice as fast as a loop over longs. So masking is a second pass.
            target.put(position, payload, from, length);
        }
        target.position(position + length);
        maskPayload(target, length, key);
    }

    /**
     * Writes a header only. The caller writes the payload behind it, and then hands it to {@link #maskPayload}.
     *
     * @param target big endian; its position moves behind the header
     * @param firstByte FIN, RSV and opcode
     * @param payloadBytes the payload's length
     * @return the masking key, 0 for a server
     * @throws IllegalArgumentException if the target is not big endian, or the length is negative
     */
    public int writeHeader(final ByteBuffer target, final int firstByte, final int payloadBytes) {
        final int start = target.position();
        final int key = putHeader(target, start, firstByte, payloadBytes);
        target.position(start + headerBytes(payloadBytes));
        return key;
    }

    /** At its place, the position as it is: a frame moves it once. */
    private int putHeader(final ByteBuffer target, final int start, final int firstByte, final int payloadBytes) {
        if (target.order() != ByteOrder.BIG_ENDIAN || payloadBytes < 0) {
            throw new IllegalArgumentException(
                    "a frame of " + payloadBytes + " bytes of payload in a buffer that is " + target.order());
        }
        final int mask = keys == null ? 0 : MASK;
        if (payloadBytes <= CONTROL_BYTES_MAX) {
            target.putShort(start, (short) (firstByte << 8 | mask | payloadBytes));
        } else if (payloadBytes <= 0xFFFF) {
            target.putInt(start, firstByte << 24 | (mask | 126) << 16 | payloadBytes);
        } else {
            target.putShort(start, (short) (firstByte << 8 | mask | 127));
            target.putLong(start + Short.BYTES, payloadBytes);
        }
        if (keys == null) {
            return 0;
        }
        final int key = keys.next();
        target.putInt(start + headerBytes(payloadBytes) - Integer.BYTES, key);
        return key;
    }

    /**
     * Masks payload that was written behind a header, where this writer masks.
     *
     * @param target what was written to: its position stands behind the payload, and is not moved
     * @param payloadBytes the payload's length
     * @param maskingKey what {@link #writeHeader} returned
     */
    public void maskPayload(final ByteBuffer target, final int payloadBytes, final int maskingKey) {
        if (keys != null) {
            Masker.mask(target, target.position() - payloadBytes, target.position(), maskingKey);
        }
    }
}
