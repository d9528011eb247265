package ordersystem.admission;

import java.util.ArrayList;
import java.util.List;

/** What a simulation has shown. Times are in seconds. */
final class Outcome {

    /** What an order was, and became. */
    enum Kind {
        HIGH,
        ADMITTED,
        DEFERRED
    }

    /** How it stood at the end of a second. */
    record Moment(double probability, double delay, long inLane, long waiting) {}

    /** The law has had time to find its probability: the burst allowance, the way back from what it let in, and some. */
    static final int SETTLED = 300;

    /** For how long before the end of the load the steady state is looked at. */
    private static final int STEADY = 120;

    private final Scenario scenario;
    private final List<Latencies> latencies = List.of(new Latencies(), new Latencies(), new Latencies());
    private final Latencies settled = new Latencies();
    private final List<Moment> moments = new ArrayList<>();
    private final List<long[]> bySecond = new ArrayList<>();
    private long normal;
    private long deferred;
    private boolean normalAlarm;
    private boolean highAlarm;
    private boolean drained;
    private long lost;

    Outcome(Scenario scenario) {
        this.scenario = scenario;
    }

    void arrived(int second, int admitted, int notAdmitted) {
        if (scenario.isUnderLoad(second)) {
            normal += admitted + notAdmitted;
            deferred += notAdmitted;
        }
    }

    void ended(int arrived, Kind kind, int ticks, int count) {
        int second = arrived / Simulation.TICKS;
        while (bySecond.size() <= second) {
            bySecond.add(new long[2]);
        }
        if (kind == Kind.ADMITTED) {
            bySecond.get(second)[0] += (long) ticks * count;
            bySecond.get(second)[1] += count;
        }
        if (scenario.isUnderLoad(second)) {
            latencies.get(kind.ordinal()).add(ticks, count);
            if (kind == Kind.ADMITTED && second >= scenario.from() + SETTLED) {
                settled.add(ticks, count);
            }
        }
    }

    void measured(AdmissionControl control, int waiting) {
        normalAlarm |= control.isNormalLaneSaturated();
        highAlarm |= control.isHighLaneSaturated();
        moments.add(new Moment(
                control.probability(),
                control.normal().delay(),
                control.normal().ready(),
                waiting));
    }

    void over(boolean nothingWaits, long notThere) {
        drained = nothingWaits;
        lost = notThere;
    }

    Latencies latencies(Kind kind) {
        return latencies.get(kind.ordinal());
    }

    /** Of admitted normal orders that came when the law had had its time. */
    Latencies settled() {
        return settled;
    }

    Moment at(int second) {
        return moments.get(Math.min(second, moments.size() - 1));
    }

    /** How long admitted normal orders took that came in a second: the mean; 0 where none did. */
    double took(int second) {
        long[] sums = second < bySecond.size() ? bySecond.get(second) : new long[2];
        return sums[1] == 0 ? 0 : sums[0] * Simulation.TICK / sums[1];
    }

    double shareDeferred() {
        return deferred / (double) normal;
    }

    double mostProbability() {
        return moments.stream().mapToDouble(Moment::probability).max().orElse(0);
    }

    double steadyProbability() {
        return moments.subList(scenario.to() - STEADY, scenario.to()).stream()
                .mapToDouble(Moment::probability)
                .average()
                .orElse(0);
    }

    /** Standard deviation. */
    double swing() {
        double mean = steadyProbability();
        return Math.sqrt(moments.subList(scenario.to() - STEADY, scenario.to()).stream()
                .mapToDouble(m -> (m.probability() - mean) * (m.probability() - mean))
                .average()
                .orElse(0));
    }

    /** From the end of the load until nothing waits any more. */
    int drain() {
        return moments.size() - scenario.to();
    }

    boolean isDrained() {
        return drained;
    }

    /** Orders that are nowhere; less than 0 where some are twice. */
    long lost() {
        return lost;
    }

    boolean isNormalAlarmRaised() {
        return normalAlarm;
    }

    boolean isHighAlarmRaised() {
        return highAlarm;
    }
}
