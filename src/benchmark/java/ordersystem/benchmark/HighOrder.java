package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ordersystem.benchmark.Results.Comparison;
import ordersystem.benchmark.Results.Measured;
import ordersystem.report.Plot;
import ordersystem.report.Plot.Axis;
import ordersystem.report.Plot.Series;

/** How long a high order takes from its sender to its receiver while a backlog of normal ones is worked off. */
final class HighOrder implements Measurement {

    @Override
    public String id() {
        return "high-order";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        int backlog = lab.choose(200_000, 10_000);
        int samples = lab.choose(2_000, 200);
        Contestant ours =
                new Contestant("ordersystem", lab.worker("ordersystem", Map.of("orders.admission.mode", "off")));
        Contestant fifo = new Contestant("one-fifo", lab.worker("one-fifo", Map.of()));
        List<Contestant> both = List.of(ours, fifo);
        for (Contestant each : both) {
            lab.say("%s: warming up", each.name());
            int warmUp = lab.choose(40_000, 1_000);
            each.unmeasured("overtake", found -> warmUp + sent(found), warmUp, samples);
        }
        for (int round = 1; round <= lab.choose(3, 1); round++) {
            for (Contestant each : both) {
                JsonNode found = each.round("overtake", answer -> backlog + sent(answer), backlog, samples);
                each.check(found, "samples", sent(found));
                lab.say(
                        "round %d  %-12s p50 %,.0f ms, p99 %,.0f ms of %,d high orders; backlog worked off in %.0f s",
                        round,
                        each.name(),
                        found.path("p50").asDouble(),
                        p99(found),
                        sent(found),
                        found.path("seconds").asDouble());
            }
        }
        return new Results.Row(
                id(),
                "A high order end to end, while %,d normal ones wait".formatted(backlog),
                "ms, p99",
                List.of(
                        Comparison.of("p99 of a high order", "ms", ours.figures(HighOrder::p99), 250.0, false),
                        Comparison.of(
                                "p99 of one queue without lanes, against it",
                                "×",
                                fifo.ratios(ours, HighOrder::p99),
                                50.0,
                                true)),
                both.stream().map(HighOrder::measured).toList(),
                Contestant.proof(both) + " Here the orders handed over were received by a client, and counted by it.",
                List.of(
                        "A high order is due each 10 ms, up to %,d of them, none after the last normal one was handed over. Its"
                                        .formatted(samples)
                                + " time runs from the moment it was due, whatever kept its sender, until a client that takes all"
                                + " that is handed over, in transactions of 100, has it.",
                        "The client runs in the process that is measured, and takes its share of the processor."),
                List.of(new Plot(
                        "Time of a high order",
                        new Axis("one order in … is slower", true),
                        new Axis("ms", true),
                        both.stream().map(HighOrder::series).toList())));
    }

    private static long sent(JsonNode found) {
        return found.path("sent").asLong();
    }

    private static double p99(JsonNode found) {
        return found.path("p99").asDouble();
    }

    private static Measured measured(Contestant each) {
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("p50 ms", each.median(found -> found.path("p50").asDouble()));
        more.put("max ms", each.median(found -> found.path("max").asDouble()));
        more.put("high orders a round", each.median(HighOrder::sent));
        more.put("waiting when the last was sent", each.median(found -> found.path("waitingAtTheEnd")
                .asDouble()));
        more.put("orders/s meanwhile", each.median(Contestant::rate));
        return each.measured(HighOrder::p99, more);
    }

    /** Percentiles of the round with the median p99. */
    private static Series series(Contestant each) {
        List<JsonNode> rounds = each.rounds().stream()
                .sorted(Comparator.comparingDouble(HighOrder::p99))
                .toList();
        return new Series(
                each.name(),
                rounds.get(rounds.size() / 2).path("percentiles").properties().stream()
                        .map(entry -> new double[] {
                            Double.parseDouble(entry.getKey()), entry.getValue().asDouble()
                        })
                        .toList());
    }
}
