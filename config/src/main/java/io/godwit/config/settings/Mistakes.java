package io.godwit.config.settings;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.tomlj.TomlPosition;

/** Gathers the mistakes of one file, so that all are told at once. */
final class Mistakes {
    private static final Comparator<Mistake> BY_PLACE =
            Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column);

    private final List<Mistake> found = new ArrayList<>();

    void add(final TomlPosition place, final String key, final String wrong, final String allowed) {
        found.add(new Mistake(place.line(), place.column(), key, wrong, allowed));
    }

    void add(final TomlPosition place, final SettingKey key, final String wrong) {
        add(place, key.fullName(), wrong, key.allowed());
    }

    /** Adds what is wrong with the whole, and at no place of the file. */
    void addWithoutPlace(final String key, final String wrong) {
        found.add(new Mistake(0, 0, key, wrong, null));
    }

    /** Adds what may stand only once, at its second place, with the line of its first. */
    void addRepeated(
            final TomlPosition place,
            final String key,
            final String what,
            final TomlPosition first,
            final String allowed) {
        add(place, key, what + " stands there twice, first at line " + first.line(), allowed);
    }

    int count() {
        return found.size();
    }

    /** {@return what was found, in the order of the file} */
    List<Mistake> sorted() {
        return found.stream().sorted(BY_PLACE).toList();
    }
}
