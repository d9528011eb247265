package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A system that takes orders over HTTP, in a worker of its own, with a warehouse that takes 20 ms and fails one call in
 * twenty. Counts over all its trials what was accepted and what became of it. One thread.
 */
final class HttpSystem implements AutoCloseable {

    static final String ORDER_SYSTEM = "OrderSystem";
    static final String SYNCHRONOUS = "synchronous REST service";

    /** Orders a second, for the just-in-time compiler. */
    private static final int MODERATE = 500;

    /** It has to see some ten thousand orders before it is done. */
    private static final int WARM_UP = 2_000;

    /** More than any of the systems can do on two processors. */
    private static final int OVERLOAD = 8_000;

    /** Threads of the synchronous service. */
    private static final int FEWEST_THREADS = 25;

    private static final int USUAL_THREADS = 100;
    private static final int MOST_THREADS = 200;

    /** Seconds after a load that was to be held, after which it was not. */
    private static final int PATIENCE = 2;

    private final Lab lab;
    private final HttpLoad load;
    private final String name;
    private final boolean synchronous;
    private final WorkerProcess worker;
    private final List<Trial> trials = new ArrayList<>();
    private int runs;
    private double saturated;

    /**
     * One load, and what came out behind the answers.
     *
     * @param fulfilled when each order was handed over
     * @param again messages handed over though the order had been before
     * @param processed orders that the ledger has as handed over
     */
    record Trial(Answers answers, Times fulfilled, int again, int processed) {

        /** From the end of the load to the last order handed over; 0 if that was earlier. */
        double secondsToDrain() {
            return Math.max(0, (fulfilled.last() - answers.end()) / 1e6);
        }
    }

    private HttpSystem(Lab lab, HttpLoad load, String name, boolean synchronous, WorkerProcess worker) {
        this.lab = lab;
        this.load = load;
        this.name = name;
        this.synchronous = synchronous;
        this.worker = worker;
    }

    /** OrderSystem as shipped, warm. */
    static HttpSystem orderSystem(Lab lab, HttpLoad load) throws Exception {
        WorkerProcess worker = lab.worker("ordersystem", Map.of("warehouse", "20", "faults", "0.05"));
        return new HttpSystem(lab, load, ORDER_SYSTEM, false, worker).warm();
    }

    private static HttpSystem synchronous(Lab lab, HttpLoad load, int threads) throws Exception {
        WorkerProcess worker = lab.worker(
                "synchronous", Map.of("warehouse", "20", "faults", "0.05", "threads", String.valueOf(threads)));
        return new HttpSystem(lab, load, SYNCHRONOUS, true, worker).warm();
    }

    /**
     * The synchronous service, warm, with as many threads as suit it best: those that it answers most orders with when it
     * is offered more than it can do. The short mode does not sweep.
     *
     * @param swept what each number of threads came to is added, for the report
     */
    static HttpSystem bestSynchronous(Lab lab, HttpLoad load, List<String> swept) throws Exception {
        if (!lab.isFull()) {
            return synchronous(lab, load, USUAL_THREADS);
        }
        HttpSystem best = null;
        double most = 0;
        for (int threads = FEWEST_THREADS; threads <= MOST_THREADS; threads *= 2) {
            HttpSystem next = synchronous(lab, load, threads);
            double done = next.saturated();
            swept.add("%d: %,.0f/s".formatted(threads, done));
            HttpSystem worse = next;
            if (done > most) {
                worse = best;
                best = next;
                most = done;
            }
            if (worse != null) {
                worse.close();
            }
        }
        if (best == null) {
            throw new IllegalStateException("the synchronous service answered nothing");
        }
        return best;
    }

    /** Orders a second that it answers when it is offered more than it can do; measured once. */
    double saturated() throws Exception {
        if (saturated == 0) {
            saturated = offer(OVERLOAD, lab.choose(8, 2), false).answers.acceptedPerSecondOfLoad();
        }
        return saturated;
    }

    private HttpSystem warm() throws Exception {
        offer(MODERATE, 4, false);
        if (lab.isFull()) {
            offer(WARM_UP, 30, false);
        }
        trials.clear();
        return this;
    }

    /** For the notes of a row. */
    static String sweep(List<String> swept) {
        return swept.isEmpty()
                ? "Threads of the synchronous service: %d, not swept.".formatted(USUAL_THREADS)
                : "Threads of the synchronous service, swept with %,d/s offered: %s; the best is taken."
                        .formatted(OVERLOAD, String.join(", ", swept));
    }

    String name() {
        return name;
    }

    String settings() {
        return worker.hello().get("settings").textValue();
    }

    /** A load; returns when what was accepted is fulfilled, so that the next one finds the system idle. */
    Trial offer(int rate, int seconds, boolean again) throws Exception {
        String run = (synchronous ? "s" : "o") + worker.pid() + "-" + ++runs;
        int patience = again ? 120 : PATIENCE;
        worker.tell("watch " + run + " " + rate * seconds);
        Answers answers = load.offer(worker.hello().get("port").intValue(), run, rate, seconds, again, patience);
        JsonNode found = worker.tell("watched " + run + " " + answers.accepted.count());
        Trial trial = new Trial(
                answers,
                synchronous
                        ? answers.accepted
                        : Times.read(Path.of(found.get("times").textValue())),
                synchronous ? 0 : found.get("again").intValue(),
                found.get("processed").intValue());
        trials.add(trial);
        lab.say("%s %s; drained after %.1f s", name, answers, trial.secondsToDrain());
        return trial;
    }

    List<Trial> trials() {
        return List.copyOf(trials);
    }

    /** What was counted over all trials; says so where an order is missing or was handed over twice. */
    String proof() {
        int accepted = trials.stream().mapToInt(t -> t.answers.accepted.count()).sum();
        int fulfilled = trials.stream().mapToInt(t -> t.fulfilled.count()).sum();
        int processed = trials.stream().mapToInt(Trial::processed).sum();
        int missing = trials.stream()
                .mapToInt(t -> t.answers.accepted.without(t.fulfilled))
                .sum();
        int again = trials.stream().mapToInt(Trial::again).sum();
        int unknown = trials.stream()
                .mapToInt(t -> t.fulfilled.without(t.answers.accepted))
                .sum();
        String counts = synchronous
                ? "%,d answered 2xx, %,d PROCESSED in its table".formatted(accepted, processed)
                : "%,d answered 2xx, %,d of them handed over, %,d twice, %,d PROCESSED in the ledger"
                        .formatted(accepted, fulfilled - unknown, again, processed);
        boolean right = missing == 0 && again == 0 && processed == accepted + unknown;
        return name + ": " + counts + (unknown == 0 ? "" : ", %,d more without a 2xx".formatted(unknown))
                + (right ? "" : " — WRONG: " + missing + " missing");
    }

    @Override
    public void close() throws IOException {
        worker.close();
    }
}
