package io.godwit.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What to do to a server.
 *
 * @param server where it listens
 * @param resource path and query
 * @param connections how many are opened
 * @param depth closed loop: how many messages of a connection are in flight
 * @param ratePerSecond open loop: how many messages are sent in a second, over all connections; 0: closed loop
 * @param payloadBytes the length of each message
 * @param isText whether they are text, ASCII, rather than binary
 * @param isBroadcast whether each message of the first connection comes back on all, and no other sends
 * @param isChecked whether an echo has to have the content of what was sent
 * @param threads how many share the connections
 * @param sources how many addresses of 127.0.0.0/8 they come from
 * @param warmup how long nothing is measured yet
 * @param duration how long is measured
 * @param serverPid the server's process, whose CPU is told; 0: unknown
 * @param results a file for the figures; null: none
 * @param histogram a file for the distribution of latencies; null: none
 */
public record LoadOptions(
        InetSocketAddress server,
        String resource,
        int connections,
        int depth,
        long ratePerSecond,
        int payloadBytes,
        boolean isText,
        boolean isBroadcast,
        boolean isChecked,
        int threads,
        int sources,
        Duration warmup,
        Duration duration,
        long serverPid,
        Path results,
        Path histogram) {

    /** What the command line takes. */
    public static final String USAGE = """
            usage: io.godwit.bench.load.LoadMain --url ws://127.0.0.1:8080/echo [options]
              --connections N   how many are opened (200)
              --depth N         closed loop: messages of each connection in flight (1)
              --rate N          open loop: messages a second, over all connections
              --size BYTES      length of each message (20)
              --text            text messages, ASCII, rather than binary
              --broadcast       the first connection sends, and each of its messages comes back on all
              --unchecked       only lengths and kinds are checked, for a server that does not really echo
              --threads N       threads that share the connections (1)
              --sources N       addresses 127.0.0.1, 127.0.0.2 and so on that they come from (1)
              --warmup SECONDS  not measured (3)
              --seconds SECONDS measured (10)
              --server-pid PID  tells the CPU time of that process too
              --results FILE    writes the figures there
              --histogram FILE  writes the distribution of latencies there (HdrHistogram, in microseconds)
            exit status: 0; 1 for a wrong, lost or refused message; 2 for a mistake on the command line
            """;

    private static final int CONNECTIONS_MAX = 200_000;
    private static final int BROADCAST_DELIVERIES_MAX = 65_536;
    private static final Duration WARMUP = Duration.ofSeconds(3);
    private static final Duration DURATION = Duration.ofSeconds(10);

    /**
     * Checks what depends on each other.
     *
     * @throws IllegalArgumentException if it does not fit
     */
    public LoadOptions {
        if (isBroadcast && (threads > 1 || ratePerSecond > 0)) {
            throw new IllegalArgumentException("--broadcast goes with one thread, and without --rate");
        }
        if (isBroadcast && (long) depth * connections > BROADCAST_DELIVERIES_MAX) {
            throw new IllegalArgumentException(
                    "--depth times --connections is " + BROADCAST_DELIVERIES_MAX + " at most");
        }
        if (duration.isZero()) {
            throw new IllegalArgumentException("--seconds is more than 0");
        }
        if (threads > connections) {
            throw new IllegalArgumentException("--threads " + threads + " are more than --connections " + connections);
        }
        if (sources > 1 && !server.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("--sources is for a server on a loopback address");
        }
    }

    /**
     * Reads a command line.
     *
     * @param args as {@link #USAGE} says
     * @return the options
     * @throws IllegalArgumentException if there is a mistake, which the message tells
     */
    public static LoadOptions parse(final String... args) {
        final Arguments given = Arguments.parse(args, "text", "broadcast", "unchecked");
        final URI url = URI.create(given.text("url", ""));
        if (!"ws".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException("--url ws://HOST:PORT/PATH is needed, and --url is \"" + url + '"');
        }
        final String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
        final String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        final LoadOptions options = new LoadOptions(
                address(url),
                path + query,
                given.integer("connections", 200, 1, CONNECTIONS_MAX),
                given.integer("depth", 1, 1, 65_536),
                given.integer("rate", 0, 0, 100_000_000),
                given.integer("size", 20, 0, 1 << 20),
                given.has("text"),
                given.has("broadcast"),
                !given.has("unchecked"),
                given.integer("threads", 1, 1, 64),
                given.integer("sources", 1, 1, 250),
                given.seconds("warmup", WARMUP),
                given.seconds("seconds", DURATION),
                given.integer("server-pid", 0, 0, Integer.MAX_VALUE),
                path(given.text("results", "")),
                path(given.text("histogram", "")));
        given.requireNoneLeft();
        return options;
    }

    private static InetSocketAddress address(final URI url) {
        try {
            return new InetSocketAddress(InetAddress.getByName(url.getHost()), url.getPort() < 0 ? 80 : url.getPort());
        } catch (final UnknownHostException e) {
            throw new IllegalArgumentException("--url: " + url.getHost() + " is no known host", e);
        }
    }

    private static Path path(final String text) {
        return text.isEmpty() ? null : Path.of(text);
    }

    /** {@return whether messages are sent by the clock rather than by what comes back} */
    public boolean isOpenLoop() {
        return ratePerSecond > 0;
    }

    /** {@return the host as it stands in a URI} */
    String host() {
        return server.getHostString();
    }
}
