package io.godwit.core.http;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of the piece of a head that is not finished. It begins small, since most heads are, and doubles; the limits
 * on line and head bound it.
 */
final class ByteStore {
    private static final int INITIAL = 64;

    private final int bytesMax;
    private byte[] bytes;
    private int length;

    /** Grows up to that many bytes; whoever appends more has not kept its limit. */
    ByteStore(final int bytesMax) {
        this.bytesMax = bytesMax;
        bytes = new byte[Math.min(INITIAL, bytesMax)];
    }

    void append(final int b) {
        if (length == bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(bytesMax, 2L * length));
        }
        bytes[length++] = (byte) b;
    }

    int length() {
        return length;
    }

    int capacity() {
        return bytes.length;
    }

    /** The text so far; the store is empty then. */
    String takeText() {
        final String text = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        length = 0;
        return text;
    }

    /** The text so far without whitespace at its end; the store is empty then. */
    String takeTextTrimmed() {
        while (length > 0 && HttpChars.isWhitespace(bytes[length - 1])) {
            length--;
        }
        return takeText();
    }
}
