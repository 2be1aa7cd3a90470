package io.godwit.core.protocol;

/**
 * UTF-8 as The Unicode Standard's table of well-formed byte sequences says it, one byte at a time, for
 * {@link ModelReceiver}.
 */
final class ModelUtf8 {
    private int missing;
    private int min;
    private int max;

    /** {@return whether this byte may follow those before it; after one that may not, nothing is to be asked} */
    boolean takes(final byte next) {
        final int value = next & 0xFF;
        if (missing > 0) {
            final boolean fits = value >= min && value <= max;
            missing--;
            min = 0x80;
            max = 0xBF;
            return fits;
        }
        if (value < 0x80) {
            return true;
        }
        missing = value < 0xE0 ? 1 : value < 0xF0 ? 2 : 3;
        // No overlong forms; no surrogates, and nothing past U+10FFFF.
        min = value == 0xE0 ? 0xA0 : value == 0xF0 ? 0x90 : 0x80;
        max = value == 0xED ? 0x9F : value == 0xF4 ? 0x8F : 0xBF;
        return value >= 0xC2 && value <= 0xF4;
    }

    /** {@return whether no character is unfinished} */
    boolean isWhole() {
        return missing == 0;
    }
}
