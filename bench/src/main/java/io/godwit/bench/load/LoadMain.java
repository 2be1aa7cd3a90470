package io.godwit.bench.load;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The command of the load generator. */
public final class LoadMain {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MISTAKE = 2;
    private static final double NS_PER_US = 1e3;
    private static final int THREADS_SHOWN = 4;
    private static final double DISTURBED = 0.1;

    private LoadMain() {}

    /**
     * Loads a server, and ends the process with a status.
     *
     * @param args as {@link LoadOptions#USAGE} says
     */
    public static void main(final String... args) {
        System.exit(run(System.out, System.err, args));
    }

    /**
     * Loads a server.
     *
     * @param out takes progress and result
     * @param err takes what went wrong
     * @param args as {@link LoadOptions#USAGE} says
     * @return the exit status
     */
    static int run(final PrintStream out, final PrintStream err, final String... args) {
        final LoadOptions options;
        try {
            options = LoadOptions.parse(args);
        } catch (final IllegalArgumentException mistake) {
            err.println(mistake.getMessage());
            err.print(LoadOptions.USAGE);
            return MISTAKE;
        }
        final ProcessCpu server = ProcessCpu.of(options.serverPid());
        final Map<String, Double> before = server.threads();
        try {
            final LoadResult result = new Load(options, out).run();
            print(out, options, result);
            printThreads(out, before, server.threads());
            return OK;
        } catch (final WrongEcho wrong) {
            err.println("wrong: " + wrong.getMessage());
        } catch (final IOException e) {
            err.println("failed: " + e.getMessage());
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            err.println("interrupted");
        }
        return FAILED;
    }

    private static void print(final PrintStream out, final LoadOptions options, final LoadResult result) {
        out.printf(
                Locale.ROOT,
                "%,d messages in %.2f s: %,.0f messages/s, %.1f at a time%n",
                result.messages(),
                result.seconds(),
                result.messagesPerSecond(),
                result.messagesPerRead());
        out.printf(
                Locale.ROOT,
                "latency in µs: 50 %% %.1f, 90 %% %.1f, 99 %% %.1f, 99.9 %% %.1f, 99.99 %% %.1f, longest %.1f%n",
                result.p50Ns() / NS_PER_US,
                result.p90Ns() / NS_PER_US,
                result.p99Ns() / NS_PER_US,
                result.p999Ns() / NS_PER_US,
                result.p9999Ns() / NS_PER_US,
                result.maxNs() / NS_PER_US);
        out.printf(
                Locale.ROOT,
                "CPU of the load: %.0f %%, waited for a processor %.0f %%%n",
                100 * result.loadShare(),
                100 * result.loadWaited());
        if (options.serverPid() != 0) {
            out.printf(
                    Locale.ROOT,
                    "CPU of the server: %.0f %%, waited for a processor %.0f %%, %.4f s for a million messages%n",
                    100 * result.serverShare(),
                    100 * result.serverWaited(),
                    result.serverCpuPerMillion());
        }
        if (result.loadWaited() > DISTURBED) {
            out.println("note: the load waited for a processor, which other programs had, or its own threads");
        }
        if (result.stolenShare() > DISTURBED) {
            out.printf(
                    Locale.ROOT,
                    "note: the hypervisor took %.0f %% of a processor meanwhile%n",
                    100 * result.stolenShare());
        }
        if (options.isOpenLoop()) {
            out.printf(
                    Locale.ROOT,
                    "the load was late by %.1f µs at most for 99 %% of its messages; the server did not take %,d%n",
                    result.latenessP99Ns() / NS_PER_US,
                    result.unsent());
        } else if (result.isLoadTheBottleneck(options.threads())) {
            out.println("note: the load had no time left and the server had: messages a second are the load's limit");
        }
    }

    private static void printThreads(
            final PrintStream out, final Map<String, Double> before, final Map<String, Double> after) {
        final Map<String, Double> spent = new HashMap<>();
        after.forEach((thread, seconds) -> spent.put(thread, seconds - before.getOrDefault(thread, 0.0)));
        final String busiest = spent.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder()))
                .limit(THREADS_SHOWN)
                .map(thread -> String.format(Locale.ROOT, "%s %.2f s", thread.getKey(), thread.getValue()))
                .collect(Collectors.joining(", "));
        if (!busiest.isEmpty()) {
            out.println("the server's busiest threads, warm-up included: " + busiest);
        }
    }
}
