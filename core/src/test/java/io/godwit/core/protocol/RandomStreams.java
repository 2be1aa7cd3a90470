package io.godwit.core.protocol;

import io.godwit.core.testkit.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Streams of frames as a peer might send them: mostly right, now and then wrong. */
final class RandomStreams {
    private static final String[] TEXTS = {
        "", "a", "Hello", "€", "Größe 𝄞", "x".repeat(40), "ä".repeat(63), "y".repeat(130)
    };

    private RandomStreams() {}

    static byte[] stream(final Random random, final Role receiver, final boolean extended) {
        final List<byte[]> frames = new ArrayList<>();
        for (int messages = random.nextInt(8); messages >= 0; messages--) {
            message(random, receiver, extended && random.nextBoolean(), frames);
        }
        if (random.nextInt(3) == 0) {
            frames.add(Wire.frame(receiver, 0x88, closePayload(random)));
            message(random, receiver, false, frames);
        }
        final byte[] stream = Wire.join(frames.toArray(byte[][]::new));
        if (random.nextInt(3) == 0 && stream.length > 0) {
            stream[random.nextInt(stream.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return stream;
    }

    private static void message(
            final Random random, final Role receiver, final boolean encoded, final List<byte[]> frames) {
        byte[] payload = Bytes.utf8(TEXTS[random.nextInt(TEXTS.length)]);
        if (encoded) {
            payload = runs(payload);
        }
        int first = (random.nextBoolean() ? 0x1 : 0x2) | (encoded ? RunLengthExtension.RSV : 0);
        int from = 0;
        while (random.nextInt(3) != 0 && frames.size() < 40) {
            final int to = from + random.nextInt(payload.length - from + 1);
            frames.add(Wire.frame(receiver, first, Arrays.copyOfRange(payload, from, to)));
            first = 0;
            from = to;
            if (random.nextInt(3) == 0) {
                final byte[] ping = new byte[random.nextInt(20)];
                frames.add(Wire.frame(receiver, random.nextBoolean() ? 0x89 : 0x8A, ping));
            }
        }
        frames.add(Wire.frame(receiver, 0x80 | first, Arrays.copyOfRange(payload, from, payload.length)));
    }

    private static byte[] runs(final byte[] payload) {
        final byte[] runs = new byte[2 * payload.length];
        for (int i = 0; i < payload.length; i++) {
            runs[2 * i] = 1;
            runs[2 * i + 1] = payload[i];
        }
        return runs;
    }

    private static byte[] closePayload(final Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> new byte[0];
            case 1 -> new byte[] {3};
            case 2 -> Bytes.hex("03ed");
            case 3 -> Bytes.hex("03e8e282ac");
            case 4 -> Bytes.hex("03e8e28261");
            default -> Bytes.hex("0fa0");
        };
    }
}
