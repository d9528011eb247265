package ordersystem.transaction;

import java.time.Duration;

/**
 * How much a consumer takes in one transaction.
 *
 * @param size at least 1
 * @param maxTime after which no further message is taken
 * @param highTime the same, from the first message with a JMS priority above 4 on: it does not wait for a full batch
 * @param yields whether it waits, for a short while, when more orders come in than can be taken in at once
 */
public record Batch(int size, Duration maxTime, Duration highTime, boolean yields) {}
