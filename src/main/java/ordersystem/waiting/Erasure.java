package ordersystem.waiting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.RefusedException;
import ordersystem.order.Content;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.OrderReader;

/**
 * Takes a customer's data out of the ledger: what the orders of a customer said, wherever the ledger still has it. Called by
 * {@code bin/ordersystem erase}, beside running instances too. One use, one thread.
 */
public final class Erasure {

    private static final int PAGE = 500;

    private final Ledger ledger;
    private final OrderReader reader;
    private final String customerId;
    /** For what is no order: the id as a word of its own. */
    private final Pattern mention;

    private long erased;
    private long left;

    public Erasure(Ledger ledger, OrderReader reader, String customerId) {
        this.ledger = ledger;
        this.reader = reader;
        this.customerId = customerId;
        this.mention = Pattern.compile("(?<![\\p{Alnum}_-])" + Pattern.quote(customerId) + "(?![\\p{Alnum}_-])");
    }

    /**
     * Looks through all bodies, and prints a line for each order of the customer.
     *
     * @param onlyLook changes nothing
     * @return whether nothing is left: false where orders are still to be processed
     */
    public boolean run(boolean onlyLook, By by, PrintWriter out) {
        List<String> ids = List.of();
        do {
            ids = ledger.interventions().withBodies(ids.isEmpty() ? "" : ids.get(ids.size() - 1), PAGE);
            for (String id : ids) {
                if (isOfTheCustomer(id)) {
                    out.println(id + "  " + (onlyLook ? look(id) : erase(id, by)));
                    out.flush();
                }
            }
        } while (ids.size() == PAGE);
        out.printf(
                "%,d %s, %,d still to be processed%n",
                erased, onlyLook ? "would be erased, nothing is changed" : "erased", left);
        return left == 0;
    }

    private String look(String id) {
        OrderRecord order = ledger.find(id).orElseThrow();
        if (order.state().isNeeded()) {
            left++;
            return order.state() + ", to be processed first";
        }
        erased++;
        return order.state() + ", would be erased";
    }

    private String erase(String id, By by) {
        try {
            OrderRecord order = ledger.interventions().erase(id, by).orElseThrow();
            erased++;
            return order.state() + ", erased";
        } catch (RefusedException e) {
            left++;
            return "NOT erased: " + e.getMessage();
        }
    }

    private boolean isOfTheCustomer(String id) {
        List<Object> bodies = new ArrayList<>(ledger.interventions().replacedBodies(id));
        ledger.content(id).map(Erasure::body).ifPresent(bodies::add);
        return bodies.stream().anyMatch(this::isOfTheCustomer);
    }

    private static Object body(Content content) {
        return content.type() == Content.Type.TEXT ? new String(content.body(), UTF_8) : content.body();
    }

    private boolean isOfTheCustomer(Object body) {
        try {
            return customerId.equals(reader.read(body, null).customerId());
        } catch (InvalidOrderException noOrder) {
            String text = body instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(body);
            return mention.matcher(text).find();
        }
    }
}
