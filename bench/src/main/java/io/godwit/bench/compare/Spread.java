package io.godwit.bench.compare;

import java.util.Arrays;

/**
 * What several runs gave.
 *
 * @param median the middle one, or halfway between the two
 * @param min the least
 * @param max the most
 * @param count how many there were
 */
record Spread(double median, double min, double max, int count) {

    /**
     * Sums values up.
     *
     * @param values in any order; those that are no finite number are left out
     * @return what they are, NaN where none is known
     */
    static Spread of(final double... values) {
        final double[] known =
                Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
        if (known.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN, 0);
        }
        final int middle = known.length / 2;
        final double median = known.length % 2 == 1 ? known[middle] : (known[middle - 1] + known[middle]) / 2;
        return new Spread(median, known[0], known[known.length - 1], known.length);
    }

    /** {@return whether there is any value} */
    boolean isKnown() {
        return count > 0;
    }
}
