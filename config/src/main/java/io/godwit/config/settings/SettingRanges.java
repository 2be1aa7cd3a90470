package io.godwit.config.settings;

import io.godwit.config.settings.SettingType.Span;
import io.godwit.config.settings.SettingType.Whole;
import java.time.Duration;

/** The ranges that several keys of the settings share. */
final class SettingRanges {
    static final long MIB = 1L << 20;
    static final long GIB = 1L << 30;
    static final long TIB = 1L << 40;

    static final Span TIMEOUT = new Span(Duration.ofMillis(10), Duration.ofHours(24));

    /** Where there may be no time at all. */
    static final Span DELAY = new Span(Duration.ZERO, Duration.ofHours(24));

    private static final long PER_CYCLE_MAX = 1L << 20;

    private SettingRanges() {}

    /** {@return the range of what a loop does in one cycle} */
    static Whole perCycle(final String unit) {
        return new Whole(unit, 1, PER_CYCLE_MAX);
    }
}
