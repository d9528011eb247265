package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A system in a measurement: a worker that lives through all rounds, and what each round found. Those of one measurement
 * take turns. One thread.
 */
final class Contestant {

    /** Runs of all contestants: some share a worker, and an order id that is known is no new order. */
    private static final AtomicInteger RUNS = new AtomicInteger();

    /** Less is noise. */
    private static final double FASTER = 1.02;

    private final String name;
    private final WorkerProcess worker;
    private final List<JsonNode> rounds = new ArrayList<>();
    private long counted;

    Contestant(String name, WorkerProcess worker) {
        this.name = name;
        this.worker = worker;
    }

    String name() {
        return name;
    }

    String settings() {
        return worker.hello().path("settings").asText();
    }

    /**
     * Has the worker do something with orders of a run of its own.
     *
     * @param command of {@link Worker}; the run's name is its first argument, {@code arguments} are the others
     * @param expected from the answer: orders that must have been handed over when it is done, in every way of counting
     * @throws IllegalStateException where it is another number
     */
    JsonNode round(String command, ToLongFunction<JsonNode> expected, Object... arguments) throws IOException {
        JsonNode found = unmeasured(command, expected, arguments);
        rounds.add(found);
        return found;
    }

    /** The same, before the first round, for the JIT's sake. */
    JsonNode unmeasured(String command, ToLongFunction<JsonNode> expected, Object... arguments) throws IOException {
        JsonNode found = tell(command, arguments);
        long orders = expected.applyAsLong(found);
        check(found, "fulfilled", orders);
        check(found, found.has("processed") ? "processed" : "counted", orders);
        if (found.has("counted")) {
            check(found, "counted", orders);
        }
        check(found, "left", 0);
        counted += orders;
        return found;
    }

    /** Has the worker do something with a run of its own, and counts nothing. */
    JsonNode tell(String command, Object... arguments) throws IOException {
        return worker.tell(Stream.concat(Stream.of(command, "r" + RUNS.incrementAndGet()), Stream.of(arguments))
                .map(String::valueOf)
                .collect(Collectors.joining(" ")));
    }

    /** A backlog of so many orders worked off. */
    JsonNode drain(int orders) throws IOException {
        return round("drain", found -> orders, orders);
    }

    /** The same unmeasured. */
    JsonNode warmUp(int orders) throws IOException {
        return unmeasured("drain", found -> orders, orders);
    }

    /**
     * Backlogs worked off, one after the other, until two in a row were no faster than the best before: the just-in-time
     * compiler is done, which takes longer the more code a system has.
     *
     * @param most orders that it may take, all backlogs together
     * @return orders that it took
     */
    int warmUpUntilSteady(int orders, int most) throws IOException {
        int taken = 0;
        double best = 0;
        for (int noFaster = 0; noFaster < 2 && taken < most; taken += orders) {
            double rate = rate(warmUp(orders));
            noFaster = rate > best * FASTER ? 0 : noFaster + 1;
            best = Math.max(best, rate);
        }
        return taken;
    }

    /** Warms all of them up, then has each work off so many orders, round about. */
    static void drainByTurns(Lab lab, List<Contestant> all, int warmUp, int orders, int rounds) throws IOException {
        for (Contestant each : all) {
            lab.say("%s: warming up", each.name());
            each.warmUp(warmUp);
        }
        for (int round = 1; round <= rounds; round++) {
            for (Contestant each : all) {
                lab.say("round %d  %s  %,6.0f orders/s", round, each.name(), rate(each.drain(orders)));
            }
        }
    }

    /** Orders a second of a drain. */
    static double rate(JsonNode found) {
        return found.path("counted").asDouble(found.path("processed").asDouble())
                / found.path("seconds").asDouble();
    }

    /** Processor time of the worker's process, in seconds for 1,000 orders handed over. */
    static double processSecondsPer1000(JsonNode found) {
        return found.path("processSeconds").asDouble() / found.path("fulfilled").asDouble() * 1000;
    }

    /** The same of the whole machine, which adds PostgreSQL. */
    static double machineSecondsPer1000(JsonNode found) {
        return found.path("machineSeconds").asDouble() / found.path("fulfilled").asDouble() * 1000;
    }

    /** @throws IllegalStateException where it is another number */
    void check(JsonNode found, String count, long expected) {
        if (!found.has(count) || found.path(count).asLong() != expected) {
            throw new IllegalStateException(
                    name + ": " + count + " should be " + expected + " after the run: " + found);
        }
    }

    /** A round that the caller has counted itself. */
    void add(JsonNode found) {
        rounds.add(found);
    }

    /** Orders counted in all rounds, unmeasured ones too. */
    long counted() {
        return counted;
    }

    /** A figure of each round. */
    double[] figures(ToDoubleFunction<JsonNode> figure) {
        return rounds.stream().mapToDouble(figure).toArray();
    }

    List<JsonNode> rounds() {
        return rounds;
    }

    double median(ToDoubleFunction<JsonNode> figure) {
        return Results.median(figures(figure));
    }

    Results.Measured measured(ToDoubleFunction<JsonNode> figure, Map<String, Double> more) {
        return Results.Measured.of(name, settings(), figures(figure), more);
    }

    /** This one's figure over the other's, round by round. */
    double[] ratios(Contestant other, ToDoubleFunction<JsonNode> figure) {
        return ratios(figures(figure), other.figures(figure));
    }

    static double[] ratios(double[] over, double[] under) {
        return IntStream.range(0, Math.min(over.length, under.length))
                .mapToDouble(i -> over[i] / under[i])
                .toArray();
    }

    static String proof(List<Contestant> contestants) {
        return contestants.stream()
                        .map(each -> "%s %,d".formatted(each.name, each.counted))
                        .collect(Collectors.joining(", "))
                + " orders put in, unmeasured rounds included. After each round exactly as many messages of it were in the"
                + " queue of what is handed over and as many rows of the ledger PROCESSED (H2: as many counted by"
                + " ordersystem:type=OrderStats, which was asked on PostgreSQL too), and none was left; any other number"
                + " would have failed the measurement.";
    }

    void close() throws IOException {
        worker.close();
    }
}
