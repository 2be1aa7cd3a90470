package io.godwit.bench.flood;

import io.godwit.bench.report.Machine;
import io.godwit.bench.report.RunSettings;
import io.godwit.bench.report.TextTable;
import io.godwit.reactor.endpoint.SlowConsumerPolicy;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Shows what the echoes of others cost while one peer is flooded that does not read, and what becomes of that peer. */
public final class Flood {

    private static final double NS_PER_US = TimeUnit.MICROSECONDS.toNanos(1);
    private static final double P50 = 50;
    private static final double P99 = 99;
    private static final double P999 = 99.9;

    private final TextTable echoes = new TextTable("echo latency, us", "p50", "p99", "p99.9", "max", "echoes");
    private final TextTable peers = new TextTable(
            "the flooded peer", "messages", "taken", "evicted", "received", "waiting bytes", "memory", "Close frames");
    private final TextTable cycles =
            new TextTable("a cycle, at most", "work", "sends", "deliveries", "p99.9, us", "max, us");

    private Flood() {}

    /**
     * Runs it.
     *
     * @param args none: it is set by system properties, which it prints
     * @throws IOException if there are no sockets
     * @throws InterruptedException if it is interrupted
     */
    public static void main(final String[] args) throws IOException, InterruptedException {
        final RunSettings settings = new RunSettings("flood.");
        final FloodRun.Terms terms = new FloodRun.Terms(
                settings.integer("clients", 50, 1, 10_000),
                settings.integer("echoesPerSecond", 5_000, 1, 1_000_000),
                settings.integer("payloadBytes", 1_000, Integer.BYTES, 65_535),
                settings.integer("messagesPerSecond", 0, 0, 100_000_000),
                settings.integer("rounds", 3, 1, 1_000),
                settings.integer("partMs", 400, 10, 600_000));
        settings.requireAllKnown();
        System.out.println(Machine.describe());
        System.out.println(settings);
        System.out.printf(
                Locale.ROOT,
                "soft mark %,d bytes, hard limit %,d bytes%n%n",
                FloodedServer.LIMITS.bytesSoft(),
                FloodedServer.LIMITS.bytesMax());
        // What is compiled meanwhile is not to be anybody's latency.
        FloodRun.of(SlowConsumerPolicy.DROP_OLDEST, Way.TOPIC, terms);
        final Flood flood = new Flood();
        for (final SlowConsumerPolicy policy : SlowConsumerPolicy.values()) {
            for (final Way way : Way.values()) {
                flood.tabulate(FloodRun.of(policy, way, terms));
            }
        }
        System.out.println(flood.echoes);
        System.out.println(flood.peers);
        System.out.print(flood.cycles);
    }

    private void tabulate(final FloodRun run) {
        for (final FloodRun.Situation situation : FloodRun.Situation.values()) {
            final Latencies latencies = run.latencies(situation);
            echoes.add(
                    run.title() + ", " + situation,
                    micros(latencies.percentileNs(P50)),
                    micros(latencies.percentileNs(P99)),
                    micros(latencies.percentileNs(P999)),
                    micros(latencies.longestNs()),
                    number(latencies.count()));
        }
        final Publisher publisher = run.publisher();
        peers.add(
                run.title(),
                number(publisher.published()),
                number(publisher.taken()),
                number(run.evicted()),
                number(publisher.received()),
                number(publisher.waitingBytesMax()),
                number(publisher.memoryBytesMax()),
                publisher.closeCodes());
        final SteppedLoop stepped = run.cycles();
        cycles.add(
                run.title(),
                number(stepped.workMax()),
                number(stepped.sendsMax()),
                number(stepped.deliveriesMax()),
                micros(stepped.topNs()),
                micros(stepped.longestNs()));
    }

    private static String micros(final double ns) {
        return number(ns / NS_PER_US);
    }

    private static String number(final double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
