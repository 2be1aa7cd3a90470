package io.godwit.config.settings;

/**
 * Something wrong in a settings file.
 *
 * @param line where, from 1; 0 where the whole file is meant
 * @param column where in the line, from 1
 * @param key which key or table; "syntax" where it is not known yet
 * @param wrong what is wrong
 * @param allowed what would be right, or null where {@code wrong} says it
 */
public record Mistake(int line, int column, String key, String wrong, String allowed) {

    /**
     * Tells the mistake.
     *
     * @param file the name of the file
     * @return one line, in the form that compilers use
     */
    public String in(final String file) {
        final String place = line == 0 ? file : file + ":" + line + ":" + column;
        return place + ": " + key + ": " + wrong + (allowed == null ? "" : "; allowed: " + allowed);
    }
}
