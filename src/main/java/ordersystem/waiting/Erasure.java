package ordersystem.waiting;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Pattern;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.OrderRecord;
import ordersystem.ledger.RefusedException;
import ordersystem.ledger.State;
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
    private final boolean onlyLook;
    private final By by;
    private final PrintWriter out;
    /** For what is no order: the id as a word of its own. */
    private final Pattern mention;

    private long erased;
    private long left;

    /**
     * @param onlyLook changes nothing
     * @param out is told a line for each order of the customer
     */
    public Erasure(Ledger ledger, OrderReader reader, String customerId, boolean onlyLook, By by, PrintWriter out) {
        this.ledger = ledger;
        this.reader = reader;
        this.customerId = customerId;
        this.onlyLook = onlyLook;
        this.by = by;
        this.out = out;
        this.mention = Pattern.compile("(?<![\\p{Alnum}_-])" + Pattern.quote(customerId) + "(?![\\p{Alnum}_-])");
    }

    /**
     * Looks through all bodies.
     *
     * @return whether nothing is left: false where orders are still to be processed
     */
    public boolean run() {
        ledger.forEach(order -> {
            if (order.kept()
                    && ledger.content(order.orderId())
                            .map(Erasure::body)
                            .filter(this::isOfTheCustomer)
                            .isPresent()) {
                tell(order.orderId(), onlyLook ? look(order) : erase(order.orderId()));
            }
        });
        List<String> ids = List.of();
        do {
            ids = ledger.interventions().withReplacedBodies(ids.isEmpty() ? "" : ids.get(ids.size() - 1), PAGE);
            ids.forEach(this::eraseReplaced);
        } while (ids.size() == PAGE);
        out.printf(
                "%,d %s, %,d still to be processed%n",
                erased, onlyLook ? "would be erased, nothing is changed" : "erased", left);
        return left == 0;
    }

    private String look(OrderRecord order) {
        if (order.state().isNeeded()) {
            left++;
            return order.state() + ", to be processed first";
        }
        erased++;
        return order.state() + ", would be erased";
    }

    private String erase(String id) {
        try {
            OrderRecord order = ledger.interventions().erase(id, by).orElseThrow();
            erased++;
            return order.state() + ", erased";
        } catch (RefusedException e) {
            left++;
            return "NOT erased: " + e.getMessage();
        }
    }

    /** Bodies from before an edit: the order itself may be somebody else's since, or go on. */
    private void eraseReplaced(String id) {
        if (ledger.interventions().replacedBodies(id).stream().noneMatch(this::isOfTheCustomer)) {
            return;
        }
        erased++;
        if (onlyLook) {
            tell(id, "its earlier bodies would be erased");
        } else if (ledger.find(id)
                .map(OrderRecord::state)
                .filter(State.PROCESSED::equals)
                .isPresent()) {
            ledger.interventions().erase(id, by);
            tell(id, "PROCESSED, what was kept of its history is erased");
        } else {
            ledger.interventions().eraseReplaced(id);
            tell(id, "its earlier bodies are erased");
        }
    }

    private void tell(String id, String what) {
        out.println(id + "  " + what);
        out.flush();
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
