package io.godwit.config.settings;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.TomlPosition;

/** The values of one table of the file, those that were left out included, with the place of each that was given. */
final class TableValues {
    private final TomlPosition header;
    private final Map<SettingKey, Object> values = new HashMap<>();
    private final Map<SettingKey, TomlPosition> places = new HashMap<>();
    private final FileValues file;

    /**
     * Starts with nothing given.
     *
     * @param header where it begins
     * @param file that it stands in
     */
    TableValues(final TomlPosition header, final FileValues file) {
        this.header = header;
        this.file = file;
    }

    void give(final SettingKey key, final Object value, final TomlPosition place) {
        values.put(key, value);
        places.put(key, place);
    }

    /** Notes that a key is there, though its value is wrong. */
    void giveWrong(final SettingKey key, final TomlPosition place) {
        places.put(key, place);
    }

    /** {@return whether a key is there, rightly or wrongly, or has a default} */
    boolean has(final SettingKey key) {
        return isGiven(key) || key.standard().isPresent();
    }

    /** {@return whether a key has a value that may be used, which is what was given or a default} */
    boolean reads(final SettingKey key) {
        return value(key).isPresent();
    }

    /** {@return what was given, or else the default; nothing where it is wrong, or cannot be known} */
    Optional<Object> value(final SettingKey key) {
        if (isGiven(key)) {
            return Optional.ofNullable(values.get(key));
        }
        return file.isComplete() ? key.standard().flatMap(standard -> standard.in(this)) : Optional.empty();
    }

    /** {@return the tables beside it, on which a default may depend} */
    FileValues file() {
        return file;
    }

    /** {@return where the table begins} */
    TomlPosition header() {
        return header;
    }

    /** {@return where a key stands; where it was left out, where its table begins} */
    TomlPosition placeOf(final SettingKey key) {
        return places.getOrDefault(key, header);
    }

    boolean isGiven(final SettingKey key) {
        return places.containsKey(key);
    }

    /** {@return a text; of a key that {@link #reads}, as all of these} */
    String text(final SettingKey key) {
        return (String) value(key).orElseThrow();
    }

    long whole(final SettingKey key) {
        return (Long) value(key).orElseThrow();
    }

    /** {@return a whole number whose declared range is an int's} */
    int smallWhole(final SettingKey key) {
        return Math.toIntExact(whole(key));
    }

    Duration span(final SettingKey key) {
        return (Duration) value(key).orElseThrow();
    }

    <E extends Enum<E>> E choice(final SettingKey key, final Class<E> type) {
        return type.cast(value(key).orElseThrow());
    }

    List<String> texts(final SettingKey key) {
        return ((List<?>) value(key).orElseThrow())
                .stream().map(String.class::cast).toList();
    }
}
