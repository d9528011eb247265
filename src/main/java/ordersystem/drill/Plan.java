package ordersystem.drill;

import java.time.Duration;
import java.util.List;

/**
 * What a drill is made of; the same for both systems.
 *
 * @param curve how many orders come when
 * @param warmUp how long before the day orders come at the usual rate, so that the code is compiled; they are not counted
 * @param outage how long the warehouse is down, from the peak on
 * @param warehouse time that one of its calls takes
 * @param faults share of the calls that fail, 0 to 1
 * @param browser how long a customer waits for an answer
 * @param again how long before a customer sends an order again for the first time
 * @param threads of the synchronous service
 * @param jvm options of each system's Java
 * @param seed of the day's times and orders
 */
record Plan(
        SaleCurve curve,
        Duration warmUp,
        Duration outage,
        Duration warehouse,
        double faults,
        Duration browser,
        Duration again,
        int threads,
        List<String> jvm,
        long seed) {

    /** When the service is killed, between the sale's two crowds. */
    static final double KILL_HOUR = 14;

    /** Orders a second before the day: the day's mean. */
    int warmUpPerSecond() {
        return (int) Math.max(1, curve.orders() / Math.max(1, curve.length().toSeconds()));
    }

    /** Between two points of a curve, in microseconds. */
    long step() {
        return Math.max(100_000, curve.length().toNanos() / 1_000 / 150);
    }
}
