package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ordersystem.benchmark.Results.Comparison;
import ordersystem.report.Plot;
import ordersystem.report.Plot.Axis;
import ordersystem.report.Plot.Series;

/** OrderSystem as it is shipped, H2 and all, with a small heap: a backlog is taken in, held, and worked off. */
final class BacklogIn256Mb implements Measurement {

    private static final List<String> JVM = List.of("-Xms256m", "-Xmx256m");

    @Override
    public String id() {
        return "backlog-256m";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        int orders = lab.choose(200_000, 5_000);
        Contestant ours = new Contestant(
                "ordersystem",
                lab.worker("ordersystem", JVM, Map.of("jdbcUrl", "embedded", "orders.admission.mode", "off")));
        JsonNode found = ours.round("backlog", answer -> orders, orders);
        double seconds = found.path("seconds").asDouble();
        lab.say(
                "taken in within %.0f s, worked off within %.0f s; heap %.0f MB held, %.0f MB at most",
                found.path("intakeSeconds").asDouble(),
                seconds,
                found.path("heapHeldMb").asDouble(),
                found.path("heapPeakMb").asDouble());
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("taken in, orders/s", orders / found.path("intakeSeconds").asDouble());
        more.put(
                "heap MB while held, after a collection",
                found.path("heapHeldMb").asDouble());
        more.put("heap MB at most, garbage included", found.path("heapPeakMb").asDouble());
        return new Results.Row(
                id(),
                "%,d orders taken in, held and worked off with %s".formatted(orders, String.join(" ", JVM)),
                "orders/s",
                List.of(Comparison.of(
                        "of the orders are processed",
                        "%",
                        ours.figures(answer -> 100.0 * answer.path("counted").asLong() / orders),
                        100.0,
                        true)),
                List.of(ours.measured(Contestant::rate, more)),
                Contestant.proof(List.of(ours)),
                List.of(
                        "Sent by JMS in transactions of 500 while the consumers are stopped; the process that is measured"
                                + " sends them itself, in the same heap. No warm-up: one run, from a cold start."),
                List.of(
                        new Plot(
                                "Orders not yet handed over",
                                new Axis("seconds", false),
                                new Axis("orders", false),
                                List.of(series("waiting", found, 1))),
                        new Plot(
                                "Heap in use",
                                new Axis("seconds", false),
                                new Axis("MB, garbage included", false),
                                List.of(series("heap", found, 2)))));
    }

    private static Series series(String name, JsonNode found, int column) {
        List<double[]> points = new ArrayList<>();
        for (JsonNode sample : found.path("samples")) {
            points.add(
                    new double[] {sample.path(0).asDouble(), sample.path(column).asDouble()});
        }
        return new Series(name, points);
    }
}
