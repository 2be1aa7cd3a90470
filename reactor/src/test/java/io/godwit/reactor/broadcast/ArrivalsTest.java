package io.godwit.reactor.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static final class Guest extends Arrivals.Arrival {
        private final AtomicInteger wishes = new AtomicInteger();
    }

    private final Arrivals<Guest> arrivals = new Arrivals<>();
    private final Guest a = new Guest();
    private final Guest b = new Guest();
    private final Guest c = new Guest();
    private final Guest d = new Guest();

    /** So many frames further up it is tried again to add one. */
    private int left;

    private List<Guest> takeAll() {
        final List<Guest> taken = new ArrayList<>();
        while (arrivals.isDue()) {
            taken.add(arrivals.take());
        }
        return taken;
    }

    @Test
    void shouldEndARoundWhateverComesMeanwhile() {
        arrivals.add(a);
        arrivals.add(b);
        assertThat(arrivals.isDue()).isFalse();
        arrivals.begin();
        arrivals.add(c);
        assertThat(arrivals.take()).isSameAs(a);
        arrivals.add(d);
        arrivals.add(a);
        assertThat(takeAll()).containsExactly(b);
        assertThat(arrivals.isEmpty()).isFalse();
        arrivals.begin();
        assertThat(takeAll()).containsExactly(c, d, a);
        assertThat(arrivals.isEmpty()).isTrue();
    }

    /** However often it changes before its turn, it takes one place. */
    @Test
    void shouldHoldEachOnce() {
        IntStream.range(0, 10).forEach(i -> arrivals.add(a));
        arrivals.add(b);
        arrivals.add(a);
        arrivals.begin();
        arrivals.add(a);
        arrivals.add(b);
        assertThat(takeAll()).containsExactly(a, b);
        assertThat(arrivals.isEmpty()).isTrue();
        arrivals.add(b);
        arrivals.begin();
        assertThat(takeAll()).containsExactly(b);
    }

    /** Whatever is due when memory is out would be missed for good. */
    @Test
    void shouldNeedNoMemory() {
        final var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        final Guest[] guests =
                IntStream.range(0, 1_000).mapToObj(i -> new Guest()).toArray(Guest[]::new);
        final long thread = Thread.currentThread().getId();
        arrivals.add(a);
        arrivals.begin();
        assertThat(takeAll()).containsExactly(a);
        threads.getThreadAllocatedBytes(thread);
        final long before = threads.getThreadAllocatedBytes(thread);
        for (final Guest each : guests) {
            arrivals.add(each);
        }
        arrivals.begin();
        int taken = 0;
        while (arrivals.isDue()) {
            arrivals.take();
            taken++;
        }
        final long allocated = threads.getThreadAllocatedBytes(thread) - before;
        assertThat(taken).isEqualTo(guests.length);
        assertThat(allocated).as("bytes").isLessThan(guests.length);
    }

    /** What another thread wishes for before it adds is seen by whoever takes next, although it was here already. */
    @Test
    void shouldMissNoWishOfOtherThreads() throws InterruptedException {
        final int wishes = 100_000;
        final Guest[] guests = {a, b, c};
        final List<Thread> threads = IntStream.range(0, 2)
                .mapToObj(n -> new Thread(() -> {
                    for (int i = 0; i < wishes; i++) {
                        final Guest each = guests[i % guests.length];
                        each.wishes.incrementAndGet();
                        arrivals.add(each);
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        int granted = 0;
        while (threads.stream().anyMatch(Thread::isAlive) || !arrivals.isEmpty()) {
            arrivals.begin();
            while (arrivals.isDue()) {
                granted += arrivals.take().wishes.getAndSet(0);
            }
        }
        for (final Thread thread : threads) {
            thread.join();
        }
        assertThat(granted).isEqualTo(2 * wishes);
    }

    /** Another thread may be just adding it: whoever has been told that it is here is not to wait for that one. */
    @Test
    void shouldHaveInTheNextRoundWhatWasAddedWhicheverThreadDidIt() throws InterruptedException {
        final AtomicBoolean over = new AtomicBoolean();
        final Thread other = new Thread(() -> {
            while (!over.get()) {
                arrivals.add(a);
            }
        });
        other.start();
        int missed = 0;
        for (int i = 0; i < 100_000; i++) {
            arrivals.add(a);
            arrivals.begin();
            missed += takeAll().isEmpty() ? 1 : 0;
        }
        over.set(true);
        other.join();
        assertThat(missed).isZero();
    }

    /** The stack of whoever adds one may end in any call: then it is not here, and the next one who adds it does not wait for that one. */
    @Test
    void shouldBeAddedAgainWhereverTheStackHasEnded() throws Exception {
        final CompletableFuture<Integer> missed = new CompletableFuture<>();
        final Thread shortOfStack = new Thread(
                null,
                () -> {
                    try {
                        missed.complete(addAtTheEnd());
                    } catch (final Throwable t) {
                        missed.completeExceptionally(t);
                    }
                },
                "short of stack",
                200_000);
        shortOfStack.setDaemon(true);
        shortOfStack.start();
        assertThat(missed.get(2, TimeUnit.MINUTES)).isZero();
    }

    private int addAtTheEnd() {
        int missed = 0;
        for (int round = 0; round < 100; round++) {
            final Guest guest = new Guest();
            left = 50;
            descend(guest);
            arrivals.add(guest);
            arrivals.begin();
            missed += takeAll().contains(guest) ? 0 : 1;
        }
        return missed;
    }

    private void descend(final Guest guest) {
        try {
            descend(guest);
        } catch (final StackOverflowError e) {
            // From here on upwards there is ever more room.
        }
        if (left > 0) {
            left--;
            try {
                arrivals.add(guest);
                left = 0;
            } catch (final StackOverflowError e) {
                // Once more, a frame further up.
            }
        }
    }
}
