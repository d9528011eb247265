package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import ordersystem.benchmark.Results.Comparison;
import ordersystem.benchmark.Results.Measured;

/** A backlog worked off through both hops, without a warehouse: how fast a system is where nothing but itself costs time. */
final class WholePath implements Measurement {

    private static final int[] CONSUMERS = {4, 8, 16};
    private static final int DEFAULT_CONSUMERS = 8;

    @Override
    public String id() {
        return "whole-path";
    }

    /** @param batched whether it shares a transaction among many messages; the others get fewer orders to work off */
    private record Entrant(String name, boolean batched, Contestant contestant) {}

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        List<String> notes = new ArrayList<>();
        Entrant ours = ordersystem(lab, "ordersystem", Map.of("orders.fulfilment.expected-time", "1ms"));
        Entrant byHandBatched = peer(lab, "hand-written-batched", notes);
        Entrant springBatched = peer(lab, "spring-integration-batched", notes);
        Entrant spring = peer(lab, "spring-integration", notes);
        Entrant camel = peer(lab, "plain-camel", notes);
        Entrant byHand = peer(lab, "hand-written", notes);
        List<Entrant> all = new ArrayList<>(List.of(ours, byHandBatched, springBatched, spring, camel, byHand));
        if (lab.isFull()) {
            all.add(ordersystem(
                    lab, "ordersystem on H2", Map.of("jdbcUrl", "embedded", "orders.fulfilment.expected-time", "1ms")));
        }
        for (Entrant each : all) {
            lab.say("%s: warming up", each.name());
            if (lab.isFull()) {
                int taken = each.contestant()
                        .warmUpUntilSteady(orders(lab, each.batched()), each.batched() ? 400_000 : 100_000);
                notes.add("%s: %,d orders until it got no faster.".formatted(each.name(), taken));
            } else {
                each.contestant().warmUp(each.batched() ? 2_000 : 200);
            }
        }
        for (int round = 1; round <= lab.choose(5, 1); round++) {
            for (Entrant each : all) {
                JsonNode found = each.contestant().drain(orders(lab, each.batched()));
                lab.say("round %d  %-28s %,6.0f orders/s", round, each.name(), Contestant.rate(found));
            }
        }
        List<Contestant> contestants = all.stream().map(Entrant::contestant).toList();
        Contestant our = ours.contestant();
        notes.add("%,d orders a round for those with batches, %,d for those with a transaction per message."
                .formatted(orders(lab, true), orders(lab, false)));
        notes.add(
                "Processor time is that of the system's process, broker and client included, and of the whole machine, which"
                        + " adds PostgreSQL; two cores give 2 s in a second.");
        return new Results.Row(
                id(),
                "Whole path: receive, route, fulfil, with ledger, exactly once",
                "orders/s",
                List.of(
                        ratio(our, byHandBatched.contestant(), 0.85),
                        ratio(our, springBatched.contestant(), 1.1),
                        ratio(our, spring.contestant(), 6.0),
                        ratio(our, camel.contestant(), 6.0),
                        Comparison.of(
                                "against hand-written, a transaction per message",
                                "×",
                                our.ratios(byHand.contestant(), Contestant::rate),
                                null,
                                true)),
                contestants.stream().map(WholePath::measured).toList(),
                Contestant.proof(contestants),
                notes,
                List.of());
    }

    private static Comparison ratio(Contestant ours, Contestant other, double goal) {
        return Comparison.of("against " + other.name(), "×", ours.ratios(other, Contestant::rate), goal, true);
    }

    private static Measured measured(Contestant each) {
        Map<String, Double> more = new LinkedHashMap<>();
        more.put("process s / 1,000", each.median(Contestant::processSecondsPer1000));
        more.put("machine s / 1,000", each.median(Contestant::machineSecondsPer1000));
        return each.measured(Contestant::rate, more);
    }

    private static int orders(Lab lab, boolean batched) {
        return batched ? lab.choose(20_000, 2_000) : lab.choose(5_000, 400);
    }

    private static Entrant ordersystem(Lab lab, String name, Map<String, String> options)
            throws IOException, SQLException {
        return new Entrant(name, true, new Contestant(name, lab.worker("ordersystem", options)));
    }

    /** With as many consumers as are best for it, in the full mode. */
    private static Entrant peer(Lab lab, String name, List<String> notes) throws IOException, SQLException {
        boolean batched = name.endsWith("batched");
        int best = DEFAULT_CONSUMERS;
        if (lab.isFull()) {
            double highest = 0;
            List<String> swept = new ArrayList<>();
            for (int consumers : CONSUMERS) {
                double rate = trial(lab, name, batched, consumers);
                lab.say("%s with %d consumers: %,.0f orders/s", name, consumers, rate);
                swept.add("%d: %,.0f".formatted(consumers, rate));
                if (rate > highest) {
                    highest = rate;
                    best = consumers;
                }
            }
            notes.add(name + ", orders/s by consumers a queue, one round each before: " + String.join(", ", swept)
                    + "; taken: " + best + ".");
        }
        return new Entrant(
                name, batched, new Contestant(name, lab.worker(name, Map.of("consumers", String.valueOf(best)))));
    }

    private static double trial(Lab lab, String name, boolean batched, int consumers) throws IOException, SQLException {
        WorkerProcess worker = lab.worker(name, Map.of("consumers", String.valueOf(consumers)));
        try {
            Contestant trial = new Contestant(name, worker);
            trial.warmUp(orders(lab, batched));
            return Contestant.rate(trial.drain(orders(lab, batched)));
        } finally {
            worker.close();
        }
    }
}
