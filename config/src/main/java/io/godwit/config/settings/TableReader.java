package io.godwit.config.settings;

import io.godwit.config.settings.SettingType.Reading;
import io.godwit.config.settings.SettingType.Texts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/** Judges the keys of one table each by itself: whether it is known, and whether its value is allowed. */
final class TableReader {
    private final Mistakes mistakes;
    private final FileValues file;
    private final BrokenTables broken;

    TableReader(final Mistakes mistakes, final FileValues file, final BrokenTables broken) {
        this.mistakes = mistakes;
        this.file = file;
        this.broken = broken;
    }

    /**
     * Reads a table: its values go to those of the file, what is wrong with them to the mistakes.
     *
     * @param kind which one it is
     * @param table what TOML has read
     * @param header where it begins
     */
    void read(final SettingTable kind, final TomlTable table, final TomlPosition header) {
        final TableValues values = file.add(kind, header);
        for (final String id : table.keySet()) {
            final List<String> path = List.of(id);
            final TomlPosition place = table.inputPositionOf(path);
            if (broken.hold(place)) {
                continue;
            }
            final Optional<SettingKey> key = SettingKey.called(kind, id);
            if (key.isPresent()) {
                readKey(key.get(), table.get(path), place, values);
            } else {
                final String suggestion = NearestName.ofKey(kind, id);
                mistakes.add(place, kind.id() + "." + TomlText.name(id), "is not known" + suggestion, null);
            }
        }
        if (file.isComplete()) {
            requireKeys(kind, values);
        }
    }

    private void requireKeys(final SettingTable kind, final TableValues values) {
        for (final SettingKey key : kind.keys()) {
            if (!values.has(key)) {
                mistakes.add(values.header(), key, "is missing");
            }
        }
    }

    private void readKey(final SettingKey key, final Object raw, final TomlPosition place, final TableValues values) {
        final Reading reading = key.type().read(raw);
        if (reading.wrong() != null) {
            mistakes.add(place, key, reading.wrong());
            values.giveWrong(key, place);
        } else if (key.type() instanceof final Texts type) {
            readElements(key, type, (TomlArray) reading.value(), place, values);
        } else {
            values.give(key, reading.value(), place);
        }
    }

    private void readElements(
            final SettingKey key,
            final Texts type,
            final TomlArray array,
            final TomlPosition place,
            final TableValues values) {
        final List<String> elements = new ArrayList<>();
        final Map<String, TomlPosition> seen = new HashMap<>();
        final int before = mistakes.count();
        for (int index = 0; index < array.size(); index++) {
            final Object raw = array.get(index);
            final TomlPosition elementPlace = array.inputPositionOf(index);
            final Reading reading = type.element().read(raw);
            if (reading.wrong() != null) {
                mistakes.add(
                        elementPlace,
                        key.fullName(),
                        reading.wrong(),
                        type.element().allowed());
                continue;
            }
            final String text = (String) reading.value();
            elements.add(text);
            final TomlPosition first =
                    seen.putIfAbsent(type.element().spelling().apply(text), elementPlace);
            if (first != null) {
                mistakes.addRepeated(elementPlace, key.fullName(), TomlText.of(raw), first, "each once");
            }
        }
        if (mistakes.count() == before) {
            values.give(key, List.copyOf(elements), place);
        } else {
            values.giveWrong(key, place);
        }
    }
}
