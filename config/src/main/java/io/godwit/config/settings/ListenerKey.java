package io.godwit.config.settings;

import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingType.Whole;

/** The keys of {@code [[listener]]}. */
enum ListenerKey implements SettingKey {
    /** Where to listen. */
    ADDRESS(
            "address",
            SettingTexts.ADDRESS,
            new Fixed("localhost"),
            "The address or host name to listen on; of a name, all addresses that it has. \"localhost\" is this machine alone,"
                    + " by IPv4 and IPv6. \"0.0.0.0\" is every IPv4 address of the machine, \"::\" every address; then everyone"
                    + " who reaches the machine reaches the daemon, in plain text."),
    /** Which port to listen on. */
    PORT(
            "port",
            new Whole("", 0, 65_535),
            new Fixed(8_080L),
            "The TCP port. 0 takes any free one; the line that is printed at the start tells which.");

    private final SettingDeclaration declaration;

    ListenerKey(final String id, final SettingType type, final SettingDefault standard, final String meaning) {
        declaration = new SettingDeclaration(SettingTable.LISTENER, id, type, standard, meaning);
    }

    @Override
    public SettingDeclaration declaration() {
        return declaration;
    }
}
