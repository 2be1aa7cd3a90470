package io.godwit.core.frame;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;

/**
 * Masking (RFC 6455 §5.3): payload is XORed with the key's four bytes, over and over; doing it again undoes it. Any thread,
 * one at a time for a buffer.
 *
 * <p>A key is an int with its bytes in wire order: the first is the most significant.
 */
public final class Masker {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private Masker() {}

    /**
     * Masks or unmasks in place, eight bytes at a time.
     *
     * @param buffer changed between from and to; direct or on the heap, not read-only; its position and limit are neither
     *     used nor moved
     * @param from the first byte's index
     * @param to the index behind the last byte
     * @param maskingKey the key for the byte at from: see {@link #advance}
     * @return all bytes that were written, ORed together, eight in a long: none is over 0x7F where the result has none of
     *     the bits 0x8080808080808080
     */
    public static long mask(final ByteBuffer buffer, final int from, final int to, final int maskingKey) {
        final long key = wordOf(maskingKey);
        // Every direct buffer of the JDK is such a one. With the type, and a loop for each kind of memory, the
        // compiler has nothing to test for each word, even where both kinds are in use; a VarHandle over ByteBuffer
        // has, and takes three times as long.
        if (buffer instanceof MappedByteBuffer) {
            return maskDirect((MappedByteBuffer) buffer, from, to, key);
        }
        return maskArray(buffer.array(), buffer.arrayOffset() + from, buffer.arrayOffset() + to, key);
    }

    /** {@return a key for little endian words: the order of the machines in use, where it costs nothing} */
    static long wordOf(final int maskingKey) {
        final int word = Integer.reverseBytes(maskingKey);
        return (long) word << 32 | word & 0xFFFF_FFFFL;
    }

    /**
     * Turns a key for the byte that follows on those that were masked with it.
     *
     * @param maskingKey the key for the first of them
     * @param bytes how many there were
     * @return the key for the next byte
     */
    public static int advance(final int maskingKey, final int bytes) {
        return Integer.rotateLeft(maskingKey, bytes << 3);
    }

    private static long maskDirect(final MappedByteBuffer buffer, final int from, final int to, final long key) {
        final ByteOrder order = buffer.order();
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        long seen = 0;
        int index = from;
        for (final int end = to - 7; index < end; index += 8) {
            final long value = buffer.getLong(index) ^ key;
            buffer.putLong(index, value);
            seen |= value;
        }
        if (to - index >= 4) {
            final int value = buffer.getInt(index) ^ (int) key;
            buffer.putInt(index, value);
            seen |= value & 0xFFFF_FFFFL;
            index += 4;
        }
        for (int shift = 0; index < to; index++, shift += 8) {
            final byte value = (byte) (buffer.get(index) ^ (int) key >>> shift);
            buffer.put(index, value);
            seen |= value & 0xFF;
        }
        buffer.order(order);
        return seen;
    }

    private static long maskArray(final byte[] bytes, final int from, final int to, final long key) {
        long seen = 0;
        int index = from;
        for (final int end = to - 7; index < end; index += 8) {
            final long value = (long) LONG.get(bytes, index) ^ key;
            LONG.set(bytes, index, value);
            seen |= value;
        }
        if (to - index >= 4) {
            final int value = (int) INT.get(bytes, index) ^ (int) key;
            INT.set(bytes, index, value);
            seen |= value & 0xFFFF_FFFFL;
            index += 4;
        }
        for (int shift = 0; index < to; index++, shift += 8) {
            bytes[index] ^= (byte) ((int) key >>> shift);
            seen |= bytes[index] & 0xFF;
        }
        return seen;
    }
}
