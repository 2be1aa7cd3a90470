package io.godwit.config.settings;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.tomlj.TomlParseError;
import org.tomlj.TomlPosition;

/**
 * The lines of those tables whose header is wrong, for instance as it stands there twice. The parser puts their keys into
 * another table, so that nothing it says of them can be relied on, and the header's own mistake is all that is told.
 */
final class BrokenTables {
    /** What the parser says of a key that is there already; in the table that it took for this one, that is. */
    private static final String REPEATED = "previously defined";

    private final BitSet lines = new BitSet();
    private final List<TomlParseError> reliable = new ArrayList<>();

    /**
     * Finds them.
     *
     * @param text of the file
     * @param errors what the parser has found, in the order of the file
     */
    BrokenTables(final String text, final List<TomlParseError> errors) {
        final List<String> all = text.lines().toList();
        for (final TomlParseError error : errors) {
            final int line = error.position().line();
            if (lines.get(line) && error.getMessage().contains(REPEATED)) {
                continue;
            }
            reliable.add(error);
            if (isHeader(all, line)) {
                int next = line + 1;
                while (next <= all.size() && !isHeader(all, next)) {
                    next++;
                }
                lines.set(line, next);
            }
        }
    }

    /** {@return the parser's errors, but for keys that are repeated only since they were put into another table} */
    List<TomlParseError> reliableErrors() {
        return List.copyOf(reliable);
    }

    /** {@return whether a key stands in such a table} */
    boolean hold(final TomlPosition place) {
        return lines.get(place.line());
    }

    /** Lines count from 1; an error at the end of the file may be on none. */
    private static boolean isHeader(final List<String> all, final int line) {
        return line >= 1
                && line <= all.size()
                && all.get(line - 1).stripLeading().startsWith("[");
    }
}
