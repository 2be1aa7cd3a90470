package io.godwit.bench.load;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/**
 * What is in the messages, so that each can be told from all others: a token of eight letters, made from the connection's
 * and the message's number, and then a stretch of random bytes that begins elsewhere for each of 32 successive messages.
 * Messages shorter than the token carry as much of it as they have room for. Immutable in effect, but for one thread.
 */
final class MessageContent {

    private static final int TOKEN_BYTES = Long.BYTES;
    private static final int NUMBER_BITS = 30;
    private static final int CONNECTION_BITS = 18;
    private static final long LETTERS = 0x3030_3030_3030_3030L;
    private static final int VARIANTS = 32;
    private static final int VARIANT_STEP = 8;

    /** From here on a call of the vectorised comparison costs less than a loop. */
    private static final int LONG_BYTES_MIN = 64;

    private final int payloadBytes;
    private final ByteBuffer random;
    private final ByteBuffer expected;

    /**
     * Makes the content.
     *
     * @param payloadBytes the length of each message
     * @param isText whether it has to be ASCII
     * @param source what the bytes come from
     */
    MessageContent(final int payloadBytes, final boolean isText, final RandomGenerator source) {
        this.payloadBytes = payloadBytes;
        random = ByteBuffer.allocateDirect(payloadBytes + VARIANTS * VARIANT_STEP);
        for (int i = 0; i < random.capacity(); i++) {
            random.put(i, (byte) (isText ? ' ' + source.nextInt('~' - ' ') : source.nextInt()));
        }
        expected = random.duplicate();
    }

    /**
     * Writes a message.
     *
     * @param target written from its position on, which moves behind it
     * @param connection the number of the connection
     * @param number the number of the message, on that connection
     */
    void put(final ByteBuffer target, final int connection, final long number) {
        final int start = target.position();
        target.put(start, random, variant(connection, number), payloadBytes);
        final long token = token(connection, number);
        if (payloadBytes >= TOKEN_BYTES) {
            target.putLong(start, Long.reverseBytes(token));
        } else {
            for (int i = 0; i < payloadBytes; i++) {
                target.put(start + i, letter(token, i));
            }
        }
        target.position(start + payloadBytes);
    }

    /**
     * Compares a slice of a message with what was sent.
     *
     * @param slice from position to limit; its position may be moved
     * @param offset where in the message it begins; the slice does not reach beyond its end
     * @param connection as it was written
     * @param number as above
     * @return whether each byte is right
     */
    boolean matches(final ByteBuffer slice, final int offset, final int connection, final long number) {
        final int start = slice.position();
        final int length = slice.remaining();
        final long token = token(connection, number);
        int index = 0;
        if (offset == 0 && length >= TOKEN_BYTES) {
            if (slice.getLong(start) != Long.reverseBytes(token)) {
                return false;
            }
            index = TOKEN_BYTES;
        }
        for (; index < length && offset + index < TOKEN_BYTES; index++) {
            if (slice.get(start + index) != letter(token, offset + index)) {
                return false;
            }
        }
        return matchesRandom(slice, start + index, variant(connection, number) + offset + index, length - index);
    }

    private boolean matchesRandom(final ByteBuffer slice, final int from, final int randomFrom, final int length) {
        if (length >= LONG_BYTES_MIN) {
            expected.limit(randomFrom + length).position(randomFrom);
            return slice.position(from).mismatch(expected) < 0;
        }
        int index = 0;
        for (; index + Long.BYTES <= length; index += Long.BYTES) {
            if (slice.getLong(from + index) != random.getLong(randomFrom + index)) {
                return false;
            }
        }
        for (; index < length; index++) {
            if (slice.get(from + index) != random.get(randomFrom + index)) {
                return false;
            }
        }
        return true;
    }

    /** Eight letters of six bits each, the lowest first: message numbers repeat after 2^30 only. */
    private static long token(final int connection, final long number) {
        final long bits = (connection & (1L << CONNECTION_BITS) - 1) << NUMBER_BITS | number & (1L << NUMBER_BITS) - 1;
        // From 48 bits in a row to six in each byte, by halving the groups.
        final long halves = bits & 0xFF_FFFFL | (bits & 0xFFFF_FF00_0000L) << 8;
        final long quarters = halves & 0x0000_0FFF_0000_0FFFL | (halves & 0x00FF_F000_00FF_F000L) << 4;
        final long letters = quarters & 0x003F_003F_003F_003FL | (quarters & 0x0FC0_0FC0_0FC0_0FC0L) << 2;
        return letters + LETTERS;
    }

    private static byte letter(final long token, final int index) {
        return (byte) (token >>> (index << 3));
    }

    private static int variant(final int connection, final long number) {
        return (int) (number + 5L * connection & VARIANTS - 1) * VARIANT_STEP;
    }
}
