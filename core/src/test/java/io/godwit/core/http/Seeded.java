package io.godwit.core.http;

import java.util.Random;

/** Random generators whose runs can be repeated: the seed is printed, and set by {@code -Dgodwit.seed=…}. */
public final class Seeded {
    private static final String PROPERTY = "godwit.seed";
    private static final long SEED = Long.getLong(PROPERTY, System.nanoTime());

    static {
        System.out.println("random inputs: -D" + PROPERTY + "=" + SEED);
    }

    private Seeded() {}

    /** {@return a generator for one test, which begins the same whatever ran before} */
    public static Random random(final String test) {
        return new Random(SEED ^ test.hashCode());
    }
}
