package ordersystem.waiting;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.List;
import ordersystem.order.Lane;
import ordersystem.order.OrderHeaders;
import ordersystem.transaction.DeliveryLedger;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.camel.Variable;

/**
 * The bean {@code waitingRoom}: when an order whose turn failed has its next one. Immutable.
 *
 * <p>A normal order has one turn more than there are delays; a high one stays on the last delay until it succeeds. A turn
 * that failed during an outage is none of them: the order waits for the shortest delay, then in its lane until the brake
 * lets it go.
 */
public final class WaitingRoom {

    private final List<Duration> delays;
    private final DeliveryLedger ledger;

    /** @param delays at least one; the wait after the first, second, … failed turn */
    public WaitingRoom(List<Duration> delays, DeliveryLedger ledger) {
        if (delays.isEmpty()) {
            throw new IllegalArgumentException("orders.retry.delays: empty; at least one delay");
        }
        this.delays = List.copyOf(delays);
        this.ledger = ledger;
    }

    /** @param attempts turns that failed before this one */
    public boolean hasAnotherTurn(@Header(OrderHeaders.ATTEMPTS) int attempts, @Variable("lane") Lane lane) {
        return lane.equals(Lane.HIGH) || attempts < delays.size() || !ledger.isAttempt();
    }

    /** Has the order wait in the ledger for its next turn. */
    public void waitForNextTurn(Exchange exchange, @Header(OrderHeaders.ATTEMPTS) int attempts) throws JMSException {
        ledger.retrying(exchange, delays.get(ledger.isAttempt() ? Math.min(attempts, delays.size() - 1) : 0));
    }
}
