package io.godwit.config.settings;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.tomlj.TomlArray;

/** What the value of a key may be: how TOML has to write it, and which of those values are allowed. */
sealed interface SettingType {

    /** {@return what is allowed, as a message and the shipped file say it} */
    String allowed();

    /**
     * Judges a value that TOML has read.
     *
     * @param raw the value
     * @return the value for the program, or what is wrong with it
     */
    Reading read(Object raw);

    /**
     * Writes a value as the file has it.
     *
     * @param value one that {@link #read} has given
     * @return its TOML
     */
    default String write(final Object value) {
        return TomlText.of(value);
    }

    /**
     * What became of a value.
     *
     * @param value for the program; null where it is wrong
     * @param wrong what is wrong; null where nothing is
     */
    record Reading(Object value, String wrong) {
        static Reading right(final Object value) {
            return new Reading(value, null);
        }

        static Reading wrong(final Object raw, final String what) {
            return new Reading(null, TomlText.of(raw) + " " + what);
        }
    }

    /**
     * A whole number.
     *
     * @param unit what it counts, in the plural; empty where it counts nothing
     * @param min the least
     * @param max the most
     */
    record Whole(String unit, long min, long max) implements SettingType {
        @Override
        public String allowed() {
            return "a whole number" + (unit.isEmpty() ? "" : " of " + unit) + ", " + min + " to " + max;
        }

        @Override
        public Reading read(final Object raw) {
            if (!(raw instanceof final Long number)) {
                return Reading.wrong(raw, "is not a whole number");
            }
            return number < min || number > max ? Reading.wrong(raw, "is out of range") : Reading.right(number);
        }
    }

    /**
     * A duration.
     *
     * @param min the shortest
     * @param max the longest
     */
    record Span(Duration min, Duration max) implements SettingType {
        @Override
        public String allowed() {
            return "a duration, \"" + DurationText.format(min) + "\" to \"" + DurationText.format(max)
                    + "\": in quotes, a whole number and its unit, which is ms, s, m or h";
        }

        @Override
        public Reading read(final Object raw) {
            final Optional<Duration> parsed =
                    raw instanceof final String text ? DurationText.parse(text) : Optional.empty();
            if (parsed.isEmpty()) {
                return Reading.wrong(raw, "is not a duration");
            }
            final Duration duration = parsed.get();
            return duration.compareTo(min) < 0 || duration.compareTo(max) > 0
                    ? Reading.wrong(raw, "is out of range")
                    : Reading.right(duration);
        }

        @Override
        public String write(final Object value) {
            return TomlText.of(DurationText.format((Duration) value));
        }
    }

    /**
     * A text.
     *
     * @param allowed what is allowed, in words
     * @param noun what a text that is not allowed fails to be
     * @param test whether a text is allowed
     * @param spelling gives all texts that mean the same one spelling
     */
    record Text(String allowed, String noun, Predicate<String> test, UnaryOperator<String> spelling)
            implements SettingType {
        /** Of texts that mean the same only if they are equal. */
        Text(final String allowed, final String noun, final Predicate<String> test) {
            this(allowed, noun, test, UnaryOperator.identity());
        }

        @Override
        public Reading read(final Object raw) {
            if (!(raw instanceof final String text)) {
                return Reading.wrong(raw, "is not text");
            }
            return test.test(text) ? Reading.right(text) : Reading.wrong(raw, "is not " + noun);
        }
    }

    /**
     * One of a few words.
     *
     * @param noun what another word fails to be
     * @param values what they stand for; each is written as its constant is called, in small letters and with hyphens
     */
    record OneOf(String noun, List<Enum<?>> values) implements SettingType {
        static OneOf of(final String noun, final Enum<?>... values) {
            return new OneOf(noun, List.of(values));
        }

        @Override
        public String allowed() {
            final String words = values.stream().map(this::write).collect(Collectors.joining(", "));
            final int last = words.lastIndexOf(", ");
            return last < 0 ? words : words.substring(0, last) + " or " + words.substring(last + 2);
        }

        @Override
        public Reading read(final Object raw) {
            if (!(raw instanceof final String text)) {
                return Reading.wrong(raw, "is not text");
            }
            return values.stream()
                    .filter(value -> word(value).equals(text))
                    .findFirst()
                    .map(Reading::right)
                    .orElseGet(() -> Reading.wrong(raw, "is not " + noun));
        }

        @Override
        public String write(final Object value) {
            return TomlText.of(word((Enum<?>) value));
        }

        private static String word(final Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A list of texts, in which none may stand twice.
     *
     * @param element what each may be
     * @param elementsMax the most of them
     */
    record Texts(Text element, int elementsMax) implements SettingType {
        @Override
        public String allowed() {
            return "a list of up to " + elementsMax + ", none twice, each " + element.allowed();
        }

        /** Judges the list only; {@link SettingsReader} judges its elements, since each has a place of its own. */
        @Override
        public Reading read(final Object raw) {
            if (!(raw instanceof final TomlArray array)) {
                return Reading.wrong(raw, "is not a list");
            }
            return array.size() > elementsMax
                    ? new Reading(null, "a list of " + array.size() + " is too long")
                    : Reading.right(array);
        }
    }
}
