package io.godwit.config.settings;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as the settings write them: a whole number and its unit, for instance {@code 10s}. */
final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m|h)");
    private static final Duration SECOND = Duration.ofSeconds(1);

    private DurationText() {}

    /**
     * Reads a duration.
     *
     * @param text as written
     * @return the duration, or nothing where the text is none
     */
    static Optional<Duration> parse(final String text) {
        final Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        final long amount = Long.parseLong(form.group(1));
        return Optional.of(
                switch (form.group(2)) {
                    case "ms" -> Duration.ofMillis(amount);
                    case "s" -> Duration.ofSeconds(amount);
                    case "m" -> Duration.ofMinutes(amount);
                    default -> Duration.ofHours(amount);
                });
    }

    /**
     * Writes a duration in the largest unit that gives a whole number.
     *
     * @param duration whole milliseconds
     * @return what {@link #parse} reads
     */
    static String format(final Duration duration) {
        if (!duration.minusSeconds(duration.toSeconds()).isZero() || duration.compareTo(SECOND) < 0) {
            return duration.toMillis() + "ms";
        }
        final long seconds = duration.toSeconds();
        if (seconds % 3_600 == 0) {
            return seconds / 3_600 + "h";
        }
        return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
    }
}
