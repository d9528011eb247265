package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import ordersystem.benchmark.Results.Comparison;
import ordersystem.benchmark.Results.Measured;
import org.jspecify.annotations.Nullable;

/** Orders put on disk by callers in the same process; nobody works them off. */
final class IntakeInProcess implements Measurement {

    /** @param id as {@link Intake} calls it */
    private record Way(String id, Contestant contestant) {}

    @Override
    public String id() {
        return "intake-in-process";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        WorkerProcess worker = lab.worker("hand-written", Map.of()); // for its broker: the peer itself is never started
        Way door = new Way("door", new Contestant("ordersystem's door, 256 callers", worker));
        Way one = new Way("one", new Contestant("one producer that syncs each order", worker));
        Way sixteen = new Way("sixteen", new Contestant("16 such producers", worker));
        Way batches = new Way("batches", new Contestant("batches of 64 by hand, one session", worker));
        List<Way> all = List.of(door, one, sixteen, batches);
        long counted = 0;
        for (Way way : all) {
            lab.say("%s: warming up", way.contestant().name());
            counted += intake(way, lab.choose(5, 1)).path("accepted").asLong();
        }
        for (int round = 1; round <= lab.choose(5, 1); round++) {
            for (Way way : all) {
                JsonNode found = intake(way, lab.choose(5, 1));
                way.contestant().add(found);
                counted += found.path("accepted").asLong();
                lab.say(
                        "round %d  %-36s %,7.0f orders/s",
                        round, way.contestant().name(), rate(found));
            }
        }
        return new Results.Row(
                id(),
                "Durable intake in process, each order read and checked",
                "orders/s",
                List.of(ratio(door, one, 2.5), ratio(door, sixteen, null), ratio(door, batches, null)),
                all.stream().map(IntakeInProcess::measured).toList(),
                "%,d orders accepted, unmeasured rounds included; after each round exactly as many messages were in the queue"
                        .formatted(counted),
                List.of(
                        "All ways share one worker and its broker. The door asks the ledger on PostgreSQL for known ids, once a"
                                + " group; the ledger is empty."),
                List.of());
    }

    private static JsonNode intake(Way way, int seconds) throws IOException {
        JsonNode found = way.contestant().tell("intake", way.id(), seconds);
        way.contestant().check(found, "inQueue", found.path("accepted").asLong());
        return found;
    }

    private static double rate(JsonNode found) {
        return found.path("accepted").asDouble() / found.path("seconds").asDouble();
    }

    private static Comparison ratio(Way door, Way other, @Nullable Double goal) {
        return Comparison.of(
                "the door against " + other.contestant().name(),
                "×",
                door.contestant().ratios(other.contestant(), IntakeInProcess::rate),
                goal,
                true);
    }

    private static Measured measured(Way way) {
        Map<String, Double> more = way.id().equals("door")
                ? Map.of(
                        "orders a commit",
                        way.contestant()
                                .median(found -> found.path("accepted").asDouble()
                                        / found.path("commits").asDouble()))
                : Map.of();
        return way.contestant().measured(IntakeInProcess::rate, more);
    }
}
