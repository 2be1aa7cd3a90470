package io.godwit.core.frame;

import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;

/**
 * Payloads of a few bytes, without a loop: what the compiler puts before and behind the body of one, to test its bounds once
 * for all, takes several times as long as the body. Both methods cut a payload into the same words, so that what has just
 * been unmasked is read as it was written, out of the processor's store buffer.
 *
 * <p>For direct memory: with its type the compiler has nothing to ask for each word.
 */
final class ShortPayload {

    /** The longest, in bytes. */
    static final int BYTES_MAX = 31;

    private ShortPayload() {}

    /**
     * Unmasks in place (RFC 6455 §5.3).
     *
     * @param buffer big endian; changed from the index on; its position and limit are neither used nor moved
     * @param from the first byte's index
     * @param length how many bytes, at most {@link #BYTES_MAX}
     * @param key the masking key
     * @return has none of the bits 0x8080808080808080 where no byte that was written is over 0x7F
     */
    static long unmask(final MappedByteBuffer buffer, final int from, final int length, final int key) {
        final long wide = (long) key << 32 | key & 0xFFFF_FFFFL;
        long seen = 0;
        int index = from;
        if ((length & 16) != 0) {
            final long first = buffer.getLong(index) ^ wide;
            final long second = buffer.getLong(index + 8) ^ wide;
            buffer.putLong(index, first);
            buffer.putLong(index + 8, second);
            seen = first | second;
            index += 16;
        }
        if ((length & 8) != 0) {
            final long word = buffer.getLong(index) ^ wide;
            buffer.putLong(index, word);
            seen |= word;
            index += 8;
        }
        if ((length & 4) != 0) {
            final int word = buffer.getInt(index) ^ key;
            buffer.putInt(index, word);
            seen |= word & 0xFFFF_FFFFL;
            index += 4;
        }
        int rest = key;
        if ((length & 2) != 0) {
            final short word = (short) (buffer.getShort(index) ^ key >>> 16);
            buffer.putShort(index, word);
            seen |= word & 0xFFFFL;
            index += 2;
            rest = key << 16;
        }
        if ((length & 1) != 0) {
            final byte last = (byte) (buffer.get(index) ^ rest >>> 24);
            buffer.put(index, last);
            seen |= last & 0xFF;
        }
        return seen;
    }

    /**
     * Copies.
     *
     * @param target written from the index on; its position and limit are neither used nor moved
     * @param to the index of the first byte in it
     * @param source of the same byte order
     * @param from the first byte's index
     * @param length how many bytes, at most {@link #BYTES_MAX}
     */
    static void copy(
            final MappedByteBuffer target,
            final int to,
            final MappedByteBuffer source,
            final int from,
            final int length) {
        int done = 0;
        if ((length & 16) != 0) {
            target.putLong(to, source.getLong(from));
            target.putLong(to + 8, source.getLong(from + 8));
            done = 16;
        }
        if ((length & 8) != 0) {
            target.putLong(to + done, source.getLong(from + done));
            done += 8;
        }
        if ((length & 4) != 0) {
            target.putInt(to + done, source.getInt(from + done));
            done += 4;
        }
        if ((length & 2) != 0) {
            target.putShort(to + done, source.getShort(from + done));
            done += 2;
        }
        if ((length & 1) != 0) {
            target.put(to + done, source.get(from + done));
        }
    }

    /** {@return whether a payload of that length can be copied so} */
    static boolean canCopy(final ByteBuffer target, final ByteBuffer source, final int length) {
        return length <= BYTES_MAX
                && target instanceof MappedByteBuffer
                && source instanceof MappedByteBuffer
                && target.order() == source.order();
    }
}
