package ordersystem.audit;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.ledger.TakenBack;
import ordersystem.transaction.QueueNames;

/**
 * Makes orders go on whose message was lost with the broker's store, from the messages that the ledger keeps
 * (docs/decisions/0006-keep-the-message.md). Called by {@code bin/ordersystem audit --repair} on a stopped system; one
 * thread. Stopped half-way, it may simply be run again.
 */
public final class Repair {

    /** Orders taken back in one transaction. */
    private static final int PAGE = 1000;

    private static final Reason LOST =
            new Reason("MessageLost", "its message was lost with the broker's store; repaired", null, null);

    private final Ledger ledger;
    private final Path store;

    /** @param store folder of the embedded broker; what lies there goes on by itself and is not touched */
    public Repair(Ledger ledger, Path store) {
        this.ledger = ledger;
        this.store = store;
    }

    /** Audits, takes back what was lost, and audits again if that was anything; true where all is accounted for then. */
    public boolean run(PrintWriter out) {
        Audit audit = new Audit(ledger, store);
        boolean accountedFor = audit.run(out);
        List<String> lost = audit.lostMessages();
        List<String> notKept = new ArrayList<>();
        int repaired = 0;
        for (int from = 0; from < lost.size(); from += PAGE) {
            List<TakenBack> page = new ArrayList<>();
            for (String orderId : lost.subList(from, Math.min(from + PAGE, lost.size()))) {
                OrderRecord order = ledger.find(orderId).orElseThrow();
                if (order.kept()) {
                    page.add(takenBack(order));
                } else {
                    notKept.add(orderId);
                }
            }
            repaired += ledger.takeBack(page);
        }
        out.printf("repair        %,d repaired, they go on with the next start%n", repaired);
        if (!notKept.isEmpty()) {
            out.printf(
                    "              %,d not: orders.ledger.keep-message was off, and their message is nowhere%n",
                    notKept.size());
            notKept.forEach(orderId -> out.println("  " + orderId));
        }
        return repaired == 0 ? accountedFor : new Audit(ledger, store).run(out);
    }

    /** What was given up already still waits for a person, with its reason: only its dead letter is lost. */
    private static TakenBack takenBack(OrderRecord order) {
        Reason reason = order.reason();
        return reason != null && order.place() != null && QueueNames.isDeadLetter(order.place())
                ? new TakenBack(order, State.FAILED, reason)
                : new TakenBack(order, State.RETRYING, LOST);
    }
}
