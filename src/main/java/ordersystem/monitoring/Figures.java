package ordersystem.monitoring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import javax.management.StandardEmitterMBean;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.ledger.Counts;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.Ledger.Overdue;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Recount;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.BrakeStats;
import ordersystem.processing.OrderStats.HighLaneOverdue;
import ordersystem.processing.OrderStats.LaneStats;
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
    private final NotificationBroadcasterSupport broadcaster = new NotificationBroadcasterSupport();
    private final AtomicLong notifications = new AtomicLong();
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
     * @param overdueAfter how long after its first failure a high order is overdue: all waiting times together
     */
    public Figures(
            Ledger ledger,
            Function<String, OptionalLong> depth,
            Supplier<FulfilmentStatus> fulfilment,
            Duration overdueAfter) {
        this.overdueAfter = overdueAfter;
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
                new BrakeStats(now.brake(), now.since(), now.failureRate()),
                overdue,
                counts.since().toString());
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
     * Looks for high orders that are overdue; tells the log and JMX when there are some, and when there are none any more.
     * Called every few seconds by a route.
     */
    public void checkHighLane() {
        try {
            Overdue now = ledger.overdue(Lane.HIGH, overdueAfter);
            boolean before = overdue.orders() > 0;
            overdue = new HighLaneOverdue(now.orders(), now.oldestSeconds());
            if (now.orders() > 0 && !before) {
                alarm(
                        "highLaneOverdue",
                        now.orders() + " high orders fail again and again, the oldest for " + now.oldestSeconds()
                                + " s; they are tried on. 'bin/ordersystem order show' tells why");
            } else if (now.orders() == 0 && before) {
                alarm("highLaneOverdue.over", "no high order is overdue any more");
            }
        } catch (LedgerUnavailableException e) {
            LOG.warn("The high lane was not checked: {}", e.getMessage());
        }
    }

    /**
     * What waits for a person, by lane, as of the last check; the empty name for messages that are no orders. Empty before
     * the first check.
     */
    public Optional<Map<String, Long>> deadLetters() {
        return Optional.ofNullable(last.deadLetters());
    }

    /** For the health check: how it stands with the high lane, in words. */
    String highLane() {
        HighLaneOverdue now = overdue;
        return now.orders() == 0
                ? "no high order is overdue"
                : now.orders() + " high orders are overdue, the oldest for " + now.oldestSeconds() + " s";
    }

    private void alarm(String type, String message) {
        LOG.warn("{}: {}", type, message);
        broadcaster.sendNotification(new Notification(
                "ordersystem." + type,
                OBJECT_NAME,
                notifications.incrementAndGet(),
                System.currentTimeMillis(),
                message));
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
