package ordersystem.report;

import java.util.List;

/**
 * Lines over x.
 *
 * @param marks stretches of x in which something happened that the lines show
 */
public record Plot(String title, Axis x, Axis y, List<Series> series, List<Mark> marks) {

    public Plot(String title, Axis x, Axis y, List<Series> series) {
        this(title, x, y, series, List.of());
    }

    /** @param log whether the scale is logarithmic */
    public record Axis(String label, boolean log) {}

    /** @param points pairs of x and y, sorted by x */
    public record Series(String name, List<double[]> points) {}

    public record Mark(String label, double from, double to) {}
}
