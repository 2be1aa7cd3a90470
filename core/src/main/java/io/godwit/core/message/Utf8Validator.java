package io.godwit.core.message;

import java.nio.ByteBuffer;

/**
 * Validates UTF-8 (RFC 3629 §4) that comes in slices, and fails at the first bad byte: overlong forms, surrogates and
 * what lies over U+10FFFF are refused with the second byte of their sequence. Its whole state is an int that the caller
 * keeps.
 */
public final class Utf8Validator {
    /** The state before the first byte, and behind each complete character. */
    public static final int ACCEPT = 0;
    /** The state behind a byte that cannot be: the text is not UTF-8. */
    public static final int REJECT = -1;

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    // Inside a character the state is: the bytes that it still lacks, then the least and the greatest of the next one.
    private static final int[] ANY_CONTINUATION = {ACCEPT, expect(1, 0x80, 0xBF), expect(2, 0x80, 0xBF)};
    private static final int[] AFTER_LEAD = afterLead();

    private Utf8Validator() {}

    /**
     * Goes over a slice.
     *
     * @param state {@link #ACCEPT} at a text's beginning, then what the call for the slice before returned
     * @param buffer direct or on the heap; not changed, nor is its position or limit
     * @param from the index of the slice's first byte
     * @param to the index behind its last byte
     * @return {@link #ACCEPT}, {@link #REJECT}, which remains, or any other number: the slice ends inside a character
     */
    public static int advance(final int state, final ByteBuffer buffer, final int from, final int to) {
        int now = state;
        int index = from;
        while (index < to) {
            if (now == ACCEPT) {
                index = skipAscii(buffer, index, to);
                if (index == to) {
                    return ACCEPT;
                }
                now = AFTER_LEAD[buffer.get(index) & 0x7F];
                if (now == REJECT) {
                    return REJECT;
                }
            } else {
                final int value = buffer.get(index) & 0xFF;
                // The shift keeps the sign: behind REJECT every byte is too great.
                if (value < (now >>> 8 & 0xFF) || value > now >> 16) {
                    return REJECT;
                }
                now = ANY_CONTINUATION[(now & 3) - 1];
            }
            index++;
        }
        return now;
    }

    private static int skipAscii(final ByteBuffer buffer, final int from, final int to) {
        int index = from;
        // Four words between two branches: long ASCII text is the usual case.
        for (final int end = to - 31; index < end; index += 32) {
            final long bits = buffer.getLong(index)
                    | buffer.getLong(index + 8)
                    | buffer.getLong(index + 16)
                    | buffer.getLong(index + 24);
            if ((bits & HIGH_BITS) != 0) {
                break;
            }
        }
        for (final int end = to - 7; index < end; index += 8) {
            if ((buffer.getLong(index) & HIGH_BITS) != 0) {
                break;
            }
        }
        while (index < to && buffer.get(index) >= 0) {
            index++;
        }
        return index;
    }

    private static int[] afterLead() {
        final int[] states = new int[128];
        for (int lead = 0x80; lead <= 0xFF; lead++) {
            states[lead & 0x7F] = afterLead(lead);
        }
        return states;
    }

    /** The rows of RFC 3629 §4. */
    private static int afterLead(final int lead) {
        return switch (lead) {
            case 0xE0 -> expect(2, 0xA0, 0xBF);
            case 0xED -> expect(2, 0x80, 0x9F);
            case 0xF0 -> expect(3, 0x90, 0xBF);
            case 0xF4 -> expect(3, 0x80, 0x8F);
            default -> {
                if (lead < 0xC2 || lead > 0xF4) {
                    yield REJECT;
                }
                yield expect(lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3, 0x80, 0xBF);
            }
        };
    }

    private static int expect(final int bytes, final int least, final int greatest) {
        return bytes | least << 8 | greatest << 16;
    }
}
