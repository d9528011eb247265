package ordersystem.transaction;

import java.time.Duration;

/**
 * How much a consumer takes in one transaction.
 *
 * @param size at least 1
 * @param maxTime after which no further message is taken
 * @param highCloses whether a message with a JMS priority above 4 ends the batch, so that it does not wait for others
 */
public record Batch(int size, Duration maxTime, boolean highCloses) {}
