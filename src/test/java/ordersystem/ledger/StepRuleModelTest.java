package ordersystem.ledger;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import ordersystem.ledger.Action.Kind;
import ordersystem.ledger.ActionRule.Place;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.ledger.State.Count;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The whole flow in memory, killed at any seam, many thousand times: queues, rows, locks, what people do and the repair after a
 * lost store are modelled, the rule of steps and the rule of what people may do are the real ones. Each way of getting it wrong
 * that was ever thought of is run too, and must be found out.
 */
class StepRuleModelTest {

    private static final int RUNS = 20_000;
    private static final int RUNS_OF_A_MUTANT = 3_000;

    private interface Rule {
        Verdict decide(StepRule.@Nullable Row row, Change change);
    }

    private interface People {
        Place place(Kind kind, OrderRecord row, State before);
    }

    /** What can be wrong with the flow. */
    private enum Flaw {
        REMEMBERS_ONLY_THE_CREATOR,
        RELEASES_IN_SQL_FIRST,
        LOCKS_NO_ROWS,
        PEOPLE_TAKE_NO_STEP,
        NOBODY_REPAIRS,
        REPAIRS_WHAT_IS_PROCESSED
    }

    private record Variant(Rule rule, People people, Set<Flaw> flaws) {
        static final Variant REAL = new Variant(StepRule::decide, StepRuleModelTest::place, Set.of());

        static Variant with(Flaw flaw) {
            return new Variant(REAL.rule, REAL.people, Set.of(flaw));
        }

        static Variant with(Rule rule) {
            return new Variant(rule, REAL.people, Set.of());
        }

        static Variant with(People people) {
            return new Variant(REAL.rule, people, Set.of());
        }

        boolean has(Flaw flaw) {
            return flaws.contains(flaw);
        }
    }

    /** The real rule of what people may do. */
    private static Place place(Kind kind, OrderRecord row, State before) {
        return switch (kind) {
            case DISCARD -> {
                if (!row.state().waitsForAPerson()) {
                    throw new RefusedException("no dead letter");
                }
                yield ActionRule.discard(row.state());
            }
            case RESTORE -> ActionRule.restore(row, before);
            case CANCEL -> ActionRule.cancel(row);
            case EXPEDITE -> ActionRule.expedite(row);
            case REPLAY -> ActionRule.replay(row);
            case EDIT -> ActionRule.edit(row, Lane.NORMAL);
            case ERASE -> {
                if (row.state() == State.PROCESSED) {
                    throw new RefusedException("its row stays as it is");
                }
                yield ActionRule.erase(row);
            }
        };
    }

    /** Sums over all runs. */
    private record Result(
            int orders, int lost, int doubled, int undone, int oldBodies, int wrongCounts, Map<String, Integer> seen) {}

    @Test
    void noOrderIsLostOrDoubledWhereverTheProgramIsKilled() {
        Result result = run(Variant.REAL, RUNS);

        assertThat(result.lost()).as("lost").isZero();
        assertThat(result.doubled()).as("doubled").isZero();
        assertThat(result.undone()).as("sent, though not processed or given up").isZero();
        assertThat(result.oldBodies())
                .as("sent with a body from before an edit")
                .isZero();
        assertThat(result.wrongCounts()).as("runs with wrong counts").isZero();
        // Only worth something if it went everywhere.
        for (Verdict verdict : Verdict.values()) {
            assertThat(result.seen()).as(verdict.name()).hasEntrySatisfying(verdict.name(), often());
        }
        for (Kind kind : Kind.values()) {
            assertThat(result.seen()).hasEntrySatisfying(kind.name(), often());
            assertThat(result.seen()).hasEntrySatisfying(kind + " refused", often());
            assertThat(result.seen()).hasEntrySatisfying(kind + " tried again after a kill", often());
        }
        for (String what : List.of(
                "killed",
                "released",
                "left PROCESSED",
                "waited for a lock",
                "a person waited for a lock",
                "store lost",
                "taken back to go on",
                "taken back for a person",
                "store came back")) {
            assertThat(result.seen()).hasEntrySatisfying(what, often());
        }
    }

    private static Consumer<Integer> often() {
        return times -> assertThat(times).isGreaterThan(RUNS / 200);
    }

    @Test
    void rememberingOnlyTheMessageThatCreatedTheRowLosesOrders() {
        Result result = run(Variant.with(Flaw.REMEMBERS_ONLY_THE_CREATOR), RUNS_OF_A_MUTANT);

        assertThat(result.lost()).isPositive();
    }

    /** A parked row is released while the message that parked it is still unacknowledged, and then both go on. */
    @Test
    void doingTheHopAgainOnRedeliveryDoublesOrders() {
        Rule again = (row, change) ->
                row != null && change.messageId().equals(row.handled()) ? Verdict.WRITTEN : byStepAlone(row, change);

        Result result = run(Variant.with(again), RUNS_OF_A_MUTANT);

        assertThat(result.doubled()).isPositive();
    }

    @Test
    void releasingInTheLedgerBeforeTheBrokerLosesOrders() {
        Result result = run(Variant.with(Flaw.RELEASES_IN_SQL_FIRST), RUNS_OF_A_MUTANT);

        assertThat(result.lost()).isPositive();
    }

    @Test
    void decidingOnARowThatTheReleaserHoldsLosesOrders() {
        Result result = run(Variant.with(Flaw.LOCKS_NO_ROWS), RUNS_OF_A_MUTANT);

        assertThat(result.lost()).isPositive();
    }

    @Test
    void aTurnByTheStepAloneSendsWhatAPersonHasGivenUp() {
        Result result = run(Variant.with((Rule) StepRuleModelTest::byStepAlone), RUNS_OF_A_MUTANT);

        assertThat(result.undone()).isPositive();
    }

    /** A copy that a killed releaser has sent carries the step that the edited order would be released with. */
    @Test
    void anActionThatIsNoStepSendsABodyFromBeforeAnEdit() {
        Result result = run(Variant.with(Flaw.PEOPLE_TAKE_NO_STEP), RUNS_OF_A_MUTANT);

        assertThat(result.oldBodies()).isPositive();
    }

    @Test
    void cancellingWhatIsProcessedSendsWhatAPersonHasGivenUp() {
        People careless = (kind, row, before) ->
                kind == Kind.CANCEL ? new Place(State.CANCELLED, null, null, false) : place(kind, row, before);

        Result result = run(Variant.with(careless), RUNS_OF_A_MUTANT);

        assertThat(result.undone()).isPositive();
    }

    @Test
    void replayingOrExpeditingWhatIsProcessedDoublesOrders() {
        for (Kind done : List.of(Kind.REPLAY, Kind.EXPEDITE)) {
            People careless = (kind, row, before) -> kind == done && row.state() == State.PROCESSED
                    ? new Place(State.RETRYING, null, 0, true)
                    : place(kind, row, before);

            assertThat(run(Variant.with(careless), RUNS_OF_A_MUTANT).doubled())
                    .as(done.name())
                    .isPositive();
        }
    }

    @Test
    void restoringWhatGoesOnByItselfDoublesOrders() {
        People careless = (kind, row, before) ->
                kind == Kind.RESTORE ? new Place(State.RETRYING, null, null, true) : place(kind, row, before);

        assertThat(run(Variant.with(careless), RUNS_OF_A_MUTANT).doubled()).isPositive();
    }

    @Test
    void aLostStoreLosesOrdersUnlessItIsRepaired() {
        assertThat(run(Variant.with(Flaw.NOBODY_REPAIRS), RUNS_OF_A_MUTANT).lost())
                .isPositive();
    }

    @Test
    void repairingWhatIsProcessedDoublesOrders() {
        assertThat(run(Variant.with(Flaw.REPAIRS_WHAT_IS_PROCESSED), RUNS_OF_A_MUTANT)
                        .doubled())
                .isPositive();
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
        int oldBodies = 0;
        int wrongCounts = 0;
        Map<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < runs; seed++) {
            World world = new World(variant, new Random(seed), seen);
            world.run();
            orders += world.orders.size();
            for (String id : world.orders) {
                Row row = world.rows.get(id);
                List<String> sent = world.fulfilled.getOrDefault(id, List.of());
                boolean processed = row != null && row.state == State.PROCESSED;
                if (row == null || row.state.count() == Count.PENDING || (processed && sent.isEmpty())) {
                    lost += world.beyondRepair.contains(id) ? 0 : 1;
                } else if (sent.size() > 1) {
                    doubled++;
                } else if (world.takenOnAgainstAPerson.contains(id) || (sent.size() == 1 && !processed)) {
                    undone++;
                } else if (sent.size() == 1 && !sent.contains(row.hash)) {
                    oldBodies++;
                }
            }
            wrongCounts += world.countsAreRight() ? 0 : 1;
        }
        return new Result(orders, lost, doubled, undone, oldBodies, wrongCounts, seen);
    }

    private record Message(
            String id, String orderId, @Nullable Integer step, String hash) {}

    private record Send(String queue, String orderId, int step, String hash) {}

    private static final class Row {
        int step = 1;
        State state = State.RECEIVED;

        @Nullable
        String handled;

        @Nullable
        String place;

        boolean due;
        boolean erased;
        String hash = "";
        Lane lane = Lane.NORMAL;
        /** Before a person did something last. */
        State before = State.FAILED;

        final Set<String> earlierHashes = new HashSet<>();

        OrderRecord record(String id) {
            return new OrderRecord(
                    id,
                    lane,
                    state,
                    step,
                    handled,
                    place,
                    hash,
                    0,
                    null,
                    null,
                    null,
                    null,
                    Instant.EPOCH,
                    Instant.EPOCH,
                    null,
                    "model",
                    null,
                    null,
                    state != State.PROCESSED && !erased);
        }
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
        static final String HIGH = "orders.high";
        static final String DEAD = "orders.normal.dlq";

        final Variant variant;
        final Random random;
        final Map<String, Integer> seen;
        final Set<String> orders = new HashSet<>();
        final Map<String, List<Message>> queues = new TreeMap<>();
        final Map<String, Row> rows = new TreeMap<>();
        final Set<String> locked = new HashSet<>();
        /** What neither ledger nor broker had when the store was lost. */
        final Set<String> beyondRepair = new HashSet<>();
        /** What a message took on although a person had given it up. */
        final Set<String> takenOnAgainstAPerson = new HashSet<>();
        /** The bodies that were sent. */
        final Map<String, List<String>> fulfilled = new HashMap<>();
        /** By lane and term of the sum. */
        final Map<String, Integer> counters = new HashMap<>();

        final Map<String, List<Message>> lostStore = new TreeMap<>();
        final List<Actor> actors = new ArrayList<>();
        int received;
        int messages;
        int kills = 12;
        int faults = 5;
        int operations = 6;
        int stores = 1;

        World(Variant variant, Random random, Map<String, Integer> seen) {
            this.variant = variant;
            this.random = random;
            this.seen = seen;
            for (String queue : List.of(INCOMING, LANE, HIGH, DEAD)) {
                queues.put(queue, new ArrayList<>());
                actors.add(new Hop(queue));
                actors.add(new Hop(queue));
            }
            actors.add(new Releaser());
            actors.add(new Releaser());
            actors.add(new Person());
            actors.add(new Person());
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
                    if (all && stores > 0 && random.nextInt(8) == 0) {
                        stores--;
                        loseStore();
                        repair();
                    }
                } else if (!lostStore.isEmpty() && random.nextInt(40) == 0) {
                    see("store came back");
                    lostStore.forEach((queue, messages) -> queue(queue).addAll(messages));
                    lostStore.clear();
                } else {
                    actors.get(random.nextInt(actors.size())).advance();
                }
            }
        }

        boolean isQuiet() {
            return actors.stream().allMatch(Actor::isIdle)
                    && queues.values().stream().allMatch(List::isEmpty)
                    && rows.values().stream().noneMatch(row -> row.due)
                    && (operations == 0 || rows.isEmpty());
        }

        boolean countsAreRight() {
            Map<String, Integer> recount = new HashMap<>();
            rows.values().forEach(row -> recount.merge(counter(row), 1, Integer::sum));
            counters.values().removeIf(count -> count == 0);
            return received == rows.size() && recount.equals(counters);
        }

        /** The folder is deleted while the system is stopped. What only it had is lost: arrivals, and sends that were not committed. */
        void loseStore() {
            see("store lost");
            Set<String> arriving =
                    queue(INCOMING).stream().map(Message::orderId).collect(Collectors.toSet());
            arriving.removeAll(rows.keySet());
            beyondRepair.addAll(arriving);
            rows.forEach((id, row) -> {
                if (row.state == State.PROCESSED && !fulfilled.containsKey(id)) {
                    beyondRepair.add(id);
                }
            });
            boolean returns = random.nextBoolean();
            queues.forEach((queue, messages) -> {
                if (returns) {
                    lostStore.put(queue, List.copyOf(messages));
                }
                messages.clear();
            });
        }

        /** What the audit finds lost is taken back; killed half-way, it is begun anew. */
        void repair() {
            if (variant.has(Flaw.NOBODY_REPAIRS)) {
                return;
            }
            Set<String> messageIds = new HashSet<>();
            Set<String> steps = new HashSet<>();
            queues.values().stream().flatMap(List::stream).forEach(message -> {
                messageIds.add(message.id());
                steps.add(message.orderId() + " " + message.step());
            });
            for (Map.Entry<String, Row> entry : rows.entrySet()) {
                Row row = entry.getValue();
                boolean onItsWay = row.state == State.RECEIVED
                        || (row.state == State.PROCESSED && variant.has(Flaw.REPAIRS_WHAT_IS_PROCESSED));
                boolean comesAgain = row.handled != null && messageIds.contains(row.handled);
                if (onItsWay && !comesAgain && !steps.contains(entry.getKey() + " " + row.step)) {
                    boolean dead = DEAD.equals(row.place);
                    see(dead ? "taken back for a person" : "taken back to go on");
                    move(row, row.lane, dead ? State.FAILED : State.RETRYING, null);
                    row.place = null;
                    row.due = !dead;
                    if (random.nextInt(4) == 0) {
                        repair();
                        return;
                    }
                }
            }
        }

        String counter(Row row) {
            return row.lane.name() + " " + row.state.count();
        }

        void move(Row row, Lane lane, State state, @Nullable String messageId) {
            counters.merge(counter(row), -1, Integer::sum);
            row.lane = lane;
            row.state = state;
            counters.merge(counter(row), 1, Integer::sum);
            row.step++;
            row.handled = variant.has(Flaw.REMEMBERS_ONLY_THE_CREATOR) ? row.handled : messageId;
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

        /** Does one thing to one order, in one SQL transaction; killed before the answer it may do the same once more. */
        final class Person implements Actor {
            @Nullable
            String orderId;

            Kind kind = Kind.REPLAY;
            String corrected = "";
            boolean committed;

            @Override
            public boolean isIdle() {
                return orderId == null;
            }

            @Override
            public void kill() {
                if (committed && random.nextBoolean()) {
                    see(kind + " tried again after a kill");
                } else {
                    orderId = null;
                }
                committed = false;
            }

            @Override
            public void advance() {
                if (orderId == null) {
                    if (operations > 0 && !rows.isEmpty() && random.nextInt(4) == 0) {
                        operations--;
                        orderId = new ArrayList<>(rows.keySet()).get(random.nextInt(rows.size()));
                        kind = Kind.values()[random.nextInt(Kind.values().length)];
                        if (kind == Kind.ERASE && random.nextInt(4) != 0) {
                            kind = Kind.EDIT; // what is erased has come to its end
                        }
                        corrected = "corrected " + operations;
                    }
                } else if (committed) {
                    orderId = null;
                    committed = false;
                } else if (locked.contains(orderId)) {
                    see("a person waited for a lock");
                } else {
                    act(orderId, requireNonNull(rows.get(orderId)));
                    committed = true;
                }
            }

            private void act(String id, Row row) {
                Place place;
                try {
                    place = variant.people().place(kind, row.record(id), row.before);
                } catch (RefusedException e) {
                    see(kind + " refused");
                    return;
                }
                see(kind.name());
                row.before = row.state;
                move(row, place.lane() == null ? row.lane : place.lane(), place.state(), null);
                if (variant.has(Flaw.PEOPLE_TAKE_NO_STEP)) {
                    row.step--;
                }
                row.place = null;
                row.due = place.goesOn();
                row.erased |= kind == Kind.ERASE;
                if (kind == Kind.EDIT) {
                    row.earlierHashes.add(row.hash);
                    row.hash = corrected;
                }
            }
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
                    if (!variant.has(Flaw.LOCKS_NO_ROWS) && hand.stream().anyMatch(m -> locked.contains(m.orderId()))) {
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
                        fulfilled
                                .computeIfAbsent(send.orderId(), id -> new ArrayList<>())
                                .add(send.hash());
                    } else {
                        queue(send.queue()).add(new Message(newId(), send.orderId(), send.step(), send.hash()));
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
                    case LANE, HIGH -> {
                        if (!faulty()) {
                            yield change(m, State.PROCESSED, null);
                        }
                        yield random.nextBoolean() ? change(m, State.RETRYING, null) : change(m, State.RECEIVED, DEAD);
                    }
                    default -> change(m, State.FAILED, null);
                };
            }

            private Change change(Message m, State state, @Nullable String place) {
                Lane lane = queue.equals(DEAD) ? null : queue.equals(HIGH) ? Lane.HIGH : Lane.NORMAL;
                return new Change(m.orderId(), lane, state, m.id(), m.step(), m.hash(), place, 0, null, null, null);
            }

            private void write(Message message, Change change, List<Send> collected) {
                Row row = rows.get(change.orderId());
                Verdict verdict = variant.rule()
                        .decide(
                                row == null
                                        ? null
                                        : new StepRule.Row(
                                                row.step,
                                                row.handled,
                                                row.state,
                                                row.hash.equals(message.hash())
                                                        || row.earlierHashes.contains(message.hash())),
                                change);
                see(verdict.name());
                if (verdict == Verdict.WRITTEN) {
                    if (row == null) {
                        row = new Row();
                        row.handled = change.messageId();
                        row.state = change.state();
                        row.step = change.nextStep();
                        row.hash = message.hash();
                        row.lane = change.lane() == null ? Lane.NORMAL : change.lane();
                        rows.put(change.orderId(), row);
                        received++;
                        counters.merge(counter(row), 1, Integer::sum);
                    } else {
                        if (row.state == State.PROCESSED) {
                            see("left PROCESSED");
                        }
                        if (row.state == State.DISCARDED || row.state == State.CANCELLED) {
                            takenOnAgainstAPerson.add(change.orderId());
                        }
                        move(row, change.lane() == null ? row.lane : change.lane(), change.state(), change.messageId());
                    }
                    row.place = change.place();
                    row.due = change.state() == State.DEFERRED || change.state() == State.RETRYING;
                }
                if (row == null) {
                    return;
                }
                if (verdict == Verdict.RESEND) {
                    collected.add(new Send(requireNonNull(row.place), change.orderId(), row.step, message.hash()));
                } else if (verdict == Verdict.WRITTEN || verdict == Verdict.SEND_AGAIN) {
                    if (change.place() != null) {
                        collected.add(new Send(change.place(), change.orderId(), row.step, message.hash()));
                    } else if (change.state() == State.PROCESSED) {
                        collected.add(new Send("orders.fulfilled", change.orderId(), row.step, message.hash()));
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
                    if (variant.has(Flaw.RELEASES_IN_SQL_FIRST)) {
                        commitLedger();
                    } else {
                        commitBroker(1);
                    }
                } else {
                    if (variant.has(Flaw.RELEASES_IN_SQL_FIRST)) {
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
                    Row row = requireNonNull(rows.get(id));
                    queue(queueOf(row)).add(new Message(newId(), id, row.step + ahead, row.hash));
                }
            }

            private String queueOf(Row row) {
                return row.lane.equals(Lane.HIGH) ? HIGH : LANE;
            }

            private void commitLedger() {
                for (String id : due) {
                    Row row = requireNonNull(rows.get(id));
                    move(row, row.lane, State.RECEIVED, null);
                    row.place = queueOf(row);
                    row.due = false;
                }
            }
        }
    }
}
