package io.godwit.bench.compare;

import java.util.Locale;

/** Writes a drawing, element by element. For one thread. */
final class Svg {

    private final StringBuilder text = new StringBuilder();

    /**
     * Begins a drawing on white, which is readable on a dark page too.
     *
     * @param width in pixels
     * @param height in pixels
     * @param title tells those who cannot see it what it shows
     */
    Svg(final int width, final int height, final String title) {
        text.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" "
                        + "role=\"img\" font-family=\"sans-serif\" font-size=\"13\">%n<title>%s</title>%n",
                width,
                height,
                width,
                height,
                escape(title)));
        rectangle(0, 0, width, height, "#ffffff");
    }

    /**
     * Draws a filled rectangle.
     *
     * @param x of its left side
     * @param y of its upper side
     * @param width of it
     * @param height of it
     * @param colour of it
     */
    void rectangle(final double x, final double y, final double width, final double height, final String colour) {
        add("<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>", x, y, width, height, colour);
    }

    /**
     * Draws a line.
     *
     * @param x1 of one end
     * @param y1 of it
     * @param x2 of the other
     * @param y2 of it
     * @param colour of it
     * @param width of it
     */
    void line(
            final double x1,
            final double y1,
            final double x2,
            final double y2,
            final String colour,
            final double width) {
        add(
                "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" stroke=\"%s\" stroke-width=\"%.1f\"/>",
                x1, y1, x2, y2, colour, width);
    }

    /**
     * Draws a dot.
     *
     * @param x of its middle
     * @param y of it
     * @param radius of it
     * @param colour of it
     */
    void dot(final double x, final double y, final double radius, final String colour) {
        add("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>", x, y, radius, colour);
    }

    /**
     * Writes a text.
     *
     * @param x of its anchor
     * @param y of its base line
     * @param anchor {@code start}, {@code middle} or {@code end}
     * @param colour of it
     * @param content of it
     */
    void text(final double x, final double y, final String anchor, final String colour, final String content) {
        add(
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"%s\">%s</text>",
                x, y, anchor, colour, escape(content));
    }

    /** {@return the drawing, as the content of a file} */
    String end() {
        return text + "</svg>\n";
    }

    private void add(final String format, final Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escape(final String content) {
        return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
