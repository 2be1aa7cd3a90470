package io.godwit.config.settings;

import io.godwit.reactor.endpoint.MemoryNames;
import java.util.List;
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
    /** The keys that can be changed if the heap is too small. */
    private static final MemoryNames MEMORY_KEYS = new MemoryNames(
            LoopKey.BUFFERED_BYTES_MAX.fullName(),
            ThreadsKey.LOOPS.fullName(),
            ServerKey.CONNECTIONS_MAX.fullName(),
            ServerKey.BACKLOG.fullName(),
            EndpointKey.MESSAGE_BYTES_MAX.fullName());

    private final Mistakes mistakes = new Mistakes();
    private final TomlParseResult toml;
    private final BrokenTables broken;
    private final FileValues file;

    SettingsReader(final String text) {
        toml = Toml.parse(text, TomlVersion.V1_0_0);
        broken = new BrokenTables(text, toml.errors());
        file = new FileValues(!toml.hasErrors());
    }

    /**
     * Reads everything.
     *
     * @return the settings, or nothing where there are mistakes
     */
    Optional<DaemonSettings> read() {
        for (final TomlParseError error : broken.reliableErrors()) {
            mistakes.add(error.position(), "syntax", TomlText.shown(error.getMessage()), null);
        }
        final TableReader reader = new TableReader(mistakes, file, broken);
        for (final String id : toml.keySet()) {
            readTopLevel(id, reader);
        }
        requireTables();
        final PlacesFit places = new PlacesFit(mistakes);
        places.judgeListeners(file.all(SettingTable.LISTENER));
        places.judgePaths(file.all(SettingTable.ENDPOINT), file.only(SettingTable.HTTP));
        file.all(SettingTable.ENDPOINT).forEach(this::judgeOrigins);
        final LimitsFit fit = new LimitsFit(mistakes);
        file.all(SettingTable.ENDPOINT).forEach(fit::judgeEndpoint);
        file.all(SettingTable.SERVER).forEach(fit::judgeServer);
        file.all(SettingTable.HTTP).forEach(fit::judgeHttp);
        file.all(SettingTable.LOOP).forEach(fit::judgeLoop);
        final Optional<DaemonSettings> settings =
                mistakes.count() == 0 ? Optional.of(new SettingsAssembly(file).assemble()) : Optional.empty();
        return settings.filter(this::fitsTheHeap);
    }

    /** The heap of this JVM, which is the one that is to serve, or is started with the same options. */
    private boolean fitsTheHeap(final DaemonSettings settings) {
        final long messageBytesMax = settings.endpoints().stream()
                .mapToLong(endpoint -> endpoint.limits().protocol().messageBytesMax())
                .max()
                .orElse(0);
        try {
            settings.server().fittedTo(Runtime.getRuntime().maxMemory(), messageBytesMax, MEMORY_KEYS);
            return true;
        } catch (final IllegalArgumentException tooMuch) {
            final TableValues loop = file.only(SettingTable.LOOP);
            if (loop.isGiven(LoopKey.BUFFERED_BYTES_MAX)) {
                final TomlPosition place = loop.placeOf(LoopKey.BUFFERED_BYTES_MAX);
                mistakes.add(place, LoopKey.BUFFERED_BYTES_MAX.fullName(), tooMuch.getMessage(), null);
            } else {
                mistakes.addWithoutPlace("memory", tooMuch.getMessage());
            }
            return false;
        }
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
            if (isTable || !broken.hold(place)) {
                final String suggestion = isTable ? NearestName.ofTable(id) : NearestName.ofKey(null, id);
                mistakes.add(place, TomlText.name(id), "is not known" + suggestion, null);
            }
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

    /** Whoever names origins beside that of all means to keep others out, or does not need to name them. */
    private void judgeOrigins(final TableValues endpoint) {
        if (endpoint.reads(EndpointKey.ORIGINS)
                && endpoint.texts(EndpointKey.ORIGINS).size() > 1
                && endpoint.texts(EndpointKey.ORIGINS).contains(SettingTexts.ANY_ORIGIN)) {
            final String any = TomlText.of(SettingTexts.ANY_ORIGIN);
            mistakes.add(
                    endpoint.placeOf(EndpointKey.ORIGINS),
                    EndpointKey.ORIGINS.fullName(),
                    any + " stands beside others",
                    any + " alone, or a list without it");
        }
    }
}
