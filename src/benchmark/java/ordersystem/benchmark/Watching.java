package ordersystem.benchmark;

import java.util.List;
import java.util.Map;
import ordersystem.benchmark.Results.Comparison;

/** What it costs to look at everything, each second, while orders are worked off as fast as they can be. */
final class Watching implements Measurement {

    @Override
    public String id() {
        return "watching";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        Contestant watched = contestant(lab, true);
        Contestant alone = contestant(lab, false);
        List<Contestant> both = List.of(watched, alone);
        int orders = lab.choose(60_000, 4_000);
        Contestant.drainByTurns(lab, both, lab.choose(60_000, 2_000), orders, lab.choose(7, 1));
        return new Results.Row(
                id(),
                "Everything that is shown, looked at each second",
                "orders/s",
                List.of(Comparison.of(
                        "throughput, watched against not", "×", watched.ratios(alone, Contestant::rate), 0.97, true)),
                both.stream()
                        .map(each -> each.measured(Contestant::rate, Map.of()))
                        .toList(),
                Contestant.proof(both),
                List.of(
                        "%,d orders a round, no warehouse, PostgreSQL.".formatted(orders),
                        "Looked at: stats and history on both ports, groups of dead letters, metrics, health, and all"
                                + " attributes of all MXBeans. Who looks is in the same process."),
                List.of());
    }

    private static Contestant contestant(Lab lab, boolean watched) throws Exception {
        return new Contestant(
                watched ? "watched" : "not watched",
                lab.worker(
                        "ordersystem",
                        Map.of("watched", Boolean.toString(watched), "orders.fulfilment.expected-time", "1ms")));
    }
}
