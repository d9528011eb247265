package ordersystem.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import ordersystem.Settings;
import ordersystem.StartException;
import ordersystem.benchmark.Results.Comparison;

/** What it costs that the ledger keeps each order's message while it is on its way. */
final class KeepMessage implements Measurement {

    private static final String KEY = "orders.ledger.keep-message";
    private static final String ENVIRONMENT = "ORDERS_LEDGER_KEEP_MESSAGE";

    @Override
    public String id() {
        return "keep-message";
    }

    @Override
    public Results.Row measure(Lab lab) throws Exception {
        try {
            Settings.load(Path.of(""), null, Map.of(ENVIRONMENT, "true"));
        } catch (StartException e) {
            throw new IllegalStateException("this OrderSystem has no " + KEY + ": " + e.getMessage(), e);
        }
        Contestant keeping = new Contestant(
                "keep-message=true",
                lab.worker("ordersystem", Map.of(KEY, "true", "orders.fulfilment.expected-time", "1ms")));
        Contestant without = new Contestant(
                "keep-message=false",
                lab.worker("ordersystem", Map.of(KEY, "false", "orders.fulfilment.expected-time", "1ms")));
        int orders = lab.choose(20_000, 2_000);
        Contestant.drainByTurns(lab, List.of(keeping, without), lab.choose(40_000, 2_000), orders, lab.choose(5, 1));
        return new Results.Row(
                id(),
                "Every order's message kept in the ledger while it is on its way",
                "orders/s",
                List.of(Comparison.of(
                        "throughput that it costs",
                        "%",
                        DoubleStream.of(keeping.ratios(without, Contestant::rate))
                                .map(ratio -> 100 * (1 - ratio))
                                .toArray(),
                        15.0,
                        false)),
                List.of(keeping.measured(Contestant::rate, Map.of()), without.measured(Contestant::rate, Map.of())),
                Contestant.proof(List.of(keeping, without)),
                List.of("%,d orders a round, no warehouse, PostgreSQL.".formatted(orders)),
                List.of());
    }
}
