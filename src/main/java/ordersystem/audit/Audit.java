package ordersystem.audit;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import ordersystem.broker.BrokerStore;
import ordersystem.broker.StoredMessage;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Recount;
import ordersystem.ledger.State;
import org.jspecify.annotations.Nullable;

/**
 * Recounts a stopped system: every order of the ledger is either processed, or waits with its body and a reason, or is on
 * its way with a message in the store that takes it on. Called by {@code bin/ordersystem audit}; changes nothing. One use,
 * one thread; holds the ids of what lies in the store in memory.
 */
public final class Audit {

    private static final int OFFENDERS_SHOWN = 20;
    private static final String FULFILLED = "orders.fulfilled";
    private static final String ARRIVALS = "orders.incoming";

    private final Ledger ledger;
    private final @Nullable Path store;

    private final Map<String, Long> depths = new TreeMap<>();
    /** Order id and step of the messages that take an order on. */
    private final Set<String> steps = new HashSet<>();

    private final Set<String> messageIds = new HashSet<>();
    private final Map<String, Integer> handedOver = new HashMap<>();
    private final Map<State, Long> states = new EnumMap<>(State.class);
    private final List<String> offenders = new ArrayList<>();
    private final List<String> lostMessages = new ArrayList<>();
    private long lost;
    private long doubled;
    private long unexplained;

    /**
     * @param store folder of the embedded broker; null for an external one, whose messages cannot be counted from here
     */
    public Audit(Ledger ledger, @Nullable Path store) {
        this.ledger = ledger;
        this.store = store;
    }

    /** Prints the sums and the first offenders; true where everything is accounted for. */
    public boolean run(PrintWriter out) {
        if (store != null) {
            new BrokerStore(store).forEachMessage(this::count);
        }
        Recount recount = ledger.recount();
        ledger.forEach(this::check);
        handedOver.forEach((orderId, copies) -> {
            if (copies > 1) {
                doubled++;
                offend(orderId + ": handed over " + copies + " times, " + copies + " messages in " + FULFILLED);
            }
            if (ledger.find(orderId).isEmpty()) {
                unexplained++;
                offend(orderId + ": in " + FULFILLED + ", and the ledger does not know it");
            }
        });
        print(out, recount);
        return lost + doubled + unexplained + recount.discrepancy() == 0;
    }

    /** After {@link #run}: the orders on their way that no message takes on, by id. */
    List<String> lostMessages() {
        return lostMessages;
    }

    private void count(String queue, StoredMessage message) {
        depths.merge(queue, 1L, Long::sum);
        if (queue.equals(FULFILLED)) {
            if (message.orderId() != null) {
                handedOver.merge(message.orderId(), 1, Integer::sum);
            }
            return;
        }
        messageIds.add(message.messageId());
        if (message.orderId() != null && message.step() != null) {
            steps.add(message.orderId() + " " + message.step());
        }
    }

    private void check(OrderRecord order) {
        states.merge(order.state(), 1L, Long::sum);
        String id = order.orderId();
        // Written by the ledger, and not yet by the broker: the message comes again and is sent on then.
        boolean comesAgain = order.handled() != null && messageIds.contains(order.handled());
        if (order.state() == State.RECEIVED) {
            if (store != null && !comesAgain && !steps.contains(id + " " + order.step())) {
                lost++;
                lostMessages.add(id);
                offend(id + ": on its way to " + order.place() + " at step " + order.step()
                        + ", and no message in the store takes it on");
            }
        } else if (order.state() == State.PROCESSED) {
            if (comesAgain && handedOver.containsKey(id)) {
                doubled++;
                offend(id + ": handed over, and message " + order.handled() + " would hand it over again");
            }
        } else if (!order.kept() && !order.state().isGivenUp()) {
            lost++;
            offend(id + ": waits as " + order.state() + " without its body");
        } else if (order.state() != State.DEFERRED && order.reason() == null && order.handled() != null) {
            unexplained++;
            offend(id + ": waits as " + order.state() + " without a reason");
        }
        if (order.state() != State.PROCESSED && handedOver.containsKey(id)) {
            doubled++;
            offend(id + ": in " + FULFILLED + ", and the ledger says " + order.state());
        }
    }

    private void offend(String offender) {
        if (offenders.size() < OFFENDERS_SHOWN) {
            offenders.add(offender);
        }
    }

    private void print(PrintWriter out, Recount recount) {
        long waiting = states.entrySet().stream()
                .filter(e -> e.getKey().isWaiting() && e.getKey().count() != State.Count.INVALID)
                .mapToLong(Map.Entry::getValue)
                .sum();
        long processed = states.getOrDefault(State.PROCESSED, 0L) + recount.past();
        long onTheirWay = states.getOrDefault(State.RECEIVED, 0L);
        long invalid = states.getOrDefault(State.INVALID, 0L) + states.getOrDefault(State.DISMISSED, 0L);
        out.printf(
                "ledger        %,d orders: %,d processed, %,d on their way, %,d waiting; and %,d invalid messages%n",
                processed + onTheirWay + waiting, processed, onTheirWay, waiting, invalid);
        String waits = states.entrySet().stream()
                .filter(e -> e.getKey().isWaiting())
                .map(e -> String.format("%s %,d", e.getKey(), e.getValue()))
                .collect(Collectors.joining(", "));
        if (!waits.isEmpty()) {
            out.println("waiting       " + waits);
        }
        if (store == null) {
            out.println(
                    "store         an external broker: its messages cannot be counted from here, only the ledger was");
        } else {
            out.printf("store         %,d arriving%n", depths.getOrDefault(ARRIVALS, 0L));
            depths.forEach((queue, messages) -> out.printf("              %,9d in %s%n", messages, queue));
        }
        out.printf(
                "difference    %,d lost, %,d handed over twice, %,d unexplained, %,d between counters and rows%n",
                lost, doubled, unexplained, recount.discrepancy());
        offenders.forEach(offender -> out.println("  " + offender));
        long shownAtMost = lost + doubled + unexplained;
        if (shownAtMost > offenders.size()) {
            out.printf("  … and %,d more%n", shownAtMost - offenders.size());
        }
        out.println(
                lost + doubled + unexplained + recount.discrepancy() == 0
                        ? "audit: everything is accounted for"
                        : "audit: NOT everything is accounted for");
    }
}
