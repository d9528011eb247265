package ordersystem.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import ordersystem.admission.AdmissionControl.Reading;
import ordersystem.order.Draw;

/**
 * The system under load, in virtual time: orders come, wait in a lane, are taken by its consumers in batches, and are deferred
 * and released. All contenders have the same 100 consumers on a machine that can do 2,500 orders a second.
 */
final class Simulation {

    /** In seconds. */
    static final double TICK = 0.02;

    static final int TICKS = 50;

    /** Orders a second that the machine can do. */
    static final double CAPACITY = 2_500;

    static final double HIGH_SHARE = 0.1;

    static final Duration TARGET = Duration.ofSeconds(5);

    /** The lane's length from which on the fixed threshold defers: as long as the target delay at usual speed. */
    private static final int THRESHOLD = 12_500;

    private static final int THRESHOLD_WAIT = 900;

    private static final int LONGEST_WAIT = 1_800;

    private static final double CALL = 1;

    /** A simulation that has not drained then never will, in seconds after the load. */
    private static final int GIVE_UP = 12 * 3_600;

    private static final int HIGH = 0;
    private static final int ADMITTED = 1;
    private static final int DEFERRED = 2;

    /** How it stood at the end of a second. */
    record Moment(double probability, double delay, long inLane, long waiting) {}

    private final Scenario scenario;
    private final Contender contender;
    private final SplittableRandom random = new SplittableRandom(20_110_909);
    private final SimulatedLane normal;
    private final SimulatedLane high;
    private final SimulatedWaitingRoom waitingRoom = new SimulatedWaitingRoom();
    private final List<Latencies> latencies = List.of(new Latencies(), new Latencies(), new Latencies());
    private final List<Moment> moments = new ArrayList<>();
    private final List<long[]> took = new ArrayList<>();
    private AdmissionControl control;
    private int now;
    private long arrived;
    private long arrivedNormal;
    private long deferredInWindow;
    private long ended;
    private long released;
    private long lastDeferredEnded;
    private int forward;
    private int aged;
    static final double AGED = Double.parseDouble(System.getProperty("aged", "1"));
    private boolean highAlarm;
    private boolean normalAlarm;

    private Simulation(Scenario scenario, Contender contender) {
        this.scenario = scenario;
        this.contender = contender;
        boolean one = contender == Contender.FIFO;
        normal = new SimulatedLane(one ? 100 : 50, 50, 0.5 / TICK, random.split());
        high = one ? normal : new SimulatedLane(50, 10, 0.05 / TICK, random.split());
        control = AdmissionControl.start(contender == Contender.ADMISSION ? Mode.AUTO : Mode.OFF, 0, TARGET);
    }

    static Simulation of(Scenario scenario, Contender contender) {
        Simulation simulation = new Simulation(scenario, contender);
        simulation.run();
        return simulation;
    }

    private void run() {
        for (int second = 0; second < scenario.to() || !drained() && second < scenario.to() + GIVE_UP; second++) {
            for (int i = 0; i < TICKS; i++) {
                now = second * TICKS + i;
                tick(second);
                if (i % (TICKS / 2) == 0) {
                    release(second, i == 0);
                }
            }
            measure(second);
        }
    }

    private void tick(int second) {
        double slowness = scenario.slownessAt(second);
        normal.end(now, this::ended);
        if (high != normal) {
            high.end(now, this::ended);
        }
        int highs = arrivals(scenario.loadAt(second) * CAPACITY * HIGH_SHARE * TICK);
        high.add(now, HIGH, highs);
        arrived += highs;
        arrive(second, arrivals(scenario.loadAt(second) * CAPACITY * (1 - HIGH_SHARE) * TICK));
        if (high != normal) {
            high.begin(now, ticks(slowness));
        }
        normal.begin(now, ticks(slowness));
    }

    /** A call takes its time; and consumers that are busy share the machine. */
    private double ticks(double slowness) {
        int busy = normal.demand() + (high == normal ? 0 : high.demand());
        return Math.max(CALL * slowness, busy / (CAPACITY * TICK) * Math.min(1, slowness));
    }

    private void arrive(int second, int count) {
        int admitted = 0;
        for (int i = 0; i < count; i++) {
            int wait = ask();
            if (wait == 0) {
                admitted++;
            } else {
                waitingRoom.add(second, second + wait);
            }
        }
        normal.add(now, ADMITTED, admitted);
        arrived += count;
        if (second >= scenario.from() && second < scenario.to()) {
            arrivedNormal += count;
            deferredInWindow += count - admitted;
        }
    }

    /** Seconds until it is due; 0 where it is admitted. */
    private int ask() {
        if (contender == Contender.THRESHOLD) {
            return normal.waiting() > THRESHOLD ? THRESHOLD_WAIT : 0;
        }
        Draw draw = new Draw(control.probability(), random.nextDouble());
        return draw.isAdmitted() ? 0 : 1 + (int) ((draw.probability() - draw.number()) * LONGEST_WAIT);
    }

    private void release(int second, boolean newSecond) {
        if (newSecond) {
            int limit = contender == Contender.ADMISSION && AGED < 1 ? aged : Integer.MAX_VALUE;
            int[] due = waitingRoom.due(second, Math.max(forward, limit));
            goOn(due);
            forward = Math.max(0, forward - due.length);
            goOn(waitingRoom.oldest(forward));
            forward = 0;
        }
    }

    private void goOn(int[] arrivals) {
        for (int arrival : arrivals) {
            normal.add(arrival * TICKS, DEFERRED, 1);
        }
        released += arrivals.length;
    }

    private void measure(int second) {
        control = control.next(
                new Reading(
                        Instant.ofEpochSecond(second),
                        normal.reading(released),
                        high == normal ? new Flow.Reading(0, 0, 0) : high.reading(0)),
                TARGET);
        aged = control.normal().rate() == 0 ? 50 : (int) (AGED * control.normal().rate());
        forward = contender == Contender.THRESHOLD
                ? (int) Math.max(0, THRESHOLD / 2 - normal.waiting())
                : control.room(TARGET);
        highAlarm |= control.isHighLaneSaturated();
        normalAlarm |= control.isNormalLaneSaturated();
        moments.add(new Moment(
                control.probability(),
                control.normal().delay(),
                control.normal().ready(),
                waitingRoom.waiting()));
    }

    private void ended(int tick, int kind, int count) {
        int second = tick / TICKS;
        ended += count;
        if (kind == DEFERRED) {
            lastDeferredEnded = now / TICKS;
        }
        if (second >= scenario.from() && second < scenario.to()) {
            latencies.get(kind).add(now - tick, count);
        }
        while (took.size() <= second) {
            took.add(new long[4]);
        }
        if (kind != DEFERRED) {
            took.get(second)[2 * kind] += (long) (now - tick) * count;
            took.get(second)[2 * kind + 1] += count;
        }
    }

    /** Poisson's, as a sum of twelve; without logarithms, so that all machines have the same. */
    private int arrivals(double expected) {
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += random.nextDouble();
        }
        return (int) Math.max(0, Math.floor(expected + Math.sqrt(expected) * sum + random.nextDouble()));
    }

    private boolean drained() {
        return waitingRoom.waiting() == 0 && control.normal().ready() < CAPACITY;
    }

    /** Seconds from the end of the load until nothing waits any more. */
    int drain() {
        return moments.size() - scenario.to();
    }

    boolean isDrained() {
        return drained();
    }

    Latencies high() {
        return latencies.get(HIGH);
    }

    Latencies admitted() {
        return latencies.get(ADMITTED);
    }

    Latencies deferred() {
        return latencies.get(DEFERRED);
    }

    double shareDeferred() {
        return deferredInWindow / (double) arrivedNormal;
    }

    Moment at(int second) {
        return moments.get(Math.min(second, moments.size() - 1));
    }

    /** Mean seconds that admitted normal orders took which came in a second. */
    double took(int second) {
        long[] sums = took.get(second);
        return sums[3] == 0 ? 0 : sums[2] * TICK / sums[3];
    }

    boolean isNothingLost() {
        return ended
                        + normal.reading(0).ready()
                        + (high == normal ? 0 : high.reading(0).ready())
                        + waitingRoom.waiting()
                == arrived;
    }

    double mostProbability() {
        return moments.stream().mapToDouble(Moment::probability).max().orElse(0);
    }

    double mostDelay() {
        return moments.stream().mapToDouble(Moment::delay).max().orElse(0);
    }

    long lastDeferredEnded() {
        return lastDeferredEnded;
    }

    boolean raisedNormalAlarm() {
        return normalAlarm;
    }

    boolean raisedHighAlarm() {
        return highAlarm;
    }
}
