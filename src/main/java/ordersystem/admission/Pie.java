package ordersystem.admission;

import java.time.Duration;

/**
 * The PIE control law (RFC 8033): a probability that follows a queueing delay. One step a second. Pure.
 *
 * <p>Where it differs from the RFC: a step is a second and the reference five, not 15 ms, because what waits are orders and
 * not packets. So the coefficients are per step, and of the relative error. The bounds of the scaling start at 1e-4, because a
 * thousand orders a second cannot tell a smaller probability from none. A step up is at most 0.1, at any probability, where the
 * RFC has 0.02 above 0.1. The probability ends at 0.95, so that some normal orders always go through. The RFC's two
 * exceptions for a short queue (§4.1) are left out: who is deferred without need is brought forward.
 *
 * <p>As in the RFC, the probability goes on climbing during the burst allowance, where it is not in force. Held at 0 until then
 * the delay came back ten seconds later, and no order was spared (simulated: docs/admission.md).
 *
 * @param probability before the allowance, 0 to {@link #MOST}
 * @param error relative to the reference delay, of the last step: -1 for an empty queue, 0 at the reference
 * @param allowance seconds for which nothing is deferred yet, whatever the probability (RFC 8033 §4.4, burst allowance)
 */
public record Pie(double probability, double error, double allowance) {

    /** Of the error, for one step (RFC 8033 §4.2). */
    static final double ALPHA = 0.05;

    /** Of the change of the error, for one step (RFC 8033 §4.2). */
    static final double BETA = 0.5;

    /** Some normal orders always go through. */
    public static final double MOST = 0.95;

    /** How far one step goes up (RFC 8033 §5.5). */
    static final double LONGEST_STEP = 0.10;

    /** Of a probability while nothing waits (RFC 8033 §4.2). */
    static final double IDLE_DECAY = 0.98;

    /**
     * The burst allowance, in reference delays: enough for a burst of 20 s. The RFC has 10; with that many, who is admitted when
     * an overload begins waits twice as long (simulated: docs/admission.md).
     */
    static final double ALLOWANCE = 5;

    /** Nothing waits, and nothing has. */
    public static Pie start(Duration reference) {
        return new Pie(0, -1, ALLOWANCE * seconds(reference));
    }

    /**
     * One step.
     *
     * @param delay that an order meets which comes now, in seconds, at least 0
     * @param reference the delay that is to be held
     * @param seconds since the last step
     */
    public Pie next(double delay, Duration reference, double seconds) {
        double now = delay / seconds(reference) - 1;
        double step = (ALPHA * now + BETA * (now - error)) / divisor(probability);
        double moved = Math.max(0, Math.min(MOST, probability + Math.min(LONGEST_STEP, step)));
        if (now == -1 && error == -1) {
            moved *= IDLE_DECAY;
        }
        boolean calm = moved == 0 && now < -0.5 && error < -0.5;
        double left = calm ? ALLOWANCE * seconds(reference) : Math.max(0, allowance - seconds);
        return new Pie(moved, now, left);
    }

    /** The probability that is in force. */
    public double inForce() {
        return allowance > 0 ? 0 : probability;
    }

    /** A small probability moves in small steps, or it would swing (RFC 8033 §4.2, auto-tuning). */
    private static double divisor(double probability) {
        if (probability < 1e-4) {
            return 128;
        }
        if (probability < 1e-3) {
            return 32;
        }
        if (probability < 1e-2) {
            return 8;
        }
        return probability < 0.1 ? 2 : 1;
    }

    static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
