package io.godwit.config.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;

/**
 * Lines that are printed by a thread of their own. Nobody may be reading them: a pipe that is full blocks whoever writes to
 * it, for ever, and that must not be the thread that ends the daemon.
 */
final class Announcement {
    private static final System.Logger LOG = System.getLogger(Announcement.class.getName());

    /** How long the end of the process waits for somebody to read. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Thread thread;

    private Announcement(final Thread thread) {
        this.thread = thread;
    }

    /**
     * Begins to print. Returns at once.
     *
     * @param out where to; nobody else may print there until this has ended
     * @param lines what
     * @return what goes on
     */
    static Announcement of(final PrintWriter out, final List<String> lines) {
        final Thread thread = new Thread(() -> print(out, lines), "announcement");
        thread.setDaemon(true);
        thread.start();
        return new Announcement(thread);
    }

    private static void print(final PrintWriter out, final List<String> lines) {
        lines.forEach(out::println);
        if (out.checkError()) {
            LOG.log(System.Logger.Level.WARNING, "this cannot be printed: {0}", String.join(", ", lines));
        }
    }

    /**
     * Waits for the lines to be printed; for a second at most.
     *
     * @throws InterruptedException if the waiting thread is interrupted
     */
    void await() throws InterruptedException {
        thread.join(PATIENCE.toMillis());
    }
}
