package io.godwit.bench.load;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The CPU time of a process, as the operating system accounts for it: user and system time of all its threads, those that
 * have ended included, in ticks of 10 ms; and how long its threads waited for a processor, to the nanosecond (Linux,
 * proc(5)). Immutable; any thread.
 */
public final class ProcessCpu {

    /** What Linux reports in, on every machine that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /** Of the fields behind the name, which may itself hold blanks and parentheses: utime, and stime behind it. */
    private static final int USER_TIME = 11;

    /** In the statistics of the whole system: what a hypervisor gave to others. */
    private static final int STEAL_TIME = 8;

    /** In the scheduler's statistics of a thread: the time on a run queue, behind that on a processor. */
    private static final int WAIT_TIME = 1;

    private static final double NS_PER_SECOND = 1e9;

    private final Path folder;

    private ProcessCpu(final Path folder) {
        this.folder = folder;
    }

    /**
     * Looks at a process.
     *
     * @param pid its id
     * @return its CPU time
     */
    public static ProcessCpu of(final long pid) {
        return new ProcessCpu(Path.of("/proc", Long.toString(pid)));
    }

    /** {@return this process's} */
    public static ProcessCpu own() {
        return of(ProcessHandle.current().pid());
    }

    /** {@return the seconds that a hypervisor kept this system's processors from it, all together; NaN: not told} */
    public static double stolenSeconds() {
        try {
            return stolenSeconds(Files.readString(Path.of("/proc/stat")));
        } catch (final IOException e) {
            return Double.NaN;
        }
    }

    /**
     * Reads the first line of the system's statistics.
     *
     * @param stat as the system writes it
     * @return the steal time
     */
    static double stolenSeconds(final String stat) {
        final String[] fields = stat.lines().findFirst().orElseThrow().split(" +");
        return Long.parseLong(fields[STEAL_TIME]) / TICKS_PER_SECOND;
    }

    /** {@return the CPU seconds until now; NaN where the system does not tell, or the process has ended} */
    public double seconds() {
        try {
            return seconds(Files.readString(folder.resolve("stat")));
        } catch (final IOException e) {
            return Double.NaN;
        }
    }

    /** {@return the CPU seconds of each thread that lives, by its id and name; empty where the system does not tell} */
    public Map<String, Double> threads() {
        final Map<String, Double> seconds = new HashMap<>();
        forEachThread("stat", (id, stat) -> seconds.put(id + " " + name(stat), seconds(stat)));
        return seconds;
    }

    /**
     * Tells how long each thread that lives was ready to run and did not, since other threads had the processors: those of
     * other programs, or of its own.
     *
     * @return the seconds, by the thread's id; empty where the system does not tell
     */
    public Map<String, Double> waits() {
        final Map<String, Double> seconds = new HashMap<>();
        forEachThread("schedstat", (id, schedstat) -> seconds.put(id, waitedSeconds(schedstat)));
        return seconds;
    }

    private void forEachThread(final String file, final BiConsumer<String, String> read) {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder.resolve("task"))) {
            for (final Path task : tasks) {
                try {
                    read.accept(task.getFileName().toString(), Files.readString(task.resolve(file)));
                } catch (final IOException e) {
                    // It has ended meanwhile, and is no longer among those that live.
                }
            }
        } catch (final IOException | DirectoryIteratorException e) {
            // The system does not tell, or the process has ended: what is told is empty.
        }
    }

    /**
     * Finds the thread that has waited longest. Not all of them together: many that share a processor wait for each other,
     * and that adds up to many times the time. One that has ended is not known any more.
     *
     * @param before what {@link #waits} gave
     * @param after what it gives now
     * @return the seconds that it waited between; NaN: not told
     */
    static double waitedSeconds(final Map<String, Double> before, final Map<String, Double> after) {
        return after.entrySet().stream()
                .mapToDouble(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0.0))
                .max()
                .orElse(Double.NaN);
    }

    /**
     * Reads the scheduler's line of a thread.
     *
     * @param schedstat as the system writes it
     * @return the time that it waited
     */
    static double waitedSeconds(final String schedstat) {
        return Long.parseLong(schedstat.split(" ")[WAIT_TIME]) / NS_PER_SECOND;
    }

    /**
     * Reads the line of a process or thread.
     *
     * @param stat as the system writes it
     * @return user and system time
     */
    static double seconds(final String stat) {
        final String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[USER_TIME + 1])) / TICKS_PER_SECOND;
    }

    /**
     * Reads the line of a process or thread.
     *
     * @param stat as the system writes it
     * @return the name
     */
    static String name(final String stat) {
        return stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
    }
}
