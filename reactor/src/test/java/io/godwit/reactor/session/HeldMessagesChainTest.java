package io.godwit.reactor.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.godwit.reactor.loop.HandoffPool;
import io.godwit.reactor.loop.Parcel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The messages that wait for the end of one in fragments: none is lost, and to keep them takes no memory. */
class HeldMessagesChainTest {

    private static final int MANY = 1_000;

    private final HandoffPool pool = new HandoffPool(1 << 20, 1 << 20);
    private final HeldMessages held = new HeldMessages();

    private List<Parcel> parcels(final int count) {
        final List<Parcel> parcels = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            parcels.add(pool.acquire(1).label("", number));
        }
        return parcels;
    }

    @Test
    void shouldGiveThemInTheirOrder() {
        parcels(3).forEach(held::add);
        assertThat(held.poll().number()).isZero();
        assertThat(held.poll().number()).isOne();
        assertThat(held.add(pool.acquire(1).label("", 5))).isEqualTo(2 + 5);
        assertThat(held.count()).isEqualTo(2);
        assertThat(held.poll().number()).isEqualTo(2);
        assertThat(held.poll().number()).isEqualTo(5);
        assertThat(held.poll()).isNull();
        assertThat(held.add(pool.acquire(1).label("", 7))).isEqualTo(7);
        assertThat(held.poll().number()).isEqualTo(7);
    }

    /** Of those that were taken none may be lost since there is no place for it, nor those before it. */
    @Test
    void shouldTakeNoMemory() {
        final List<Parcel> parcels = parcels(MANY);
        // What the first uses load.
        held.add(parcels.get(0));
        held.release(pool);
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        final long id = Thread.currentThread().getId();
        threads.getThreadAllocatedBytes(id);
        final long before = threads.getThreadAllocatedBytes(id);
        for (int i = 1; i < MANY; i++) {
            held.add(parcels.get(i));
        }
        assertThat(threads.getThreadAllocatedBytes(id) - before).isZero();
        assertThat(held.count()).isEqualTo(MANY - 1);
        held.release(pool);
        assertThat(held.count()).isZero();
        assertThat(pool.lentBytes()).isZero();
    }
}
