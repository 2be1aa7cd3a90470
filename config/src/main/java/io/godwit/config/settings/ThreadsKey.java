package io.godwit.config.settings;

import io.godwit.config.settings.SettingDefault.Fixed;
import io.godwit.config.settings.SettingDefault.OfTheMachine;
import io.godwit.config.settings.SettingType.OneOf;
import io.godwit.config.settings.SettingType.Whole;
import io.godwit.reactor.endpoint.Idling;
import io.godwit.reactor.endpoint.Threads;

/** The keys of {@code [threads]}. */
enum ThreadsKey implements SettingKey {
    /** How many loops. */
    LOOPS(
            "loops",
            new Whole("threads", 1, 1_024),
            new Fixed((long) Threads.DEFAULT.loops()),
            "How many loops share the connections. One serves many thousands; more than there are processors only take"
                    + " turns. Each may hold buffered-bytes-max."),
    /** What loops without work do. */
    IDLING(
            "idling",
            OneOf.of("a way of idling", Idling.values()),
            new Fixed(Threads.DEFAULT.idling()),
            "What a loop does while there is nothing to do. \"blocking\" sleeps until something comes. \"backing-off\" looks"
                    + " for more during a short while, and then sleeps. \"spinning\" never sleeps: it answers soonest, and"
                    + " takes a whole processor for each loop."),
    /** How many workers. */
    WORKERS(
            "workers",
            new Whole("threads", 1, 1_024),
            new OfTheMachine((long) Threads.DEFAULT.workers(), "as many as there are processors, at least 2"),
            "How many threads run the applications whose execution is \"workers\". As many of them can block at a time; there"
                    + " are none if no endpoint has that execution."),
    /** How many threads may be replaced. */
    RESTARTS_MAX(
            "restarts-max",
            new Whole("threads", 0, 1_024),
            new Fixed((long) Threads.DEFAULT.restartsMax()),
            "How many threads that an error has ended are replaced within ten minutes. Past that the daemon ends, for whoever"
                    + " started it to start it anew."),
    /** How long a loop may be held up. */
    BLOCKED_LOOP_WARNING(
            "blocked-loop-warning",
            SettingRanges.TIMEOUT,
            new Fixed(Threads.DEFAULT.blockedLoopWarning()),
            "How long an application may hold up a loop. Past that the log names it and shows where it is, the health is"
                    + " \"failing\", and the other loops take over the new connections of that one.");

    private final SettingDeclaration declaration;

    ThreadsKey(final String id, final SettingType type, final SettingDefault standard, final String meaning) {
        declaration = new SettingDeclaration(SettingTable.THREADS, id, type, standard, meaning);
    }

    @Override
    public SettingDeclaration declaration() {
        return declaration;
    }
}
