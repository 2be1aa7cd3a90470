package io.godwit.reactor.loop;

/**
 * The log for where nothing may be thrown any more. To write a line can fail by itself: without descriptors or memory, the
 * first one most of all, which loads what the logger needs. Whoever may have to complain then holds one from the start, as
 * not even this class could be loaded later. Any thread.
 */
public final class CarefulLog {

    private final System.Logger logger = System.getLogger("io.godwit.reactor");

    /** Makes one. */
    public CarefulLog() {}

    /**
     * Writes a line if it can.
     *
     * @param level how grave it is
     * @param text what has happened
     * @param thrown what was thrown, or null
     * @return whether it was written, or is of a level that is not
     */
    public boolean log(final System.Logger.Level level, final String text, final Throwable thrown) {
        try {
            logger.log(level, text, thrown);
            return true;
        } catch (final RuntimeException | Error e) {
            // What is left to be done matters more than that it is told.
            return false;
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
     * @return as above
     */
    public boolean log(
            final System.Logger.Level level,
            final String before,
            final Object subject,
            final String after,
            final Throwable thrown) {
        try {
            return log(level, before + subject + after, thrown);
        } catch (final RuntimeException | Error e) {
            // As above.
            return false;
        }
    }
}
