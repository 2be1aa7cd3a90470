package io.godwit.bench.load;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The CPU time of a process, as the operating system accounts for it: user and system time of all its threads, those that
 * have ended included, in ticks of 10 ms (Linux, proc(5)). Immutable; any thread.
 */
public final class ProcessCpu {

    /** What Linux reports in, on every machine that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /** Of the fields behind the name, which may itself hold blanks and parentheses: utime, and stime behind it. */
    private static final int USER_TIME = 11;

    /** In the statistics of the whole system. */
    private static final int STEAL_TIME = 8;

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

    /** {@return the CPU seconds of all processes since the start, those that a hypervisor took included; NaN: not told} */
    public static double ofAll() {
        try {
            return ofAll(Files.readString(Path.of("/proc/stat")));
        } catch (final IOException e) {
            return Double.NaN;
        }
    }

    /**
     * Reads the first line of the system's statistics. Interrupts are left out: the system charges them to nobody.
     *
     * @param stat as the system writes it
     * @return user, nice, system and steal time
     */
    static double ofAll(final String stat) {
        final String[] fields = stat.lines().findFirst().orElseThrow().split(" +");
        final long ticks = Long.parseLong(fields[1])
                + Long.parseLong(fields[2])
                + Long.parseLong(fields[3])
                + Long.parseLong(fields[STEAL_TIME]);
        return ticks / TICKS_PER_SECOND;
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
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(folder.resolve("task"))) {
            for (final Path task : tasks) {
                add(seconds, task);
            }
        } catch (final IOException e) {
            return Map.of();
        }
        return seconds;
    }

    private static void add(final Map<String, Double> seconds, final Path task) {
        try {
            final String stat = Files.readString(task.resolve("stat"));
            seconds.put(task.getFileName() + " " + name(stat), seconds(stat));
        } catch (final IOException e) {
            // It has ended meanwhile, and is no longer among those that live.
            seconds.remove(task.getFileName().toString());
        }
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
