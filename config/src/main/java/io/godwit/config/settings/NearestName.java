package io.godwit.config.settings;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds what somebody may have meant by a name that is not known. Nothing is suggested if nothing is near, or too much is:
 * a wrong guess sends the reader astray.
 */
final class NearestName {
    /** A name of the same table is preferred to one of another that is nearer by less than this. */
    private static final int OTHER_TABLE_COST = 3;

    /** To type too little, as in "fragments", is likelier than to type something else. */
    private static final int MISSING_COST = 1;

    private static final int WRONG_COST = 2;

    /** The most names that may be near; "timeout" is a part of so many that none of them is likelier. */
    private static final int NEAR_MAX = 3;

    /** What is compared; a longer name is a mistake in any case, and costs no more than this squared. */
    private static final int CHARS_MAX = 64;

    private NearestName() {}

    /**
     * Finds the known keys that are nearest to an unknown one.
     *
     * @param table the table that the unknown key stands in, or null if it stands in none
     * @param name its name
     * @return what to add to "is not known": the full names, or nothing
     */
    static String ofKey(final SettingTable table, final String name) {
        final List<SettingKey> near =
                SettingKey.all().stream().filter(key -> isNear(name, key.id())).toList();
        return told(
                "key",
                near,
                key -> worded(name, key.id()) + (key.table() == table ? 0 : OTHER_TABLE_COST),
                SettingKey::fullName);
    }

    /**
     * Finds the known tables that are nearest to an unknown one.
     *
     * @param name its name
     * @return what to add to "is not known": how the tables begin, or nothing
     */
    static String ofTable(final String name) {
        final List<SettingTable> near = Stream.of(SettingTable.values())
                .filter(table -> distance(simple(name), table.id()) <= slips(name))
                .toList();
        return told("table", near, table -> distance(simple(name), table.id()), SettingTable::header);
    }

    private static <T> String told(
            final String noun, final List<T> near, final ToIntFunction<T> cost, final Function<T, String> name) {
        if (near.isEmpty() || near.size() > NEAR_MAX) {
            return "";
        }
        final int least = near.stream().mapToInt(cost).min().orElseThrow();
        final List<String> nearest = near.stream()
                .filter(each -> cost.applyAsInt(each) == least)
                .map(name)
                .toList();
        return nearest.size() == 1
                ? "; the nearest " + noun + " is " + nearest.get(0)
                : "; the nearest " + noun + "s are " + String.join(" and ", nearest);
    }

    /** A name is near that differs by a few slips, or has the words of the other and some more. */
    private static boolean isNear(final String name, final String known) {
        return worded(name, known) <= slips(name)
                || hasWords(words(name), words(known))
                || hasWords(words(known), words(name));
    }

    private static boolean hasWords(final Collection<String> some, final Collection<String> all) {
        return !some.isEmpty()
                && some.stream()
                        .allMatch(word -> all.stream().anyMatch(each -> distance(word, each) <= slips(word) / 2));
    }

    /** What slips may cost: one in any name, two in five letters. */
    private static int slips(final String name) {
        return Math.max(WRONG_COST, cut(name).length() * 2 / 5);
    }

    /** The distance, whatever the order of the words: "max-frame-bytes" is meant for "frame-bytes-max". */
    private static int worded(final String name, final String known) {
        return Math.min(distance(simple(name), known), distance(sorted(name), sorted(known)));
    }

    private static String sorted(final String name) {
        return words(name).stream().sorted().collect(Collectors.joining("-"));
    }

    private static List<String> words(final String name) {
        return Stream.of(simple(name).split("-"))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static String simple(final String name) {
        return cut(name).toLowerCase(Locale.ROOT).replace('_', '-').replace(' ', '-');
    }

    private static String cut(final String name) {
        return name.substring(0, Math.min(name.length(), CHARS_MAX));
    }

    /** Levenshtein's distance, weighted, with neighbours that have changed places as one slip. */
    static int distance(final String name, final String known) {
        final String from = cut(name);
        int[] beforeLast = null;
        int[] last = new int[known.length() + 1];
        Arrays.setAll(last, index -> index * MISSING_COST);
        for (int row = 1; row <= from.length(); row++) {
            final int[] current = new int[known.length() + 1];
            current[0] = row * WRONG_COST;
            for (int column = 1; column <= known.length(); column++) {
                final boolean same = from.charAt(row - 1) == known.charAt(column - 1);
                final int replaced = last[column - 1] + (same ? 0 : WRONG_COST);
                final int changed = Math.min(last[column] + WRONG_COST, current[column - 1] + MISSING_COST);
                current[column] = Math.min(replaced, changed);
                if (row > 1
                        && column > 1
                        && from.charAt(row - 1) == known.charAt(column - 2)
                        && from.charAt(row - 2) == known.charAt(column - 1)) {
                    current[column] = Math.min(current[column], beforeLast[column - 2] + WRONG_COST);
                }
            }
            beforeLast = last;
            last = current;
        }
        return last[known.length()];
    }
}
