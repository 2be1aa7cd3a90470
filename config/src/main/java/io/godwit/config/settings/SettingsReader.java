package io.godwit.config.settings;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;
import org.tomlj.TomlVersion;

/** Reads the tables of one settings file, and judges how they fit together. */
final class SettingsReader {
    private final Mistakes mistakes = new Mistakes();
    private final TomlParseResult toml;
    private final FileValues file;

    SettingsReader(final String text) {
        toml = Toml.parse(text, TomlVersion.V1_0_0);
        file = new FileValues(!toml.hasErrors());
    }

    /**
     * Reads everything.
     *
     * @return the settings, or nothing where there are mistakes
     */
    Optional<DaemonSettings> read() {
        for (final TomlParseError error : toml.errors()) {
            mistakes.add(error.position(), "syntax", error.getMessage(), null);
        }
        final TableReader reader = new TableReader(mistakes, file);
        for (final String id : toml.keySet()) {
            readTopLevel(id, reader);
        }
        requireTables();
        refuseDuplicateListeners();
        refuseDuplicatePaths();
        final LimitsFit fit = new LimitsFit(mistakes);
        file.all(SettingTable.ENDPOINT).forEach(fit::judgeEndpoint);
        file.all(SettingTable.HTTP).forEach(fit::judgeHttp);
        file.all(SettingTable.LOOP).forEach(fit::judgeLoop);
        return mistakes.count() == 0 ? Optional.of(new SettingsAssembly(file).assemble()) : Optional.empty();
    }

    /** {@return what is wrong, in the order of the file} */
    List<Mistake> mistakes() {
        return mistakes.sorted();
    }

    private void readTopLevel(final String id, final TableReader reader) {
        final List<String> path = List.of(id);
        final Object value = toml.get(path);
        final TomlPosition place = toml.inputPositionOf(path);
        final Optional<SettingTable> known = SettingTable.called(id);
        if (known.isEmpty()) {
            final boolean isTable = value instanceof TomlTable || value instanceof TomlArray;
            final String nearest =
                    isTable ? "table is " + NearestName.ofTable(id) : "key is " + NearestName.ofKey(null, id);
            mistakes.add(place, TomlText.name(id), "is not known; the nearest " + nearest, null);
            return;
        }
        final SettingTable table = known.get();
        if (table.isRepeated() && value instanceof final TomlArray array && holdsTables(array)) {
            for (int index = 0; index < array.size(); index++) {
                reader.read(table, array.getTable(index), array.inputPositionOf(index));
            }
        } else if (!table.isRepeated() && value instanceof final TomlTable single) {
            reader.read(table, single, place);
        } else {
            final String wrong = TomlText.of(value) + " is in its place";
            mistakes.add(place, id, wrong, "a table that begins with " + table.header());
        }
    }

    private static boolean holdsTables(final TomlArray array) {
        return array.toList().stream().allMatch(TomlTable.class::isInstance);
    }

    private void requireTables() {
        for (final SettingTable table : SettingTable.values()) {
            if (table.isRepeated() && isAbsent(table) && !toml.hasErrors()) {
                mistakes.add(FileValues.START, table.id(), "is missing", "at least one " + table.header());
            }
        }
    }

    /** An empty list is as good as none; anything else in the place of a table has been told already. */
    private boolean isAbsent(final SettingTable table) {
        final Object value = toml.get(List.of(table.id()));
        return value == null || value instanceof final TomlArray array && array.isEmpty();
    }

    private void refuseDuplicateListeners() {
        final Map<String, TomlPosition> seen = new HashMap<>();
        for (final TableValues listener : file.all(SettingTable.LISTENER)) {
            if (!listener.reads(ListenerKey.ADDRESS)
                    || !listener.reads(ListenerKey.PORT)
                    || listener.whole(ListenerKey.PORT) == 0) {
                continue;
            }
            final String address = listener.text(ListenerKey.ADDRESS).toLowerCase(Locale.ROOT);
            final String socket = address + " port " + listener.whole(ListenerKey.PORT);
            final TomlPosition place = listener.placeOf(ListenerKey.PORT);
            final TomlPosition first = seen.putIfAbsent(socket, place);
            if (first != null) {
                mistakes.addRepeated(place, "listener", socket, first, "each address and port once");
            }
        }
    }

    private void refuseDuplicatePaths() {
        final Map<String, TomlPosition> seen = new HashMap<>();
        for (final TableValues endpoint : file.all(SettingTable.ENDPOINT)) {
            if (!endpoint.reads(EndpointKey.PATH)) {
                continue;
            }
            final String path = endpoint.text(EndpointKey.PATH);
            final TomlPosition place = endpoint.placeOf(EndpointKey.PATH);
            final TomlPosition first = seen.putIfAbsent(path, place);
            if (first != null) {
                final String key = EndpointKey.PATH.fullName();
                mistakes.addRepeated(place, key, TomlText.of(path), first, "each path once");
            }
        }
    }
}
