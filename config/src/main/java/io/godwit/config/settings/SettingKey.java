package io.godwit.config.settings;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A key of the settings file. Each is declared once, among those of its table: what it may be, what it is where it is left
 * out, and what it means. The shipped file repeats this for the reader; a test holds the two together.
 */
sealed interface SettingKey permits ListenerKey, EndpointKey, ServerKey, HttpKey, ThreadsKey, LoopKey {

    /** {@return every key of every table, in the order of their declaration} */
    static List<SettingKey> all() {
        return Arrays.stream(SettingTable.values())
                .flatMap(table -> table.keys().stream())
                .toList();
    }

    /**
     * Finds a key.
     *
     * @param table where it stands
     * @param id its name there
     * @return the key, or nothing where none is called that
     */
    static Optional<SettingKey> called(final SettingTable table, final String id) {
        return table.keys().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    /** {@return what is said of it} */
    SettingDeclaration declaration();

    /** {@return the table that it stands in} */
    default SettingTable table() {
        return declaration().table();
    }

    /** {@return its name in its table} */
    default String id() {
        return declaration().id();
    }

    /** {@return its name with its table's, as messages call it} */
    default String fullName() {
        return table().id() + "." + id();
    }

    /** {@return what its value may be} */
    default SettingType type() {
        return declaration().type();
    }

    /** {@return what it is where it is left out, or nothing where it has to be given} */
    default Optional<SettingDefault> standard() {
        return Optional.ofNullable(declaration().standard());
    }

    /** {@return what it is for and what is dangerous about it, as the shipped file says it} */
    default String meaning() {
        return declaration().meaning();
    }

    /** {@return what is allowed, with the unit, as messages and the shipped file say it} */
    default String allowed() {
        return type().allowed();
    }

    /** {@return what it is where it is left out, as the shipped file says it; or nothing where it has to be given} */
    default Optional<String> defaultText() {
        return standard().map(told -> told.told(type()));
    }
}
