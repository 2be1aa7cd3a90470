package io.godwit.core.testkit;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Bytes as tests write them. */
public final class Bytes {
    private Bytes() {}

    public static byte[] hex(final String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    public static String hex(final byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    public static String hex(final ByteBuffer bytes) {
        return hex(copy(bytes));
    }

    public static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static String utf8(final ByteBuffer bytes) {
        return new String(copy(bytes), StandardCharsets.UTF_8);
    }

    public static byte[] copy(final ByteBuffer bytes) {
        final byte[] copy = new byte[bytes.remaining()];
        bytes.get(bytes.position(), copy);
        return copy;
    }

    /** A direct buffer with the bytes at an odd offset, so that alignment is never by luck. */
    public static ByteBuffer direct(final byte... bytes) {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 8);
        return buffer.position(3).put(bytes).flip().position(3);
    }

    public static ByteBuffer heap(final byte... bytes) {
        return ByteBuffer.wrap(bytes);
    }
}
