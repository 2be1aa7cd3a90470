package io.godwit.config.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The tables of the settings file. */
public enum SettingTable {
    /** {@code [[listener]]}. */
    LISTENER("listener", true, "An address and port that connections are accepted on. At least one; repeat for more."),
    /** {@code [[endpoint]]}. */
    ENDPOINT(
            "endpoint",
            true,
            "A path that WebSocket connections are served at, by which application, and what one connection may take."
                    + " At least one; repeat for more. Keys that are left out have their defaults."),
    /** {@code [server]}. */
    SERVER("server", false, "What holds for all connections together, and how long they may keep the server waiting."),
    /** {@code [http]}. */
    HTTP("http", false, "What the head of an HTTP request may take. One that takes more is refused with 414 or 431.");

    private final String id;
    private final boolean repeated;
    private final String meaning;

    SettingTable(final String id, final boolean repeated, final String meaning) {
        this.id = id;
        this.repeated = repeated;
        this.meaning = meaning;
    }

    /**
     * Finds a table.
     *
     * @param id its name in the file
     * @return the table, or nothing where none is called that
     */
    static Optional<SettingTable> called(final String id) {
        return Arrays.stream(values()).filter(table -> table.id.equals(id)).findFirst();
    }

    /** {@return its name in the file} */
    public String id() {
        return id;
    }

    /** {@return whether it may be given more than once} */
    public boolean isRepeated() {
        return repeated;
    }

    /** {@return how it begins in the file} */
    public String header() {
        return repeated ? "[[" + id + "]]" : "[" + id + "]";
    }

    /** {@return what it is for, as the shipped file says it} */
    public String meaning() {
        return meaning;
    }

    /** {@return its keys, in the order of their declaration} */
    public List<SettingKey> keys() {
        return Arrays.stream(SettingKey.values())
                .filter(key -> key.table() == this)
                .toList();
    }
}
