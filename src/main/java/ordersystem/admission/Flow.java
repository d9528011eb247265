package ordersystem.admission;

/**
 * How one lane flows: what waits in it, how fast it is worked off, and so for how long an order waits that comes now. Pure.
 *
 * <p>What is in hand counts as waiting, since the ledger cannot tell the two apart. So the delay is never below the time that
 * one order takes, and the target has to be more than twice that.
 *
 * @param ready orders in the lane's queue or in hand, at the last reading
 * @param ended turns that have ended, well or not, ever
 * @param released orders that the waiting room has sent on after a deferral, ever
 * @param rate turns a second while there was enough to do; 0 where that was never seen
 * @param delay in seconds; 0 while the rate is not known
 * @param arriving orders a second that came into the lane by themselves, since the reading before
 */
public record Flow(long ready, long ended, long released, double rate, double delay, double arriving) {

    /** Weight of the newest reading (RFC 8033 §5.2; Linux has 1/8, too). With 1 it swings in a brown-out; 1/16 to 1/2 do. */
    private static final double NEWEST = 1 / 8.0;

    /** Turns a second below which a lane stands still; keeps the delay finite. */
    private static final double STANDSTILL = 0.01;

    /** What is read of a lane. */
    public record Reading(long ready, long ended, long released) {}

    static final Flow UNKNOWN = new Flow(0, 0, 0, 0, 0, 0);

    /** From here on: what came before says nothing about the time since. */
    Flow restarted(Reading reading) {
        return new Flow(reading.ready(), reading.ended(), reading.released(), rate, delayOf(reading.ready(), rate), 0);
    }

    Flow next(Reading reading, double seconds) {
        double done = Math.max(0, reading.ended() - ended) / seconds;
        // More waited than was done: nobody ran out of work, and what was done is what can be done.
        boolean busy = ready > 0 && ready >= done * seconds;
        double measured = rate;
        if (rate == 0) {
            measured = busy ? done : 0;
        } else if (busy || done > rate) {
            measured = rate + NEWEST * (done - rate);
        }
        double came = (reading.ready() - ready + reading.ended() - ended - (reading.released() - released)) / seconds;
        return new Flow(
                reading.ready(),
                reading.ended(),
                reading.released(),
                measured,
                delayOf(reading.ready(), measured),
                Math.max(0, came));
    }

    private static double delayOf(long ready, double rate) {
        return rate == 0 ? 0 : Math.max(0, ready) / Math.max(STANDSTILL, rate);
    }
}
