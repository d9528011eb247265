package ordersystem.monitoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import ordersystem.admission.AdmissionControl;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.jmx.DescribedMBean;
import ordersystem.ledger.Counts;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.monitoring.CriticalTimes.Percentiles;
import ordersystem.monitoring.History.Hour;
import ordersystem.monitoring.History.LaneSample;
import ordersystem.monitoring.History.Sample;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.AdmissionStats;
import ordersystem.processing.OrderStats.BrakeStats;
import ordersystem.processing.OrderStats.InstanceStats;
import ordersystem.processing.OrderStats.LaneStats;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live figures, read from the ledger's counters and the broker's queues whenever somebody asks: one small SELECT. The
 * bean {@code figures} of the routes, and the MXBean {@code ordersystem:type=OrderStats}. Thread-safe.
 */
public final class Figures implements Supplier<OrderStats>, OrderStatsMXBean {

    /** Under which {@link #mbean()} is to be registered. */
    public static final String OBJECT_NAME = "ordersystem:type=OrderStats";

    private static final Logger LOG = LoggerFactory.getLogger(Figures.class);

    private final Ledger ledger;
    private final Supplier<OptionalLong> arriving;
    private final Supplier<FulfilmentStatus> fulfilment;
    private final AdmissionWatch admission;
    private final CriticalTimes times;
    private final FiguresCheck check;
    private final Alarms alarms;
    private final Clock clock;
    private final History history = new History();
    private final Recent<OrderStats> recent;

    /**
     * @param arriving messages that are not yet read; empty where the broker cannot be asked
     * @param fulfilment whether orders are worked off at present
     * @param admission how normal orders are admitted
     * @param times how long orders take in this process
     */
    public Figures(
            Ledger ledger,
            Supplier<OptionalLong> arriving,
            Supplier<FulfilmentStatus> fulfilment,
            AdmissionWatch admission,
            CriticalTimes times,
            FiguresCheck check,
            Alarms alarms,
            Clock clock) {
        this.ledger = ledger;
        this.arriving = arriving;
        this.fulfilment = fulfilment;
        this.admission = admission;
        this.times = times;
        this.check = check;
        this.alarms = alarms;
        this.clock = clock;
        this.recent = new Recent<>(this, clock);
    }

    @Override
    public OrderStats get() {
        // Before the counters: an order that is read in between is counted in both, never in neither.
        OptionalLong depthNow = this.arriving.get();
        @Nullable Long arriving = depthNow.isPresent() ? depthNow.getAsLong() : null;
        Counts counts = ledger.counts();
        Instant at = clock.instant();
        Sample base = history.base(at);
        Map<String, LaneStats> lanes = new TreeMap<>();
        counts.lanes().forEach((lane, of) -> {
            if (!lane.isEmpty()) {
                lanes.put(lane, lane(lane, of, base, at));
            }
        });
        Map<String, InstanceStats> instances = new TreeMap<>();
        counts.instances()
                .forEach((name, by) ->
                        instances.put(name, new InstanceStats(by.received(), by.processed(), by.failedEvents())));
        FulfilmentStatus now = fulfilment.get();
        return new OrderStats(
                counts.received() + counts.duplicates() + counts.invalid() + (arriving == null ? 0 : arriving),
                arriving,
                counts.received(),
                counts.processed(),
                counts.failed(),
                counts.pending(),
                counts.duplicates(),
                counts.invalid(),
                counts.retried(),
                counts.deferred(),
                History.perSecond(base, at, base == null ? 0 : base.processed(), counts.processed()),
                counts.pending() == 0 ? Long.valueOf(0) : check.oldestPendingSeconds(),
                check.discrepancy(),
                check.orphans(),
                lanes,
                instances,
                admission(counts),
                new BrakeStats(now.brake(), now.since(), now.failureRate()),
                check.overdue(),
                alarms.on(),
                counts.since().toString());
    }

    private LaneStats lane(String name, Counts.Of of, @Nullable Sample base, Instant at) {
        LaneSample before = base == null ? null : base.lanes().get(name);
        Percentiles percentiles = times.of(name);
        return new LaneStats(
                of.received(),
                of.processed(),
                of.failed(),
                of.pending(),
                of.deferred(),
                of.retried(),
                History.perSecond(base, at, before == null ? 0 : before.processed(), of.processed()),
                percentiles == null ? null : percentiles.p50(),
                percentiles == null ? null : percentiles.p95(),
                percentiles == null ? null : percentiles.p99());
    }

    private AdmissionStats admission(Counts counts) {
        AdmissionControl control = admission.control();
        Counts.Of normal = counts.of(Lane.NORMAL);
        Instant oldest = admission.oldestDeferred();
        return new AdmissionStats(
                control.mode().name(),
                control.probability(),
                control.normal().delay(),
                control.normal().rate(),
                normal.admitted(),
                normal.deferrals(),
                normal.released(),
                oldest == null
                        ? 0
                        : Math.max(0, Duration.between(oldest, clock.instant()).toSeconds()),
                control.high().delay(),
                control.isHighLaneSaturated(),
                control.isNormalLaneSaturated());
    }

    /** Those of the last second: for whoever reads one after another. */
    public OrderStats recent() {
        return recent.get();
    }

    /** Remembers how they are now. Called by a route each {@link History#STEP}. */
    public void sample() {
        try {
            history.add(clock.instant(), get());
        } catch (LedgerUnavailableException e) {
            LOG.debug("A sample of the history is missing: {}", e.getMessage());
        }
    }

    /** How they went in the last hour of this process. */
    public Hour history() {
        return history.hour();
    }

    /** For a health check: how normal orders are admitted, in words. */
    public String admission() {
        AdmissionControl now = admission.control();
        return (now.probability() == 0
                        ? "no normal order is deferred"
                        : "normal orders are deferred with probability "
                                + String.format(Locale.ROOT, "%.2f", now.probability()))
                + " (" + now.mode() + "); one that goes into its lane now waits for "
                + String.format(Locale.ROOT, "%.1f", now.normal().delay()) + " s"
                + (now.isHighLaneSaturated() ? "; the high lane is saturated" : "")
                + (now.isNormalLaneSaturated() ? "; the normal lane is saturated" : "");
    }

    /** This, as it is to be registered: it tells of alarms. */
    public DescribedMBean mbean() {
        return new DescribedMBean(this, OrderStatsMXBean.class, alarms.notifications());
    }

    @Override
    public OrderStats getOrderStats() {
        return get();
    }

    @Override
    public long getReceived() {
        return recent().received();
    }

    @Override
    public long getProcessed() {
        return recent().processed();
    }

    @Override
    public long getFailed() {
        return recent().failed();
    }

    @Override
    public long getPending() {
        return recent().pending();
    }

    @Override
    public long getDiscrepancy() {
        return check.discrepancy();
    }
}
