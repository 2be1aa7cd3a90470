package io.godwit.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleFunction;

/** Bars from zero, one below the other, each with its value and, as a thin line, its spread. For one thread. */
final class BarChart {

    private static final int WIDTH = 780;
    private static final int LEFT = 170;
    private static final int BARS = 420;
    private static final int TOP = 44;
    private static final int ROW = 26;
    private static final int BAR = 16;
    private static final String INK = "#24292f";
    private static final String WHISKER = "#57606a";

    private record Bar(String name, Spread value, String label, String colour) {}

    private final String title;
    private final List<Bar> bars = new ArrayList<>();

    /**
     * Begins a chart.
     *
     * @param title stands above
     */
    BarChart(final String title) {
        this.title = title;
    }

    /**
     * Adds a bar.
     *
     * @param name stands left of it
     * @param value its length, and the spread
     * @param label writes the value
     * @param colour of it
     */
    void add(final String name, final Spread value, final DoubleFunction<String> label, final String colour) {
        bars.add(new Bar(name, value, label.apply(value.median()), colour));
    }

    /** {@return the drawing, as the content of a file} */
    String draw() {
        final double max =
                bars.stream().mapToDouble(bar -> bar.value.max()).max().orElse(1);
        final double scale = max > 0 ? BARS / max : 0;
        final Svg svg = new Svg(WIDTH, TOP + ROW * bars.size() + 14, title);
        svg.text(12, 26, "start", INK, title);
        double y = TOP;
        for (final Bar bar : bars) {
            final double middle = y + BAR / 2.0;
            svg.text(LEFT - 8, middle + 4.5, "end", INK, bar.name);
            svg.rectangle(LEFT, y, Math.max(1, bar.value.median() * scale), BAR, bar.colour);
            svg.line(
                    LEFT + Math.max(0, bar.value.min()) * scale,
                    middle,
                    LEFT + Math.max(0, bar.value.max()) * scale,
                    middle,
                    WHISKER,
                    1.5);
            svg.text(LEFT + Math.max(0, bar.value.max()) * scale + 8, middle + 4.5, "start", INK, bar.label);
            y += ROW;
        }
        svg.line(LEFT, TOP - 6, LEFT, y, WHISKER, 1);
        return svg.end();
    }
}
