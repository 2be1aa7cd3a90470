package io.godwit.config.cli;

/** What the process tells its caller when it ends. */
final class ExitStatus {
    /** Done, or stopped by a signal. */
    static final int OK = 0;

    /**
     * The settings are right, but the daemon cannot serve: a port is taken, an address is not this machine's. Or what was
     * asked for cannot be printed.
     */
    static final int CANNOT_SERVE = 1;

    /** The command line or the settings file is wrong. */
    static final int MISTAKE = 2;

    /** The daemon has served, until errors have ended more of its threads than it may replace. */
    static final int FAILED = 3;

    /** How each is told in the help: its number, a colon, and what it means. */
    static final String OK_TEXT = OK + ":Done, or stopped by SIGTERM or SIGINT.";

    static final String CANNOT_SERVE_TEXT =
            CANNOT_SERVE + ":The settings are right, but cannot be served; for instance, a port is taken.";

    static final String NOT_PRINTED_TEXT = CANNOT_SERVE + ":Standard output cannot be written.";

    static final String MISTAKE_TEXT = MISTAKE + ":The command line or the settings file is wrong.";

    static final String FAILED_TEXT =
            FAILED + ":The daemon has gone down by an error; the log tells which. It may be started anew.";

    private ExitStatus() {}
}
