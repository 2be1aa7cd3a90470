package io.godwit.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Latencies by percentile, a line for each server, on a logarithmic scale. For one thread. */
final class PercentileChart {

    private static final int WIDTH = 760;
    private static final int HEIGHT = 420;
    private static final int LEFT = 80;
    private static final int RIGHT = 560;
    private static final int TOP = 48;
    private static final int BOTTOM = 380;
    private static final String INK = "#24292f";
    private static final String GRID = "#d0d7de";
    private static final double US_PER_MS = 1e3;
    private static final double US_PER_S = 1e6;

    private record Curve(String name, double[] valuesUs, String colour) {}

    private final String title;
    private final List<String> percentiles;
    private final List<Curve> curves = new ArrayList<>();

    /**
     * Begins a chart.
     *
     * @param title stands above
     * @param percentiles the names of the points, from left to right
     */
    PercentileChart(final String title, final List<String> percentiles) {
        this.title = title;
        this.percentiles = List.copyOf(percentiles);
    }

    /**
     * Adds a line.
     *
     * @param name stands in the legend
     * @param valuesUs one for each percentile, positive, in microseconds
     * @param colour of it
     */
    void add(final String name, final double[] valuesUs, final String colour) {
        curves.add(new Curve(name, valuesUs.clone(), colour));
    }

    /** {@return the drawing, as the content of a file} */
    String draw() {
        final double least = extreme(false);
        final double most = extreme(true);
        final int first = (int) Math.floor(Math.log10(least));
        final int last = Math.max(first + 1, (int) Math.ceil(Math.log10(most)));
        final Svg svg = new Svg(WIDTH, HEIGHT, title);
        svg.text(12, 26, "start", INK, title);
        for (int power = first; power <= last; power++) {
            final double y = y(Math.pow(10, power), first, last);
            svg.line(LEFT, y, RIGHT, y, GRID, 1);
            svg.text(LEFT - 8, y + 4.5, "end", INK, time(Math.pow(10, power)));
        }
        for (int i = 0; i < percentiles.size(); i++) {
            svg.text(x(i), BOTTOM + 20, "middle", INK, percentiles.get(i));
        }
        for (int c = 0; c < curves.size(); c++) {
            draw(svg, curves.get(c), first, last);
            final double y = TOP + 8 + 22.0 * c;
            svg.rectangle(RIGHT + 24, y - 5, 18, 4, curves.get(c).colour);
            svg.text(RIGHT + 50, y + 1.5, "start", INK, curves.get(c).name);
        }
        return svg.end();
    }

    private void draw(final Svg svg, final Curve curve, final int first, final int last) {
        for (int i = 0; i < curve.valuesUs.length; i++) {
            final double y = y(curve.valuesUs[i], first, last);
            svg.dot(x(i), y, 3, curve.colour);
            if (i > 0) {
                svg.line(x(i - 1), y(curve.valuesUs[i - 1], first, last), x(i), y, curve.colour, 2);
            }
        }
    }

    private double extreme(final boolean most) {
        double extreme = most ? 10 : Double.MAX_VALUE;
        for (final Curve curve : curves) {
            for (final double value : curve.valuesUs) {
                extreme = most ? Math.max(extreme, value) : Math.min(extreme, value);
            }
        }
        return Math.max(1, Math.min(extreme, Double.MAX_VALUE / 2));
    }

    private double x(final int index) {
        return LEFT + 20 + (RIGHT - LEFT - 40) * (double) index / Math.max(1, percentiles.size() - 1);
    }

    private static double y(final double valueUs, final int first, final int last) {
        return BOTTOM - (BOTTOM - TOP) * (Math.log10(Math.max(1, valueUs)) - first) / (last - first);
    }

    private static String time(final double us) {
        if (us >= US_PER_S) {
            return String.format(Locale.ROOT, "%,.0f s", us / US_PER_S);
        }
        return us >= US_PER_MS
                ? String.format(Locale.ROOT, "%,.0f ms", us / US_PER_MS)
                : String.format(Locale.ROOT, "%.0f µs", us);
    }
}
