package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryWaitersTest {

    private static final int BYTES_MAX = 1_600;

    private final EventLoop loop;
    private final MemoryBudget budget;
    private final List<String> told = new ArrayList<>();

    MemoryWaitersTest() throws IOException {
        loop = new EventLoop("test", new LoopOptions(64, 1, 64, BYTES_MAX, 0, 1, 2, 1, 1, 16), () -> 0);
        budget = loop.memory();
    }

    @AfterEach
    void close() {
        loop.onClose();
    }

    private void turn() throws IOException {
        // Mail comes before settling, so that one cycle does it, unless it asks for another.
        for (int i = 0; i < 3; i++) {
            loop.doWork();
        }
    }

    private MemoryWaiter await(final String name, final int bytes) {
        final MemoryWaiter waiter = () -> told.add(name);
        loop.awaitMemory(waiter, bytes);
        return waiter;
    }

    /** Another thread was about to add it when it ended. */
    @Test
    void shouldNotKeepOneThatHasEnded() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        final MemoryWaiters waiters = new MemoryWaiters(loop, budget, loop.memoryHolders());
        waiters.add(
                new MemoryWaiter() {
                    @Override
                    public void onMemory() {
                        told.add("ended");
                    }

                    @Override
                    public boolean isGone() {
                        return true;
                    }
                },
                100);
        turn();
        assertThat(waiters.count()).isZero();
        budget.give(BYTES_MAX);
        turn();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldTellOnceAndOnlyWhenWhatWasWantedFits() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        await("large", 1_000);
        turn();
        assertThat(told).isEmpty();
        // What is long leaves the last sixteenth to what is short.
        budget.give(1_099);
        turn();
        assertThat(told).isEmpty();
        budget.give(1);
        turn();
        assertThat(told).containsExactly("large");
        budget.give(500);
        turn();
        assertThat(told).hasSize(1);
    }

    @Test
    void shouldTellOfNoLessThanASixteenth() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        await("small", 1);
        budget.give(99);
        turn();
        assertThat(told).isEmpty();
        budget.give(1);
        turn();
        assertThat(told).containsExactly("small");
    }

    @Test
    void shouldTellInTurnNoMoreThanFit() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        await("one", 300);
        await("two", 300);
        await("large", 1_500);
        await("three", 300);
        turn();
        budget.give(850);
        loop.doWork();
        assertThat(told).as("the large one does not hold up the others").containsExactly("one", "two");
        // Neither has taken any.
        turn();
        assertThat(told).containsExactly("one", "two", "three");
        budget.give(750);
        turn();
        assertThat(told).endsWith("large");
    }

    @Test
    void shouldTellAtOnceIfThereIsMemoryAlready() throws IOException {
        await("late", 300);
        turn();
        assertThat(told).containsExactly("late");
    }

    @Test
    void shouldNotTellOfWhatCanNeverBe() throws IOException {
        await("giant", BYTES_MAX - 99);
        turn();
        assertThat(told).isEmpty();
        assertThat(loop.doWork()).as("nor look again and again").isZero();
    }

    @Test
    void shouldForgetWhoHasEnded() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        loop.forgetWaiter(await("ended", 1));
        budget.give(BYTES_MAX);
        turn();
        assertThat(told).isEmpty();
    }

    @Test
    void shouldTellThoseWhoWaitAgainWithoutASpin() throws IOException {
        budget.takeAnyway(BYTES_MAX);
        final List<MemoryWaiter> again = new ArrayList<>();
        again.add(() -> {
            told.add("again");
            if (!budget.tryTake(1_200)) {
                loop.awaitMemory(again.get(0), 1_200);
            }
        });
        loop.awaitMemory(again.get(0), 800);
        budget.give(1_000);
        for (int i = 0; i < 100; i++) {
            loop.doWork();
        }
        assertThat(told).as("asked for more than there is").hasSize(1);
        budget.give(300);
        turn();
        assertThat(told).hasSize(2);
        assertThat(budget.freeBytes()).as("it has taken").isEqualTo(100);
    }

    @Test
    void shouldCountWhatIsSharedOnce() {
        final Object shared = new Object();
        assertThat(loop.shared().hold(shared, 1_000)).isTrue();
        assertThat(loop.shared().hold(shared, 1_000)).as("its bytes count once").isTrue();
        assertThat(loop.shared().hold(new Object(), 1_000)).as("another's").isFalse();
        assertThat(budget.usedBytes()).isEqualTo(1_000 + 2 * 80);
        loop.shared().letGo(shared);
        assertThat(budget.usedBytes()).isEqualTo(1_000 + 80);
        loop.shared().letGo(shared);
        assertThat(budget.usedBytes()).isZero();
        assertThat(loop.shared().count()).isZero();
    }

    @Test
    void shouldKeepTheLastSixteenthForWhatIsShort() {
        assertThat(budget.tryTake(1_501)).isFalse();
        assertThat(budget.tryTake(1_500)).isTrue();
        assertThat(budget.tryTake(7)).as("more than a 256th").isFalse();
        for (int i = 0; i < 16; i++) {
            assertThat(budget.tryTake(6)).isTrue();
        }
        assertThat(budget.tryTake(5)).isFalse();
        assertThat(budget.tryTake(4)).isTrue();
        assertThat(budget.freeBytes()).isZero();
    }

    @Test
    void shouldKeepAReserve() {
        budget.takeAnyway(BYTES_MAX);
        assertThat(budget.tryTakeReserved(201)).isFalse();
        assertThat(budget.tryTakeReserved(200)).isTrue();
        assertThat(budget.usedBytes()).isEqualTo(1_800);
        budget.give(1_800);
    }

    @Test
    void shouldTellOfMemoryAfterThereWasNoneForItsEntry() throws IOException {
        final int[] failures = {2};
        @SuppressWarnings("serial")
        final class Scarce extends LinkedHashMap<MemoryWaiter, MemoryWaiters.Want> {
            @Override
            public MemoryWaiters.Want put(final MemoryWaiter waiter, final MemoryWaiters.Want want) {
                if (failures[0]-- > 0) {
                    throw new OutOfMemoryError("injected");
                }
                return super.put(waiter, want);
            }
        }
        final MemoryWaiters waiters = new MemoryWaiters(loop, budget, loop.memoryHolders(), new Scarce());
        waiters.add(() -> told.add("first"), 100);
        waiters.add(() -> told.add("second"), 100);
        turn();
        turn();
        assertThat(told).containsExactly("first", "second");
        assertThat(waiters.count()).isZero();
    }

    /** Not even to look at those who wait: then it looks again. */
    @Test
    void shouldTellOfMemoryAfterThereWasNoneToLook() throws IOException {
        for (int looks = 0; looks < 6; looks++) {
            final int[] looksLeft = {looks};
            @SuppressWarnings("serial")
            final class Scarce extends LinkedHashMap<MemoryWaiter, MemoryWaiters.Want> {
                @Override
                public Collection<MemoryWaiters.Want> values() {
                    if (looksLeft[0]-- == 0) {
                        throw new OutOfMemoryError("injected");
                    }
                    return super.values();
                }
            }
            final MemoryWaiters waiters = new MemoryWaiters(loop, budget, loop.memoryHolders(), new Scarce());
            told.clear();
            budget.takeAnyway(BYTES_MAX);
            waiters.add(() -> told.add("first"), 100);
            turn();
            budget.give(BYTES_MAX);
            waiters.onRoom();
            turn();
            assertThat(told).as("after " + looks).containsExactly("first");
        }
    }
}
