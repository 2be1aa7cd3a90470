package io.godwit.reactor.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettleQueueTest {

    private static final int CAPACITY = 64;

    private final List<Integer> settled = new ArrayList<>();
    private boolean memoryIsOut;

    private final SettleQueue queue = new SettleQueue(1, places -> {
        if (memoryIsOut) {
            throw new OutOfMemoryError("injected");
        }
        return new Settled[places];
    });

    private Settled target(final int number) {
        return () -> settled.add(number);
    }

    private void settleAll() {
        for (Settled next = queue.poll(); next != null; next = queue.poll()) {
            next.settle();
        }
    }

    @Test
    void shouldKeepWhoWaitsIfItCannotGrow() {
        final List<Integer> expected = new ArrayList<>();
        // The ring begins in its middle.
        for (int i = 0; i < CAPACITY / 2; i++) {
            queue.add(target(-1));
            queue.poll();
        }
        for (int i = 0; i < CAPACITY; i++) {
            queue.add(target(i));
            expected.add(i);
        }
        memoryIsOut = true;
        assertThatThrownBy(() -> queue.add(target(CAPACITY))).isInstanceOf(OutOfMemoryError.class);
        assertThat(queue.size()).isEqualTo(CAPACITY);

        memoryIsOut = false;
        queue.add(target(CAPACITY));
        expected.add(CAPACITY);
        settleAll();
        assertThat(settled).isEqualTo(expected);
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void shouldHaveAPlaceForAsManyAsWereExpected() {
        final int[] arrays = new int[1];
        final SettleQueue wide = new SettleQueue(1_000, places -> {
            if (arrays[0]++ > 0) {
                throw new OutOfMemoryError("injected");
            }
            return new Settled[places];
        });
        for (int i = 0; i < 1_000; i++) {
            wide.add(target(i));
        }
        assertThat(wide.size()).isEqualTo(1_000);
    }
}
