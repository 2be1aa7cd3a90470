package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IdentityHashMap;
import org.junit.jupiter.api.Test;

class SharedMemoryTest {

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private boolean memoryIsOut;

    @SuppressWarnings("serial")
    private final class Scarce extends IdentityHashMap<Object, SharedMemory.Holding> {
        @Override
        public SharedMemory.Holding put(final Object what, final SharedMemory.Holding holding) {
            if (memoryIsOut) {
                throw new OutOfMemoryError("injected");
            }
            return super.put(what, holding);
        }
    }

    private final SharedMemory shared = new SharedMemory(budget, new Scarce());

    @Test
    void shouldTakeNothingOfTheBudgetIfThereIsNoMemoryToHold() {
        final Object what = new Object();
        memoryIsOut = true;
        assertThat(shared.hold(what, 1_000)).isFalse();
        assertThat(budget.usedBytes()).isZero();
        assertThat(shared.count()).isZero();

        memoryIsOut = false;
        assertThat(shared.hold(what, 1_000)).isTrue();
        shared.letGo(what);
        assertThat(budget.usedBytes()).isZero();
    }
}
