package io.godwit.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Rows of text, printed in columns: the first to the left, the others, which are figures, to the right. For one thread. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /**
     * Starts with a header.
     *
     * @param header one title for each column
     */
    public TextTable(final String... header) {
        rows.add(header.clone());
    }

    /**
     * Adds a row.
     *
     * @param cells one for each column
     * @throws IllegalArgumentException if there are more, or fewer
     */
    public void add(final String... cells) {
        if (cells.length != rows.get(0).length) {
            throw new IllegalArgumentException(cells.length + " cells for " + rows.get(0).length + " columns");
        }
        rows.add(cells.clone());
    }

    /** {@return the lines, each with its end} */
    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder();
        for (final String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                final String blanks = " ".repeat(width(i) - row[i].length());
                text.append(i == 0 ? row[i] + blanks : GAP + blanks + row[i]);
            }
            text.append('\n');
        }
        return text.toString();
    }

    private int width(final int column) {
        return rows.stream().mapToInt(row -> row[column].length()).max().orElse(0);
    }
}
