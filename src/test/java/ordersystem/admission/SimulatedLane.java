package ordersystem.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import ordersystem.admission.Outcome.Kind;

/**
 * A queue with consumers, which take a batch of what waits and end it as a whole. Orders that came at the same time and are of
 * the same kind are alike, and only counted.
 */
final class SimulatedLane {

    /** Longer than a batch can last, in ticks. */
    private static final int HORIZON = 128;

    /** So many consumers at most begin and end together. */
    private static final int COMPANIONS = 5;

    /** Told of orders that have ended. */
    interface Ended {
        void ended(int tick, Kind kind, int count);
    }

    /** Orders that are alike. */
    private record Some(int tick, Kind kind, int count) {}

    private record Batch(int consumers, List<Some> orders) {}

    private final int size;
    private final double most;
    private final SplittableRandom random;
    private final List<List<Batch>> ends = new ArrayList<>();
    private final ArrayDeque<Some> queue = new ArrayDeque<>();
    private int idle;
    private int busy;
    private long waiting;
    private long inHand;
    private long ended;

    /**
     * @param size orders in a batch at most
     * @param most ticks for which a batch is held at most
     */
    SimulatedLane(int consumers, int size, double most, SplittableRandom random) {
        this.idle = consumers;
        this.size = size;
        this.most = most;
        this.random = random;
        for (int i = 0; i < HORIZON; i++) {
            ends.add(new ArrayList<>());
        }
    }

    void add(int tick, Kind kind, int count) {
        if (count > 0) {
            queue.add(new Some(tick, kind, count));
            waiting += count;
        }
    }

    void end(int tick, Ended told) {
        List<Batch> now = ends.get(tick % HORIZON);
        for (Batch batch : now) {
            idle += batch.consumers();
            busy -= batch.consumers();
            for (Some orders : batch.orders()) {
                told.ended(orders.tick(), orders.kind(), orders.count());
                inHand -= orders.count();
                ended += orders.count();
            }
        }
        now.clear();
    }

    /** @param ticks that one order takes one consumer */
    void begin(int tick, double ticks) {
        int limit = (int) Math.max(1, Math.min(size, most / ticks));
        while (idle > 0 && waiting > 0) {
            int each = (int) Math.max(1, Math.min(limit, waiting / idle));
            int consumers = (int) Math.min(COMPANIONS, Math.min(idle, waiting));
            int count = (int) Math.min(waiting, (long) each * consumers);
            double lasts = each * ticks * (0.9 + 0.2 * random.nextDouble());
            ends.get((tick + (int) Math.max(1, lasts + random.nextDouble())) % HORIZON)
                    .add(new Batch(consumers, take(count)));
            idle -= consumers;
            busy += consumers;
            waiting -= count;
            inHand += count;
        }
    }

    private List<Some> take(int count) {
        List<Some> taken = new ArrayList<>();
        for (int left = count; left > 0; ) {
            Some first = queue.remove();
            if (first.count() > left) {
                queue.addFirst(new Some(first.tick(), first.kind(), first.count() - left));
                first = new Some(first.tick(), first.kind(), left);
            }
            taken.add(first);
            left -= first.count();
        }
        return taken;
    }

    /** Consumers that have something to do. */
    int demand() {
        return busy + (int) Math.min(idle, waiting);
    }

    long waiting() {
        return waiting;
    }

    Flow.Reading reading(long released) {
        return new Flow.Reading(waiting + inHand, ended, released);
    }
}
