package ordersystem.benchmark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import ordersystem.benchmark.HttpSystem.Trial;
import ordersystem.report.Plot;

/**
 * Durable intake over HTTP: each system at its own highest rate at which 99 % of the answers come within a second. For
 * OrderSystem the work goes on behind the answer; how long is said, and that nothing is missing at the end.
 */
final class HttpCapacity implements Measurement {

    private static final double SLOWEST_MILLIS = 1_000;

    /** The synchronous service gives an order up after four failed calls: 6 in a million, which is no lack of speed. */
    private static final double MOST_REFUSED = 1e-4;

    @Override
    public String id() {
        return "http-capacity";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        List<String> swept = new ArrayList<>();
        try (HttpLoad load = new HttpLoad(new Orders());
                HttpSystem synchronous = HttpSystem.bestSynchronous(lab, load, swept);
                HttpSystem orderSystem = HttpSystem.orderSystem(lab, load)) {
            // The first long load finds the rate; the others alternate at that rate.
            List<Trial> theirs = new ArrayList<>(List.of(held(lab, synchronous, search(lab, synchronous), 0.93)));
            List<Trial> ours = new ArrayList<>(List.of(held(lab, orderSystem, search(lab, orderSystem), 0.93)));
            for (int round = 0; round < lab.choose(3, 0); round++) {
                ours.add(held(lab, orderSystem, ours.get(0).answers().rate, 0.95));
                theirs.add(held(lab, synchronous, theirs.get(0).answers().rate, 0.95));
            }
            return row(lab, orderSystem, ours, synchronous, theirs, swept);
        }
    }

    /** Starts from a share of what the system does when it is offered far too much; the short mode leaves it at that. */
    private static int search(Lab lab, HttpSystem system) throws Exception {
        int saturated = (int) system.saturated();
        return lab.isFull()
                ? new RateSearch(rate -> holds(system.offer(rate, 8, false)), 0.05).highest(saturated * 2 / 5)
                : saturated * 3 / 4;
    }

    /** A long load at this rate; a lower one as often as it does not hold. */
    private static Trial held(Lab lab, HttpSystem system, int rate, double lower) throws Exception {
        while (true) {
            Trial trial = system.offer(rate, seconds(lab), false);
            if (holds(trial)) {
                return trial;
            }
            rate = (int) (rate * lower);
        }
    }

    /** Of a load that is to be held. */
    private static int seconds(Lab lab) {
        return lab.choose(60, 3);
    }

    private static boolean holds(Trial trial) {
        Answers answers = trial.answers();
        return answers.answerMillis(99) <= SLOWEST_MILLIS && answers.refused() <= MOST_REFUSED;
    }

    private Results.Row row(
            Lab lab,
            HttpSystem orderSystem,
            List<Trial> ours,
            HttpSystem synchronous,
            List<Trial> theirs,
            List<String> swept) {
        double[] our = perSecond(ours);
        double[] their = perSecond(theirs);
        double[] ratios = new double[our.length];
        for (int i = 0; i < our.length; i++) {
            ratios[i] = our[i] / their[i];
        }
        List<Plot.Series> latencies = new ArrayList<>();
        for (HttpSystem system : List.of(orderSystem, synchronous)) {
            latencies.add(latency(system, 50));
            latencies.add(latency(system, 99));
        }
        return new Results.Row(
                id(),
                "Durable intake over HTTP, p99 of the answer at most 1 s for " + seconds(lab) + " s",
                "orders answered 2xx a second",
                List.of(Results.Comparison.of(
                        "OrderSystem, how many times the synchronous REST service", "×", ratios, 3.0, true)),
                List.of(measured(orderSystem, our, ours), measured(synchronous, their, theirs)),
                orderSystem.proof() + "; " + synchronous.proof(),
                List.of(
                        HttpSystem.sweep(swept),
                        "A rate holds if at most 1 order in 10,000 is not answered 2xx: the synchronous service gives an"
                                + " order up after four failed calls.",
                        generator(orderSystem, synchronous)),
                List.of(new Plot(
                        "Latency of the answer over offered load, every probe",
                        new Plot.Axis("orders offered a second", false),
                        new Plot.Axis("ms", true),
                        latencies)));
    }

    private static Results.Measured measured(HttpSystem system, double[] perSecond, List<Trial> trials) {
        return Results.Measured.of(
                system.name(),
                system.settings(),
                perSecond,
                Map.of(
                        "p50 ms", median(trials, t -> t.answers().answerMillis(50)),
                        "p99 ms", median(trials, t -> t.answers().answerMillis(99)),
                        "s to drain afterwards", median(trials, Trial::secondsToDrain)));
    }

    private static double median(List<Trial> trials, ToDoubleFunction<Trial> figure) {
        return Results.median(trials.stream().mapToDouble(figure).toArray());
    }

    private static double[] perSecond(List<Trial> trials) {
        return trials.stream().mapToDouble(t -> t.answers().acceptedPerSecond()).toArray();
    }

    private static Plot.Series latency(HttpSystem system, double percentile) {
        return new Plot.Series(
                system.name() + ", p" + (int) percentile,
                system.trials().stream()
                        .map(Trial::answers)
                        .map(a -> new double[] {a.rate, a.answerMillis(percentile)})
                        .sorted(Comparator.comparingDouble(point -> point[0]))
                        .toList());
    }

    /** How well the load was made, over all trials of some systems. */
    static String generator(HttpSystem... systems) {
        List<Answers> all = Arrays.stream(systems)
                .flatMap(system -> system.trials().stream())
                .map(Trial::answers)
                .toList();
        return "The generator shares the machine: it took up to %.2f processors, and sent 99 %% of the orders that had a free connection at most %.0f ms late (the worst trial)."
                .formatted(
                        all.stream().mapToDouble(a -> a.processors).max().orElse(Double.NaN),
                        all.stream()
                                .mapToDouble(a -> a.lag.getValueAtPercentile(99) / 1e3)
                                .max()
                                .orElse(Double.NaN));
    }
}
