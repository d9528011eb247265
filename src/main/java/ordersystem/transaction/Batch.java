package ordersystem.transaction;

import java.time.Duration;

/**
 * How much a consumer takes in one transaction.
 *
 * @param size at least 1
 * @param maxTime after which no further message is taken
 * @param afterHigh how many further messages are taken once one with a JMS priority above 4 is among them, so that it does
 *     not wait for a full batch; at least 0
 */
public record Batch(int size, Duration maxTime, int afterHigh) {}
