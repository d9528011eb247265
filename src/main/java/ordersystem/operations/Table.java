package ordersystem.operations;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import ordersystem.order.Excerpt;

/** Rows under headings, each column as wide as its widest cell. The last column takes the room that is left. */
final class Table {

    private static final String GAP = "  ";

    /** Narrower than this the last column says nothing; the terminal may wrap it then. */
    private static final int LEAST_WIDTH = 10;

    private final List<List<String>> rows = new ArrayList<>();

    private Table() {}

    static Table headed(String... headings) {
        return new Table().row(headings);
    }

    /** Names and values, one pair a row. */
    static Table plain() {
        return new Table();
    }

    /** What is not plainly visible is escaped here, before widths are counted. */
    Table row(String... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> Excerpt.escaped(cell.replaceAll("\\s+", " "), Integer.MAX_VALUE))
                .toList());
        return this;
    }

    /** Without blanks at the ends; what goes beyond the width is cut. */
    List<String> lines(int width) {
        if (rows.isEmpty()) {
            return List.of();
        }
        int last = rows.get(0).size() - 1;
        int[] widths = IntStream.range(0, last)
                .map(column -> rows.stream()
                        .mapToInt(row -> length(row.get(column)))
                        .max()
                        .orElse(0))
                .toArray();
        int room = Math.max(LEAST_WIDTH, width - Arrays.stream(widths).sum() - GAP.length() * last);
        return rows.stream().map(row -> line(row, widths, room)).toList();
    }

    private static String line(List<String> row, int[] widths, int room) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            line.append(cell).append(" ".repeat(widths[column] - length(cell))).append(GAP);
        }
        return line.append(cut(row.get(widths.length), room)).toString().stripTrailing();
    }

    private static String cut(String text, int room) {
        return length(text) <= room ? text : text.substring(0, text.offsetByCodePoints(0, room - 1)) + "…";
    }

    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }
}
