package io.godwit.core.testkit;

import java.util.Random;
import java.util.function.Consumer;

/** Random tests that can be repeated: {@code -Dgodwit.seed=N} runs with the seed that a failure has printed. */
public final class Seed {
    private Seed() {}

    /** Runs a check a number of times, each with a random source of its own seed. */
    public static void forEach(final int runs, final Consumer<Random> check) {
        final Long fixed = Long.getLong("godwit.seed");
        final long first = fixed == null ? new Random().nextLong() : fixed;
        for (int run = 0; run < (fixed == null ? runs : 1); run++) {
            final long seed = first + run;
            try {
                check.accept(new Random(seed));
            } catch (final RuntimeException | AssertionError e) {
                throw new AssertionError("repeat with -Dgodwit.seed=" + seed + ": " + e.getMessage(), e);
            }
        }
    }
}
