package io.godwit.bench.compare;

import io.godwit.bench.peers.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a person reads: conditions, aims, a table for each work, and plots. For one thread. */
final class Report {

    private static final List<Figure> LATENCIES =
            List.of(Figure.P50_US, Figure.P90_US, Figure.P99_US, Figure.P999_US, Figure.P9999_US, Figure.MAX_US);
    private static final List<String> LATENCY_NAMES = List.of("50 %", "90 %", "99 %", "99.9 %", "99.99 %", "max");

    /** In the order of the servers: those of Godwit stand out. */
    private static final List<String> COLOURS =
            List.of("#8c959f", "#cf222e", "#e16f24", "#0969da", "#54aeff", "#1a7f37", "#8250df", "#bf3989", "#7d4e00");

    private final ComparisonOptions options;
    private final Results results;
    private final Map<String, String> conditions;
    private final StringBuilder text = new StringBuilder();

    /**
     * Makes a report.
     *
     * @param options what was compared
     * @param results what was measured
     * @param conditions under which, by what a person calls them
     */
    Report(final ComparisonOptions options, final Results results, final Map<String, String> conditions) {
        this.options = options;
        this.results = results;
        this.conditions = conditions;
    }

    /**
     * Writes it.
     *
     * @param folder takes {@code comparison.md} and the plots
     * @return the report
     * @throws IOException if it cannot be written
     */
    Path write(final Path folder) throws IOException {
        line("# Comparison");
        line("");
        row(List.of("condition", ""));
        row(List.of("---", "---"));
        conditions.forEach((name, value) -> row(List.of(name, value)));
        line("");
        line("Medians of all rounds, and in brackets the least and the most. Ratios are taken within a round.");
        if (options.peers().contains(Peer.GODWIT) || options.peers().contains(Peer.GODWIT_WORKERS)) {
            writeAims();
        }
        for (final Workload workload : options.workloads()) {
            if (results.has(workload)) {
                writeWorkload(workload, folder);
            }
        }
        return Files.writeString(folder.resolve("comparison.md"), text);
    }

    private void writeAims() {
        line("");
        line("## Godwit beside floor and Netty");
        line("");
        row(List.of("work", "Godwit", "over the floor", "aim", "over Netty, epoll", "aim"));
        row(List.of("---", "---:", "---:", "---:", "---:", "---:"));
        for (final Workload workload : options.workloads()) {
            for (final Aim aim : workload.aims()) {
                writeAim(workload, aim, workload.figure(), workload.title());
            }
            if (workload == Workload.LATENCY) {
                writeAim(workload, workload.aims().get(0), Figure.P50_US, workload.title());
            }
        }
    }

    private void writeAim(final Workload workload, final Aim aim, final Figure figure, final String title) {
        final Spread own = results.of(workload, aim.subject(), figure);
        if (own.isKnown()) {
            final String way = aim.subject() == Peer.GODWIT ? "" : ", through a worker";
            row(List.of(
                    title + way + ": " + unit(figure),
                    value(figure, own),
                    ratio(results.ratio(workload, aim.subject(), Peer.FLOOR, figure)),
                    workload == Workload.IDLE
                            ? String.format(Locale.ROOT, "≤ %,d B", Workload.IDLE_HEAP_BYTES_AIM)
                            : atMost(aim.overFloor()),
                    ratio(results.ratio(workload, aim.subject(), Peer.NETTY_EPOLL, figure)),
                    atMost(aim.overNetty())));
        }
    }

    private void writeWorkload(final Workload workload, final Path folder) throws IOException {
        line("");
        line("## " + capital(workload.title()));
        line("");
        final List<Figure> figures = columns(workload);
        row(Stream.concat(Stream.of("server"), figures.stream().map(Report::unit))
                .toList());
        row(Stream.concat(Stream.of("---"), figures.stream().map(figure -> "---:"))
                .toList());
        final BarChart chart = new BarChart(workload.title() + ": " + unit(workload.figure()));
        for (final Peer peer : measured(workload)) {
            final List<String> cells = new ArrayList<>(List.of(peer.title()));
            figures.forEach(figure -> cells.add(value(figure, results.of(workload, peer, figure))));
            row(cells);
            chart.add(
                    peer.title(),
                    results.of(workload, peer, workload.figure()),
                    value -> label(workload, peer, value),
                    colour(peer));
        }
        line("");
        plot(folder, workload.key() + ".svg", workload.title(), chart.draw());
        if (workload == Workload.LATENCY) {
            plot(folder, "percentiles.svg", "latencies by percentile", percentiles());
        }
    }

    private String percentiles() {
        final PercentileChart chart = new PercentileChart(Workload.LATENCY.title(), LATENCY_NAMES);
        for (final Peer peer : measured(Workload.LATENCY)) {
            chart.add(
                    peer.title(),
                    LATENCIES.stream()
                            .mapToDouble(figure ->
                                    results.of(Workload.LATENCY, peer, figure).median())
                            .toArray(),
                    colour(peer));
        }
        return chart.draw();
    }

    private void plot(final Path folder, final String name, final String alternative, final String drawing)
            throws IOException {
        Files.writeString(folder.resolve(name), drawing);
        line("![" + alternative + "](" + name + ")");
    }

    private List<Peer> measured(final Workload workload) {
        return options.peers().stream()
                .filter(peer -> results.of(workload, peer, workload.figure()).isKnown())
                .sorted()
                .toList();
    }

    private String label(final Workload workload, final Peer peer, final double value) {
        final Spread ratio = results.ratio(workload, peer, Peer.FLOOR, workload.figure());
        final String number = number(workload.figure(), value);
        return ratio.isKnown() && peer != Peer.FLOOR
                ? String.format(Locale.ROOT, "%s  (%.2f × floor)", number, ratio.median())
                : number;
    }

    private static List<Figure> columns(final Workload workload) {
        if (workload == Workload.IDLE) {
            return List.of(Figure.HEAP_BYTES);
        }
        final List<Figure> figures = new ArrayList<>(List.of(Figure.CPU_PER_MILLION, Figure.MESSAGES_PER_SECOND));
        figures.addAll(List.of(Figure.SERVER_SHARE, Figure.LOAD_SHARE, Figure.SERVER_WAITED, Figure.LOAD_WAITED));
        figures.add(Figure.MESSAGES_PER_READ);
        if (workload == Workload.LATENCY) {
            figures.addAll(LATENCIES);
            figures.add(Figure.UNSENT);
        } else {
            figures.addAll(List.of(Figure.P50_US, Figure.P99_US));
        }
        return figures;
    }

    private static String unit(final Figure figure) {
        return switch (figure) {
            case CPU_PER_MILLION -> "CPU s per million";
            case MESSAGES_PER_SECOND -> "messages/s";
            case SERVER_SHARE -> "server's CPU %";
            case LOAD_SHARE -> "load's CPU %";
            case SERVER_WAITED -> "server waited %";
            case LOAD_WAITED -> "load waited %";
            case STOLEN_SHARE -> "stolen %";
            case MESSAGES_PER_READ -> "read at a time";
            case P50_US -> "p50 µs";
            case P90_US -> "p90 µs";
            case P99_US -> "p99 µs";
            case P999_US -> "p99.9 µs";
            case P9999_US -> "p99.99 µs";
            case MAX_US -> "max µs";
            case UNSENT -> "not taken";
            case HEAP_BYTES -> "heap B per connection";
        };
    }

    private static String value(final Figure figure, final Spread spread) {
        if (!spread.isKnown()) {
            return "–";
        }
        final boolean decides =
                figure == Figure.CPU_PER_MILLION || figure == Figure.HEAP_BYTES || figure == Figure.P99_US;
        return number(figure, spread.median())
                + (spread.count() > 1 && decides
                        ? " (" + number(figure, spread.min()) + "–" + number(figure, spread.max()) + ")"
                        : "");
    }

    private static String number(final Figure figure, final double value) {
        return switch (figure) {
            case CPU_PER_MILLION -> significant(value);
            case SERVER_SHARE, LOAD_SHARE, SERVER_WAITED, LOAD_WAITED, STOLEN_SHARE ->
                String.format(Locale.ROOT, "%.0f", 100 * value);
            case MESSAGES_PER_READ -> String.format(Locale.ROOT, "%.1f", value);
            default -> String.format(Locale.ROOT, "%,.0f", value);
        };
    }

    /** Three digits that say something, whatever the size. */
    private static String significant(final double value) {
        final int digits = value <= 0 ? 0 : Math.max(0, Math.min(4, 2 - (int) Math.floor(Math.log10(value))));
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String ratio(final Spread spread) {
        if (!spread.isKnown()) {
            return "–";
        }
        final String median = String.format(Locale.ROOT, "%.2f", spread.median());
        return spread.count() > 1
                ? String.format(Locale.ROOT, "%s (%.2f–%.2f)", median, spread.min(), spread.max())
                : median;
    }

    private static String atMost(final double aim) {
        return Double.isNaN(aim) ? "" : String.format(Locale.ROOT, "≤ %.2f", aim);
    }

    private static String colour(final Peer peer) {
        return COLOURS.get(peer.ordinal() % COLOURS.size());
    }

    private static String capital(final String title) {
        return title.substring(0, 1).toUpperCase(Locale.ROOT) + title.substring(1);
    }

    private void row(final List<String> cells) {
        line(cells.stream().collect(Collectors.joining(" | ", "| ", " |")));
    }

    private void line(final String content) {
        text.append(content).append('\n');
    }
}
