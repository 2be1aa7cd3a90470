package io.godwit.reactor.loop;

import java.text.MessageFormat;
import java.util.HashMap;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.function.LongSupplier;

/**
 * The log for what peers can cause as often as they like: a handler that throws at their message, a request that cannot be
 * answered. Of each kind of failure ten lines are written in a minute; further ones are counted, and the next line that is
 * written tells how many there were. A kind is what goes to one such log with one class of exception. Like
 * {@link CarefulLog}, it throws nothing, is held from the start, and is not taken for the source of a line. Any thread.
 */
public final class RationedLog implements System.Logger {

    /** The lines of one kind that are written in one {@link #WINDOW_NS}. */
    static final int LINES_MAX = 10;

    static final long WINDOW_NS = 60_000_000_000L;

    /** Peers may be able to choose among exceptions, but not to fill the memory with them: the rest are one kind. */
    static final int KINDS_MAX = 16;

    private static final String NO_EXCEPTION = "";
    private static final String ANY_OTHER = "*";

    /** What has been written of one kind since its window began, and what has not. */
    private static final class Ration {
        private long startNs;
        private int written;
        private long suppressed;

        Ration(final long startNs) {
            this.startNs = startNs;
        }
    }

    private final CarefulLog log = new CarefulLog();
    private final LongSupplier clock;

    /** By the name of the exception's class: the class itself would keep its loader from being collected. */
    private final Map<String, Ration> rations = new HashMap<>();

    /** Makes one, for one kind of event. */
    public RationedLog() {
        this(System::nanoTime);
    }

    RationedLog(final LongSupplier clock) {
        this.clock = clock;
    }

    @Override
    public String getName() {
        return log.getName();
    }

    @Override
    public boolean isLoggable(final Level level) {
        return log.isLoggable(level);
    }

    /** Writes a line if its kind has not had its share. */
    @Override
    public void log(final Level level, final ResourceBundle bundle, final String text, final Throwable thrown) {
        log(level, "", text, "", thrown);
    }

    /** Writes a line if its kind has not had its share; what is formatted counts as of no exception. */
    @Override
    public void log(final Level level, final ResourceBundle bundle, final String format, final Object... params) {
        try {
            log(level, "", params == null ? format : MessageFormat.format(format, params), "", null);
        } catch (final RuntimeException | Error e) {
            // As CarefulLog: what is left to be done matters more.
        }
    }

    /**
     * Writes a line about something, if its kind has not had its share. To name that may fail too: so it is named here. What
     * is less than a warning is always written, as nobody sees it who has not asked for it.
     *
     * @param level how grave it is
     * @param before the first words
     * @param subject what it is about
     * @param after the last words
     * @param thrown what was thrown, or null
     * @return whether it was written or counted, or is of a level that is not written
     */
    public boolean log(
            final Level level, final String before, final Object subject, final String after, final Throwable thrown) {
        if (level.getSeverity() < Level.WARNING.getSeverity()) {
            return log.log(level, before, subject, after, thrown);
        }
        try {
            final String note =
                    admit(thrown == null ? NO_EXCEPTION : thrown.getClass().getName());
            return note == null || log.log(level, before, subject, after + note, thrown);
        } catch (final RuntimeException | Error e) {
            // As above.
            return false;
        }
    }

    /** {@return what the line has to add; null: it is not written} */
    private synchronized String admit(final String kind) {
        final long nowNs = clock.getAsLong();
        final Ration ration = ration(kind, nowNs);
        long suppressed = 0;
        if (nowNs - ration.startNs >= WINDOW_NS) {
            suppressed = ration.suppressed;
            ration.startNs = nowNs;
            ration.written = 0;
            ration.suppressed = 0;
        }
        if (ration.written == LINES_MAX) {
            ration.suppressed++;
            return null;
        }
        ration.written++;
        final String before = suppressed == 0 ? "" : " (" + suppressed + " more of this kind were not logged before)";
        return ration.written < LINES_MAX
                ? before
                : before + " (more of this kind are only counted for up to a minute)";
    }

    private Ration ration(final String kind, final long nowNs) {
        final Ration known = rations.get(kind);
        if (known != null) {
            return known;
        }
        final String name = rations.size() < KINDS_MAX ? kind : ANY_OTHER;
        return rations.computeIfAbsent(name, absent -> new Ration(nowNs));
    }
}
