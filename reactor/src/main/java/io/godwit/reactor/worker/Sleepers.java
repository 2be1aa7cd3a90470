package io.godwit.reactor.worker;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The workers that have nothing to do. Loses no wakeup, and allocates nothing. Any thread. */
final class Sleepers {

    private final AtomicReferenceArray<Thread> asleep;

    /** Never less than there are in {@link #asleep}: whoever is counted may not be seen there yet, or not any more. */
    private final AtomicInteger count = new AtomicInteger();

    /**
     * Starts with all awake.
     *
     * @param places for so many threads
     */
    Sleepers(final int places) {
        asleep = new AtomicReferenceArray<>(places);
    }

    /**
     * Sleeps until woken.
     *
     * @param place of the calling thread, and of no other
     * @param stirs asked once more after others can see that this one sleeps: whether there is something to do after all
     */
    void sleep(final int place, final BooleanSupplier stirs) {
        // Counted first: whoever is woken before it was counted would hide another sleeper from those who wake.
        count.incrementAndGet();
        asleep.set(place, Thread.currentThread());
        if (stirs.getAsBoolean()) {
            rouse(place);
        }
        while (asleep.get(place) != null) {
            LockSupport.park(this);
            // An interrupted thread does not park: it would spin from now on.
            Thread.interrupted();
        }
    }

    /** Wakes one, if one sleeps. The caller has made what there is to do visible to all before. */
    void wakeOne() {
        for (int place = 0; place < asleep.length() && count.get() > 0; place++) {
            final Thread sleeper = rouse(place);
            if (sleeper != null) {
                LockSupport.unpark(sleeper);
                return;
            }
        }
    }

    /** Wakes those who sleep now. */
    void wakeAll() {
        for (int place = 0; place < asleep.length(); place++) {
            LockSupport.unpark(rouse(place));
        }
    }

    /** {@return who slept there, if somebody did: then nobody else wakes it} */
    private Thread rouse(final int place) {
        final Thread sleeper = asleep.get(place);
        if (sleeper == null || !asleep.compareAndSet(place, sleeper, null)) {
            return null;
        }
        count.decrementAndGet();
        return sleeper;
    }
}
