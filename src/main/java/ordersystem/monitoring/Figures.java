package ordersystem.monitoring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.ledger.Counts;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Recount;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.BrakeStats;
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

    private static final Logger LOG = LoggerFactory.getLogger(Figures.class);

    private final Ledger ledger;
    private final Function<String, OptionalLong> depth;
    private final Supplier<FulfilmentStatus> fulfilment;
    private volatile Check last = new Check(0, 0, List.of());

    private record Check(long discrepancy, int inARow, List<String> orphans) {}

    /**
     * @param depth messages in a queue; empty where the broker cannot be asked
     * @param fulfilment whether orders are worked off at present
     */
    public Figures(Ledger ledger, Function<String, OptionalLong> depth, Supplier<FulfilmentStatus> fulfilment) {
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
            last = new Check(discrepancy, inARow, List.copyOf(orphans));
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
