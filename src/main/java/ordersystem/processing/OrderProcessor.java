package ordersystem.processing;

import java.util.function.Function;
import java.util.function.Supplier;
import ordersystem.admission.Admission;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import org.apache.camel.Variable;

/** The bean {@code orderProcessor}: the decisions and figures that routes ask for. Thread-safe. */
public final class OrderProcessor {

    private final Admission admission;
    private final Supplier<OrderStats> stats;
    private final Function<Order, Lane> lanes;

    /** @param lanes which lane an order belongs in, those of the user's own included */
    public OrderProcessor(Admission admission, Supplier<OrderStats> stats, Function<Order, Lane> lanes) {
        this.admission = admission;
        this.stats = stats;
        this.lanes = lanes;
    }

    /**
     * Where an order goes that has just been read: down its lane, or, where that is a normal one and there is more to do than
     * can be done, perhaps into the waiting room first. High orders are never asked, nor are those of a lane of the user's own.
     */
    public Routing routeByPriority(@Variable("order") Order order) {
        Lane lane = lanes.apply(order);
        return new Routing(lane, lane.equals(Lane.NORMAL) ? admission.draw(order.orderId()) : null);
    }

    /**
     * The lane that an order's priority calls for. High: its {@code priority} is HIGH, or its {@code shipping} is EXPEDITED, or it
     * came by JMS with a priority above 4. Normal: all others. The same order always gets the same answer.
     */
    public static Lane lane(Order order) {
        boolean high = order.priority() == Order.Priority.HIGH
                || order.shipping() == Order.Shipping.EXPEDITED
                || order.jmsPriority() > Order.DEFAULT_JMS_PRIORITY;
        return high ? Lane.HIGH : Lane.NORMAL;
    }

    /** The live figures: what REST and JMX show, too. Right after any restart, because they are read from the ledger. */
    public OrderStats getOrderStats() {
        return stats.get();
    }
}
