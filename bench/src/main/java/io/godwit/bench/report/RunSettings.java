package io.godwit.bench.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The settings of one run: system properties under a common prefix, each a number with a default and a range. For one
 * thread.
 */
public final class RunSettings {

    private final String prefix;
    private final Map<String, Integer> read = new LinkedHashMap<>();

    /**
     * Starts with none.
     *
     * @param prefix of the properties' names, with its last dot
     */
    public RunSettings(final String prefix) {
        this.prefix = prefix;
    }

    /**
     * Reads one.
     *
     * @param name without the prefix
     * @param absent what it is where it is not set
     * @param min the least
     * @param max the most
     * @return the number
     * @throws IllegalArgumentException if it is none, or out of range
     */
    public int integer(final String name, final int absent, final int min, final int max) {
        final String value = System.getProperty(prefix + name, Integer.toString(absent));
        final int number;
        try {
            number = Integer.parseInt(value);
        } catch (final NumberFormatException e) {
            throw new IllegalArgumentException(prefix + name + " is a number, not \"" + value + '"', e);
        }
        if (number < min || number > max) {
            throw new IllegalArgumentException(prefix + name + " is " + min + " to " + max + ", not " + value);
        }
        read.put(name, number);
        return number;
    }

    /**
     * Checks that none was misspelt. After all have been read.
     *
     * @throws IllegalArgumentException if a property with the prefix is not one of those that were read
     */
    public void requireAllKnown() {
        for (final String property : System.getProperties().stringPropertyNames()) {
            if (property.startsWith(prefix) && !read.containsKey(property.substring(prefix.length()))) {
                throw new IllegalArgumentException(property + " is unknown; there are " + read.keySet());
            }
        }
    }

    /** {@return what was read, as it is set on the command line} */
    @Override
    public String toString() {
        return read.entrySet().stream()
                .map(each -> "-D" + prefix + each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(" "));
    }
}
