package ordersystem.benchmark;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import ordersystem.report.Plot;
import org.jspecify.annotations.Nullable;

/**
 * What one run of the benchmark found; {@code target/benchmark/results.json} is this record as JSON.
 *
 * @param mode short or full
 * @param environment what it ran on: cores, memory, versions
 */
public record Results(
        String mode, Instant startedAt, Instant finishedAt, Map<String, String> environment, List<Row> rows) {

    /**
     * One row of the table of goals.
     *
     * @param id short name, for the command line
     * @param unit of the systems' figures
     * @param proof how many orders were counted at the end, and where
     */
    public record Row(
            String id,
            String title,
            String unit,
            List<Comparison> comparisons,
            List<Measured> systems,
            String proof,
            List<String> notes,
            List<Plot> plots) {

        /** A row whose measurement did not come to an end. */
        static Row failed(String id, String reason) {
            return new Row(
                    id,
                    id + ": not measured",
                    "",
                    List.of(),
                    List.of(),
                    "none",
                    List.of("Failed: " + reason),
                    List.of());
        }
    }

    /**
     * A figure that has a goal.
     *
     * @param text what is compared with what
     * @param value the median over the rounds; of a ratio: the median of the ratios of each round
     * @param low the smallest of a round
     * @param high the largest of a round
     * @param goal null where the figure is only reported
     * @param atLeast whether more is better
     * @param met null without a goal
     */
    public record Comparison(
            String text,
            String unit,
            double value,
            double low,
            double high,
            @Nullable Double goal,
            boolean atLeast,
            @Nullable Boolean met) {

        /** A figure with a goal, from one value a round. */
        static Comparison of(String text, String unit, double[] rounds, @Nullable Double goal, boolean atLeast) {
            double value = median(rounds);
            Boolean met = goal == null ? null : atLeast ? value >= goal : value <= goal;
            return new Comparison(
                    text,
                    unit,
                    value,
                    Arrays.stream(rounds).min().orElse(Double.NaN),
                    Arrays.stream(rounds).max().orElse(Double.NaN),
                    goal,
                    atLeast,
                    met);
        }
    }

    /**
     * One system's figures in a row.
     *
     * @param settings every setting that matters to its speed
     * @param rounds one figure a round, in the unit of the row
     * @param more other figures, by name with their unit; medians
     */
    public record Measured(String name, String settings, double[] rounds, double median, Map<String, Double> more) {

        static Measured of(String name, String settings, double[] rounds, Map<String, Double> more) {
            return new Measured(name, settings, rounds, Results.median(rounds), more);
        }
    }

    static double median(double[] values) {
        double[] sorted = Arrays.stream(values).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
