package ordersystem.monitoring;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import ordersystem.admission.AdmissionControl;
import ordersystem.brake.BrakeState;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.broker.Room;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.Ledger.Overdue;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Recount;
import ordersystem.ledger.State;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats.HighLaneOverdue;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is too dear to be looked up whenever somebody asks for the figures: the counters against the rows, orders that are
 * overdue or have lost their message, the oldest one; and the alarms that come of it. The bean {@code figuresCheck} of
 * the routes, which call it by the clock. Thread-safe.
 */
public final class FiguresCheck {

    private static final Duration ORPHAN_AGE = Duration.ofMinutes(10);
    private static final int ORPHANS_LISTED = 20;

    /** So long without a counted order, and an instance is taken for gone. */
    private static final Duration GONE_AFTER = Duration.ofDays(7);
    /** A difference that lasts this many checks is an alarm. */
    private static final int CHECKS_TO_ALARM = 3;

    private static final Logger LOG = LoggerFactory.getLogger(FiguresCheck.class);

    private final Ledger ledger;
    private final Function<String, OptionalLong> depth;
    private final Supplier<FulfilmentStatus> fulfilment;
    private final Supplier<Room> room;
    private final AdmissionWatch admission;
    private final Duration overdueAfter;
    private final Alarms alarms;
    private final Clock clock;
    private volatile HighLaneOverdue overdue = new HighLaneOverdue(0, 0);
    private volatile Recounted last = new Recounted(0, 0, List.of(), null);
    private volatile Optional<Instant> oldest = Optional.empty();
    private volatile boolean isOldestKnown;

    private record Recounted(
            long discrepancy,
            int inARow,
            List<String> orphans,
            @Nullable Map<String, Long> deadLetters) {}

    /**
     * @param depth messages in a queue; empty where the broker cannot be asked
     * @param fulfilment whether orders are worked off at present
     * @param room for more orders
     * @param admission how normal orders are admitted
     * @param overdueAfter how long after its first failure a high order is overdue: all waiting times together
     */
    public FiguresCheck(
            Ledger ledger,
            Function<String, OptionalLong> depth,
            Supplier<FulfilmentStatus> fulfilment,
            Supplier<Room> room,
            AdmissionWatch admission,
            Duration overdueAfter,
            Alarms alarms,
            Clock clock) {
        this.ledger = ledger;
        this.depth = depth;
        this.fulfilment = fulfilment;
        this.room = room;
        this.admission = admission;
        this.overdueAfter = overdueAfter;
        this.alarms = alarms;
        this.clock = clock;
    }

    /** Recounts, folds the counters of instances that are gone, and looks for orders on their way whose queue is empty. Called each minute by a route. */
    public void recount() {
        try {
            Set<String> gone = ledger.fold(GONE_AFTER);
            if (!gone.isEmpty()) {
                LOG.info("Nothing counted for {} days, and counted as one from now on: {}", GONE_AFTER.toDays(), gone);
            }
            Recount recount = ledger.recount();
            long discrepancy = recount.discrepancy();
            List<String> orphans = new ArrayList<>();
            for (String queue : recount.onItsWay().keySet()) {
                OptionalLong messages = depth.apply(queue);
                if (messages.isPresent() && messages.getAsLong() == 0) {
                    ledger.onItsWayLongerThan(ORPHAN_AGE, queue, ORPHANS_LISTED).stream()
                            .map(OrderRecord::orderId)
                            .forEach(orphans::add);
                } else {
                    // Not to be told from here; who had none before has one only if he is on his way no more.
                    last.orphans().stream().filter(id -> isOnItsWay(id, queue)).forEach(orphans::add);
                }
            }
            int inARow = discrepancy == 0 && orphans.isEmpty() ? 0 : last.inARow() + 1;
            last = new Recounted(discrepancy, inARow, List.copyOf(orphans), recount.deadLetters());
            boolean lasts = inARow >= CHECKS_TO_ALARM;
            alarms.look(
                    Alarm.DISCREPANCY,
                    lasts && discrepancy != 0,
                    "Counters and rows differ by " + discrepancy + ", " + inARow
                            + " checks in a row. Stop OrderSystem and run 'bin/ordersystem audit'.");
            alarms.look(
                    Alarm.ORPHANS,
                    lasts && !orphans.isEmpty(),
                    "Orders on their way have no message: " + String.join(", ", orphans)
                            + ". Stop OrderSystem and run 'bin/ordersystem audit'.");
        } catch (LedgerUnavailableException e) {
            LOG.warn("The figures were not checked: {}", e.getMessage());
        }
    }

    private boolean isOnItsWay(String orderId, String queue) {
        return ledger.find(orderId)
                .filter(order -> order.state() == State.RECEIVED && queue.equals(order.place()))
                .isPresent();
    }

    /** Looks for what is wrong now, and for the order that waits longest. Called every few seconds by a route. */
    public void look() {
        try {
            oldest = ledger.oldestPending().map(age -> clock.instant().minus(age));
            isOldestKnown = true;
            Overdue now = ledger.overdue(Lane.HIGH, overdueAfter);
            overdue = new HighLaneOverdue(now.orders(), now.oldestSeconds());
            alarms.look(
                    Alarm.HIGH_LANE_OVERDUE,
                    now.orders() > 0,
                    now.orders() + " high orders fail again and again, the oldest for " + now.oldestSeconds()
                            + " s; they are tried on. 'bin/ordersystem order show' tells why.");
        } catch (LedgerUnavailableException e) {
            LOG.warn("The high lane was not checked: {}", e.getMessage());
        }
        lookAtLanes(admission.control());
        FulfilmentStatus working = fulfilment.get();
        if (!working.brake().equals(BrakeState.MAINTENANCE.name())) { // then nobody tries whether the outage is over
            alarms.look(
                    Alarm.BRAKE_OPEN,
                    working.brake().equals(BrakeState.OPEN.name())
                            || working.brake().equals(BrakeState.HALF_OPEN.name()),
                    "Whoever fulfils orders is away: " + working.reason()
                            + ". Orders are taken in and wait; look after the warehouse.");
        }
        lookAtRoom(room.get());
    }

    private void lookAtLanes(AdmissionControl control) {
        alarms.look(
                Alarm.HIGH_LANE_SATURATED,
                control.isHighLaneSaturated(),
                "High orders come faster than they are worked off, and wait for "
                        + Math.round(control.high().delay())
                        + " s. Give orders.high.consumers more, start another instance, or speed up what fulfils them.");
        alarms.look(
                Alarm.NORMAL_LANE_SATURATED,
                control.isNormalLaneSaturated(),
                "Normal orders wait for " + Math.round(control.normal().delay()) + " s in their lane, though "
                        + Math.round(100 * control.probability())
                        + " % of them are deferred. Give orders.normal.consumers"
                        + " more, start another instance, or speed up what fulfils them.");
    }

    private void lookAtRoom(Room now) {
        alarms.look(
                Alarm.STORE_NEARLY_FULL,
                now.isStoreNearlyFull(),
                now.store() + ". Is orders.fulfilled read? Have orders worked off, or raise the limit.");
        alarms.look(
                Alarm.DISK_NEARLY_FULL, now.isDiskNearlyFull(), now.disk() + ". Free some, or move orders.data-dir.");
    }

    /**
     * What waits for a person, by lane, as of the last recount; the empty name for messages that are no orders. Empty before
     * the first one.
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

    long discrepancy() {
        return last.discrepancy();
    }

    List<String> orphans() {
        return last.orphans();
    }

    HighLaneOverdue overdue() {
        return overdue;
    }

    /** Null while it is not known. */
    @Nullable
    Long oldestPendingSeconds() {
        if (!isOldestKnown) {
            return null;
        }
        return oldest.map(
                        at -> Math.max(0, Duration.between(at, clock.instant()).toSeconds()))
                .orElse(0L);
    }
}
