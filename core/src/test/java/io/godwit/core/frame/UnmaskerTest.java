package io.godwit.core.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.core.testkit.Bytes;
import io.godwit.core.testkit.Seed;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class UnmaskerTest {

    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** However often a buffer comes, and whichever comes between: what is unmasked is what the masker makes of it. */
    @Test
    void shouldDoAsTheMaskerDoes() {
        Seed.forEach(200, random -> {
            final Unmasker unmasker = new Unmasker();
            final byte[][] contents = {new byte[900], new byte[900]};
            random.nextBytes(contents[0]);
            for (int i = 0; i < contents[1].length; i++) {
                contents[1][i] = (byte) random.nextInt(128);
            }
            final ByteBuffer[] buffers = {Bytes.direct(contents[0]), Bytes.heap(contents[1])};
            final ByteBuffer[] expected = {Bytes.direct(contents[0]), Bytes.heap(contents[1].clone())};
            for (int round = 0; round < 12; round++) {
                final int which = random.nextInt(8) == 0 ? 1 : 0;
                final ByteBuffer buffer = buffers[which];
                final int from = buffer.position() + random.nextInt(20);
                final int to = from + random.nextInt(buffer.limit() - from + 1);
                // Keys that leave ASCII what is ASCII, and others.
                final int key = random.nextBoolean() ? random.nextInt() & 0x7F7F_7F7F : random.nextInt();
                final long seen = Masker.mask(expected[which], from, to, key);
                if (random.nextBoolean()) {
                    unmasker.unmask(buffer, from, to, key);
                } else {
                    final long gathered = unmasker.unmaskAndGather(buffer, from, to, key);
                    assertThat((gathered & HIGH_BITS) == 0).isEqualTo((seen & HIGH_BITS) == 0);
                }
                assertThat(buffer).isEqualTo(expected[which]);
                assertThat(buffer.order()).isEqualTo(ByteOrder.BIG_ENDIAN);
            }
        });
    }
}
