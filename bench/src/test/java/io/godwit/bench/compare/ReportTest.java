package io.godwit.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.bench.peers.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class ReportTest {

    @TempDir
    private Path folder;

    @Test
    void shouldShowMediansSpreadRatiosAndAims() throws IOException {
        final Results results = new Results();
        add(results, Workload.ECHO_20_X16, Peer.FLOOR, 0, 0.2);
        add(results, Workload.ECHO_20_X16, Peer.GODWIT, 0, 0.21);
        add(results, Workload.ECHO_20_X16, Peer.NETTY_EPOLL, 0, 0.42);
        add(results, Workload.ECHO_20_X16, Peer.FLOOR, 1, 0.4);
        add(results, Workload.ECHO_20_X16, Peer.GODWIT, 1, 0.44);
        add(results, Workload.ECHO_20_X16, Peer.NETTY_EPOLL, 1, 0.88);
        final String report = report(results);
        assertThat(report)
                .contains("| machine | a fast one |")
                .contains("| 200 connections × 20 B, 16 in flight: CPU s per million | 0.325 (0.210–0.440)"
                        + " | 1.07 (1.05–1.10) | ≤ 1.06 | 0.50 (0.50–0.50) | ≤ 0.48 |")
                .contains("| floor | 0.300 (0.200–0.400) | 1,000,000 |")
                .contains("![200 connections × 20 B, 16 in flight](echo-20-x16.svg)")
                .doesNotContain("NaN")
                .doesNotContain("Jetty");
    }

    @Test
    void shouldSayNothingOfAimsWhereGodwitIsNotCompared() throws IOException {
        final Results results = new Results();
        add(results, Workload.ECHO_20_X16, Peer.JETTY, 0, 0.2);
        assertThat(report(results, "--servers", "floor,jetty"))
                .contains("| Jetty | 0.200 |")
                .doesNotContain("aim");
    }

    @Test
    void shouldDrawWhatIsWellFormed() throws Exception {
        final Results results = new Results();
        for (final Peer peer : Peer.values()) {
            add(results, Workload.LATENCY, peer, 0, 1 + peer.ordinal());
            add(results, Workload.ECHO_64K_X1, peer, 0, 1 + peer.ordinal());
        }
        report(results);
        assertThat(elements("echo-64k-x1.svg", "rect")).isEqualTo(1 + Peer.values().length);
        assertThat(elements("latency.svg", "rect")).isEqualTo(1 + Peer.values().length);
        assertThat(elements("percentiles.svg", "circle")).isEqualTo(6 * Peer.values().length);
    }

    @Test
    void shouldEscapeWhatItWrites() throws Exception {
        final BarChart chart = new BarChart("a < b & \"c\"");
        chart.add("<none>", Spread.of(0), value -> "0 & nothing", "#000000");
        Files.writeString(folder.resolve("odd.svg"), chart.draw());
        assertThat(parse("odd.svg").getElementsByTagName("title").item(0).getTextContent())
                .isEqualTo("a < b & \"c\"");
    }

    @Test
    void shouldDrawAllLatenciesWithinTheChart() throws Exception {
        final PercentileChart chart = new PercentileChart("latency", List.of("50 %", "max"));
        chart.add("fast", new double[] {0.4, 3}, "#000000");
        chart.add("slow", new double[] {20, 42_000_000}, "#000000");
        Files.writeString(folder.resolve("curves.svg"), chart.draw());
        final var dots = parse("curves.svg").getElementsByTagName("circle");
        for (int i = 0; i < dots.getLength(); i++) {
            final double y = Double.parseDouble(
                    dots.item(i).getAttributes().getNamedItem("cy").getTextContent());
            assertThat(y).isBetween(48.0, 380.0);
        }
    }

    private static void add(
            final Results results, final Workload workload, final Peer peer, final int round, final double value) {
        final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        for (final Figure figure : Figure.values()) {
            figures.put(figure, value);
        }
        figures.put(Figure.MESSAGES_PER_SECOND, 1e6);
        results.add(workload, peer, round, figures);
    }

    private String report(final Results results, final String... options) throws IOException {
        final Report report = new Report(ComparisonOptions.parse(options), results, Map.of("machine", "a fast one"));
        return Files.readString(report.write(folder));
    }

    private int elements(final String file, final String name) throws Exception {
        return parse(file).getElementsByTagName(name).getLength();
    }

    private Document parse(final String file) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(folder.resolve(file).toFile());
    }
}
