package io.godwit.config.settings;

import io.godwit.config.settings.SettingDefault.Budget;
import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingType.Whole;
import io.godwit.reactor.endpoint.LoopLimits;

/** The keys of {@code [loop]}. */
enum LoopKey implements SettingKey {
    /** The memory of all its connections together. */
    BUFFERED_BYTES_MAX(
            "buffered-bytes-max",
            new Whole("bytes", SettingRanges.MIB, SettingRanges.TIB),
            new Budget(LoopLimits.FITTED_BYTES_MAX),
            "The memory for unfinished messages, and for what waits for clients and applications. A client whose message would"
                    + " exceed it is closed with 1013; a message to be sent is dropped. It lies in the JVM's heap (-Xmx), which"
                    + " has to have room for as much in each loop, beside the connections: what is given here and does not fit"
                    + " is a mistake, what is left out becomes less."),
    /** The bytes that one connection may bring at a time. */
    READ_BYTES_PER_CONNECTION_MAX(
            "read-bytes-per-connection-max",
            new Whole("bytes", 4_096, SettingRanges.GIB),
            new Fixed((long) LoopLimits.DEFAULT.readBytesPerConnectionMax()),
            "The most that is read from one connection before the others have their turn."),
    /** The connections that are accepted at a time. */
    ACCEPTS_PER_CYCLE_MAX(
            "accepts-per-cycle-max",
            SettingRanges.perCycle("connections"),
            new Fixed((long) LoopLimits.DEFAULT.acceptsMax()),
            "The most connections that are accepted from one listener in one cycle."),
    /** The commands that are carried out at a time. */
    COMMANDS_PER_CYCLE_MAX(
            "commands-per-cycle-max",
            SettingRanges.perCycle("commands"),
            new Fixed((long) LoopLimits.DEFAULT.commandsMax()),
            "The most commands of other threads that are carried out in one cycle. As many may wait, and as"
                    + " many messages of topics."),
    /** The timers that expire at a time. */
    EXPIRIES_PER_CYCLE_MAX(
            "expiries-per-cycle-max",
            SettingRanges.perCycle("timers"),
            new Fixed((long) LoopLimits.DEFAULT.expiriesMax()),
            "The most timers that are judged in one cycle. Each connection has one."),
    /** The deliveries that are made at a time. */
    DELIVERIES_PER_CYCLE_MAX(
            "deliveries-per-cycle-max",
            SettingRanges.perCycle("messages"),
            new Fixed((long) LoopLimits.DEFAULT.deliveriesMax()),
            "The most messages of topics that are handed out in one cycle, each counted once for every subscriber.");

    private final SettingDeclaration declaration;

    LoopKey(final String id, final SettingType type, final SettingDefault standard, final String meaning) {
        declaration = new SettingDeclaration(SettingTable.LOOP, id, type, standard, meaning);
    }

    @Override
    public SettingDeclaration declaration() {
        return declaration;
    }
}
