package io.godwit.config.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The tables of the settings file. */
enum SettingTable {
    /** {@code [[listener]]}. */
    LISTENER(
            "listener",
            true,
            ListenerKey::values,
            "An address and port that connections are accepted on. At least one; repeat for more."),
    /** {@code [[endpoint]]}. */
    ENDPOINT(
            "endpoint",
            true,
            EndpointKey::values,
            "A path that WebSocket connections are served at, by which application, and what one connection may take."
                    + " At least one; repeat for more. Keys that are left out have their defaults."),
    /** {@code [server]}. */
    SERVER(
            "server",
            false,
            ServerKey::values,
            "What holds for all connections together, and how long they may keep the server waiting."),
    /** {@code [http]}. */
    HTTP(
            "http",
            false,
            HttpKey::values,
            "What the head of an HTTP request may take. One that takes more is refused with 414 or 431."),
    /** {@code [threads]}. */
    THREADS("threads", false, ThreadsKey::values, "The threads that do the work."),
    /** {@code [loop]}. */
    LOOP(
            "loop",
            false,
            LoopKey::values,
            "What each loop may hold for all its connections together, and how much of one kind it does in a cycle,"
                    + " before the rest has its turn. More in a cycle is less effort for each, and a longer wait for the"
                    + " rest.");

    private final String id;
    private final boolean repeated;
    private final Supplier<SettingKey[]> keys;
    private final String meaning;

    SettingTable(final String id, final boolean repeated, final Supplier<SettingKey[]> keys, final String meaning) {
        this.id = id;
        this.repeated = repeated;
        this.keys = keys;
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
    String id() {
        return id;
    }

    /** {@return whether it may be given more than once} */
    boolean isRepeated() {
        return repeated;
    }

    /** {@return how it begins in the file} */
    String header() {
        return repeated ? "[[" + id + "]]" : "[" + id + "]";
    }

    /** {@return what it is for, as the shipped file says it} */
    String meaning() {
        return meaning;
    }

    /** {@return its keys, in the order of their declaration} */
    List<SettingKey> keys() {
        return List.of(keys.get());
    }
}
