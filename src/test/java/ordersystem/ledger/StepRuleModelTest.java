package ordersystem.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.ledger.State.Count;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The whole flow in memory, killed at any seam, many thousand times: queues, rows and locks are modelled, the rule of
 * steps is the real one. Each way of getting it wrong that was ever thought of is run too, and must be found out.
 */
class StepRuleModelTest {

    private static final int RUNS = 20_000;
    private static final int RUNS_OF_A_MUTANT = 2_000;

    private interface Rule {
        Verdict decide(StepRule.@Nullable Row row, Change change);
    }

    /** What is different in a variant of the flow. */
    private record Variant(Rule rule, boolean remembersOnlyTheCreator, boolean releasesInSqlFirst, boolean locksRows) {
        static final Variant REAL = new Variant(StepRule::decide, false, false, true);
    }

    /** Sums over all runs. */
    private record Result(int orders, int lost, int doubled, int undone, int wrongCounts, Map<String, Integer> seen) {}

    @Test
    void noOrderIsLostOrDoubledWhereverTheProgramIsKilled() {
        Result result = run(Variant.REAL, RUNS);

        assertThat(result.lost()).as("lost").isZero();
        assertThat(result.doubled()).as("doubled").isZero();
        assertThat(result.undone()).as("sent, though not processed or given up").isZero();
        assertThat(result.wrongCounts()).as("runs with wrong counts").isZero();
        // Only worth something if it went everywhere.
        for (Verdict verdict : Verdict.values()) {
            assertThat(result.seen().get(verdict.name())).as(verdict.name()).isGreaterThan(RUNS / 100);
        }
        for (String what :
                List.of("killed", "released", "left PROCESSED", "replayed", "discarded", "waited for a lock")) {
            assertThat(result.seen().get(what)).as(what).isGreaterThan(RUNS / 100);
        }
    }

    @Test
    void rememberingOnlyTheMessageThatCreatedTheRowLosesOrders() {
        Result result = run(new Variant(StepRule::decide, true, false, true), RUNS_OF_A_MUTANT);

        assertThat(result.lost()).isPositive();
    }

    /** A parked row is released while the message that parked it is still unacknowledged, and then both go on. */
    @Test
    void doingTheHopAgainOnRedeliveryDoublesOrders() {
        Rule again = (row, change) ->
                row != null && change.messageId().equals(row.handled()) ? Verdict.WRITTEN : byStepAlone(row, change);

        Result result = run(new Variant(again, false, false, true), RUNS_OF_A_MUTANT);

        assertThat(result.doubled()).isPositive();
    }

    @Test
    void releasingInTheLedgerBeforeTheBrokerLosesOrders() {
        Result result = run(new Variant(StepRule::decide, false, true, true), RUNS_OF_A_MUTANT);

        assertThat(result.lost()).isPositive();
    }

    @Test
    void decidingOnARowThatTheReleaserHoldsLosesOrders() {
        Result result = run(new Variant(StepRule::decide, false, false, false), RUNS_OF_A_MUTANT);

        assertThat(result.lost()).isPositive();
    }

    @Test
    void aTurnByTheStepAloneSendsWhatAPersonHasGivenUp() {
        Result result = run(new Variant(StepRuleModelTest::byStepAlone, false, false, true), RUNS_OF_A_MUTANT);

        assertThat(result.undone()).isPositive();
        assertThat(result.lost() + result.doubled()).isZero();
    }

    /** The rule without its look at the state. */
    private static Verdict byStepAlone(StepRule.@Nullable Row row, Change change) {
        boolean turn = row != null && change.step() != null && change.step() == row.step();
        return turn ? Verdict.WRITTEN : StepRule.decide(row, change);
    }

    private static Result run(Variant variant, int runs) {
        int orders = 0;
        int lost = 0;
        int doubled = 0;
        int undone = 0;
        int wrongCounts = 0;
        Map<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < runs; seed++) {
            World world = new World(variant, new Random(seed), seen);
            world.run();
            orders += world.orders.size();
            for (String id : world.orders) {
                Row row = world.rows.get(id);
                int sent = world.fulfilled.getOrDefault(id, 0);
                boolean processed = row != null && row.state == State.PROCESSED;
                if (row == null || row.state.count() == Count.PENDING || (processed && sent == 0)) {
                    lost++;
                } else if (sent > 1) {
                    doubled++;
                } else if (sent == 1 && (!processed || world.givenUp.contains(id))) {
                    undone++;
                }
            }
            wrongCounts += world.countsAreRight() ? 0 : 1;
        }
        return new Result(orders, lost, doubled, undone, wrongCounts, seen);
    }

    private record Message(
            String id, String orderId, @Nullable Integer step, String hash) {}

    private record Send(String queue, String orderId, int step) {}

    private static final class Row {
        int step = 1;
        State state = State.RECEIVED;

        @Nullable
        String handled;

        @Nullable
        String place;

        boolean due;
        String hash = "";
    }

    private interface Actor {
        /** Goes on to its next seam. */
        void advance();

        /** Forgets what was not committed. */
        void kill();

        boolean isIdle();
    }

    private static final class World {
        static final String INCOMING = "orders.incoming";
        static final String LANE = "orders.normal";
        static final String DEAD = "orders.normal.dlq";

        final Variant variant;
        final Random random;
        final Map<String, Integer> seen;
        final Set<String> orders = new HashSet<>();
        final Map<String, List<Message>> queues = new TreeMap<>();
        final Map<String, Row> rows = new TreeMap<>();
        final Set<String> locked = new HashSet<>();
        final Set<String> givenUp = new HashSet<>();
        final Map<String, Integer> fulfilled = new HashMap<>();
        final Map<Count, Integer> counters = new EnumMap<>(Count.class);
        final List<Actor> actors = new ArrayList<>();
        int received;
        int messages;
        int kills = 6;
        int faults = 5;
        int operations = 3;

        World(Variant variant, Random random, Map<String, Integer> seen) {
            this.variant = variant;
            this.random = random;
            this.seen = seen;
            for (String queue : List.of(INCOMING, LANE, DEAD)) {
                queues.put(queue, new ArrayList<>());
                actors.add(new Hop(queue));
                actors.add(new Hop(queue));
            }
            actors.add(new Releaser());
            actors.add(new Releaser());
            for (int order = 0, n = 1 + random.nextInt(3); order < n; order++) {
                String id = "order-" + order;
                orders.add(id);
                for (int copy = 0, copies = 1 + random.nextInt(2); copy < copies; copy++) {
                    queue(INCOMING).add(new Message(newId(), id, null, random.nextInt(8) == 0 ? "other" : "body"));
                }
            }
        }

        void run() {
            for (int tick = 0; !isQuiet(); tick++) {
                assertThat(tick).as("ticks: the flow does not come to rest").isLessThan(100_000);
                if (kills > 0 && random.nextInt(12) == 0) {
                    kills--;
                    see("killed");
                    boolean all = random.nextBoolean();
                    for (Actor actor : actors) {
                        if (all || random.nextInt(actors.size()) == 0) {
                            actor.kill();
                        }
                    }
                } else if (operations > 0 && random.nextInt(12) == 0) {
                    operate();
                } else {
                    actors.get(random.nextInt(actors.size())).advance();
                }
            }
        }

        boolean isQuiet() {
            return actors.stream().allMatch(Actor::isIdle)
                    && queues.values().stream().allMatch(List::isEmpty)
                    && rows.values().stream().noneMatch(row -> row.due);
        }

        boolean countsAreRight() {
            Map<Count, Integer> recount = new EnumMap<>(Count.class);
            rows.values().forEach(row -> recount.merge(row.state.count(), 1, Integer::sum));
            counters.values().removeIf(count -> count == 0);
            return received == orders.size() && recount.equals(counters);
        }

        /** A person replays or gives up a failed order. */
        void operate() {
            for (Map.Entry<String, Row> entry : rows.entrySet()) {
                Row row = entry.getValue();
                if (row.state == State.FAILED && !locked.contains(entry.getKey())) {
                    operations--;
                    if (random.nextInt(3) > 0) {
                        row.due = true;
                        see("replayed");
                    } else {
                        move(row, State.DISCARDED, null);
                        row.due = false;
                        givenUp.add(entry.getKey());
                        see("discarded");
                    }
                    return;
                }
            }
        }

        void move(Row row, State state, @Nullable String messageId) {
            counters.merge(row.state.count(), -1, Integer::sum);
            counters.merge(state.count(), 1, Integer::sum);
            row.state = state;
            row.step++;
            row.handled = variant.remembersOnlyTheCreator() ? row.handled : messageId;
        }

        List<Message> queue(String name) {
            return requireNonNull(queues.get(name));
        }

        String newId() {
            return "m" + messages++;
        }

        void see(String what) {
            seen.merge(what, 1, Integer::sum);
        }

        boolean faulty() {
            if (faults > 0 && random.nextInt(3) == 0) {
                faults--;
                return true;
            }
            return false;
        }

        /** A consumer of one queue: takes a batch, commits the ledger, then the broker. */
        final class Hop implements Actor {
            final String queue;
            final List<Message> hand = new ArrayList<>();

            @Nullable
            List<Send> sends;

            Hop(String queue) {
                this.queue = queue;
            }

            @Override
            public boolean isIdle() {
                return hand.isEmpty();
            }

            @Override
            public void kill() {
                queue(queue).addAll(hand);
                // What comes back may come in another order.
                Collections.shuffle(queue(queue), random);
                hand.clear();
                sends = null;
            }

            @Override
            public void advance() {
                List<Message> waiting = queue(queue);
                if (hand.isEmpty()) {
                    for (int size = 1 + random.nextInt(3); size > 0 && !waiting.isEmpty(); size--) {
                        hand.add(waiting.remove(0));
                    }
                } else if (sends == null) {
                    if (variant.locksRows() && hand.stream().anyMatch(m -> locked.contains(m.orderId()))) {
                        see("waited for a lock");
                    } else {
                        sends = commitLedger();
                    }
                } else {
                    commitBroker(sends);
                }
            }

            private List<Send> commitLedger() {
                List<Send> collected = new ArrayList<>();
                hand.stream()
                        .sorted(Comparator.comparing(Message::orderId))
                        .forEach(message -> write(message, handle(message), collected));
                return collected;
            }

            private void commitBroker(List<Send> collected) {
                for (Send send : collected) {
                    if (send.queue().equals("orders.fulfilled")) {
                        fulfilled.merge(send.orderId(), 1, Integer::sum);
                    } else {
                        queue(send.queue()).add(new Message(newId(), send.orderId(), send.step(), "body"));
                    }
                }
                hand.clear();
                sends = null;
            }

            /** What the routes make of a message, each time that it is delivered. */
            private Change handle(Message m) {
                return switch (queue) {
                    case INCOMING ->
                        random.nextInt(5) == 0 ? change(m, State.DEFERRED, null) : change(m, State.RECEIVED, LANE);
                    case LANE -> {
                        if (!faulty()) {
                            yield change(m, State.PROCESSED, null);
                        }
                        yield random.nextBoolean() ? change(m, State.RETRYING, null) : change(m, State.RECEIVED, DEAD);
                    }
                    default -> change(m, State.FAILED, null);
                };
            }

            private Change change(Message m, State state, @Nullable String place) {
                return new Change(
                        m.orderId(), Lane.NORMAL, state, m.id(), m.step(), m.hash(), place, 0, null, null, null);
            }

            private void write(Message message, Change change, List<Send> collected) {
                Row row = rows.get(change.orderId());
                Verdict verdict = variant.rule()
                        .decide(
                                row == null
                                        ? null
                                        : new StepRule.Row(
                                                row.step, row.handled, row.state, row.hash.equals(message.hash())),
                                change);
                see(verdict.name());
                if (verdict == Verdict.WRITTEN) {
                    if (row == null) {
                        row = new Row();
                        row.handled = change.messageId();
                        row.state = change.state();
                        row.step = change.nextStep();
                        row.hash = message.hash();
                        rows.put(change.orderId(), row);
                        received++;
                        counters.merge(change.state().count(), 1, Integer::sum);
                    } else {
                        if (row.state == State.PROCESSED) {
                            see("left PROCESSED");
                        }
                        move(row, change.state(), change.messageId());
                    }
                    row.place = change.place();
                    row.due = change.state() == State.DEFERRED || change.state() == State.RETRYING;
                }
                if (row == null) {
                    return;
                }
                if (verdict == Verdict.RESEND) {
                    collected.add(new Send(requireNonNull(row.place), change.orderId(), row.step));
                } else if (verdict == Verdict.WRITTEN || verdict == Verdict.SEND_AGAIN) {
                    if (change.place() != null) {
                        collected.add(new Send(change.place(), change.orderId(), row.step));
                    } else if (change.state() == State.PROCESSED) {
                        collected.add(new Send("orders.fulfilled", change.orderId(), row.step));
                    }
                }
            }
        }

        /** Locks due rows, sends and commits the broker, then the ledger. */
        final class Releaser implements Actor {
            final List<String> due = new ArrayList<>();
            boolean firstDone;

            @Override
            public boolean isIdle() {
                return due.isEmpty();
            }

            @Override
            public void kill() {
                due.forEach(locked::remove);
                due.clear();
                firstDone = false;
            }

            @Override
            public void advance() {
                if (due.isEmpty()) {
                    rows.forEach((id, row) -> {
                        if (row.due && due.size() < 2 && locked.add(id)) {
                            due.add(id);
                        }
                    });
                } else if (!firstDone) {
                    firstDone = true;
                    if (variant.releasesInSqlFirst()) {
                        commitLedger();
                    } else {
                        commitBroker(1);
                    }
                } else {
                    if (variant.releasesInSqlFirst()) {
                        commitBroker(0);
                    } else {
                        commitLedger();
                    }
                    see("released");
                    kill();
                }
            }

            private void commitBroker(int ahead) {
                for (String id : due) {
                    queue(LANE).add(new Message(newId(), id, requireNonNull(rows.get(id)).step + ahead, "body"));
                }
            }

            private void commitLedger() {
                for (String id : due) {
                    Row row = requireNonNull(rows.get(id));
                    move(row, State.RECEIVED, null);
                    row.place = LANE;
                    row.due = false;
                }
            }
        }
    }
}
