package io.godwit.config.settings;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlTable;

/** Values as a TOML file writes them, short enough for a message. */
final class TomlText {
    private static final int TEXT_CHARS_MAX = 60;

    private TomlText() {}

    /**
     * Writes a value.
     *
     * @param value from a TOML file, or a default
     * @return one line; a long text is cut, a list or table from a file is only named
     */
    static String of(final Object value) {
        if (value instanceof final String text) {
            final boolean fits = text.length() <= TEXT_CHARS_MAX;
            final String shown = fits ? text : text.substring(0, TEXT_CHARS_MAX);
            return '"' + Toml.tomlEscape(shown).toString() + (fits ? "\"" : "\"…");
        }
        if (value instanceof TomlArray) {
            return "a list";
        }
        if (value instanceof TomlTable) {
            return "a table";
        }
        if (value instanceof final List<?> list) {
            return list.stream().map(TomlText::of).collect(Collectors.joining(", ", "[", "]"));
        }
        return String.valueOf(value);
    }

    /**
     * Writes the name of a key or table as a message calls it.
     *
     * @param id from a file
     * @return the name, quoted where it has to be, and cut where it is long
     */
    static String name(final String id) {
        return id.length() <= TEXT_CHARS_MAX && id.matches("[A-Za-z0-9_-]+") ? id : of(id);
    }

    /**
     * Writes what the parser says of a file, some of which it quotes as it stands there.
     *
     * @param message of the parser
     * @return one line, which a terminal only shows: control characters are escaped
     */
    static String shown(final String message) {
        final StringBuilder line = new StringBuilder();
        for (final char each : message.toCharArray()) {
            if (Character.isISOControl(each)) {
                line.append(String.format(Locale.ROOT, "\\u%04X", (int) each));
            } else {
                line.append(each);
            }
        }
        return line.toString();
    }
}
