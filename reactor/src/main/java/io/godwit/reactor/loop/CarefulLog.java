package io.godwit.reactor.loop;

import java.util.ResourceBundle;

/**
 * The log for where nothing may be thrown any more. To write a line can fail by itself: without descriptors or memory, the
 * first one most of all, which loads what the logger needs. Whoever may have to complain then holds one from the start, as
 * not even this class could be loaded later. Any thread.
 *
 * <p>It is a {@link System.Logger} so that the JDK does not take it for the source of a line: that is the class which calls it.
 */
public final class CarefulLog implements System.Logger {

    private final System.Logger logger = System.getLogger("io.godwit.reactor");

    /** Makes one. */
    public CarefulLog() {}

    @Override
    public String getName() {
        return logger.getName();
    }

    @Override
    public boolean isLoggable(final Level level) {
        return logger.isLoggable(level);
    }

    /** Writes a line if it can. */
    @Override
    public void log(final Level level, final ResourceBundle bundle, final String text, final Throwable thrown) {
        try {
            logger.log(level, bundle, text, thrown);
        } catch (final RuntimeException | Error e) {
            // What is left to be done matters more than that it is told.
        }
    }

    /** Writes a line if it can. */
    @Override
    public void log(final Level level, final ResourceBundle bundle, final String format, final Object... params) {
        try {
            logger.log(level, bundle, format, params);
        } catch (final RuntimeException | Error e) {
            // As above.
        }
    }

    /**
     * Writes a line about something, if it can. To name that may fail too: so it is named here.
     *
     * @param level how grave it is
     * @param before the first words
     * @param subject what it is about
     * @param after the last words
     * @param thrown what was thrown, or null
     * @return whether it was written, or is of a level that is not
     */
    public boolean log(
            final Level level, final String before, final Object subject, final String after, final Throwable thrown) {
        try {
            logger.log(level, before + subject + after, thrown);
            return true;
        } catch (final RuntimeException | Error e) {
            // As above.
            return false;
        }
    }
}
