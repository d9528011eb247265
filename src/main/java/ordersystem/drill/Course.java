package ordersystem.drill;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The course of a day, as the {@link Account} had it at some time: figures and curves. Times are microseconds from the day's
 * begin, {@link Account#NEVER} where something did not happen.
 *
 * @param due when each order was to be sent
 * @param accepted by the original's number, when its first 2xx came
 * @param delivered by the original's number, when the warehouse first took it
 * @param deliveries how often it did
 * @param rejected whether it was answered 4xx
 * @param answersWhileAway those of the answers between {@code killed} and {@code reopened}
 * @param end when this was written down
 */
record Course(
        DayOrders orders,
        long[] due,
        long[] accepted,
        long[] delivered,
        int[] deliveries,
        boolean[] rejected,
        Map<Answer, Integer> answers,
        Map<Answer, Integer> answersWhileAway,
        int unasked,
        long killed,
        long reopened,
        long end) {

    private static final long SECOND = 1_000_000;

    private static final double[] PERCENTS = {0, 1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.9, 100};

    Tally tally() {
        int[] good = offered(i -> true);
        int[] notOrders = sent(i -> !orders.isGood(i) && !orders.isRepeated(i));
        return new Tally(
                good.length,
                count(good, orders::isHigh),
                sent(orders::isRepeated).length,
                notOrders.length,
                count(notOrders, i -> rejected[i]),
                count(good, i -> accepted[i] != Account.NEVER),
                count(good, i -> deliveries[i] > 0),
                count(good, i -> accepted[i] != Account.NEVER && deliveries[i] == 0),
                count(good, i -> deliveries[i] > 1),
                count(good, i -> accepted[i] == Account.NEVER),
                count(good, i -> orders.isHigh(i) && deliveries[i] == 0),
                unasked,
                refused(answers) - refused(answersWhileAway),
                refused(answersWhileAway));
    }

    /** How often each answer came, by its text. */
    static Map<String, Integer> byText(Map<Answer, Integer> answers) {
        Map<String, Integer> texts = new TreeMap<>();
        answers.forEach((answer, times) -> texts.put(answer.text(), times));
        return texts;
    }

    private static int refused(Map<Answer, Integer> answers) {
        return answers.entrySet().stream()
                .filter(e -> e.getKey().isToBeSentAgain())
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** From the moment an order was to be sent until the warehouse has it; one that it has not counts until the end. */
    Lapse processing(IntPredicate which) {
        return lapse(which, delivered);
    }

    /** From the moment an order was to be sent until its 2xx; one without counts until the end. */
    Lapse answering(IntPredicate which) {
        return lapse(which, accepted);
    }

    /** Seconds of an order's mean time in which the warehouse was down: whoever had the order could do nothing for it. */
    double meanWhileDown(long down, long up) {
        if (down == Account.NEVER) {
            return 0;
        }
        long last = up == Account.NEVER ? end : up;
        return Lapse.of(Arrays.stream(offered(i -> true))
                        .mapToLong(i -> Math.min(due[i] + since(i, delivered), last) - Math.max(due[i], down))
                        .map(micros -> Math.max(0, micros))
                        .toArray())
                .mean();
    }

    private Lapse lapse(IntPredicate which, long[] times) {
        return Lapse.of(lapses(which, times));
    }

    private long[] lapses(IntPredicate which, long[] times) {
        return Arrays.stream(offered(which)).mapToLong(i -> since(i, times)).toArray();
    }

    /** Pairs of percent and seconds: so many of the orders took no longer from due to processed. */
    List<double[]> processingPercentiles(IntPredicate which) {
        long[] sorted = lapses(which, delivered);
        Arrays.sort(sorted);
        return Arrays.stream(PERCENTS)
                .mapToObj(percent -> new double[] {percent, Lapse.percentile(sorted, percent / 100)})
                .toList();
    }

    private long since(int i, long[] times) {
        return (times[i] == Account.NEVER ? end : times[i]) - due[i];
    }

    /** Different orders that were due, those that are none left out. */
    private int[] offered(IntPredicate which) {
        return sent(i -> orders.isGood(i) && !orders.isRepeated(i) && which.test(i));
    }

    private int[] sent(IntPredicate which) {
        return IntStream.range(0, due.length)
                .filter(i -> due[i] <= end && which.test(i))
                .toArray();
    }

    private static int count(int[] numbers, IntPredicate which) {
        return (int) Arrays.stream(numbers).filter(which).count();
    }

    /**
     * Seconds from {@code begin} until no more orders were waiting for the warehouse than had come in the last second; NaN where that
     * was not reached.
     *
     * @param from when the fault was over: what is waiting before that is not looked at
     */
    double secondsUntilCaughtUp(long begin, long from) {
        if (from == Account.NEVER) {
            return Double.NaN;
        }
        long[] offered = sorted(due);
        long[] done = sorted(delivered);
        for (long at = from; at <= end; at += SECOND / 10) {
            int came = until(offered, at) - until(offered, at - SECOND);
            if (until(offered, at) - until(done, at) <= Math.max(1, came)) {
                return (at - begin) / 1e6;
            }
        }
        return Double.NaN;
    }

    /** Orders that were due and that the warehouse did not have: all, at each step. */
    List<double[]> waiting(SaleCurve curve, long step) {
        return difference(curve, step, due, delivered);
    }

    /** Orders that were due and not accepted: those that wait at the customers. */
    List<double[]> notAccepted(SaleCurve curve, long step) {
        return difference(curve, step, due, accepted);
    }

    private List<double[]> difference(SaleCurve curve, long step, long[] from, long[] to) {
        long[] begun = sorted(from);
        long[] done = sorted(to);
        List<double[]> points = new ArrayList<>();
        for (long at = 0; at <= end; at += step) {
            points.add(new double[] {curve.hour(at), until(begun, at) - until(done, at)});
        }
        return points;
    }

    /** Orders that became due in a second. */
    List<double[]> offeredPerSecond(SaleCurve curve, long step) {
        return perSecond(curve, step, due);
    }

    /** Orders that the warehouse took in a second. */
    List<double[]> processedPerSecond(SaleCurve curve, long step) {
        return perSecond(curve, step, delivered);
    }

    private List<double[]> perSecond(SaleCurve curve, long step, long[] times) {
        long[] sorted = sorted(times);
        List<double[]> points = new ArrayList<>();
        for (long at = step; at <= end; at += step) {
            points.add(new double[] {
                curve.hour(at - step / 2), (until(sorted, at) - until(sorted, at - step)) * (double) SECOND / step
            });
        }
        return points;
    }

    /** Mean seconds from due to processed, by when an order was due. */
    List<double[]> processingByDue(SaleCurve curve, long step) {
        List<double[]> points = new ArrayList<>();
        for (long at = step; at <= end; at += step) {
            long from = at - step;
            long to = at;
            Lapse lapse = processing(i -> due[i] > from && due[i] <= to);
            if (lapse.count() > 0) {
                points.add(new double[] {curve.hour(at - step / 2), lapse.mean()});
            }
        }
        return points;
    }

    /** Of the different orders that were due. */
    private long[] sorted(long[] times) {
        return Arrays.stream(offered(i -> times[i] != Account.NEVER))
                .mapToLong(i -> times[i])
                .sorted()
                .toArray();
    }

    private static int until(long[] sorted, long time) {
        int found = Arrays.binarySearch(sorted, time + 1);
        int at = found < 0 ? -found - 1 : found;
        while (at > 0 && sorted[at - 1] > time) {
            at--;
        }
        return at;
    }
}
