package ordersystem.transaction;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import ordersystem.ledger.Change;
import ordersystem.order.Trace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each order that is handed over or given up, of names and values, for programs to read. Off unless
 * config/log4j2.properties sets its logger to INFO; costs nothing then. Stateless.
 */
final class OrderLog {

    /** Not below {@code ordersystem}, which is on. */
    private static final Logger LOG = LoggerFactory.getLogger("orders");

    private OrderLog() {}

    /**
     * @param receivedAt when the order was taken in, epoch milliseconds
     */
    static void tell(Change change, Message message, long receivedAt) throws JMSException {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        String trace =
                message.getObjectProperty(Trace.PARENT) instanceof String text && Trace.isAllowed(Trace.PARENT, text)
                        ? text
                        : "-";
        LOG.info(
                "order={} state={} lane={} attempts={} millis={} reason={} traceparent={}",
                word(change.orderId()),
                change.state(),
                change.lane() == null ? "-" : change.lane().name(),
                change.attempts(),
                Math.max(0, System.currentTimeMillis() - receivedAt),
                change.reason() == null ? "-" : word(change.reason().type()),
                trace);
    }

    /** A dead letter can say anything of itself; a space or a line break would make another value of it. */
    private static String word(String text) {
        return text.replaceAll("[^\\w.$-]", "?");
    }
}
