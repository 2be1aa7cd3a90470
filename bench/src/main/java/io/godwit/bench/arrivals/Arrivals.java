package io.godwit.bench.arrivals;

import io.godwit.bench.report.Machine;
import io.godwit.bench.report.RunSettings;
import io.godwit.bench.report.TextTable;
import io.godwit.reactor.endpoint.Timeouts;
import io.godwit.reactor.metrics.Metric;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** Shows what very many connections cost that have arrived at once: with jitter, and without. */
public final class Arrivals {

    private static final int WARM_UP_CONNECTIONS = 2_000;
    private static final Duration WARM_UP_PING = Duration.ofMillis(200);
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double NS_PER_US = TimeUnit.MICROSECONDS.toNanos(1);

    private final TextTable table = new TextTable("", "with jitter", "all alike");
    private final List<ArrivalsRun> runs = new ArrayList<>();

    private Arrivals() {}

    /**
     * Runs it.
     *
     * @param args none: it is set by system properties, which it prints
     * @throws IOException if there is no selector
     */
    public static void main(final String[] args) throws IOException {
        final RunSettings settings = new RunSettings("arrivals.");
        final int connections = settings.integer("connections", 100_000, 1, 10_000_000);
        final int silent = settings.integer("silentPercent", 5, 0, 100);
        final Timeouts timeouts = Timeouts.DEFAULT
                .withKeepAlive(
                        Duration.ofSeconds(settings.integer("pingSeconds", 10, 1, 3_600)),
                        Duration.ofSeconds(settings.integer("pongSeconds", 5, 1, 3_600)))
                .withIdle(Duration.ofSeconds(settings.integer("idleSeconds", 300, 1, 86_400)))
                .withClose(Duration.ofSeconds(settings.integer("closeSeconds", 5, 1, 3_600)));
        final Duration time = Duration.ofSeconds(settings.integer("seconds", 30, 1, 86_400));
        settings.requireAllKnown();
        System.out.println(Machine.describe());
        System.out.println(settings);
        System.out.println();
        warmUp(timeouts);
        final Arrivals arrivals = new Arrivals();
        for (final boolean jitter : new boolean[] {true, false}) {
            arrivals.runs.add(ArrivalsRun.of(new Terms(connections, silent, timeouts, time, jitter)));
        }
        arrivals.tabulate();
        System.out.print(arrivals.table);
    }

    /** What is compiled meanwhile is not to be a cycle's work. */
    private static void warmUp(final Timeouts timeouts) throws IOException {
        ArrivalsRun.of(new Terms(
                WARM_UP_CONNECTIONS,
                50,
                timeouts.withKeepAlive(WARM_UP_PING, WARM_UP_PING).withClose(WARM_UP_PING),
                WARM_UP,
                true));
    }

    private void tabulate() {
        row("heap of a connection, bytes", run -> number(run.heapBytesPerConnection()));
        row("opening all of them, ms", run -> number(run.openNs() / NS_PER_MS));
        section("until the first Pings are due");
        rowsOf(ArrivalsRun::quiet);
        section("from then on");
        rowsOf(ArrivalsRun::busy);
        row("  deadlines in a cycle, at most", run -> number(run.busy().deadlinesMax()));
        row("  their bound", run -> number(run.deadlinesMax()));
        row("  pings sent", run -> number(run.count(Metric.PINGS_SENT)));
        row("  closed since no Pong came", run -> number(run.count(Metric.PONG_TIMEOUTS)));
        row("  closed for silence", run -> number(run.count(Metric.IDLE_TIMEOUTS)));
        row("  cut off since no Close came", run -> number(run.count(Metric.CLOSE_TIMEOUTS)));
    }

    private void rowsOf(final Function<ArrivalsRun, Window> part) {
        row(
                "  CPU of the loop, % of one",
                run -> String.format(Locale.ROOT, "%.2f", part.apply(run).cpuPercent()));
        row("  allocation, bytes a second", run -> number(part.apply(run).allocatedBytesPerSecond()));
        row("  cycles a second", run -> number(part.apply(run).cyclesPerSecond()));
        row("  work of a cycle, us: half of them", run -> micros(part.apply(run), 50));
        row("    99 in 100", run -> micros(part.apply(run), 99));
        row("    999 in 1,000", run -> micros(part.apply(run), 99.9));
        row("    the longest", run -> micros(part.apply(run), 100));
        row("    the longest, in CPU time", run -> number(part.apply(run).cycleCpuNsMax() / NS_PER_US));
        row("  garbage collection, ms in all", run -> number(part.apply(run).collectionMs()));
    }

    private void section(final String title) {
        table.add(title, "", "");
    }

    private void row(final String title, final Function<ArrivalsRun, String> figure) {
        table.add(title, figure.apply(runs.get(0)), figure.apply(runs.get(1)));
    }

    private static String micros(final Window window, final double percentile) {
        return number(window.cycleNs(percentile) / NS_PER_US);
    }

    private static String number(final double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }
}
