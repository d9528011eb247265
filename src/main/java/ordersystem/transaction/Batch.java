package ordersystem.transaction;

import java.time.Duration;

/**
 * How much a consumer takes in one transaction.
 *
 * @param size at least 1
 * @param maxTime after which no further message is taken
 * @param highTime the same, from the first message with a JMS priority above 4 on: it does not wait for a full batch
 * @param yields how long a consumer waits before its next batch, at most, while more orders come in than can be taken in
 * @param takesOrdersIn whether the route must record each message or send it on, whatever the queue's name; of queues
 *     {@code orders.*} that holds anyhow
 */
public record Batch(int size, Duration maxTime, Duration highTime, Duration yields, boolean takesOrdersIn) {

    public Batch(int size, Duration maxTime, Duration highTime, Duration yields) {
        this(size, maxTime, highTime, yields, false);
    }

    public Batch takingOrdersIn() {
        return new Batch(size, maxTime, highTime, yields, true);
    }
}
