package io.godwit.core.protocol;

import io.godwit.core.testkit.Bytes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Frames as tests write and read them, by code of its own: not the one under test. A frame is written as three words of
 * hex, {@code first-byte length payload}, as a server would send it; for a server to receive it is masked on the way. An
 * exclamation mark stands behind the byte that shows a mistake; a dot is an empty payload.
 */
final class Wire {
    private static final byte[] KEY = Bytes.hex("37fa213d");

    final byte[] bytes;
    /** How many of the bytes show the mistake; all of them where no mark was set. */
    final int verdictAt;

    private Wire(final byte[] bytes, final int verdictAt) {
        this.bytes = bytes;
        this.verdictAt = verdictAt;
    }

    static Wire to(final Role receiver, final String words) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        int verdictAt = -1;
        int column = 0;
        for (final String word : words.trim().split("\\s+")) {
            final int mark = word.indexOf('!');
            final byte[] value = Bytes.hex(word.replace("!", "").replace(".", ""));
            if (mark >= 0) {
                verdictAt = out.size() + mark / 2;
            }
            final boolean masked = receiver == Role.SERVER;
            if (masked && column == 1) {
                value[0] |= (byte) 0x80;
            }
            for (int i = 0; masked && column == 2 && i < value.length; i++) {
                value[i] ^= KEY[i % 4];
            }
            out.writeBytes(value);
            if (masked && column == 1) {
                out.writeBytes(KEY);
            }
            column = (column + 1) % 3;
        }
        return new Wire(out.toByteArray(), verdictAt < 0 ? out.size() : verdictAt);
    }

    /** One frame, whatever its length. */
    static byte[] frame(final Role receiver, final int firstByte, final byte[] payload) {
        final String length = payload.length < 126
                ? String.format("%02x", payload.length)
                : payload.length < 65_536
                        ? String.format("7e%04x", payload.length)
                        : String.format("7f%016x", payload.length);
        final String hex = payload.length == 0 ? "." : Bytes.hex(payload);
        return to(receiver, String.format("%02x %s %s", firstByte, length, hex)).bytes;
    }

    static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Reads whole frames back: each as {@code first-byte payload} in hex, unmasked. */
    static List<String> frames(final ByteBuffer bytes, final Role sender) {
        final List<String> frames = new ArrayList<>();
        final ByteBuffer in = bytes.duplicate();
        while (in.hasRemaining()) {
            final int first = in.get() & 0xFF;
            final int second = in.get() & 0xFF;
            if ((second & 0x80) != 0 != (sender == Role.CLIENT)) {
                throw new AssertionError("a " + sender + " sent a frame with second byte " + second);
            }
            final int length = switch (second & 0x7F) {
                case 126 -> in.getShort() & 0xFFFF;
                case 127 -> (int) in.getLong();
                default -> second & 0x7F;
            };
            final byte[] key = new byte[4];
            if (sender == Role.CLIENT) {
                in.get(key);
            }
            final byte[] payload = new byte[length];
            in.get(payload);
            for (int i = 0; i < length; i++) {
                payload[i] ^= key[i % 4];
            }
            frames.add(String.format("%02x %s", first, Bytes.hex(payload)).trim());
        }
        return frames;
    }
}
