package ordersystem.monitoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.StandardEmitterMBean;
import ordersystem.admission.AdmissionControl;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.ledger.Counts;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.Ledger.Overdue;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Recount;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.AdmissionStats;
import ordersystem.processing.OrderStats.BrakeStats;
import ordersystem.processing.OrderStats.HighLaneOverdue;
import ordersystem.processing.OrderStats.LaneStats;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live figures, read from the ledger's counters and the broker's queues, and the check of the one against the other.
 * The bean {@code figures} of the routes, and the MXBean {@code ordersystem:type=OrderStats}. Thread-safe.
 */
public final class Figures implements Supplier<OrderStats>, OrderStatsMXBean {

    private static final Duration ORPHAN_AGE = Duration.ofMinutes(10);
    private static final int ORPHANS_LISTED = 20;
    /** A difference that lasts this many checks is an alarm. */
    private static final int CHECKS_TO_ALARM = 3;

    /** Under which {@link #mbean()} is to be registered. */
    public static final String OBJECT_NAME = "ordersystem:type=OrderStats";

    private static final Logger LOG = LoggerFactory.getLogger(Figures.class);

    private final Ledger ledger;
    private final Function<String, OptionalLong> depth;
    private final Supplier<FulfilmentStatus> fulfilment;
    private final Duration overdueAfter;
    private final AdmissionWatch admission;
    private final Clock clock;
    private final NotificationBroadcasterSupport broadcaster = new NotificationBroadcasterSupport();
    private final AtomicLong notifications = new AtomicLong();
    private final Set<String> raised = ConcurrentHashMap.newKeySet();
    private volatile HighLaneOverdue overdue = new HighLaneOverdue(0, 0);
    private volatile Check last = new Check(0, 0, List.of(), null);

    private record Check(
            long discrepancy,
            int inARow,
            List<String> orphans,
            @Nullable Map<String, Long> deadLetters) {}

    /**
     * @param depth messages in a queue; empty where the broker cannot be asked
     * @param fulfilment whether orders are worked off at present
     * @param admission how normal orders are admitted
     * @param overdueAfter how long after its first failure a high order is overdue: all waiting times together
     */
    public Figures(
            Ledger ledger,
            Function<String, OptionalLong> depth,
            Supplier<FulfilmentStatus> fulfilment,
            AdmissionWatch admission,
            Duration overdueAfter,
            Clock clock) {
        this.overdueAfter = overdueAfter;
        this.admission = admission;
        this.clock = clock;
        this.ledger = ledger;
        this.depth = depth;
        this.fulfilment = fulfilment;
    }

    @Override
    public OrderStats get() {
        // Before the counters: an order that is read in between is counted in both, never in neither.
        OptionalLong depthNow = depth.apply("orders.incoming");
        @Nullable Long arriving = depthNow.isPresent() ? depthNow.getAsLong() : null;
        Counts counts = ledger.counts();
        Check check = last;
        Map<String, LaneStats> lanes = new TreeMap<>();
        counts.lanes().forEach((lane, of) -> {
            if (!lane.isEmpty()) {
                lanes.put(
                        lane,
                        new LaneStats(
                                of.received(), of.processed(), of.failed(), of.pending(), of.deferred(), of.retried()));
            }
        });
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
                check.discrepancy(),
                check.orphans(),
                lanes,
                admission(counts),
                new BrakeStats(now.brake(), now.since(), now.failureRate()),
                overdue,
                counts.since().toString());
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

    /** Recounts, and looks for orders on their way whose queue is empty. Called each minute by a route. */
    public void check() {
        try {
            Recount recount = ledger.recount();
            long discrepancy = recount.discrepancy();
            List<String> orphans = new ArrayList<>();
            for (String queue : recount.onItsWay().keySet()) {
                OptionalLong messages = depth.apply(queue);
                if (messages.isPresent() && messages.getAsLong() == 0) {
                    ledger.onItsWayLongerThan(ORPHAN_AGE, queue, ORPHANS_LISTED).stream()
                            .map(OrderRecord::orderId)
                            .forEach(orphans::add);
                }
            }
            int inARow = discrepancy == 0 && orphans.isEmpty() ? 0 : last.inARow() + 1;
            last = new Check(discrepancy, inARow, List.copyOf(orphans), recount.deadLetters());
            if (inARow >= CHECKS_TO_ALARM) {
                LOG.warn(
                        "{} checks in a row: counters and rows differ by {}; orders on their way with no message: {}."
                                + " Stop OrderSystem and run 'bin/ordersystem audit'.",
                        inARow,
                        discrepancy,
                        orphans);
            }
        } catch (LedgerUnavailableException e) {
            LOG.warn("The figures were not checked: {}", e.getMessage());
        }
    }

    /**
     * Looks for high orders that are overdue, and for lanes that fill faster than they are worked off; tells the log and JMX
     * when that begins, and when it is over. Called every few seconds by a route.
     */
    public void checkLanes() {
        try {
            Overdue now = ledger.overdue(Lane.HIGH, overdueAfter);
            overdue = new HighLaneOverdue(now.orders(), now.oldestSeconds());
            alarm(
                    "highLaneOverdue",
                    now.orders() > 0,
                    now.orders() + " high orders fail again and again, the oldest for " + now.oldestSeconds()
                            + " s; they are tried on. 'bin/ordersystem order show' tells why",
                    "no high order is overdue any more");
        } catch (LedgerUnavailableException e) {
            LOG.warn("The high lane was not checked: {}", e.getMessage());
        }
        AdmissionControl control = admission.control();
        alarm(
                "highLaneSaturated",
                control.isHighLaneSaturated(),
                "high orders come faster than they are worked off, and wait for "
                        + Math.round(control.high().delay())
                        + " s. Give orders.high.consumers more, start another instance, or speed up what fulfils them",
                "high orders are worked off as fast as they come again");
        alarm(
                "normalLaneSaturated",
                control.isNormalLaneSaturated(),
                "normal orders wait for " + Math.round(control.normal().delay()) + " s in their lane, though "
                        + Math.round(100 * control.probability())
                        + " % of them are deferred. Give orders.normal.consumers"
                        + " more, start another instance, or speed up what fulfils them",
                "the delay of normal orders is near its target again");
    }

    /**
     * What waits for a person, by lane, as of the last check; the empty name for messages that are no orders. Empty before
     * the first check.
     */
    public Optional<Map<String, Long>> deadLetters() {
        return Optional.ofNullable(last.deadLetters());
    }

    /** For a health check: how it stands with the high lane, in words. */
    public String highLane() {
        HighLaneOverdue now = overdue;
        return now.orders() == 0
                ? "no high order is overdue"
                : now.orders() + " high orders are overdue, the oldest for " + now.oldestSeconds() + " s";
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

    private void alarm(String name, boolean isOn, String words, String wordsWhenOver) {
        if (isOn && raised.add(name)) {
            alarm(name, words);
        } else if (!isOn && raised.remove(name)) {
            alarm(name + ".over", wordsWhenOver);
        }
    }

    private void alarm(String type, String message) {
        LOG.warn("{}: {}", type, message);
        broadcaster.sendNotification(new Notification(
                "ordersystem." + type, OBJECT_NAME, notifications.incrementAndGet(), clock.millis(), message));
    }

    /** This, as it is to be registered: it sends notifications. */
    public Object mbean() {
        return new StandardEmitterMBean(this, OrderStatsMXBean.class, true, broadcaster);
    }

    @Override
    public OrderStats getOrderStats() {
        return get();
    }

    @Override
    public long getReceived() {
        return get().received();
    }

    @Override
    public long getProcessed() {
        return get().processed();
    }

    @Override
    public long getFailed() {
        return get().failed();
    }

    @Override
    public long getPending() {
        return get().pending();
    }

    @Override
    public long getDiscrepancy() {
        return last.discrepancy();
    }
}
