package io.godwit.bench.load;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A command line of {@code --name value} pairs and {@code --flag}s. For one thread. */
public final class Arguments {

    private static final String PREFIX = "--";
    private static final int SECONDS_MAX = 86_400;
    private static final double MS_PER_SECOND = 1e3;

    private final Map<String, String> left;

    private Arguments(final Map<String, String> left) {
        this.left = left;
    }

    /**
     * Takes a command line apart.
     *
     * @param args the command line
     * @param flags the names that have no value
     * @return what it says
     * @throws IllegalArgumentException if a word is out of place, or a name is given twice
     */
    public static Arguments parse(final String[] args, final String... flags) {
        final List<String> withoutValue = Arrays.asList(flags);
        final Map<String, String> values = new LinkedHashMap<>();
        int i = 0;
        while (i < args.length) {
            if (!args[i].startsWith(PREFIX)) {
                throw new IllegalArgumentException("\"" + args[i] + "\" is out of place");
            }
            final String name = args[i].substring(PREFIX.length());
            final boolean isFlag = withoutValue.contains(name);
            if (!isFlag && i + 1 == args.length) {
                throw new IllegalArgumentException(args[i] + " needs a value");
            }
            if (values.put(name, isFlag ? "" : args[i + 1]) != null) {
                throw new IllegalArgumentException(args[i] + " is given twice");
            }
            i += isFlag ? 1 : 2;
        }
        return new Arguments(values);
    }

    /**
     * Takes a flag.
     *
     * @param name without the dashes
     * @return whether it is given
     */
    public boolean has(final String name) {
        return left.remove(name) != null;
    }

    /**
     * Takes a text.
     *
     * @param name without the dashes
     * @param absent what it is where it is not given
     * @return the text
     */
    public String text(final String name, final String absent) {
        final String value = left.remove(name);
        return value == null ? absent : value;
    }

    /**
     * Takes a number.
     *
     * @param name without the dashes
     * @param absent what it is where it is not given
     * @param min the least
     * @param max the most
     * @return the number
     * @throws IllegalArgumentException if it is none, or out of range
     */
    public int integer(final String name, final int absent, final int min, final int max) {
        final String value = left.remove(name);
        if (value == null) {
            return absent;
        }
        try {
            final int number = Integer.parseInt(value);
            if (number >= min && number <= max) {
                return number;
            }
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + name + " is a number, not \"" + value + '"', e);
        }
        throw new IllegalArgumentException(PREFIX + name + " is " + min + " to " + max + ", not " + value);
    }

    /**
     * Takes a time.
     *
     * @param name without the dashes
     * @param absent what it is where it is not given
     * @return the time, given in seconds, also in parts of one
     * @throws IllegalArgumentException if it is none, or negative, or longer than a day
     */
    public Duration seconds(final String name, final Duration absent) {
        final String value = left.remove(name);
        if (value == null) {
            return absent;
        }
        try {
            final double seconds = Double.parseDouble(value);
            if (seconds >= 0 && seconds <= SECONDS_MAX) {
                return Duration.ofMillis(Math.round(seconds * MS_PER_SECOND));
            }
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(PREFIX + name + " is a number of seconds, not \"" + value + '"', e);
        }
        throw new IllegalArgumentException(PREFIX + name + " is 0 to " + SECONDS_MAX + ", not " + value);
    }

    /**
     * Checks that all has been taken.
     *
     * @throws IllegalArgumentException if a name is unknown
     */
    public void requireNoneLeft() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(PREFIX + left.keySet().iterator().next() + " is unknown");
        }
    }
}
