package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskerTest {
    private static final int KEY = 0x37fa213d;

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldMaskAsTheRfcDoesByteByByte(final boolean direct) {
        for (int length = 0; length < 70; length++) {
            final byte[] bytes = new byte[length];
            final byte[] masked = new byte[length];
            for (int i = 0; i < length; i++) {
                bytes[i] = (byte) (i * 31 + length);
                masked[i] = (byte) (bytes[i] ^ KEY >>> 8 * (3 - i % 4));
            }
            for (int offset = 0; offset < 9; offset++) {
                final ByteBuffer buffer = direct
                        ? ByteBuffer.allocateDirect(90)
                        : ByteBuffer.allocate(90).slice(2, 85);
                buffer.put(offset, bytes);
                final long seen = Masker.mask(buffer, offset, offset + length, KEY);

                final byte[] result = new byte[length];
                buffer.get(offset, result);
                assertThat(result).isEqualTo(masked);
                assertThat(buffer.get(offset + length)).as("the byte behind").isZero();
                assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
                assertThat((seen & 0x8080_8080_8080_8080L) == 0).isEqualTo(isAscii(masked));
            }
        }
    }

    @Test
    void shouldSeeASingleHighBitWhereverItIs() {
        for (int length = 1; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                final byte[] bytes = new byte[length];
                bytes[at] = (byte) 0x80;
                assertThat(Masker.mask(Bytes.direct(bytes), 3, 3 + length, 0) & 0x8080_8080_8080_8080L)
                        .isNotZero();
                assertThat(Masker.mask(Bytes.heap(bytes), 0, length, 0) & 0x8080_8080_8080_8080L)
                        .isNotZero();
            }
        }
    }

    @Test
    void shouldCarryThePhaseAcrossSlices() {
        Seed.forEach(500, random -> {
            final byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            final int key = random.nextInt();
            final ByteBuffer whole = Bytes.direct(bytes);
            Masker.mask(whole, whole.position(), whole.limit(), key);

            final ByteBuffer sliced = Bytes.direct(bytes);
            int phase = key;
            for (int from = sliced.position(); from < sliced.limit(); ) {
                final int to = Math.min(sliced.limit(), from + random.nextInt(12));
                Masker.mask(sliced, from, to, phase);
                phase = Masker.advance(phase, to - from);
                from = to;
            }
            assertThat(sliced).isEqualTo(whole);
        });
    }

    @Test
    void shouldGiveAKeyThatDiffersEachTime() {
        final MaskingKeys keys = MaskingKeys.secure();
        final Set<Integer> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            seen.add(keys.next());
        }
        // Among 1,000 of 2^32 two are alike once in 8,600 runs; three alike are no accident.
        assertThat(seen).hasSizeGreaterThan(997);
    }

    private static boolean isAscii(final byte[] bytes) {
        for (final byte value : bytes) {
            if (value < 0) {
                return false;
            }
        }
        return true;
    }
}
