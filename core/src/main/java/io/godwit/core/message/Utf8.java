package io.godwit.core.message;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Encodes text as UTF-8 (RFC 3629 §3) straight into a buffer, without an intermediate array. Any thread.
 *
 * <p>A text is read twice: for its length, and to encode it. So both methods take a String, which cannot change between;
 * {@link #snapshot} makes one of any other text.
 */
public final class Utf8 {
    private Utf8() {}

    /**
     * Reads a text once, so that what is done with it afterwards does not depend on what it says later.
     *
     * @param text any; its own code may run, or throw, within this call only
     * @return the same object if it is a String, else what its {@code toString} returns
     * @throws NullPointerException if either is null
     */
    public static String snapshot(final CharSequence text) {
        if (text instanceof String string) {
            return string;
        }
        final String content = Objects.requireNonNull(text, "text").toString();
        return Objects.requireNonNull(content, "what text.toString() returns");
    }

    /**
     * Tells how many bytes a text takes.
     *
     * @param text the text
     * @return its length in UTF-8
     * @throws IllegalArgumentException if it holds an unpaired surrogate, or takes more bytes than a buffer can have
     */
    public static int encodedLength(final String text) {
        final int chars = text.length();
        long bytes = chars;
        for (int index = 0; index < chars; index++) {
            final char c = text.charAt(index);
            if (c >= 0x80) {
                if (c < 0x800) {
                    bytes++;
                } else if (Character.isSurrogate(c)) {
                    codePoint(text, index);
                    // Two chars, four bytes.
                    index++;
                    bytes += 2;
                } else {
                    bytes += 2;
                }
            }
        }
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("text of " + bytes + " bytes");
        }
        return (int) bytes;
    }

    /**
     * Encodes a text.
     *
     * @param text the text
     * @param target written from its position on, which moves behind the last byte; has {@link #encodedLength} remaining
     * @throws IllegalArgumentException if the text holds an unpaired surrogate
     */
    public static void encode(final String text, final ByteBuffer target) {
        final int chars = text.length();
        int position = target.position();
        for (int index = 0; index < chars; index++) {
            final char c = text.charAt(index);
            if (c < 0x80) {
                target.put(position++, (byte) c);
            } else if (c < 0x800) {
                target.put(position++, (byte) (0xC0 | c >> 6));
                target.put(position++, (byte) (0x80 | c & 0x3F));
            } else if (Character.isSurrogate(c)) {
                final int codePoint = codePoint(text, index++);
                target.put(position++, (byte) (0xF0 | codePoint >> 18));
                target.put(position++, (byte) (0x80 | codePoint >> 12 & 0x3F));
                target.put(position++, (byte) (0x80 | codePoint >> 6 & 0x3F));
                target.put(position++, (byte) (0x80 | codePoint & 0x3F));
            } else {
                target.put(position++, (byte) (0xE0 | c >> 12));
                target.put(position++, (byte) (0x80 | c >> 6 & 0x3F));
                target.put(position++, (byte) (0x80 | c & 0x3F));
            }
        }
        target.position(position);
    }

    private static int codePoint(final String text, final int index) {
        final char high = text.charAt(index);
        if (Character.isHighSurrogate(high) && index + 1 < text.length()) {
            final char low = text.charAt(index + 1);
            if (Character.isLowSurrogate(low)) {
                return Character.toCodePoint(high, low);
            }
        }
        throw new IllegalArgumentException("unpaired surrogate at index " + index);
    }
}
