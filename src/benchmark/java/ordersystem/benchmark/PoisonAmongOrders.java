package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import ordersystem.benchmark.Results.Comparison;

/** One message in a hundred is poison: what it costs the others, and that it costs them nothing but time. */
final class PoisonAmongOrders implements Measurement {

    private static final int ONE_IN = 100;

    @Override
    public String id() {
        return "poison";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        int messages = lab.choose(10_000, 1_000);
        // One worker for both: the same warehouse, the same warm JVM.
        WorkerProcess worker = lab.worker("ordersystem", Map.of("refuses", "true"));
        Contestant clean = new Contestant("ordersystem, no poison", worker);
        Contestant poisoned = new Contestant("ordersystem, 1 % poison", worker);
        lab.say("warming up");
        run(clean, lab.choose(40_000, 1_000), 0, false);
        run(poisoned, messages, ONE_IN, false);
        int poison = 0;
        for (int round = 1; round <= lab.choose(5, 1); round++) {
            JsonNode without = run(clean, messages, 0, true);
            JsonNode with = run(poisoned, messages, ONE_IN, true);
            poison += with.path("poison").asInt();
            lab.say(
                    "round %d  %,6.0f orders/s without poison, %,6.0f with",
                    round, Contestant.rate(without), Contestant.rate(with));
        }
        return new Results.Row(
                id(),
                "%,d messages, one in %d of them poison".formatted(messages, ONE_IN),
                "orders/s",
                List.of(Comparison.of(
                        "throughput with poison, against the same run without",
                        "×",
                        poisoned.ratios(clean, Contestant::rate),
                        null,
                        true)),
                List.of(clean.measured(Contestant::rate, Map.of()), poisoned.measured(Contestant::rate, Map.of())),
                Contestant.proof(List.of(clean, poisoned))
                        + " The order ids of what was handed over were read: each good order's once. %,d poison messages in the"
                                .formatted(poison)
                        + " measured rounds: as many failed (refused by the warehouse each time) or kept as invalid, each kind"
                        + " in its exact number, and nothing else was.",
                List.of(
                        "Poison, in turns: JSON that is cut off, a total that is not the sum, no lines, bytes that are not UTF-8,"
                                + " and an order that the warehouse refuses with UnprocessableOrderException. The time is that until"
                                + " the last good order was handed over."),
                List.of());
    }

    private static JsonNode run(Contestant system, int messages, int oneIn, boolean measured) throws IOException {
        JsonNode found = measured
                ? system.round("poison", PoisonAmongOrders::good, messages, oneIn)
                : system.unmeasured("poison", PoisonAmongOrders::good, messages, oneIn);
        long refused = found.path("refused").asLong();
        system.check(found, "distinct", good(found));
        system.check(found, "failed", refused);
        system.check(found, "failedRows", refused);
        system.check(found, "invalid", found.path("poison").asLong() - refused);
        return found;
    }

    private static long good(JsonNode found) {
        return found.path("put").asLong() - found.path("poison").asLong();
    }
}
