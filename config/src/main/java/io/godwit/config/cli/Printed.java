package io.godwit.config.cli;

import java.io.PrintWriter;

/** Whether what was asked for has arrived: a full disk or a closed output is a failure, and silent by itself. */
final class Printed {
    private Printed() {}

    /**
     * Judges a command that prints, after it has printed.
     *
     * @param out where to
     * @param err where to tell that it failed
     * @param status of the command, if all was printed
     * @return the status
     */
    static int status(final PrintWriter out, final PrintWriter err, final int status) {
        if (!out.checkError()) {
            return status;
        }
        err.println("godwit: standard output cannot be written");
        return status == ExitStatus.OK ? ExitStatus.CANNOT_SERVE : status;
    }
}
