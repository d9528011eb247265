package ordersystem.drill;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/**
 * How a sale day's orders are spread over its 24 hours, compressed into a shorter time: the shop's usual day, few at night and most
 * in the afternoon, and on top of it those that a sale brings, a spike when it opens at nine and a long evening. Immutable.
 *
 * @param orders of the whole day
 * @param length the time that stands for 24 hours
 */
record SaleCurve(int orders, Duration length) {

    /** When the sale opens, and most orders come. */
    static final double PEAK_HOUR = 9;

    static final int HOURS = 24;

    /** The customer's own figures: 50,000 orders on a normal day, 200,000 on that of a sale. */
    private static final double USUAL = 50_000.0 / 200_000;

    /** Of what the sale adds. */
    private static final double SPIKE = 0.35;

    private static final int MINUTES = HOURS * 60;

    /** By minute of the day: the share of the day's orders that come in it. */
    private static final double[] SHARES = shares();

    private static double[] shares() {
        double[] usual = normalised(hour -> 1 - 0.9 * Math.cos(Math.PI * (hour - 3) / 12));
        double[] spike = normalised(hour -> bell(hour, PEAK_HOUR, 2.0 / 3));
        double[] evening = normalised(hour -> bell(hour, 20, 2.5));
        double[] shares = new double[MINUTES];
        for (int minute = 0; minute < MINUTES; minute++) {
            shares[minute] =
                    USUAL * usual[minute] + (1 - USUAL) * (SPIKE * spike[minute] + (1 - SPIKE) * evening[minute]);
        }
        return shares;
    }

    private static double[] normalised(DoubleUnaryOperator shape) {
        double[] values = new double[MINUTES];
        Arrays.setAll(values, minute -> shape.applyAsDouble((minute + 0.5) / 60));
        double sum = Arrays.stream(values).sum();
        return Arrays.stream(values).map(value -> value / sum).toArray();
    }

    private static double bell(double hour, double middle, double deviation) {
        double off = (hour - middle) / deviation;
        return Math.exp(-off * off / 2);
    }

    /** Orders offered in a second of the compressed day, at this hour of it, 0 to 24. */
    double perSecond(double hour) {
        int minute = Math.min(MINUTES - 1, (int) (hour * 60));
        return orders * SHARES[minute] * MINUTES / (length.toNanos() / 1e9);
    }

    /** When in the compressed day this hour is, in microseconds from its begin. */
    long micros(double hour) {
        return Math.round(hour / HOURS * length.toNanos() / 1e3);
    }

    /** The hour of the day at which so many microseconds of the compressed day have passed; more than 24 after its end. */
    double hour(long micros) {
        return micros * 1e3 / length.toNanos() * HOURS;
    }

    /**
     * When each order is due, in microseconds from the day's begin, ascending. They come independently of each other, as customers
     * do (a Poisson process with this many points); the same seed gives the same times.
     */
    long[] times(long seed) {
        double[] until = SHARES.clone();
        Arrays.parallelPrefix(until, Double::sum);
        SplittableRandom random = new SplittableRandom(seed);
        long[] times = new long[orders];
        for (int i = 0; i < orders; i++) {
            int found = Arrays.binarySearch(until, random.nextDouble() * until[MINUTES - 1]);
            int minute = Math.min(MINUTES - 1, found < 0 ? -found - 1 : found);
            times[i] = micros((minute + random.nextDouble()) / 60);
        }
        Arrays.sort(times);
        return times;
    }
}
