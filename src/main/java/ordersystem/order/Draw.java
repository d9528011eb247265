package ordersystem.order;

import java.time.Duration;

/**
 * What a normal order was asked once: its number against the probability of deferral at that moment.
 *
 * @param probability that an order was deferred then, 0 to 1
 * @param number of this order, 0 (included) to 1 (excluded); the same whenever it is asked
 */
public record Draw(double probability, double number) {

    /** What a number of 0 waits where all are deferred. */
    private static final Duration LONGEST_DEFERRAL = Duration.ofSeconds(1800);

    public boolean isAdmitted() {
        return number >= probability;
    }

    /** After what time a deferred order may go on though there is no room: the closer it was to being admitted, the sooner. */
    public Duration deferral() {
        return Duration.ofMillis((long) (Math.max(0, probability - number) * LONGEST_DEFERRAL.toMillis()));
    }
}
