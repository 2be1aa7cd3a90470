package io.godwit.bench.compare;

import io.godwit.bench.load.IdleConnections;
import io.godwit.bench.load.LoadMain;
import io.godwit.bench.load.LoadResult;
import io.godwit.bench.peers.Peer;
import io.godwit.bench.peers.PeerServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One server's turn at one work: a fresh process of it, and a fresh process of the load, so that no turn profits or suffers
 * from what the compiler has learned in another. For one thread.
 */
final class Turn {

    private static final double US_PER_NS = 1e-3;

    /** Beyond the measurement: to start, to open connections, to wait for what is in flight, to close. */
    private static final long LOAD_SECONDS_MORE = 90;

    /** Before idle connections are counted: what the first ones load and build belongs to nobody. */
    private static final int FIRST_CONNECTIONS = 500;

    private static final int SOURCES = 4;

    private final ComparisonOptions options;
    private final Path log;

    /**
     * Makes what takes turns.
     *
     * @param options how long
     * @param log takes what servers and loads say
     */
    Turn(final ComparisonOptions options, final Path log) {
        this.options = options;
        this.log = log;
    }

    /**
     * Takes a turn.
     *
     * @param workload what to do
     * @param peer by whom
     * @param ratePerSecond of the open loop, where it is one
     * @return what came of it
     * @throws IOException if the server failed, or echoed wrongly
     */
    Map<Figure, Double> take(final Workload workload, final Peer peer, final long ratePerSecond) throws IOException {
        try (ServerProcess server = ServerProcess.start(peer, workload.service(), options.serverCpus(), log)) {
            return workload == Workload.IDLE ? idle(server) : figures(load(server, workload, peer, ratePerSecond));
        }
    }

    private Map<Figure, Double> idle(final ServerProcess server) throws IOException {
        final InetSocketAddress address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), server.port());
        try (IdleConnections connections = new IdleConnections(address, PeerServer.PATH, SOURCES)) {
            connections.open(FIRST_CONNECTIONS);
            // The first question makes something itself, and lets what those connections left behind come to rest.
            server.heapBytes();
            final long before = server.heapBytes();
            connections.open(options.idleConnections());
            final long heapBytes = server.heapBytes() - before;
            return new EnumMap<>(Map.of(Figure.HEAP_BYTES, heapBytes / (double) options.idleConnections()));
        }
    }

    private LoadResult load(
            final ServerProcess server, final Workload workload, final Peer peer, final long ratePerSecond)
            throws IOException {
        final Path results = Files.createTempFile("godwit-load", ".properties");
        try {
            final List<String> args = new ArrayList<>(workload.loadArguments(peer, ratePerSecond));
            args.addAll(List.of("--url", "ws://127.0.0.1:" + server.port() + PeerServer.PATH));
            args.addAll(List.of("--server-pid", Long.toString(server.pid())));
            args.addAll(List.of("--warmup", seconds(options.warmup().toMillis())));
            args.addAll(List.of("--seconds", seconds(options.duration().toMillis())));
            args.addAll(List.of("--results", results.toString()));
            run(JavaProcess.command(options.loadCpus(), LoadMain.class, args));
            return LoadResult.read(results);
        } finally {
            Files.delete(results);
        }
    }

    private static String seconds(final long ms) {
        return ms / 1_000 + "." + String.format("%03d", ms % 1_000);
    }

    private void run(final List<String> command) throws IOException {
        final Process load = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        try {
            final long secondsMax = options.warmup().plus(options.duration()).toSeconds() + LOAD_SECONDS_MORE;
            if (!load.waitFor(secondsMax, TimeUnit.SECONDS)) {
                throw new IOException("the load does not come to its end");
            }
            if (load.exitValue() != 0) {
                throw new IOException("the load ended with " + load.exitValue() + "; " + log + " says why");
            }
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            load.destroyForcibly();
        }
    }

    private static Map<Figure, Double> figures(final LoadResult result) {
        final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.CPU_PER_MILLION, result.serverCpuPerMillion());
        figures.put(Figure.MESSAGES_PER_SECOND, result.messagesPerSecond());
        figures.put(Figure.SERVER_SHARE, result.serverShare());
        figures.put(Figure.LOAD_SHARE, result.loadShare());
        figures.put(Figure.SERVER_WAITED, result.serverWaited());
        figures.put(Figure.LOAD_WAITED, result.loadWaited());
        figures.put(Figure.STOLEN_SHARE, result.stolenShare());
        figures.put(Figure.MESSAGES_PER_READ, result.messagesPerRead());
        figures.put(Figure.P50_US, result.p50Ns() * US_PER_NS);
        figures.put(Figure.P90_US, result.p90Ns() * US_PER_NS);
        figures.put(Figure.P99_US, result.p99Ns() * US_PER_NS);
        figures.put(Figure.P999_US, result.p999Ns() * US_PER_NS);
        figures.put(Figure.P9999_US, result.p9999Ns() * US_PER_NS);
        figures.put(Figure.MAX_US, result.maxNs() * US_PER_NS);
        figures.put(Figure.UNSENT, (double) result.unsent());
        return figures;
    }
}
