package ordersystem.ledger;

import java.time.Instant;
import ordersystem.order.Content;
import ordersystem.order.Lane;

/**
 * A waiting order that is due, locked by {@link Ledger#release} while it is sent to its lane.
 *
 * @param receivedAt when the ledger first heard of it
 * @param step the step that the message is to carry: the row's step after the release
 */
public record Waiting(
        String orderId, Lane lane, State state, int step, int attempts, Instant receivedAt, Content content) {}
