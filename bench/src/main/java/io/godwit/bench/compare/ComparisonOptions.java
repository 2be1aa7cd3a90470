package io.godwit.bench.compare;

import io.godwit.bench.load.Arguments;
import io.godwit.bench.peers.Peer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What to compare, and for how long.
 *
 * @param peers the servers
 * @param workloads what they do
 * @param rounds how often
 * @param warmup how long nothing is measured, in each run
 * @param duration how long is measured, in each run
 * @param idleConnections how many connections the heap is divided by
 * @param serverCpus the processors of a server, as {@code taskset -c} takes them; empty: any
 * @param loadCpus those of the load
 * @param output the folder of the report
 */
record ComparisonOptions(
        List<Peer> peers,
        List<Workload> workloads,
        int rounds,
        Duration warmup,
        Duration duration,
        int idleConnections,
        String serverCpus,
        String loadCpus,
        Path output) {

    /** What the command line takes. */
    static final String USAGE = """
            usage: io.godwit.bench.compare.ComparisonMain [options]
              --quick             a few minutes rather than half an hour; figures are rough
              --servers A,B       of floor, godwit, godwit-workers, netty-epoll, netty-nio, undertow, jetty,
                                  java-websocket, vertx (all)
              --work A,B          of echo-20-x1, echo-20-x16, echo-20-x256, text-1k-x16, echo-64k-x1, broadcast,
                                  latency, idle (all)
              --rounds N          each server's turns at each work (3)
              --warmup SECONDS    of each turn (3)
              --seconds SECONDS   measured in each turn (4)
              --server-cpus LIST  the processors of the server, as taskset takes them; none: not pinned (0)
              --load-cpus LIST    those of the load (1)
              --output FOLDER     of the report and its plots (bench/target/comparison)
            exit status: 0; 1 if a server failed; 2 for a mistake on the command line
            """;

    private static final String NOT_PINNED = "none";
    private static final int QUICK_IDLE_CONNECTIONS = 1_000;

    /**
     * Reads a command line.
     *
     * @param args as {@link #USAGE} says
     * @return the options
     * @throws IllegalArgumentException if there is a mistake, which the message tells
     */
    static ComparisonOptions parse(final String... args) {
        final Arguments given = Arguments.parse(args, "quick");
        final boolean isQuick = given.has("quick");
        final boolean hasTwo = Runtime.getRuntime().availableProcessors() > 1;
        final ComparisonOptions options = new ComparisonOptions(
                list(given.text("servers", ""), Peer::of, Peer.values()),
                list(given.text("work", ""), Workload::of, Workload.values()),
                given.integer("rounds", isQuick ? 1 : 3, 1, 100),
                given.seconds("warmup", isQuick ? Duration.ofMillis(700) : Duration.ofSeconds(3)),
                given.seconds("seconds", isQuick ? Duration.ofMillis(700) : Duration.ofSeconds(4)),
                isQuick ? QUICK_IDLE_CONNECTIONS : Workload.IDLE.connections(),
                cpus(given.text("server-cpus", hasTwo ? "0" : NOT_PINNED)),
                cpus(given.text("load-cpus", hasTwo ? "1" : NOT_PINNED)),
                Path.of(given.text("output", "bench/target/comparison")));
        given.requireNoneLeft();
        return options;
    }

    private static <T> List<T> list(final String names, final Function<String, T> find, final T[] all) {
        return names.isEmpty()
                ? List.of(all)
                : Stream.of(names.split(",")).map(find).distinct().toList();
    }

    private static String cpus(final String list) {
        return list.equals(NOT_PINNED) ? "" : list;
    }
}
