package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import ordersystem.benchmark.Results.Comparison;
import org.jspecify.annotations.Nullable;

/** A steady rate offered while each order's fulfilment takes 20 ms: who holds it, and what it costs. */
final class SlowWarehouse implements Measurement {

    private static final int RATE = 2_500;
    private static final String MILLIS = "20";

    /** 2,500 x 20 ms keep 50 consumers busy all the time, if nothing else costs time. */
    private static final String CONSUMERS = "64";

    /** With more, PostgreSQL has more connections than it can use: a consumer is in the warehouse most of its time. */
    private static final String CONNECTIONS = "-Dpeer.pool=64";

    @Override
    public String id() {
        return "warehouse";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        Contestant ours = new Contestant("ordersystem", lab.worker("ordersystem", Map.of("warehouse", MILLIS)));
        // The short mode has those that a goal is set against.
        List<Contestant> batched = lab.isFull()
                ? List.of(peer(lab, "hand-written-batched"), peer(lab, "spring-integration-batched"))
                : List.of();
        List<Contestant> perMessage = List.of(peer(lab, "spring-integration"), peer(lab, "plain-camel"));
        List<Contestant> all = Stream.of(List.of(ours), batched, perMessage)
                .flatMap(List::stream)
                .toList();
        int seconds = lab.choose(10, 2);
        int warmUp = lab.choose(16, 1);
        for (Contestant each : all) {
            lab.say("%s: warming up", each.name());
            each.unmeasured("offer", found -> (long) RATE * warmUp, RATE, warmUp);
        }
        for (int round = 1; round <= lab.choose(5, 1); round++) {
            for (Contestant each : all) {
                JsonNode found = each.round("offer", answer -> (long) RATE * seconds, RATE, seconds);
                lab.say(
                        "round %d  %-28s %,6.0f orders/s, the last one %.1f s after the end, %.2f s of processor / 1,000",
                        round,
                        each.name(),
                        rate(found),
                        found.path("secondsToDrain").asDouble(),
                        Contestant.processSecondsPer1000(found));
            }
        }
        List<Comparison> comparisons = new ArrayList<>();
        comparisons.add(Comparison.of(
                "of the rate offered is handed over", "×", ours.figures(found -> rate(found) / RATE), 0.95, true));
        comparisons.add(Comparison.of(
                "the last order is handed over after the end",
                "s",
                ours.figures(found -> found.path("secondsToDrain").asDouble()),
                2.0,
                false));
        perMessage.forEach(other -> comparisons.add(processorTime(ours, other, 0.5)));
        batched.forEach(other -> comparisons.add(processorTime(ours, other, null)));
        return new Results.Row(
                id(),
                "%,d orders/s offered for %d s, with a warehouse of %s ms".formatted(RATE, seconds, MILLIS),
                "orders/s",
                comparisons,
                all.stream().map(SlowWarehouse::measured).toList(),
                Contestant.proof(all),
                List.of(
                        "The figure is what was handed over in the second half of the time, a second: the time that an order"
                                + " spends in a batch is no loss of rate. Above the rate offered: a backlog of the first half.",
                        "Processor time of the process is that of the whole run until the last order was handed over; sending"
                                + " is in it, for everybody alike."),
                List.of());
    }

    private static Comparison processorTime(Contestant ours, Contestant other, @Nullable Double goal) {
        return Comparison.of(
                "processor time for an order, against " + other.name(),
                "×",
                ours.ratios(other, Contestant::processSecondsPer1000),
                goal,
                false);
    }

    private static Contestant peer(Lab lab, String name) throws Exception {
        List<String> jvm =
                Stream.concat(lab.jvm().stream(), Stream.of(CONNECTIONS)).toList();
        return new Contestant(name, lab.worker(name, jvm, Map.of("warehouse", MILLIS, "consumers", CONSUMERS)));
    }

    private static double rate(JsonNode found) {
        return RATE
                * found.path("inSecondHalf").asDouble()
                / found.path("offeredInSecondHalf").asDouble();
    }

    private static Results.Measured measured(Contestant each) {
        Map<String, Double> more = new LinkedHashMap<>();
        more.put(
                "handed over by the end, %",
                each.median(found -> 100
                        * found.path("inTime").asDouble()
                        / found.path("offered").asDouble()));
        more.put("s to drain", each.median(found -> found.path("secondsToDrain").asDouble()));
        more.put("s to offer", each.median(found -> found.path("secondsToOffer").asDouble()));
        more.put("process s / 1,000", each.median(Contestant::processSecondsPer1000));
        more.put("machine s / 1,000", each.median(Contestant::machineSecondsPer1000));
        return each.measured(SlowWarehouse::rate, more);
    }
}
