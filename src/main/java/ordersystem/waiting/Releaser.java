package ordersystem.waiting;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.Waiting;
import ordersystem.order.Content;
import ordersystem.order.OrderHeaders;
import ordersystem.transaction.Dispatch;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bean {@code releaser}: sends orders that are due back to their lanes. Called by one thread of each instance; the
 * instances lock different rows. JMS commits before SQL: a crash in between makes a second copy with the same step, and
 * the step makes it stale.
 */
public final class Releaser {

    private static final Logger LOG = LoggerFactory.getLogger(Releaser.class);

    private final Ledger ledger;
    private final Dispatch dispatch;
    private final ProducerTemplate routes;
    private final String lanes;
    private final int batch;

    /**
     * @param lanes URI of the route that knows where each lane leads
     * @param batch orders released in one transaction, at least 1
     */
    public Releaser(Ledger ledger, Dispatch dispatch, ProducerTemplate routes, String lanes, int batch) {
        this.ledger = ledger;
        this.dispatch = dispatch;
        this.routes = routes;
        this.lanes = lanes;
        this.batch = batch;
    }

    /** Releases all that is due now; what is due when the system stops goes on after its next start. */
    public void releaseDue() {
        try {
            int released;
            do {
                released = ledger.release(batch, this::send);
            } while (released == batch && !routes.getCamelContext().isStopping());
        } catch (LedgerUnavailableException | Dispatch.DispatchException e) {
            LOG.warn("What is due waits a little longer: {}", e.getMessage());
        }
    }

    private List<@Nullable String> send(List<Waiting> due) {
        return dispatch.sendAll(due, this::send);
    }

    private void send(Waiting order) {
        Exchange sent = routes.send(lanes, exchange -> {
            exchange.getMessage().setBody(body(order.content()));
            exchange.getMessage().setHeaders(headers(order));
            exchange.setVariable("lane", order.lane());
        });
        if (sent.getException() != null) {
            throw new IllegalStateException(
                    "order " + order.orderId() + " cannot be released: "
                            + sent.getException().getMessage(),
                    sent.getException());
        }
    }

    private static Object body(Content content) {
        return content.type() == Content.Type.TEXT
                ? new String(content.body(), StandardCharsets.UTF_8)
                : content.body();
    }

    private static Map<String, Object> headers(Waiting order) {
        Map<String, Object> headers = new HashMap<>(order.content().headers());
        headers.put(OrderHeaders.STEP, order.step());
        headers.put(OrderHeaders.ID, order.orderId());
        headers.put(OrderHeaders.LANE, order.lane().name());
        headers.put(OrderHeaders.ATTEMPTS, order.attempts());
        headers.put(OrderHeaders.RECEIVED_AT, order.receivedAt().toEpochMilli());
        return headers;
    }
}
