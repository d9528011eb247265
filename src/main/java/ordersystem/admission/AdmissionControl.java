package ordersystem.admission;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How admission stands: what people have set, and what has been measured. It is kept in the ledger, and one instance takes it
 * a step on each second, so that all have the same. Pure: its clock is the time of the reading.
 *
 * @param mode how the probability comes about
 * @param fixed the probability of mode FIXED
 * @param by who set the mode; null where it is the configured one
 * @param since when that was
 * @param normalOver seconds for which the normal lane's delay has been over twice the target
 * @param highOver seconds for which the high lane's delay has been over the target
 * @param at the last reading; null before the first
 */
public record AdmissionControl(
        Mode mode,
        double fixed,
        @Nullable String by,
        @Nullable Instant since,
        Pie pie,
        Flow normal,
        Flow high,
        double normalOver,
        double highOver,
        @Nullable Instant at) {

    /** In seconds; a reading that comes sooner after the last one is somebody else's turn. */
    private static final double SOONEST = 0.9;

    /** In seconds; what was longer ago says nothing about now: nobody was there, or nobody worked. */
    private static final double LATEST = 10;

    /** At most so many orders are brought forward in one step. */
    private static final int MOST_AT_ONCE = 2_000;

    /** And so many where it is not known how fast the lane is: it was never busy. */
    private static final int CAUTIOUS = 50;

    /**
     * Of what the lane does, for deferred orders whose time has come. Without a limit their return takes the whole lane once an
     * overload has lasted for some twenty minutes, and who is admitted waits behind them: docs/admission.md.
     */
    static final double AGED_SHARE = 0.25;

    /** A probability from which on nothing is brought forward, and replays wait. */
    public static final double OVERLOAD = 0.05;

    private static final double HIGH_ALARM_AFTER = 30;
    private static final double NORMAL_ALARM_AFTER = 300;

    /** What is read of the lanes at one instant. */
    public record Reading(Instant at, Flow.Reading normal, Flow.Reading high) {}

    /** As it begins. */
    public static AdmissionControl start(Mode mode, double fixed, Duration target) {
        return new AdmissionControl(mode, fixed, null, null, Pie.start(target), Flow.UNKNOWN, Flow.UNKNOWN, 0, 0, null);
    }

    /** The step after this one; this one where it is too soon. */
    public AdmissionControl next(Reading reading, Duration target) {
        double seconds =
                at == null ? LATEST + 1 : Duration.between(at, reading.at()).toMillis() / 1000.0;
        if (seconds < SOONEST && seconds > -LATEST) {
            return this;
        }
        // Or a clock that was set back.
        if (Math.abs(seconds) > LATEST) {
            return new AdmissionControl(
                    mode,
                    fixed,
                    by,
                    since,
                    pie,
                    normal.restarted(reading.normal()),
                    high.restarted(reading.high()),
                    0,
                    0,
                    reading.at());
        }
        Flow normalNow = normal.next(reading.normal(), seconds);
        Flow highNow = high.next(reading.high(), seconds);
        double limit = Pie.seconds(target);
        return new AdmissionControl(
                mode,
                fixed,
                by,
                since,
                mode == Mode.AUTO ? pie.next(normalNow.delay(), target, seconds) : Pie.start(target),
                normalNow,
                highNow,
                normalNow.delay() > 2 * limit ? normalOver + seconds : 0,
                highNow.delay() > limit ? highOver + seconds : 0,
                reading.at());
    }

    /** As somebody sets it. What was measured stays. */
    public AdmissionControl switched(Mode to, double probability, @Nullable String who, @Nullable Instant when) {
        return new AdmissionControl(to, probability, who, when, pie, normal, high, normalOver, highOver, at);
    }

    /** That a normal order which comes now is deferred. */
    public double probability() {
        return switch (mode) {
            case AUTO -> pie.inForce();
            case FIXED -> fixed;
            case OFF -> 0;
        };
    }

    /**
     * How many deferred orders can go on now without pushing the probability up again: what the lane can do and does not get,
     * and as much more as lets the delay grow by α/(α+β) of what it is under the target, where the two terms of the law cancel out.
     */
    public int room(Duration target) {
        double missing = Pie.seconds(target) - normal.delay();
        if (probability() >= OVERLOAD || missing <= Pie.seconds(target) / 2) {
            return 0;
        }
        if (normal.rate() == 0) {
            return normal.ready() == 0 ? CAUTIOUS : 0;
        }
        double room = normal.rate() * (1 + Pie.ALPHA / (Pie.ALPHA + Pie.BETA) * missing) - normal.arriving();
        return (int) Math.max(0, Math.min(MOST_AT_ONCE, room));
    }

    /**
     * How many deferred orders whose time has come can go on in this second, whatever the probability; those for which there is
     * room are among them. At least 1, so that all come to their turn.
     */
    public int due(Duration target) {
        double aged = normal.rate() == 0 ? CAUTIOUS : Math.ceil(AGED_SHARE * normal.rate());
        return (int) Math.max(room(target), Math.min(MOST_AT_ONCE, aged));
    }

    /** The high lane is not worked off as fast as it fills. */
    public boolean isHighLaneSaturated() {
        return highOver >= HIGH_ALARM_AFTER;
    }

    /** Not even deferral holds the normal lane's delay near its target. */
    public boolean isNormalLaneSaturated() {
        return normalOver >= NORMAL_ALARM_AFTER;
    }
}
