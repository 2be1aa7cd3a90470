package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShortPayloadTest {

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final int KEY = 0x12_34_56_78;
    private static final int SIZE = 64;

    private static MappedByteBuffer filled(final long seed) {
        final byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        return (MappedByteBuffer) ByteBuffer.allocateDirect(SIZE).put(content).clear();
    }

    @Test
    void shouldUnmaskEveryLengthAnywhereAndNothingElse() {
        for (int length = 0; length <= ShortPayload.BYTES_MAX; length++) {
            for (int from = 0; from < Long.BYTES; from++) {
                final MappedByteBuffer buffer = filled(length);
                final ByteBuffer before = filled(length);
                ShortPayload.unmask(buffer, from, length, KEY);
                for (int i = 0; i < SIZE; i++) {
                    final int mask = i < from || i >= from + length ? 0 : KEY >>> 24 - (i - from) % 4 * 8;
                    assertThat(buffer.get(i)).as("byte %d of %d", i, length).isEqualTo((byte) (before.get(i) ^ mask));
                }
            }
        }
    }

    @Test
    void shouldSeeOneByteThatIsNotAscii() {
        for (int length = 0; length <= ShortPayload.BYTES_MAX; length++) {
            final MappedByteBuffer ascii = (MappedByteBuffer) ByteBuffer.allocateDirect(SIZE);
            assertThat(ShortPayload.unmask(ascii, 3, length, KEY) & HIGH_BITS).isZero();
            for (int i = 0; i < length; i++) {
                final MappedByteBuffer buffer =
                        (MappedByteBuffer) ByteBuffer.allocateDirect(SIZE).put(3 + i, (byte) 0x80);
                assertThat(ShortPayload.unmask(buffer, 3, length, KEY) & HIGH_BITS)
                        .as("byte %d of %d", i, length)
                        .isNotZero();
            }
        }
    }

    @Test
    void shouldCopyEveryLengthInEitherByteOrderAndNothingElse() {
        for (final ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            for (int length = 0; length <= ShortPayload.BYTES_MAX; length++) {
                final MappedByteBuffer source = filled(1);
                final MappedByteBuffer target = filled(2);
                source.order(order);
                target.order(order);
                ShortPayload.copy(target, 5, source, 2, length);
                final ByteBuffer expected = filled(2).put(5, source, 2, length);
                assertThat(target).as("%d bytes", length).isEqualTo(expected);
            }
        }
    }

    /** What the types and byte orders of two buffers do not allow is left to the bulk copy. */
    @Test
    void shouldCopyOnlyBetweenDirectBuffersOfOneOrder() {
        final ByteBuffer direct = ByteBuffer.allocateDirect(SIZE);
        final ByteBuffer heap = ByteBuffer.allocate(SIZE);
        final ByteBuffer turned = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.LITTLE_ENDIAN);

        assertThat(ShortPayload.canCopy(direct, filled(1), ShortPayload.BYTES_MAX))
                .isTrue();
        assertThat(ShortPayload.canCopy(direct, filled(1), ShortPayload.BYTES_MAX + 1))
                .isFalse();
        assertThat(ShortPayload.canCopy(direct, heap, 1)).isFalse();
        assertThat(ShortPayload.canCopy(heap, direct, 1)).isFalse();
        assertThat(ShortPayload.canCopy(direct, turned, 1)).isFalse();
    }
}
