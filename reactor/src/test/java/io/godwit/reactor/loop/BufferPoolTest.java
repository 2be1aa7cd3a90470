package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BufferPoolTest {

    private final BufferPool pool = new BufferPool(1_024, Long.MAX_VALUE / 2);

    @ParameterizedTest
    @CsvSource({
        "0,64",
        "1,64",
        "64,64",
        "65,80",
        "80,80",
        "81,96",
        "128,128",
        "129,160",
        "33000,40960",
        "65536,65536",
        "65537,81920",
        "16777215,16777216",
        "16777216,16777216"
    })
    void shouldLendOneOfFourSizesForEachPowerOfTwo(final int asked, final int lent) {
        assertThat(pool.acquire(asked).capacity()).isEqualTo(lent);
    }

    @Test
    void shouldLendFromTheHeap() {
        assertThat(pool.acquire(100).hasArray()).isTrue();
    }

    @Test
    void shouldFindEachSizeAgainAndMixNone() {
        final BufferPool large = new BufferPool(Long.MAX_VALUE, Long.MAX_VALUE / 2);
        final Map<Integer, ByteBuffer> bySize = new HashMap<>();
        for (int asked = 1; asked <= 1 << 24; asked += 1 + asked / 9) {
            final ByteBuffer buffer = large.acquire(asked);
            assertThat(buffer.capacity())
                    .isGreaterThanOrEqualTo(asked)
                    .isLessThanOrEqualTo(Math.max(64, asked + asked / 4));
            final ByteBuffer former = bySize.putIfAbsent(buffer.capacity(), buffer);
            assertThat(former == null || former == buffer)
                    .as("the buffer of " + asked)
                    .isTrue();
            large.release(buffer);
        }
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
    void shouldRefuseWhatIsOverItsBudgetButForTheReserveAndWhatIsRequired() {
        final MemoryBudget budget = new MemoryBudget(16_384);
        final BufferPool small = new BufferPool(0, budget);
        final ByteBuffer first = small.acquire(14_000);
        assertThat(small.lentBytes()).as("the capacity").isEqualTo(14_336);
        assertThat(budget.usedBytes()).as("and what is around it").isEqualTo(14_336 + 80);
        assertThat(small.acquire(1_000)).isNull();
        final ByteBuffer reserved = small.acquireReserved(3_000);
        assertThat(budget.usedBytes()).isEqualTo(14_336 + 80 + 3_072 + 80);
        assertThat(small.acquireReserved(1_000)).isNull();
        final ByteBuffer required = small.require(1);
        assertThat(required).isNotNull();
        small.release(first);
        small.release(reserved);
        small.release(required);
        assertThat(budget.usedBytes()).isZero();
        assertThat(small.lentBytes()).isZero();
        assertThat(small.lent()).isZero();
    }

    @Test
    void shouldCountGiants() {
        final MemoryBudget budget = new MemoryBudget(1 << 25);
        final BufferPool large = new BufferPool(0, budget);
        final int giant = (1 << 24) + 1;
        final ByteBuffer first = large.acquire(giant);
        assertThat(budget.usedBytes()).isEqualTo(giant + 80);
        assertThat(large.acquire(giant)).isNull();
        large.release(first);
        assertThat(budget.usedBytes()).isZero();
        assertThat(large.acquire(Integer.MAX_VALUE)).isNull();
    }

    @Test
    void shouldRefuseWhereTheJvmHasNoMemoryAndGiveTheBudgetBack() {
        final MemoryBudget budget = new MemoryBudget(Long.MAX_VALUE / 2);
        // More than an array can have on any JVM.
        assertThat(new BufferPool(0, budget).acquire(Integer.MAX_VALUE)).isNull();
        assertThat(new HandoffPool(0, budget).acquire(Integer.MAX_VALUE)).isNull();
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void shouldTakeABufferBackIfThereIsNoMemoryToKeepIt() {
        final MemoryBudget budget = new MemoryBudget(1 << 20);
        final boolean[] memoryIsOut = new boolean[1];
        final BufferPool scarce = new BufferPool(1 << 20, budget, places -> {
            if (memoryIsOut[0]) {
                throw new OutOfMemoryError("injected");
            }
            return new ByteBuffer[places];
        });
        final ByteBuffer first = scarce.acquire(64);
        final ByteBuffer second = scarce.acquire(64);
        memoryIsOut[0] = true;
        scarce.release(first);
        scarce.release(second);

        assertThat(scarce.lent()).isZero();
        assertThat(scarce.lentBytes()).isZero();
        assertThat(budget.usedBytes()).isZero();
        // The shelf had room for one.
        assertThat(scarce.acquire(64)).isSameAs(first);
        assertThat(scarce.acquire(64)).isNotSameAs(second);
    }
}
