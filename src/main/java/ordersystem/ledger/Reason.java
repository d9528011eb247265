package ordersystem.ledger;

import org.jspecify.annotations.Nullable;

/**
 * Why an order waits, or did not go through.
 *
 * @param type class name of the fault
 * @param message what went wrong, in words
 * @param route id of the route in which it went wrong
 * @param node id of the node in which it went wrong
 */
public record Reason(
        String type,
        String message,
        @Nullable String route,
        @Nullable String node) {}
