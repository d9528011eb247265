package ordersystem.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import ordersystem.admission.AdmissionControl.Reading;
import ordersystem.admission.Outcome.Kind;
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

    private final Scenario scenario;
    private final Contender contender;
    private final SplittableRandom random = new SplittableRandom(20_110_909);
    private final SimulatedLane normal;
    private final SimulatedLane high;
    private final SimulatedWaitingRoom waitingRoom = new SimulatedWaitingRoom();
    private final Outcome outcome;
    private AdmissionControl control;
    private int now;
    private long arrived;
    private long ended;
    private long released;

    private Simulation(Scenario scenario, Contender contender) {
        this.scenario = scenario;
        this.contender = contender;
        outcome = new Outcome(scenario);
        boolean one = contender == Contender.FIFO;
        normal = new SimulatedLane(one ? 100 : 50, 50, 0.5 / TICK, random.split());
        high = one ? normal : new SimulatedLane(50, 10, 0.05 / TICK, random.split());
        control = AdmissionControl.start(contender == Contender.ADMISSION ? Mode.AUTO : Mode.OFF, 0, TARGET);
    }

    static Outcome of(Scenario scenario, Contender contender) {
        Simulation simulation = new Simulation(scenario, contender);
        simulation.run();
        return simulation.outcome;
    }

    private void run() {
        for (int second = 0; second < scenario.to() || !drained() && second < scenario.to() + GIVE_UP; second++) {
            for (int i = 0; i < TICKS; i++) {
                now = second * TICKS + i;
                tick(second);
            }
            measure(second);
            release(second);
        }
        long inLanes = normal.reading(0).ready()
                + (high == normal ? 0 : high.reading(0).ready());
        outcome.over(drained(), arrived - ended - inLanes - waitingRoom.waiting());
    }

    private void tick(int second) {
        double slowness = scenario.slownessAt(second);
        normal.end(now, this::ended);
        if (high != normal) {
            high.end(now, this::ended);
        }
        int highs = arrivals(scenario.loadAt(second) * CAPACITY * HIGH_SHARE * TICK);
        high.add(now, Kind.HIGH, highs);
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
        normal.add(now, Kind.ADMITTED, admitted);
        arrived += count;
        outcome.arrived(second, admitted, count - admitted);
    }

    /** Seconds until it is due; 0 where it is admitted. */
    private int ask() {
        if (contender == Contender.THRESHOLD) {
            return normal.waiting() > THRESHOLD ? THRESHOLD_WAIT : 0;
        }
        Draw draw = new Draw(control.probability(), random.nextDouble());
        return draw.isAdmitted() ? 0 : 1 + (int) ((draw.probability() - draw.number()) * LONGEST_WAIT);
    }

    /** Those that are due, and as many more as can be brought forward. */
    private void release(int second) {
        int forward = contender == Contender.THRESHOLD
                ? (int) Math.max(0, THRESHOLD / 2 - normal.waiting())
                : control.room(TARGET);
        int[] due = waitingRoom.due(second, control.due(TARGET));
        goOn(due);
        goOn(waitingRoom.oldest(forward - due.length));
    }

    private void goOn(int[] arrivals) {
        for (int from = 0, to; from < arrivals.length; from = to) {
            to = from + 1;
            while (to < arrivals.length && arrivals[to] == arrivals[from]) {
                to++;
            }
            normal.add(arrivals[from] * TICKS, Kind.DEFERRED, to - from);
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
        outcome.measured(control, waitingRoom.waiting());
    }

    private void ended(int tick, Kind kind, int count) {
        ended += count;
        outcome.ended(tick, kind, now - tick, count);
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
}
