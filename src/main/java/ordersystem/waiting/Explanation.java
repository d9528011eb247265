package ordersystem.waiting;

import java.util.Locale;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.State;
import ordersystem.order.Draw;
import ordersystem.order.Lane;

/** Why an order was admitted to its lane or deferred, and when it goes on, in words. */
public final class Explanation {

    private Explanation() {}

    public static String of(OrderRecord order) {
        Draw draw = order.draw();
        if (draw == null) {
            return order.lane() != null && !order.lane().equals(Lane.NORMAL)
                    ? "A " + order.lane() + " order is never deferred."
                    : "It was not asked: a person sent it on, or it came before admission was kept.";
        }
        if (draw.probability() == 0) {
            return "Admitted: no order was being deferred when it came.";
        }
        String chance = String.format(
                Locale.ROOT,
                "when it came a normal order was deferred with probability %.3f; its number is %.3f",
                draw.probability(),
                draw.number());
        if (draw.isAdmitted()) {
            return "Admitted: " + chance + ", which is not below that.";
        }
        return "Deferred: " + chance + ", which is below that. "
                + (order.state() == State.DEFERRED
                        ? "It goes on by itself as soon as there is room; from " + order.goesOnAt()
                                + " on it has its turn even without."
                        : "It has gone on since.");
    }
}
