package ordersystem.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static ordersystem.ledger.LedgerContract.TIME_OUT;
import static ordersystem.ledger.LedgerContract.arrival;
import static ordersystem.ledger.LedgerContract.failed;
import static ordersystem.ledger.LedgerContract.invalid;
import static ordersystem.ledger.LedgerContract.kept;
import static ordersystem.ledger.LedgerContract.processed;
import static ordersystem.ledger.LedgerContract.retrying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Action.Kind;
import ordersystem.ledger.Interventions.Corrected;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people may do with orders, and what it leaves behind; run against every database that the ledger supports. */
abstract class PeopleContract extends LedgerUnderTest {

    private static final By ANNA = new By("anna", "the customer called");
    private static final Reason NO_STOCK = new Reason("NoStock", "SKU 85123A is not there", "fulfilment", "reserve");

    private Interventions people;
    private Replays replays;

    @BeforeEach
    void take() {
        people = ledger.interventions();
        replays = ledger.replays();
    }

    @Override
    void reopen() {
        super.reopen();
        take();
    }

    @Test
    void aDiscardedDeadLetterCountsAsFailedKeepsItsBodyAndComesBackAsItWas() {
        write(failed("A", "m1", 1, TIME_OUT, null));

        assertThat(discard("A")).isEqualTo(1);

        assertThat(find("A").state()).isEqualTo(State.DISCARDED);
        assertThat(ledger.counts().failed()).isEqualTo(1);
        assertThat(ledger.content("A")).isPresent();
        assertThat(ledger.deadLetters().count(Selection.ALL)).isZero();

        OrderRecord restored = people.restore("A", new By("ben", null)).orElseThrow();
        assertThat(restored.state()).isEqualTo(State.FAILED);
        assertThat(restored.reason()).isEqualTo(TIME_OUT);
        assertThat(restored.due()).isNull();
        assertThat(people.history("A"))
                .extracting(Action::kind, Action::who, Action::note, Action::state)
                .containsExactly(
                        tuple(Kind.DISCARD, "anna", "the customer called", State.FAILED),
                        tuple(Kind.RESTORE, "ben", null, State.DISCARDED));
    }

    @Test
    void anInvalidMessageThatIsDiscardedIsStillCountedAndIsNoDeadLetterAnyMore() {
        write(invalid("ID:1", "ID:1"));

        discard("ID:1");

        assertThat(ledger.find("ID:1").orElseThrow().state()).isEqualTo(State.DISMISSED);
        assertThat(ledger.counts().invalid()).isEqualTo(1);
        assertThat(ledger.counts().received()).isZero();
        assertThat(ledger.deadLetters().list(Selection.ALL, 10, null)).isEmpty();
        assertThat(people.restore("ID:1", ANNA).orElseThrow().state()).isEqualTo(State.INVALID);
    }

    @Test
    void aReplayedDeadLetterHasAllItsTurnsOnceMoreAndItsOldMessagesAreStale() {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, null));

        OrderRecord row = people.replay("A", ANNA).orElseThrow();

        assertThat(row.state()).isEqualTo(State.RETRYING);
        assertThat(row.attempts()).isZero();
        assertThat(release()).containsExactly("A at step 4");
        assertThat(write(processed("A", "m2", 1)).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(processed("A", "m3", 4)).verdict()).isEqualTo(Verdict.WRITTEN);
        assertThat(people.history("A")).singleElement().satisfies(action -> {
            assertThat(action.attempts()).as("attempts before").isEqualTo(5);
            assertThat(action.reason()).isEqualTo(TIME_OUT);
            assertThat(action.step()).isEqualTo(3);
        });
    }

    @Test
    void anEditedOrderGoesOnWithItsNewBodyAndTheOldOneStaysAnAnswer() {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, null));

        people.edit(new Corrected("A", Lane.HIGH, "corrected".getBytes(UTF_8), "hash-2"), ANNA);

        OrderRecord row = find("A");
        assertThat(row.lane()).isEqualTo(Lane.HIGH);
        assertThat(row.bodyHash()).isEqualTo("hash-2");
        assertThat(ledger.content("A").orElseThrow().body()).isEqualTo("corrected".getBytes(UTF_8));
        assertThat(people.replacedBody("A", row.step())).contains("body of A".getBytes(UTF_8));
        assertThat(ledger.knownHashes(List.of("A"), Duration.ofSeconds(10)).get("A"))
                .containsExactlyInAnyOrder("hash-A", "hash-2");
        assertThat(write(arrival("A", "m9")).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(arrival("A", "m10", "hash-3")).verdict()).isEqualTo(Verdict.CONFLICT);
        assertThat(release()).containsExactly("A at step 4");
    }

    @Test
    void anOrderOnItsWayOrProcessedIsNotEditedAndTheAnswerSaysWhy() {
        write(kept(arrival("A", "m1")));
        write(arrival("B", "m2"));
        write(processed("B", "m3", 1));

        for (String id : List.of("A", "B")) {
            assertThatThrownBy(() -> people.edit(new Corrected(id, Lane.NORMAL, new byte[0], "h"), ANNA))
                    .isInstanceOf(RefusedException.class)
                    .hasMessageContaining("it is " + find(id).state());
        }
        assertThat(people.edit(new Corrected("C", Lane.NORMAL, new byte[0], "h"), ANNA))
                .isEmpty();
        assertThat(people.history("A")).isEmpty();
    }

    @Test
    void aCorrectedMessageBecomesAnOrderOfItsOwn() {
        write(invalid("ID:1", "ID:1"));

        Corrected corrected = new Corrected("A", Lane.NORMAL, "corrected".getBytes(UTF_8), "hash-A");
        assertThat(people.correct("ID:1", corrected, ANNA).orElseThrow().state())
                .isEqualTo(State.RETRYING);

        assertThat(find("ID:1").state()).isEqualTo(State.DISMISSED);
        assertThat(ledger.counts().received()).isEqualTo(1);
        assertThat(people.history("ID:1").get(0).note()).isEqualTo("sent on as order A: the customer called");
        assertThat(release()).containsExactly("A at step 2");
        assertThatThrownBy(() -> people.correct("ID:1", corrected, ANNA)).isInstanceOf(RefusedException.class);
    }

    @Test
    void aMessageIsNotCorrectedIntoAnOrderThatIsKnownWithAnotherBody() {
        write(invalid("ID:1", "ID:1"));
        write(arrival("A", "m1"));

        assertThatThrownBy(() -> people.correct("ID:1", new Corrected("A", Lane.NORMAL, new byte[0], "other"), ANNA))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("known with another body");

        assertThat(find("ID:1").state()).isEqualTo(State.INVALID);
        assertThat(ledger.counts().received()).isEqualTo(1);
    }

    @Test
    void aCancelledOrdersMessageIsStaleWhereverItIs() {
        write(kept(arrival("A", "m1")));

        assertThat(people.cancel("A", ANNA).orElseThrow().state()).isEqualTo(State.CANCELLED);

        assertThat(write(processed("A", "m2", 1)).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(retrying("A", "m2", 1, Duration.ZERO)).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(kept(arrival("A", "m1"))).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(find("A").state()).isEqualTo(State.CANCELLED);
        assertThat(ledger.counts().failed()).isEqualTo(1);
        assertThatThrownBy(() -> people.cancel("A", ANNA))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("CANCELLED");
    }

    @Test
    void aCancelledOrderThatIsRestoredGoesOnIfItHadNotFailed() {
        write(kept(arrival("A", "m1")));
        write(failed("B", "m2", 1, TIME_OUT, null));
        people.cancel("A", ANNA);
        people.cancel("B", ANNA);

        people.restore("A", ANNA);
        people.restore("B", ANNA);

        assertThat(find("B").state()).isEqualTo(State.FAILED);
        assertThat(release()).containsExactly("A at step 4");
    }

    @Test
    void aProcessedOrderIsNotCancelled() {
        write(arrival("A", "m1"));
        write(processed("A", "m2", 1));

        assertThatThrownBy(() -> people.cancel("A", ANNA)).isInstanceOf(RefusedException.class);
        assertThatThrownBy(() -> people.expedite("A", ANNA)).isInstanceOf(RefusedException.class);
        assertThat(find("A").state()).isEqualTo(State.PROCESSED);
    }

    @Test
    void anOrderOnItsWayWhoseMessageIsNotKeptCannotBeTakenBack() {
        write(arrival("A", "m1"));

        assertThatThrownBy(() -> people.cancel("A", ANNA))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("orders.ledger.keep-message");
    }

    @Test
    void anExpeditedOrderIsReleasedIntoTheHighLaneBeforeOthersAndItsOldMessageIsStale() {
        write(kept(arrival("A", "m1")));
        write(retrying("B", "m2", 1, Duration.ZERO));

        OrderRecord row = people.expedite("A", ANNA).orElseThrow();

        assertThat(row.lane()).isEqualTo(Lane.HIGH);
        assertThat(ledger.counts().lanes()).containsEntry("high", new Counts.Of(1, 0, 0, 0, 1, 0, 0, 0, 0, 0));
        assertThat(release()).containsExactly("A at step 3", "B at step 3");
        assertThat(write(processed("A", "m3", 1)).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThatThrownBy(() -> people.expedite("A", ANNA)).hasMessageContaining("high lane");
        assertThat(ledger.counts().retried()).as("only the turn that failed").isEqualTo(1);
    }

    @Test
    void groupsTellFaultAndPlaceWithCountAndTimes() {
        write(failed("A", "m1", 1, TIME_OUT, null));
        write(failed("B", "m2", 1, TIME_OUT, null));
        write(failed("C", "m3", 1, NO_STOCK, null));
        write(invalid("ID:1", "ID:1"));
        write(arrival("D", "m4"));

        List<DeadLetterGroup> groups = ledger.deadLetters().groups(10);

        assertThat(groups).hasSize(3);
        assertThat(groups.get(0).count()).isEqualTo(2);
        assertThat(groups.get(0).reasonType()).isEqualTo(TIME_OUT.type());
        assertThat(groups.get(0).reasonNode()).isEqualTo(TIME_OUT.node());
        assertThat(groups.get(0).samples()).containsExactly("A", "B");
        assertThat(groups.get(0).firstSeen())
                .isNotNull()
                .isBeforeOrEqualTo(groups.get(0).lastSeen());
        assertThat(ledger.deadLetters().groups(1)).hasSize(1);
    }

    @Test
    void aSelectionFitsByIdGroupTextLaneAndAge() {
        write(failed("A", "m1", 1, TIME_OUT, null));
        write(failed("B", "m2", 1, NO_STOCK, null));
        write(invalid("ID:1", "ID:1"));

        assertThat(fitting(selection(List.of("B", "X"), null, null, null, null)))
                .containsExactly("B");
        assertThat(fitting(selection(List.of(), "NoStock", "reserve", null, null)))
                .containsExactly("B");
        assertThat(fitting(selection(List.of(), null, null, "sku 85", null))).containsExactly("B");
        assertThat(fitting(selection(List.of(), null, null, "100%_", null))).isEmpty();
        assertThat(fitting(selection(List.of(), null, null, null, Instant.now().minusSeconds(3600))))
                .isEmpty();
        assertThat(fitting(selection(List.of(), null, null, null, Instant.now().plusSeconds(3600))))
                .containsExactly("A", "B");
        assertThat(fitting(Selection.ALL)).containsExactly("A", "B", "ID:1");
        assertThat(ledger.deadLetters().list(Selection.ALL, 1, "A"))
                .extracting(OrderRecord::orderId)
                .containsExactly("B");
    }

    @Test
    void aReplaySendsOnAllThatFitAtItsRateAndTellsWhatBecameOfEach() {
        for (int i = 0; i < 30; i++) {
            write(failed("order-%02d".formatted(i), "m" + i, 1, i < 25 ? TIME_OUT : NO_STOCK, null));
        }

        Replay replay = replays.start(selection(List.of(), TIME_OUT.type(), null, null, null), 10, ANNA);
        assertThat(replay.chosen()).isEqualTo(25);
        assertThat(replay.sentOn()).isZero();

        await("a second's worth").until(() -> advanced(replay.id()).sentOn() > 0);
        assertThat(find(replay).sentOn()).as("after a moment, at 10 a second").isLessThan(25);
        await("all").until(() -> advanced(replay.id()).endedAt() != null);
        List<String> released = release();
        assertThat(released)
                .hasSize(25)
                .doesNotHaveDuplicates()
                .contains("order-00 at step 4")
                .doesNotContain("order-25 at step 4");
        for (int i = 0; i < 20; i++) {
            write(processed("order-%02d".formatted(i), "n" + i, 4));
        }
        for (int i = 20; i < 24; i++) {
            write(failed("order-%02d".formatted(i), "n" + i, 4, TIME_OUT, null));
        }
        people.cancel("order-24", ANNA);
        replays.advance(null);

        Replay over = find(replay);
        assertThat(over.status()).isEqualTo(Replay.Status.ENDED);
        assertThat(over.settledAt()).isNotNull();
        assertThat(over.outcomes())
                .isEqualTo(Map.of(
                        Action.Outcome.SUCCEEDED, 20L, Action.Outcome.FAILED, 4L, Action.Outcome.TAKEN_OVER, 1L));
        assertThat(replays.orders(replay.id(), 2, "order-22"))
                .extracting(Replays.Replayed::orderId, Replays.Replayed::outcome)
                .containsExactly(
                        tuple("order-23", Action.Outcome.FAILED), tuple("order-24", Action.Outcome.TAKEN_OVER));
        assertThat(find("order-20").state())
                .as("what failed again is not replayed again")
                .isEqualTo(State.FAILED);
    }

    @Test
    void aReplayWaitsWhileItIsPausedAndGoesOnAfterARestart() {
        write(failed("A", "m1", 1, TIME_OUT, null));
        Replay replay = replays.start(Selection.ALL, 1_000, ANNA);

        replays.advance("the outage brake is open");
        assertThat(find(replay).status()).isEqualTo(Replay.Status.PAUSED);
        assertThat(find(replay).pausedBecause()).isEqualTo("the outage brake is open");
        ledger.close();
        reopen();
        assertThat(find("A").state()).isEqualTo(State.FAILED);

        await("it goes on").until(() -> advanced(replay.id()).endedAt() != null);
        assertThat(find("A").state()).isEqualTo(State.RETRYING);
    }

    @Test
    void whoSetsTheClockOfTheDatabaseBackStopsNoReplay() throws SQLException {
        write(failed("A", "m1", 1, TIME_OUT, null));
        Replay replay = replays.start(Selection.ALL, 1, ANNA);
        sql("UPDATE replays SET advanced_at = advanced_at + INTERVAL '1' HOUR");

        assertThat(advanced(replay.id()).sentOn()).isEqualTo(1);
        assertThat(find("A").state()).isEqualTo(State.RETRYING);
    }

    @Test
    void whatIsSentOnByPeopleIsNotOverdueForWhatWasBefore() throws SQLException {
        write(arrival("A", "m1"));
        write(retrying("A", "m2", 1, Duration.ofHours(1)));
        sql("UPDATE orders SET first_failed_at = first_failed_at - INTERVAL '1' HOUR");

        people.expedite("A", ANNA);

        assertThat(ledger.overdue(Lane.HIGH, Duration.ofMinutes(10)).orders()).isZero();
        assertThat(find("A").firstFailedAt()).isNull();
    }

    @Test
    void aCancelledReplaySendsNothingMore() {
        write(failed("A", "m1", 1, TIME_OUT, null));
        Replay replay = replays.start(Selection.ALL, 1_000, ANNA);

        assertThat(replays.cancel(replay.id(), "ben").orElseThrow().status()).isEqualTo(Replay.Status.CANCELLED);
        assertThat(replays.cancel(replay.id(), "ben")).isEmpty();
        replays.advance(null);

        assertThat(find("A").state()).isEqualTo(State.FAILED);
        assertThat(find(replay).cancelledBy()).isEqualTo("ben");
        assertThat(replays.list(10)).hasSize(1);
    }

    @Test
    void whatIsDiscardedWhileAReplayRunsIsLeftAlone() {
        write(failed("A", "m1", 1, TIME_OUT, null));
        write(failed("B", "m2", 1, TIME_OUT, null));
        Replay replay = replays.start(Selection.ALL, 1_000, ANNA);
        discard("A");

        await("the rest").until(() -> advanced(replay.id()).endedAt() != null);

        assertThat(find("A").state()).isEqualTo(State.DISCARDED);
        assertThat(find("B").state()).isEqualTo(State.RETRYING);
    }

    @Test
    void listsAndGroupsAreRightAfterAnythingInAnyOrder() {
        Random random = new Random(7);
        List<Reason> reasons = List.of(TIME_OUT, NO_STOCK, new Reason("NoStock", "none", null, null));
        for (int round = 0; round < 200; round++) {
            List<Change> failures = new ArrayList<>();
            for (int i = 0, size = 1 + random.nextInt(4); i < size; i++) {
                int n = random.nextInt(30);
                Reason reason = reasons.get(random.nextInt(reasons.size()));
                failures.add(
                        n < 5
                                ? invalid("ID:" + n, "ID:" + n)
                                : failed("order-" + n, "m" + round, stepOf("order-" + n), reason, null));
            }
            ledger.write("test-" + random.nextInt(3), failures);
            String id = "order-" + (5 + random.nextInt(25));
            try {
                switch (random.nextInt(8)) {
                    case 0 -> people.replay(id, ANNA);
                    case 1 -> people.cancel(id, ANNA);
                    case 2 -> people.expedite(id, ANNA);
                    case 3, 4 -> people.restore(id, ANNA);
                    case 5 -> people.edit(new Corrected(id, Lane.NORMAL, new byte[] {1}, "h" + round), ANNA);
                    case 6 -> people.discard(selection(List.of(), reasons.get(0).type(), null, null, null), ANNA);
                    default -> release();
                }
            } catch (RefusedException e) {
                // its state does not allow it: as good as another
            }
            if (round % 5 == 0) {
                listsAndGroupsAgreeWithTheOrders();
            }
        }
        listsAndGroupsAgreeWithTheOrders();
        assertThat(ledger.deadLetters().groups(10)).as("all kinds").hasSizeGreaterThan(2);
    }

    /** In hand now, or at a step that is nobody's. */
    private int stepOf(String id) {
        return ledger.find(id).map(OrderRecord::step).orElse(1);
    }

    private void listsAndGroupsAgreeWithTheOrders() {
        List<OrderRecord> dead = list(Set.of(State.FAILED, State.INVALID), 1_000);
        assertThat(ledger.deadLetters().list(Selection.ALL, 1_000, null)).isEqualTo(dead);
        Map<List<Object>, List<OrderRecord>> groups = dead.stream().collect(Collectors.groupingBy(order -> {
            Reason reason = Objects.requireNonNull(order.reason());
            return List.<Object>of(order.state(), reason.type(), Objects.requireNonNullElse(reason.node(), ""));
        }));
        List<DeadLetterGroup> told = ledger.deadLetters().groups(100);
        assertThat(told).hasSize(groups.size());
        for (DeadLetterGroup group : told) {
            List<OrderRecord> members = groups.get(
                    List.<Object>of(group.state(), Objects.requireNonNull(group.reasonType()), group.reasonNode()));
            assertThat(members).as("%s", group).hasSize((int) group.count());
            assertThat(members)
                    .extracting(OrderRecord::orderId)
                    .startsWith(group.samples().toArray(new String[0]));
            assertThat(group.samples()).hasSize(Math.min(2, members.size()));
            assertThat(members.stream().map(OrderRecord::firstFailedAt).min(Comparator.naturalOrder()))
                    .contains(group.firstSeen());
            assertThat(members.stream().map(OrderRecord::lastFailedAt).max(Comparator.naturalOrder()))
                    .contains(group.lastSeen());
            Selection one = new Selection(
                    List.of(), Set.of(group.state()), null, group.reasonType(), group.reasonNode(), null, null);
            assertThat(ledger.deadLetters().list(one, 1_000, null)).isEqualTo(members);
            assertThat(ledger.deadLetters().count(one)).isEqualTo(group.count());
        }
        assertThat(ledger.recount().discrepancy()).isZero();
    }

    /** Consumers bury, people discard, restore, correct and replay at the same time, in the same few groups, all of them new. */
    @Test
    void nobodyWaitsForAnotherWhoWaitsForHim() throws Exception {
        List<Callable<Integer>> work = new ArrayList<>();
        int rounds = 30;
        for (int n = 0; n < 3; n++) {
            int consumer = n;
            work.add(() -> {
                Random random = new Random(consumer);
                for (int round = 0; round < rounds; round++) {
                    List<Change> failures = new ArrayList<>();
                    for (int i = 0; i < 10; i++) {
                        String id = consumer + "-" + round + "-" + i;
                        Reason reason = new Reason("Fault" + random.nextInt(4), "m", "r", "node" + round / 5);
                        failures.add(i == 0 ? invalid("ID:" + id, "ID:" + id) : failed(id, "m" + id, 1, reason, null));
                    }
                    Collections.shuffle(failures, random);
                    ledger.write("test-" + consumer, failures);
                }
                return 0;
            });
        }
        work.add(() -> {
            for (int round = 0; round < rounds; round++) {
                people.discard(selection(List.of(), "Fault" + round % 4, null, null, null), ANNA);
                for (OrderRecord order : list(Set.of(State.DISCARDED), 5)) {
                    people.restore(order.orderId(), ANNA);
                }
            }
            return 0;
        });
        work.add(() -> {
            for (int round = 0; round < rounds; round++) {
                for (OrderRecord message : list(Set.of(State.INVALID), 3)) {
                    String id = message.orderId().substring(3) + "-corrected";
                    people.correct(message.orderId(), new Corrected(id, Lane.NORMAL, new byte[] {1}, "h"), ANNA);
                }
            }
            return 0;
        });
        work.add(() -> {
            for (int round = 0; round < rounds; round++) {
                replays.start(Selection.ALL, 10_000, ANNA);
                replays.advance(null);
                release();
            }
            return 0;
        });

        LedgerContract.inParallel(work);

        listsAndGroupsAgreeWithTheOrders();
        assertThat(ledger.counts().failedEvents()).isEqualTo(3L * rounds * 9);
    }

    private long discard(String id) {
        return people.discard(new Selection(List.of(id), Selection.ALL.states(), null, null, null, null, null), ANNA);
    }

    private Replay advanced(String id) {
        replays.advance(null);
        return replays.find(id).orElseThrow();
    }

    private Replay find(Replay replay) {
        return replays.find(replay.id()).orElseThrow();
    }

    private List<String> fitting(Selection selection) {
        assertThat(ledger.deadLetters().count(selection))
                .isEqualTo(ledger.deadLetters().list(selection, 100, null).size());
        return ledger.deadLetters().list(selection, 100, null).stream()
                .map(OrderRecord::orderId)
                .toList();
    }

    private static Selection selection(
            List<String> ids,
            @Nullable String type,
            @Nullable String node,
            @Nullable String text,
            @Nullable Instant failedBefore) {
        return new Selection(ids, Set.of(State.FAILED), null, type, node, text, failedBefore);
    }

    private Outcome write(Change change) {
        return ledger.write("test-1", List.of(change)).get(0);
    }

    private OrderRecord find(String orderId) {
        return ledger.find(orderId).orElseThrow();
    }

    private List<String> release() {
        List<String> order = new ArrayList<>();
        ledger.release(100, due -> {
            due.forEach(waiting -> order.add(waiting.orderId() + " at step " + waiting.step()));
            return due.stream().map(waiting -> "orders." + waiting.lane()).toList();
        });
        return order;
    }
}
