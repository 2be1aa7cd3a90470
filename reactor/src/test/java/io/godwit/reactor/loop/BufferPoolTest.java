package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {

    private final BufferPool pool = new BufferPool(1_024, Long.MAX_VALUE);

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

    @Test
    void shouldRefuseWhatIsOverItsBudgetButNotWhatIsRequired() {
        final BufferPool small = new BufferPool(0, 1_024);
        final ByteBuffer first = small.acquire(600);
        assertThat(small.lentBytes()).as("the capacity counts").isEqualTo(1_024);
        assertThat(small.acquire(1)).isNull();
        final ByteBuffer required = small.require(65);
        assertThat(small.lentBytes()).isEqualTo(1_024 + 128);
        small.release(first);
        assertThat(small.acquire(600)).isNull();
        final ByteBuffer second = small.acquire(500);
        assertThat(second).isNotNull();
        small.release(second);
        small.release(required);
        assertThat(small.lentBytes()).isZero();
        assertThat(small.lent()).isZero();
    }

    @Test
    void shouldCountGiants() {
        final BufferPool large = new BufferPool(0, 1 << 25);
        final int giant = (1 << 24) + 1;
        final ByteBuffer first = large.acquire(giant);
        assertThat(large.lentBytes()).isEqualTo(giant);
        assertThat(large.acquire(giant)).isNull();
        large.release(first);
        assertThat(large.lentBytes()).isZero();
        assertThat(large.acquire(Integer.MAX_VALUE)).isNull();
    }
}
