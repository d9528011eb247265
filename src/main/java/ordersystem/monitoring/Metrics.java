package ordersystem.monitoring;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import ordersystem.brake.BrakeState;
import ordersystem.broker.BrokerLoad;
import ordersystem.broker.BrokerLoad.QueueLoad;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.AdmissionStats;
import ordersystem.processing.OrderStats.LaneStats;

/**
 * The figures as Prometheus has them, at {@code /observe/metrics}: one reading of all of them a scrape, so that they agree
 * with each other as those of {@code /api/stats} do. A collector of its own, because meters would read them one by one.
 * A new figure is a line in {@link #orders} or {@link #broker}, and one in docs/monitoring.md. Thread-safe.
 */
public final class Metrics implements MultiCollector {

    /** Label of what has no lane: messages that are no orders. */
    private static final String NO_LANE = "none";

    private final Supplier<OrderStats> stats;
    private final Supplier<Optional<Map<String, Long>>> deadLetters;
    private final Supplier<Optional<BrokerLoad>> broker;
    private final Map<String, Double> highest = new HashMap<>();
    /** Whoever scrapes more often does not make more work. */
    private final Recent<MetricSnapshots> reading;

    /**
     * @param deadLetters by lane, the empty name for messages that are no orders; empty where that is not known yet
     * @param broker empty where it does not tell: what is not known is absent, never 0
     */
    public Metrics(
            Supplier<OrderStats> stats,
            Supplier<Optional<Map<String, Long>>> deadLetters,
            Supplier<Optional<BrokerLoad>> broker,
            Clock clock) {
        this.stats = stats;
        this.deadLetters = deadLetters;
        this.broker = broker;
        this.reading = new Recent<>(() -> new MetricSnapshots(read()), clock);
    }

    /** A registry that has these figures, and takes meters beside them. */
    public PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.getPrometheusRegistry().register(this);
        return registry;
    }

    @Override
    public MetricSnapshots collect() {
        return reading.get();
    }

    private List<MetricSnapshot> read() {
        List<MetricSnapshot> read = new ArrayList<>();
        boolean ledgerIsUp = true;
        try {
            orders(stats.get(), read);
        } catch (LedgerUnavailableException e) {
            ledgerIsUp = false;
        }
        read.add(gauge(
                "orders_ledger_up",
                "1 where the ledger answers; else the figures of orders are absent",
                ledgerIsUp ? 1 : 0));
        broker.get().ifPresent(load -> broker(load, read));
        return read;
    }

    private void orders(OrderStats now, List<MetricSnapshot> read) {
        Map<String, LaneStats> lanes = now.lanes();
        read.add(counter("orders_received", "Orders in the ledger", "lane", byLane(lanes, LaneStats::received)));
        read.add(counter("orders_processed", "Orders handed over", "lane", byLane(lanes, LaneStats::processed)));
        read.add(counter("orders_retried", "Turns put off until later", "lane", byLane(lanes, LaneStats::retried)));
        read.add(counter("orders_duplicates", "Orders that came once more, and stale copies", now.duplicates()));
        read.add(counter("orders_invalid", "Messages that were no orders", now.invalid()));
        read.add(gauge("orders_pending", "Orders on their way or waiting", "lane", byLane(lanes, LaneStats::pending)));
        read.add(gauge(
                "orders_currently_failed",
                "Orders failed now, discarded and cancelled ones included",
                "lane",
                byLane(lanes, LaneStats::failed)));
        read.add(gauge(
                "orders_currently_deferred", "Orders that wait for room", "lane", byLane(lanes, LaneStats::deferred)));
        if (now.arriving() != null) {
            read.add(gauge("orders_arriving", "Messages taken in and not yet read", now.arriving()));
        }
        if (now.oldestPendingSeconds() != null) {
            read.add(gauge(
                    "orders_oldest_pending_seconds",
                    "Since the order came that has been pending for longest",
                    now.oldestPendingSeconds()));
        }
        read.add(gauge("orders_discrepancy", "Counters against rows, as of the last check", now.discrepancy()));
        read.add(gauge(
                "orders_orphans",
                "Orders on their way with no message; of 20 at most",
                now.orphans().size()));
        read.add(gauge(
                "orders_high_lane_overdue",
                "High orders that have used up all waiting times",
                now.highLaneOverdue().orders()));
        read.add(gauge(
                "orders_high_lane_overdue_oldest_seconds",
                "Since the first failure of the longest overdue",
                now.highLaneOverdue().oldestSeconds()));
        admission(now.admission(), read);
        Map<String, Long> states = new TreeMap<>();
        for (BrakeState state : BrakeState.values()) {
            states.put(state.name(), state.name().equals(now.brake().state()) ? 1L : 0L);
        }
        read.add(
                gauge("orders_brake_state", "Whether orders are worked off: 1 for the present state", "state", states));
        deadLetters.get().ifPresent(dead -> {
            Map<String, Long> byLane = byLane(lanes, lane -> 0);
            byLane.put(NO_LANE, 0L);
            dead.forEach((lane, messages) -> byLane.put(lane.isEmpty() ? NO_LANE : lane, messages));
            read.add(gauge("orders_dead_letters", "What waits for a person, as of the last check", "lane", byLane));
        });
    }

    private void admission(AdmissionStats now, List<MetricSnapshot> read) {
        read.add(counter("orders_admitted", "Normal orders that went into their lane at once", now.admitted()));
        read.add(counter("orders_deferred", "Normal orders that had to wait first", now.deferred()));
        read.add(counter("orders_released", "Deferred orders that have gone on", now.released()));
        read.add(gauge(
                "orders_admission_probability", "That a normal order which comes now is deferred", now.probability()));
        read.add(gauge(
                "orders_normal_lane_delay_seconds", "How long a normal order waits in its lane", now.delaySeconds()));
        read.add(gauge(
                "orders_high_lane_delay_seconds",
                "How long a high order waits in its lane",
                now.highLaneDelaySeconds()));
        read.add(gauge(
                "orders_normal_lane_rate",
                "Turns of normal orders a second when there is enough to do; 0 while unknown",
                now.ratePerSecond()));
        read.add(gauge(
                "orders_oldest_deferred_seconds",
                "Since the order came that has been deferred for longest",
                now.oldestDeferredSeconds()));
        read.add(gauge(
                "orders_high_lane_saturated",
                "1: high orders come faster than they are worked off",
                now.highLaneSaturated() ? 1 : 0));
        read.add(gauge(
                "orders_normal_lane_saturated",
                "1: deferring does not hold the delay of normal orders",
                now.normalLaneSaturated() ? 1 : 0));
    }

    private static void broker(BrokerLoad now, List<MetricSnapshot> read) {
        if (now.storeUsed() != null) {
            read.add(gauge("orders_broker_store_used_ratio", "Used share of the store limit", now.storeUsed()));
        }
        read.add(gauge("orders_broker_memory_used_ratio", "Used share of the memory limit", now.memoryUsed()));
        read.add(gauge("orders_queue_depth", "Messages in a queue", "queue", each(now.queues(), QueueLoad::depth)));
        read.add(gauge(
                "orders_queue_consumers", "Who reads a queue", "queue", each(now.queues(), QueueLoad::consumers)));
    }

    /** The shipped lanes have their series before their first order, which would else be no increase to Prometheus. */
    private static Map<String, Long> byLane(Map<String, LaneStats> lanes, ToLongFunction<LaneStats> figure) {
        Map<String, Long> figures = new TreeMap<>(Map.of(Lane.HIGH.name(), 0L, Lane.NORMAL.name(), 0L));
        figures.putAll(each(lanes, figure));
        return figures;
    }

    private static <T> Map<String, Long> each(Map<String, T> values, ToLongFunction<T> figure) {
        Map<String, Long> figures = new TreeMap<>();
        values.forEach((name, value) -> figures.put(name, figure.applyAsLong(value)));
        return figures;
    }

    private static MetricSnapshot gauge(String name, String help, double value) {
        return GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
                .build();
    }

    private static MetricSnapshot gauge(String name, String help, String label, Map<String, Long> values) {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((of, value) -> gauge.dataPoint(GaugeDataPointSnapshot.builder()
                .labels(Labels.of(label, of))
                .value(value)
                .build()));
        return gauge.build();
    }

    private MetricSnapshot counter(String name, String help, long value) {
        return CounterSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(CounterDataPointSnapshot.builder()
                        .value(neverFalling(name, value))
                        .build())
                .build();
    }

    private MetricSnapshot counter(String name, String help, String label, Map<String, Long> values) {
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        values.forEach((of, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(Labels.of(label, of))
                .value(neverFalling(name + "/" + of, value))
                .build()));
        return counter.build();
    }

    /**
     * An order that is expedited leaves one lane's figure for another's, and Prometheus would take the fall of a counter
     * for a restart, and count everything once more.
     */
    private double neverFalling(String series, long value) {
        return highest.merge(series, (double) value, Math::max);
    }
}
