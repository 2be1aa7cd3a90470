package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The command of the comparison. */
public final class ComparisonMain {

    private static final int OK = 0;
    private static final int FAILED = 1;
    private static final int MISTAKE = 2;
    private static final double DISTURBED = 0.1;

    private ComparisonMain() {}

    /**
     * Compares, and ends the process with a status.
     *
     * @param args see the usage, which a mistake prints
     */
    public static void main(final String... args) {
        System.exit(run(System.out, System.err, args));
    }

    /**
     * Compares.
     *
     * @param out takes progress and the report
     * @param err takes what went wrong
     * @param args as {@link ComparisonOptions#USAGE} says
     * @return the exit status
     */
    static int run(final PrintStream out, final PrintStream err, final String... args) {
        final ComparisonOptions options;
        try {
            options = ComparisonOptions.parse(args);
        } catch (final IllegalArgumentException mistake) {
            err.println(mistake.getMessage());
            err.print(ComparisonOptions.USAGE);
            return MISTAKE;
        }
        try {
            Files.createDirectories(options.output());
            final Path log = options.output().resolve("processes.log");
            Files.deleteIfExists(log);
            final Map<String, String> conditions = conditions(options, log, args);
            final Comparison comparison = new Comparison(options, log, out);
            final Results results = comparison.run();
            if (comparison.ratePerSecond() > 0) {
                conditions.put(
                        "open loop",
                        String.format(
                                Locale.ROOT,
                                "%,d messages/s, half of what the floor can do",
                                comparison.ratePerSecond()));
            }
            describeDisturbance(conditions, options, results);
            if (comparison.failures() > 0) {
                conditions.put("turns that failed", Integer.toString(comparison.failures()));
            }
            final Path report = new Report(options, results, conditions).write(options.output());
            out.println();
            out.print(Files.readString(report));
            out.println();
            out.println("written to " + report.toAbsolutePath());
            return comparison.failures() == 0 ? OK : FAILED;
        } catch (final IOException e) {
            err.println("failed: " + e.getMessage());
            return FAILED;
        }
    }

    private static Map<String, String> conditions(final ComparisonOptions options, final Path log, final String... args)
            throws IOException {
        final Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("date", LocalDate.now().toString());
        conditions.put("command", "`ComparisonMain " + String.join(" ", args) + "`");
        conditions.putAll(Machine.describe());
        try (ServerProcess any =
                ServerProcess.start(Peer.FLOOR, Workload.ECHO_20_X1.service(), options.serverCpus(), log)) {
            conditions.put("JVM of the servers", any.about());
        }
        conditions.put(
                "pinned", "server to " + pinned(options.serverCpus()) + ", load to " + pinned(options.loadCpus()));
        conditions.put(
                "rounds",
                String.format(
                        Locale.ROOT,
                        "%d, each with a fresh process, %.1f s of warm-up and %.1f s measured",
                        options.rounds(),
                        options.warmup().toMillis() / 1e3,
                        options.duration().toMillis() / 1e3));
        return conditions;
    }

    /** The load and the floor have one thread each that works: what they wait for a processor, other programs have it. */
    private static void describeDisturbance(
            final Map<String, String> conditions, final ComparisonOptions options, final Results results) {
        final Map<String, Double> shares = new LinkedHashMap<>();
        shares.put("the load waited for a processor", results.max(options.peers(), Figure.LOAD_WAITED));
        shares.put("the floor waited for a processor", results.max(List.of(Peer.FLOOR), Figure.SERVER_WAITED));
        shares.put("a hypervisor took a processor", results.max(options.peers(), Figure.STOLEN_SHARE));
        shares.forEach((name, share) -> {
            if (Double.isFinite(share)) {
                conditions.put(
                        name,
                        String.format(Locale.ROOT, "up to %.0f %% of the time of any turn", 100 * share)
                                + (share > DISTURBED ? ": **disturbed, measure again**" : ""));
            }
        });
    }

    private static String pinned(final String cpus) {
        return cpus.isEmpty() ? "any processor" : "processor " + cpus;
    }
}
