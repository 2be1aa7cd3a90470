package io.godwit.config.settings;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds what somebody may have meant by a name that is not known. */
final class NearestName {
    /** A name of the same table is preferred to one of another that is nearer by less than this. */
    private static final int OTHER_TABLE_COST = 3;

    /** To type too little, as in "fragments", is likelier than to type something else. */
    private static final int MISSING_COST = 1;

    private static final int WRONG_COST = 2;

    /** What is compared; a longer name is a mistake in any case, and costs no more than this squared. */
    private static final int CHARS_MAX = 64;

    private NearestName() {}

    /**
     * Finds the known key that is nearest to an unknown one.
     *
     * @param table the table that the unknown key stands in, or null where it stands in none
     * @param name its name
     * @return the full name of the nearest key
     */
    static String ofKey(final SettingTable table, final String name) {
        return SettingKey.all().stream()
                .min(Comparator.comparingInt(
                        key -> worded(name, key.id()) + (key.table() == table ? 0 : OTHER_TABLE_COST)))
                .orElseThrow()
                .fullName();
    }

    /**
     * Finds the known table that is nearest to an unknown one.
     *
     * @param name its name
     * @return how the nearest table begins
     */
    static String ofTable(final String name) {
        return Stream.of(SettingTable.values())
                .min(Comparator.comparingInt(table -> distance(name, table.id())))
                .orElseThrow()
                .header();
    }

    /** The distance, whatever the order of the words: "max-frame-bytes" is meant for "frame-bytes-max". */
    private static int worded(final String name, final String known) {
        return Math.min(distance(name, known), distance(sortedWords(name), sortedWords(known)));
    }

    private static String sortedWords(final String name) {
        return cut(name)
                .toLowerCase(Locale.ROOT)
                .replace('_', '-')
                .transform(text -> Stream.of(text.split("-")).sorted().collect(Collectors.joining("-")));
    }

    private static String cut(final String name) {
        return name.substring(0, Math.min(name.length(), CHARS_MAX));
    }

    /** Levenshtein's distance, weighted: what it costs to make a known name of another. */
    static int distance(final String name, final String known) {
        final String from = cut(name);
        int[] previous = new int[known.length() + 1];
        Arrays.setAll(previous, index -> index * MISSING_COST);
        for (int row = 1; row <= from.length(); row++) {
            final int[] current = new int[known.length() + 1];
            current[0] = row * WRONG_COST;
            for (int column = 1; column <= known.length(); column++) {
                final boolean same = from.charAt(row - 1) == known.charAt(column - 1);
                final int replaced = previous[column - 1] + (same ? 0 : WRONG_COST);
                final int changed = Math.min(previous[column] + WRONG_COST, current[column - 1] + MISSING_COST);
                current[column] = Math.min(replaced, changed);
            }
            previous = current;
        }
        return previous[known.length()];
    }
}
