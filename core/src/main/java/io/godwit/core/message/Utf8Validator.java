package io.godwit.core.message;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Validates UTF-8 (RFC 3629 §4) that comes in slices, and fails at the first bad byte: overlong forms, surrogates and
 * what lies over U+10FFFF are refused with the second byte of their sequence. Its whole state is an int that the caller
 * keeps. Any thread.
 *
 * <p>It is a finite automaton whose states are numbered by shifts: a byte's row holds for each state, as many bits to
 * the left as its number says, the number of the state that follows. So a byte costs one shift of its row, and no
 * branch, whatever characters the text mixes.
 */
public final class Utf8Validator {
    /** The state before the first byte, and behind each complete character. */
    public static final int ACCEPT = 0;
    /** The state behind a byte that cannot be: the text is not UTF-8. */
    public static final int REJECT = -1;

    private static final int STATE_BITS = 6;
    /** Of what a shifted row holds, the state; over it lie what would follow from others. */
    private static final int STATE_MASK = (1 << STATE_BITS) - 1;

    // Inside a character: how many continuation bytes it lacks, or after which lead byte not every one will do.
    private static final int LACKS_ONE = STATE_BITS;
    private static final int LACKS_TWO = 2 * STATE_BITS;
    private static final int LACKS_THREE = 3 * STATE_BITS;
    private static final int AFTER_E0 = 4 * STATE_BITS;
    private static final int AFTER_ED = 5 * STATE_BITS;
    private static final int AFTER_F0 = 6 * STATE_BITS;
    private static final int AFTER_F4 = 7 * STATE_BITS;

    private static final long[] ROWS = rows();
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    private Utf8Validator() {}

    /**
     * Goes over a slice.
     *
     * @param state {@link #ACCEPT} at a text's beginning, then what the call for the slice before returned
     * @param buffer direct or on the heap, fastest in its initial byte order; not changed, nor is its position or limit
     * @param from the index of the slice's first byte
     * @param to the index behind its last byte
     * @return {@link #ACCEPT}, {@link #REJECT}, which remains, or any other number: the slice ends inside a character
     */
    public static int advance(final int state, final ByteBuffer buffer, final int from, final int to) {
        long now = state;
        int index = from;
        // Words are taken apart from their most significant byte on; where that is not the first, it goes without.
        final int wordsEnd = buffer.order() == ByteOrder.BIG_ENDIAN ? to - 7 : from;
        for (final int end = wordsEnd - 24; index < end; index += 32) {
            if (stateOf(now) == ACCEPT) {
                index = skipAscii(buffer, index, end);
                if (index >= end) {
                    break;
                }
            }
            now = afterWord(now, buffer.getLong(index));
            now = afterWord(now, buffer.getLong(index + 8));
            now = afterWord(now, buffer.getLong(index + 16));
            now = afterWord(now, buffer.getLong(index + 24));
            if (stateOf(now) == REJECT) {
                return REJECT;
            }
        }
        for (; index < wordsEnd; index += 8) {
            final long word = buffer.getLong(index);
            if (!isAscii(word) || stateOf(now) != ACCEPT) {
                now = afterWord(now, word);
            }
        }
        for (; index < to; index++) {
            now = afterByte(now, buffer.get(index));
        }
        return stateOf(now);
    }

    /** {@return where the first four words begin that are not all ASCII, or the end} */
    private static int skipAscii(final ByteBuffer buffer, final int from, final int end) {
        int index = from;
        // Four words between two branches, in a loop of its own: long ASCII text is the usual case.
        for (; index < end; index += 32) {
            final long bits = buffer.getLong(index)
                    | buffer.getLong(index + 8)
                    | buffer.getLong(index + 16)
                    | buffer.getLong(index + 24);
            if (!isAscii(bits)) {
                break;
            }
        }
        return index;
    }

    private static boolean isAscii(final long word) {
        return (word & HIGH_BITS) == 0;
    }

    private static int stateOf(final long shifted) {
        // REJECT is the number that has all bits set, so that its sign comes back with the shift.
        return (int) shifted << 32 - STATE_BITS >> 32 - STATE_BITS;
    }

    private static long afterWord(final long before, final long word) {
        long now = afterByte(before, (int) (word >>> 56));
        now = afterByte(now, (int) (word >>> 48));
        now = afterByte(now, (int) (word >>> 40));
        now = afterByte(now, (int) (word >>> 32));
        now = afterByte(now, (int) (word >>> 24));
        now = afterByte(now, (int) (word >>> 16));
        now = afterByte(now, (int) (word >>> 8));
        return afterByte(now, (int) word);
    }

    private static long afterByte(final long before, final int value) {
        // Java shifts by the lower six bits alone, which are the state. The sign of a row, which no state's bits reach,
        // is set: behind REJECT, a shift by 63, it fills the whole.
        return ROWS[value & 0xFF] >> before;
    }

    /** The table of RFC 3629 §4. */
    private static long[] rows() {
        final long[] rows = new long[256];
        // REJECT follows from every state, but for these.
        Arrays.fill(rows, -1);
        put(rows, ACCEPT, 0x00, 0x7F, ACCEPT);
        put(rows, ACCEPT, 0xC2, 0xDF, LACKS_ONE);
        put(rows, ACCEPT, 0xE0, 0xE0, AFTER_E0);
        put(rows, ACCEPT, 0xE1, 0xEC, LACKS_TWO);
        put(rows, ACCEPT, 0xED, 0xED, AFTER_ED);
        put(rows, ACCEPT, 0xEE, 0xEF, LACKS_TWO);
        put(rows, ACCEPT, 0xF0, 0xF0, AFTER_F0);
        put(rows, ACCEPT, 0xF1, 0xF3, LACKS_THREE);
        put(rows, ACCEPT, 0xF4, 0xF4, AFTER_F4);
        put(rows, LACKS_ONE, 0x80, 0xBF, ACCEPT);
        put(rows, LACKS_TWO, 0x80, 0xBF, LACKS_ONE);
        put(rows, LACKS_THREE, 0x80, 0xBF, LACKS_TWO);
        put(rows, AFTER_E0, 0xA0, 0xBF, LACKS_ONE);
        put(rows, AFTER_ED, 0x80, 0x9F, LACKS_ONE);
        put(rows, AFTER_F0, 0x90, 0xBF, LACKS_TWO);
        put(rows, AFTER_F4, 0x80, 0x8F, LACKS_TWO);
        return rows;
    }

    private static void put(final long[] rows, final int state, final int least, final int greatest, final int next) {
        for (int value = least; value <= greatest; value++) {
            rows[value] ^= (long) (next ^ STATE_MASK) << state;
        }
    }
}
