package ordersystem.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import ordersystem.benchmark.HttpSystem.Trial;
import ordersystem.report.Plot;
import org.HdrHistogram.Histogram;

/**
 * A peak: many orders a second offered for a minute, then none. An order that is refused is offered again until it is
 * accepted, and its clock runs from the first time. How long an order takes from there until it is fulfilled, and until
 * it is answered.
 */
final class HttpPeak implements Measurement {

    private static final double[] PERCENTILES = {0, 1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9, 100};

    private final int rate;

    /** @param rate orders offered a second */
    HttpPeak(int rate) {
        this.rate = rate;
    }

    @Override
    public String id() {
        return "http-peak";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        List<String> swept = new ArrayList<>();
        List<Trial> theirs = new ArrayList<>();
        List<Trial> ours = new ArrayList<>();
        try (HttpLoad load = new HttpLoad(new Orders());
                HttpSystem synchronous = HttpSystem.bestSynchronous(lab, load, swept);
                HttpSystem orderSystem = HttpSystem.orderSystem(lab, load)) {
            for (int round = 0; round < lab.choose(3, 1); round++) {
                ours.add(orderSystem.offer(rate, seconds(lab), true));
                theirs.add(synchronous.offer(rate, seconds(lab), true));
            }
            return row(lab, orderSystem, ours, synchronous, theirs, swept);
        }
    }

    private Results.Row row(
            Lab lab,
            HttpSystem orderSystem,
            List<Trial> ours,
            HttpSystem synchronous,
            List<Trial> theirs,
            List<String> swept) {
        double[] reduction = new double[ours.size()];
        double[] answers = new double[ours.size()];
        for (int i = 0; i < reduction.length; i++) {
            reduction[i] = 100 * (1 - meanSeconds(ours.get(i)) / meanSeconds(theirs.get(i)));
            answers[i] = answerSeconds(ours.get(i), 99) / answerSeconds(theirs.get(i), 99);
        }
        return new Results.Row(
                id(),
                "A peak of %,d orders a second for %d s".formatted(rate, seconds(lab)),
                "s from POST to fulfilled, mean",
                List.of(
                        Results.Comparison.of(
                                "mean time from POST to fulfilled, lower than the synchronous REST service's by (aim)",
                                "%",
                                reduction,
                                60.0,
                                true),
                        Results.Comparison.of("the same (the customer's demand)", "%", reduction, 30.0, true),
                        Results.Comparison.of(
                                "p99 of the answer, share of the synchronous REST service's",
                                "×",
                                answers,
                                0.2,
                                false)),
                List.of(measured(orderSystem, ours), measured(synchronous, theirs)),
                orderSystem.proof() + "; " + synchronous.proof(),
                List.of(
                        HttpSystem.sweep(swept),
                        "Times run from the moment an order was to be sent for the first time. At most "
                                + HttpLoad.CONNECTIONS
                                + " requests are open; the next ones wait at the client. OrderSystem's order is fulfilled"
                                + " when a reader of orders.fulfilled has it, the synchronous service's when its 2xx comes.",
                        HttpCapacity.generator(orderSystem, synchronous)),
                List.of(
                        backlog(orderSystem, ours, synchronous, theirs),
                        percentiles(orderSystem, ours, synchronous, theirs)));
    }

    /** Of the peak. */
    private static int seconds(Lab lab) {
        return lab.choose(60, 3);
    }

    private static Results.Measured measured(HttpSystem system, List<Trial> trials) {
        return Results.Measured.of(
                system.name(),
                system.settings(),
                trials.stream().mapToDouble(HttpPeak::meanSeconds).toArray(),
                Map.of(
                        "p99 s from POST to fulfilled",
                                median(trials, t -> fulfilment(t).getValueAtPercentile(99) / 1e6),
                        "mean s to the answer",
                                median(trials, t -> t.answers().latency.getMean() / 1e6),
                        "p99 s to the answer", median(trials, t -> answerSeconds(t, 99)),
                        "refused and offered again",
                                median(trials, t -> t.answers().offeredAgain()),
                        "never accepted",
                                median(
                                        trials,
                                        t -> t.answers().offered()
                                                - t.answers().accepted.count()),
                        "s from the end of the load to the last order", median(trials, Trial::secondsToDrain)));
    }

    private static double median(List<Trial> trials, ToDoubleFunction<Trial> figure) {
        return Results.median(trials.stream().mapToDouble(figure).toArray());
    }

    private static Histogram fulfilment(Trial trial) {
        return trial.fulfilled().since(trial.answers().intended);
    }

    private static double meanSeconds(Trial trial) {
        return fulfilment(trial).getMean() / 1e6;
    }

    private static double answerSeconds(Trial trial, double percentile) {
        return trial.answers().latency.getValueAtPercentile(percentile) / 1e6;
    }

    /** Of the last round. */
    private static Plot backlog(HttpSystem orderSystem, List<Trial> ours, HttpSystem synchronous, List<Trial> theirs) {
        Trial our = ours.get(ours.size() - 1);
        Trial their = theirs.get(theirs.size() - 1);
        return new Plot(
                "Orders that wait, last round",
                new Plot.Axis("s since the start of the peak", false),
                new Plot.Axis("orders", false),
                List.of(
                        waiting(orderSystem.name() + ", not accepted", our.answers().intended, our.answers().accepted),
                        waiting(
                                orderSystem.name() + ", accepted, not fulfilled",
                                our.answers().accepted,
                                our.fulfilled()),
                        waiting(
                                synchronous.name() + ", not accepted",
                                their.answers().intended,
                                their.answers().accepted)));
    }

    private static Plot.Series waiting(String name, Times from, Times to) {
        return new Plot.Series(name, to.waiting(from));
    }

    /** Of the last round. */
    private static Plot percentiles(
            HttpSystem orderSystem, List<Trial> ours, HttpSystem synchronous, List<Trial> theirs) {
        return new Plot(
                "From POST to fulfilled, last round",
                new Plot.Axis("% of the orders are faster", false),
                new Plot.Axis("s", true),
                List.of(
                        percentiles(orderSystem.name(), fulfilment(ours.get(ours.size() - 1))),
                        percentiles(synchronous.name(), fulfilment(theirs.get(theirs.size() - 1)))));
    }

    private static Plot.Series percentiles(String name, Histogram lapse) {
        List<double[]> points = new ArrayList<>();
        for (double percentile : PERCENTILES) {
            points.add(new double[] {percentile, lapse.getValueAtPercentile(percentile) / 1e6});
        }
        return new Plot.Series(name, points);
    }
}
