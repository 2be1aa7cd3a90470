package io.godwit.reactor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what other threads do, and leaves them the processor meanwhile: it may be the only one. */
public final class Await {

    /** Only what hangs takes so long, on a machine that is busy with other work too. */
    public static final Duration LONG = Duration.ofSeconds(60);

    private static final long PAUSE_NS = 50_000;

    private Await() {}

    /** Fails unless the condition comes true in time; it may be asked any number of times. */
    public static void that(final BooleanSupplier condition, final Supplier<String> what) {
        final long endNs = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for %s", what.get()).isLessThan(endNs);
            pause();
        }
    }

    /** Lets others go on for a moment. */
    public static void pause() {
        LockSupport.parkNanos(PAUSE_NS);
    }
}
