package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {

    private final BufferPool pool = new BufferPool(1_024);

    @ParameterizedTest
    @CsvSource({"0,64", "1,64", "64,64", "65,128", "128,128", "129,256", "65536,65536", "65537,131072"})
    void shouldLendAPowerOfTwo(final int asked, final int lent) {
        assertThat(pool.acquire(asked).capacity()).isEqualTo(lent);
    }

    @Test
    void shouldLendExactlyWhatIsAskedForPastTheLargestSize() {
        assertThat(pool.acquire((1 << 24) + 1).capacity()).isEqualTo((1 << 24) + 1);
    }

    @Test
    void shouldLendTheSameBufferAgainAsNew() {
        final ByteBuffer first = pool.acquire(100);
        first.putInt(7).limit(10).order(ByteOrder.BIG_ENDIAN);
        pool.release(first);

        final ByteBuffer second = pool.acquire(100);
        assertThat(second).isSameAs(first);
        assertThat(second.position()).isZero();
        assertThat(second.limit()).isEqualTo(second.capacity());
    }

    @Test
    void shouldKeepNoMoreThanItsBound() {
        final ByteBuffer kept = pool.acquire(1_024);
        final ByteBuffer left = pool.acquire(1_024);
        pool.release(kept);
        pool.release(left);

        assertThat(pool.acquire(1_024)).isSameAs(kept);
        assertThat(pool.acquire(1_024)).isNotSameAs(left);
    }

    @Test
    void shouldCountWhatIsLent() {
        final ByteBuffer a = pool.acquire(1);
        final ByteBuffer b = pool.acquire(100_000);
        assertThat(pool.lent()).isEqualTo(2);
        pool.release(a);
        pool.release(b);
        assertThat(pool.lent()).isZero();
    }
}
