package io.godwit.config.settings;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.tomlj.TomlPosition;

/** The values of all tables of one file. */
final class FileValues {
    /** The place of what is in no place. */
    static final TomlPosition START = TomlPosition.positionAt(1, 1);

    private final Map<SettingTable, List<TableValues>> tables = new EnumMap<>(SettingTable.class);
    private final boolean complete;

    /**
     * Starts without a table.
     *
     * @param complete whether what is not given was left out; otherwise it may have been lost, as the file is broken
     */
    FileValues(final boolean complete) {
        this.complete = complete;
        for (final SettingTable table : SettingTable.values()) {
            tables.put(table, new ArrayList<>());
        }
    }

    /**
     * Adds a table.
     *
     * @param table which one it is
     * @param header where it begins
     * @return its values, with nothing given yet
     */
    TableValues add(final SettingTable table, final TomlPosition header) {
        final TableValues values = new TableValues(header, this);
        tables.get(table).add(values);
        return values;
    }

    /** {@return those of a table that were given, in the order of the file} */
    List<TableValues> all(final SettingTable table) {
        return List.copyOf(tables.get(table));
    }

    /** {@return the values of a table that stands there once, or of which all is left out} */
    TableValues only(final SettingTable table) {
        final List<TableValues> given = tables.get(table);
        return given.isEmpty() ? new TableValues(START, this) : given.get(0);
    }

    boolean isComplete() {
        return complete;
    }
}
