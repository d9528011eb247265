package ordersystem.processing;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderLine;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.support.DefaultExchange;

/**
 * Which lane an order belongs in: high, a lane of the user's own, or normal. A lane of the user's has a rule in the
 * configuration, {@code orders.<lane>.rule}: a condition on {@code ${variable.order}} in Camel's Simple language. The door, the
 * router and whoever corrects an order all ask here, so that they agree. The same order always gets the same answer.
 *
 * <p>What is high by its priority is high whatever the rules say: they must not take from an order that it is retried until it
 * succeeds. Thread-safe once {@link #compile} has returned.
 */
public final class LaneRules {

    /** Has every field, so that a rule about one that there is not is found before the first order comes. */
    private static final Order SAMPLE = new Order(
            "sample",
            "sample",
            Order.Priority.NORMAL,
            Order.Shipping.STANDARD,
            Instant.EPOCH,
            "EUR",
            List.of(new OrderLine("sample", "sample", 1, BigDecimal.ONE)),
            BigDecimal.ONE,
            "sample",
            Order.DEFAULT_JMS_PRIORITY);

    private record Rule(Lane lane, Predicate condition, CamelContext context) {
        boolean takes(Order order) {
            Exchange exchange = new DefaultExchange(context);
            exchange.setVariable("order", order);
            return condition.matches(exchange);
        }
    }

    private final SortedMap<String, String> conditions;
    private volatile List<Rule> rules = List.of();

    /** @param conditions by name of the lane; where several fit an order, the first by name decides */
    public LaneRules(Map<String, String> conditions) {
        this.conditions = new TreeMap<>(conditions);
    }

    /**
     * Reads the rules, and tries each. Before that there are none.
     *
     * @throws IllegalArgumentException with the key of a rule that cannot be read, or asks for a field that orders do not have
     */
    public void compile(CamelContext context) {
        List<Rule> compiled = new ArrayList<>();
        conditions.forEach((lane, condition) -> {
            try {
                Predicate predicate = context.resolveLanguage("simple").createPredicate(condition);
                predicate.init(context);
                Rule rule = new Rule(new Lane(lane), predicate, context);
                rule.takes(SAMPLE);
                compiled.add(rule);
            } catch (RuntimeException e) {
                throw new IllegalArgumentException(
                        "orders." + lane + ".rule: '" + condition + "' does not work: " + e.getMessage(), e);
            }
        });
        rules = List.copyOf(compiled);
    }

    /** The lane that an order belongs in. */
    public Lane lane(Order order) {
        Lane byPriority = OrderProcessor.lane(order);
        if (byPriority.equals(Lane.NORMAL)) {
            for (Rule rule : rules) {
                if (rule.takes(order)) {
                    return rule.lane();
                }
            }
        }
        return byPriority;
    }
}
