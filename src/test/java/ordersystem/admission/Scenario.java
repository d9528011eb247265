package ordersystem.admission;

import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * What happens to the system, second by second. After the end it goes on with half the orders that it can do.
 *
 * @param from the second from which on latencies are of interest
 * @param to and until which; the load ends here
 * @param load orders a second, of which the system can do 1
 * @param slowness seconds that things take, of which they usually take 1
 */
record Scenario(String title, int from, int to, IntToDoubleFunction load, IntToDoubleFunction slowness) {

    private static final double USUAL = 0.5;

    private static final IntToDoubleFunction EVEN = second -> 1;

    static final Scenario BURST = new Scenario("burst: 3 x for 20 s", 300, 320, step(0.5, 3, 300, 320), EVEN);
    static final Scenario STEP = new Scenario("step: 2 x for 10 min", 300, 900, step(0.9, 2, 300, 900), EVEN);
    static final Scenario HOUR = new Scenario("3 x for an hour", 300, 3900, step(0.9, 3, 300, 3900), EVEN);
    static final Scenario BROWN_OUT = new Scenario(
            "brown-out: 0.8 x, calls of 100 ms instead of 20 for 10 min",
            300,
            900,
            step(0.8, 0.8, 300, 900),
            step(1, 5, 300, 900));
    static final Scenario JUMPS = new Scenario(
            "1.2 x; service at half, at double and at usual speed, 5 min each",
            300,
            1200,
            step(1.2, 1.2, 300, 1200),
            second -> second < 300 ? 1 : second < 600 ? 2 : second < 900 ? 0.5 : 1);
    static final Scenario MORNING = new Scenario(
            "morning: 0.2 x to 1.5 x within 30 min, held for 10 min",
            300,
            2700,
            second -> second < 300 ? 0.2 : Math.min(1.5, 0.2 + 1.3 * (second - 300) / 1800.0),
            EVEN);

    static final List<Scenario> ALL = List.of(BURST, STEP, HOUR, BROWN_OUT, JUMPS, MORNING);

    /** Of what the system can do. */
    double loadAt(int second) {
        return second < to ? load.applyAsDouble(second) : USUAL;
    }

    double slownessAt(int second) {
        return second < to ? slowness.applyAsDouble(second) : 1;
    }

    /** Whether latencies are of interest. */
    boolean isUnderLoad(int second) {
        return second >= from && second < to;
    }

    private static IntToDoubleFunction step(double before, double during, int from, int to) {
        return second -> second >= from && second < to ? during : before;
    }
}
