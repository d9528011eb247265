package ordersystem.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.ledger.Suspects.Grade;
import ordersystem.ledger.Suspects.Suspect;
import ordersystem.order.Content;
import ordersystem.order.Draw;
import ordersystem.order.Lane;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What the ledger promises; run against every database that it supports. */
abstract class LedgerContract extends LedgerUnderTest {

    static final Reason TIME_OUT =
            new Reason("java.net.SocketTimeoutException", "no answer in 30 s", "fulfilment", "call");

    static final Reason LOST = new Reason("MessageLost", "its message was lost", null, null);

    @Test
    void whatWaitsForAnotherTurnIsGroupedByFault() {
        for (String id : List.of("A", "B", "C")) {
            write(arrival(id, "m-" + id));
        }
        write(retrying("B", "m2", 1, Duration.ofHours(1)));
        write(retrying("A", "m3", 1, Duration.ofHours(2)));

        assertThat(ledger.retries().groups(10)).singleElement().satisfies(group -> {
            assertThat(group.reasonType()).isEqualTo(TIME_OUT.type());
            assertThat(group.reasonNode()).isEqualTo(TIME_OUT.node());
            assertThat(group.count()).isEqualTo(2);
            assertThat(group.attempts()).isEqualTo(1);
            assertThat(group.sample()).isEqualTo("A");
            assertThat(group.nextDue()).isEqualTo(ledger.find("B").orElseThrow().due());
        });
        assertThat(ledger.counts().retrying()).isEqualTo(2);
    }

    @Test
    void whatIsHeldAgainstASuspectStaysOverRestartsUntilItIsCleared() {
        String longId = "ID:" + "9".repeat(600);
        Suspect first = new Suspect("m1", "orders.normal", "A", Grade.IN_HAND);
        Suspect hangs = new Suspect(longId, "orders.incoming", null, Grade.TO_BE_ALONE);
        assertThat(ledger.suspects().afterDeath(List.of(first, hangs)))
                .containsOnly(Map.entry("m1", Grade.IN_HAND), Map.entry(Suspects.id(longId), Grade.TO_BE_ALONE));
        ledger.close();
        reopen();

        assertThat(ledger.suspects().afterDeath(List.of(first, hangs)))
                .containsOnly(Map.entry("m1", Grade.TO_BE_ALONE), Map.entry(Suspects.id(longId), Grade.TO_BE_ALONE));
        assertThat(ledger.suspects().afterDeath(List.of(first, first)))
                .as("only a death while it was alone makes it poison")
                .containsEntry("m1", Grade.TO_BE_ALONE);
        assertThat(ledger.suspects().afterDeath(List.of(new Suspect("m1", "orders.normal", "A", Grade.POISON))))
                .containsEntry("m1", Grade.POISON);
        assertThat(ledger.suspects().afterDeath(List.of(first)))
                .as("what another instance held that does not know it")
                .containsEntry("m1", Grade.POISON);
        ledger.suspects().clear("m1");
        ledger.suspects().clear(longId);
        assertThat(ledger.suspects().afterDeath(List.of())).isEmpty();
        assertThat(ledger.suspects().afterDeath(List.of(first))).containsOnly(Map.entry("m1", Grade.IN_HAND));
    }

    @Test
    void anOrderLeavesProcessedOnlyForWhoStillHoldsItsMessage() {
        Runnable lost = () -> {
            throw new IllegalStateException("the connection is lost");
        };
        ledger.write("c", List.of(arrival("A", "m1")), lost);
        ledger.write("c", List.of(processed("A", "m2", 1)), lost);
        ledger.write("c", List.of(processed("A", "m2", 1)), lost);

        assertThatThrownBy(() -> ledger.write("c", List.of(retrying("A", "m2", 1, Duration.ZERO)), lost))
                .hasMessage("the connection is lost");
        assertThat(ledger.find("A").orElseThrow().state()).isEqualTo(State.PROCESSED);
        ledger.write("c", List.of(retrying("A", "m2", 1, Duration.ZERO)), () -> {});
        assertThat(ledger.find("A").orElseThrow().state()).isEqualTo(State.RETRYING);
    }

    @Test
    void anArrivalIsInsertedOnItsWayAndItsMessageCarriesStepOne() {
        Outcome outcome = write(arrival("A", "m1"));

        assertThat(outcome).isEqualTo(new Outcome(Verdict.WRITTEN, 1, null));
        OrderRecord order = find("A");
        assertThat(order.state()).isEqualTo(State.RECEIVED);
        assertThat(order.lane()).isEqualTo(Lane.NORMAL);
        assertThat(order.place()).isEqualTo("orders.normal");
        assertThat(order.handled()).isEqualTo("m1");
        assertThat(order.bodyHash()).isEqualTo("hash-A");
        assertThat(order.receivedAt()).isNotNull();
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void whatEachInstanceDidIsToldAndThoseThatAreGoneBecomeOne() {
        write(arrival("A", "m1"));
        try (Ledger other = open("other", 2);
                Ledger third = open("third", 2)) {
            other.write("c", List.of(arrival("B", "m2")));
            third.write("c", List.of(arrival("C", "m3")));
            third.write("d", List.of(arrival("D", "m4")));
            Counts before = ledger.counts();
            assertThat(before.instances())
                    .isEqualTo(Map.of(
                            "test",
                            new Counts.By(1, 0, 0),
                            "other",
                            new Counts.By(1, 0, 0),
                            "third",
                            new Counts.By(2, 0, 0)));

            assertThat(ledger.fold(Duration.ofDays(7))).isEmpty();
            assertThat(ledger.counts()).isEqualTo(before);

            assertThat(ledger.fold(Duration.ofSeconds(-1))).containsExactlyInAnyOrder("test", "other", "third");
            assertThat(ledger.counts().instances()).isEqualTo(Map.of(Counts.GONE, new Counts.By(4, 0, 0)));
            assertThat(ledger.counts().lanes()).isEqualTo(before.lanes());

            third.write("c", List.of(arrival("E", "m5")));
            assertThat(ledger.counts().instances())
                    .isEqualTo(Map.of(Counts.GONE, new Counts.By(4, 0, 0), "third", new Counts.By(1, 0, 0)));
            assertThat(ledger.fold(Duration.ofSeconds(-1))).containsExactly("third");
            assertThat(ledger.counts().instances()).isEqualTo(Map.of(Counts.GONE, new Counts.By(5, 0, 0)));
            assertThat(ledger.recount().discrepancy()).isZero();
        }
    }

    @Test
    void aSettingIsTheLastOneThatAnyInstanceMade() {
        assertThat(ledger.setting("switch")).isEmpty();

        try (Ledger other = open("other", 2)) {
            other.set("switch", "on");
            assertThat(ledger.setting("switch")).contains("on");
            ledger.set("switch", "off");
            assertThat(other.setting("switch")).contains("off");
        }
        assertThat(ledger.setting("another switch")).isEmpty();
    }

    @Test
    void theSameArrivalAgainIsSentAgainToTheSamePlace() {
        write(arrival("A", "m1"));

        assertThat(write(arrival("A", "m1")))
                .isEqualTo(new Outcome(Verdict.RESEND, 1, new Outcome.OnItsWay("orders.normal", Lane.NORMAL, 0, null)));
        assertThat(ledger.counts().duplicates()).isZero();
    }

    @Test
    void anOrderOnItsWayToADeadLetterQueueIsSentThereAgainWithItsReasonWhateverTheSecondRunSays() {
        write(arrival("A", "m1"));
        write(new Change(
                "A", Lane.NORMAL, State.RECEIVED, "m2", 1, null, "orders.normal.dlq", 3, null, TIME_OUT, null));

        assertThat(write(processed("A", "m2", 1)))
                .isEqualTo(new Outcome(
                        Verdict.RESEND, 2, new Outcome.OnItsWay("orders.normal.dlq", Lane.NORMAL, 3, TIME_OUT)));
    }

    @Test
    void aCopyOfAnArrivalIsADuplicateAndAnotherBodyIsAConflict() {
        write(arrival("A", "m1"));

        assertThat(write(arrival("A", "m2"))).isEqualTo(new Outcome(Verdict.DUPLICATE, 1, null));
        assertThat(write(arrival("A", "m3", "another hash")).verdict()).isEqualTo(Verdict.CONFLICT);
        assertThat(ledger.counts().duplicates()).isEqualTo(1);
        assertThat(ledger.counts().received()).isEqualTo(1);
    }

    @Test
    void aBodyThatTheOrderHadBeforeAnEditIsTheSameBody() throws SQLException {
        write(arrival("A", "m1"));
        sql("INSERT INTO order_hashes VALUES ('A', 'hash before the edit')");

        assertThat(write(arrival("A", "m2", "hash before the edit")).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(ledger.knownHashes(List.of("A", "B"), Duration.ofSeconds(5)))
                .isEqualTo(Map.of("A", Set.of("hash-A", "hash before the edit")));
    }

    @Test
    void anOrderInItsTurnIsProcessed() {
        write(arrival("A", "m1"));

        assertThat(write(processed("A", "m2", 1))).isEqualTo(new Outcome(Verdict.WRITTEN, 2, null));
        OrderRecord order = find("A");
        assertThat(order.state()).isEqualTo(State.PROCESSED);
        assertThat(order.place()).isNull();
        assertThat(order.processedAt()).isNotNull();
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aProcessedOrderWhoseSendsWereUndoneIsSentAgain() {
        write(arrival("A", "m1"));
        write(processed("A", "m2", 1));

        assertThat(write(processed("A", "m2", 1))).isEqualTo(new Outcome(Verdict.SEND_AGAIN, 2, null));
        assertThat(ledger.counts().processed()).isEqualTo(1);
    }

    @Test
    void aProcessedOrderThatFailsOnItsSecondRunLeavesProcessed() {
        write(arrival("A", "m1"));
        write(processed("A", "m2", 1));

        assertThat(write(retrying("A", "m2", 1, Duration.ofHours(1)))).isEqualTo(new Outcome(Verdict.WRITTEN, 3, null));
        assertThat(find("A").state()).isEqualTo(State.RETRYING);
        assertThat(find("A").processedAt()).isNull();
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 0, 0, 1, 1, 0, 0, 0, 0));
        assertThat(write(retrying("A", "m2", 1, Duration.ofHours(1))).verdict()).isEqualTo(Verdict.ACKNOWLEDGE);
    }

    @Test
    void aCopyOfALaneMessageIsADuplicate() {
        write(arrival("A", "m1"));
        write(processed("A", "m2", 1));

        assertThat(write(processed("A", "m3", 1))).isEqualTo(new Outcome(Verdict.DUPLICATE, 2, null));
    }

    @Test
    void aFailedTurnWaitsWithBodyReasonAndDueTime() {
        write(arrival("A", "m1"));

        write(retrying("A", "m2", 1, Duration.ofMinutes(5)));

        OrderRecord order = find("A");
        assertThat(order.state()).isEqualTo(State.RETRYING);
        assertThat(order.attempts()).isEqualTo(1);
        assertThat(order.reason()).isEqualTo(TIME_OUT);
        assertThat(Duration.between(order.updatedAt(), order.due())).isEqualTo(Duration.ofMinutes(5));
        assertThat(order.firstFailedAt()).isEqualTo(order.lastFailedAt()).isNotNull();
        assertThat(ledger.content("A")).hasValueSatisfying(content -> {
            assertThat(content.type()).isEqualTo(Content.Type.TEXT);
            assertThat(content.body()).isEqualTo("body of A".getBytes(UTF_8));
            assertThat(content.headers()).containsEntry("JMSCorrelationID", "c-A");
        });
    }

    @Test
    void anOrderOnItsWayAgainKeepsItsMessageAndItsStory() {
        write(arrival("A", "m1"));
        write(retrying("A", "m2", 1, Duration.ZERO));

        Instant receivedAt = find("A").receivedAt();

        List<Waiting> released = new ArrayList<>();
        assertThat(ledger.release(10, due -> {
                    released.addAll(due);
                    return List.of("orders.normal");
                }))
                .isEqualTo(1);

        assertThat(released).extracting(Waiting::receivedAt).containsExactly(receivedAt);
        OrderRecord order = find("A");
        assertThat(order.state()).isEqualTo(State.RECEIVED);
        assertThat(order.step()).isEqualTo(3);
        assertThat(order.handled()).isNull();
        assertThat(order.place()).isEqualTo("orders.normal");
        assertThat(order.due()).isNull();
        assertThat(order.reason()).isEqualTo(TIME_OUT);
        assertThat(order.attempts()).isEqualTo(1);
        assertThat(contentOf("A")).isEqualTo("body of A");
        write(retrying("A", "m3", 3, Duration.ofHours(1)));
        assertThat(find("A").firstFailedAt()).isEqualTo(order.firstFailedAt());
        assertThat(find("A").lastFailedAt()).isAfter(order.firstFailedAt());
    }

    @Test
    void aMessageWithTheKeyOfAnotherIsJudgedByItsBody() {
        write(arrival("A", "same key"));

        assertThat(write(arrival("A", "same key", "another hash")).verdict()).isEqualTo(Verdict.CONFLICT);
        assertThat(write(arrival("A", "same key")).verdict()).isEqualTo(Verdict.RESEND);
    }

    @Test
    void ofSeveralMessagesWithOneKeyInABatchEachIsJudgedForItself() {
        write(arrival("A", "m1"));

        List<Outcome> outcomes = ledger.write(
                "test-1",
                List.of(arrival("A", "same key", "another hash"), arrival("B", "same key"), arrival("B", "same key")));

        assertThat(outcomes)
                .extracting(Outcome::verdict)
                .containsExactly(Verdict.CONFLICT, Verdict.WRITTEN, Verdict.RESEND);
        assertThat(ledger.counts().received()).isEqualTo(2);
    }

    @Test
    void anOrderThatFailedLongAgoIsOverdueWhileItWaitsAndWhileItHasItsTurnUntilItIsThrough() throws SQLException {
        write(arrival("A", "m1"));
        write(arrival("never failed", "m2"));
        write(retrying("A", "m3", 1, Duration.ZERO));
        sql("UPDATE orders SET first_failed_at = first_failed_at - INTERVAL '11' MINUTE");
        assertThat(ledger.overdue(Lane.HIGH, Duration.ofMinutes(10)).orders()).isZero();
        assertThat(ledger.overdue(Lane.NORMAL, Duration.ofMinutes(20)).orders()).isZero();

        Ledger.Overdue waiting = ledger.overdue(Lane.NORMAL, Duration.ofMinutes(10));
        ledger.release(10, due -> List.of("orders.normal"));
        Ledger.Overdue inItsLane = ledger.overdue(Lane.NORMAL, Duration.ofMinutes(10));
        write(processed("A", "m4", 3));

        assertThat(waiting.orders()).isEqualTo(1);
        assertThat(waiting.oldestSeconds()).isBetween(660L, 690L);
        assertThat(inItsLane.orders()).isEqualTo(1);
        assertThat(ledger.overdue(Lane.NORMAL, Duration.ofMinutes(10))).isEqualTo(new Ledger.Overdue(0, 0));
    }

    @Test
    void aKeptMessageStaysThroughEveryTransitionAndGoesWhenItsOrderIsProcessed() {
        write(kept(arrival("A", "m1")));
        assertThat(contentOf("A")).isEqualTo("body of A");
        write(retrying("A", "m2", 1, Duration.ZERO));
        ledger.release(10, due -> List.of("orders.normal"));
        assertThat(contentOf("A")).isEqualTo("body of A");
        write(kept(buried("A", "m3", 3)));
        assertThat(contentOf("A")).isEqualTo("body of A");
        write(failed("A", "m4", 4, TIME_OUT, Duration.ZERO));
        ledger.release(10, due -> List.of("orders.normal"));
        assertThat(find("A").kept()).isTrue();
        assertThat(ledger.content("A").orElseThrow().headers()).isEqualTo(Map.of("JMSCorrelationID", "c-A"));

        write(processed("A", "m5", 6));

        assertThat(find("A").kept()).isFalse();
        assertThat(ledger.content("A")).isEmpty();
    }

    @Test
    void anOrderWhoseMessageIsNotKeptIsOnItsWayWithoutOne() {
        write(arrival("A", "m1"));

        assertThat(find("A").kept()).isFalse();
        assertThat(ledger.content("A")).isEmpty();
    }

    @Test
    void aCopyOfAnArrivalLeavesTheKeptMessageAsItIs() {
        write(kept(arrival("A", "m1")));
        ledger.write("test-1", List.of(kept(arrival("A", "m1")), kept(arrival("A", "m2"))));

        assertThat(find("A").step()).isEqualTo(1);
        assertThat(contentOf("A")).isEqualTo("body of A");
    }

    @Test
    void anOrderWhoseMessageIsLostIsTakenBackAndGoesOnAndTheLostMessageIsAStaleCopyThen() {
        write(kept(arrival("A", "m1")));

        assertThat(ledger.takeBack(List.of(new TakenBack(find("A"), State.RETRYING, LOST))))
                .isEqualTo(1);

        OrderRecord order = find("A");
        assertThat(order.state()).isEqualTo(State.RETRYING);
        assertThat(order.step()).isEqualTo(2);
        assertThat(order.handled()).isNull();
        assertThat(order.place()).isNull();
        assertThat(order.attempts()).isZero();
        assertThat(order.reason()).isEqualTo(LOST);
        assertThat(ledger.recount().discrepancy()).isZero();
        assertThat(write(processed("A", "the lost message", 1)).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(arrival("A", "m1")).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(release(new ArrayList<>(), 10)).isEqualTo(1);
        assertThat(write(processed("A", "the lost message", 1)).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(processed("A", "sent by the releaser", 3))).isEqualTo(new Outcome(Verdict.WRITTEN, 4, null));
    }

    @Test
    void aLostDeadLetterIsTakenBackForAPersonWithItsReason() {
        write(kept(arrival("A", "m1")));
        write(kept(buried("A", "m2", 1)));

        assertThat(ledger.takeBack(List.of(new TakenBack(find("A"), State.FAILED, TIME_OUT))))
                .isEqualTo(1);

        OrderRecord order = find("A");
        assertThat(order.state()).isEqualTo(State.FAILED);
        assertThat(order.due()).isNull();
        assertThat(order.attempts()).isEqualTo(1);
        assertThat(order.reason()).isEqualTo(TIME_OUT);
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 1, 0, 0, 0, 1, 0, 0, 0));
        assertThat(write(failed("A", "the lost dead letter", 2, TIME_OUT, null)).verdict())
                .isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void onlyWhatIsWhereItWasReadAndWasKeptIsTakenBack() {
        write(arrival("not kept", "m1"));
        write(kept(arrival("moved on", "m2")));
        write(kept(arrival("taken back", "m3")));
        List<TakenBack> orders = List.of("not kept", "moved on", "taken back").stream()
                .map(id -> new TakenBack(find(id), State.RETRYING, LOST))
                .toList();
        write(retrying("moved on", "m4", 1, Duration.ofHours(1)));

        assertThat(ledger.takeBack(orders)).isEqualTo(1);
        assertThat(ledger.takeBack(orders)).isZero();

        assertThat(find("not kept").state()).isEqualTo(State.RECEIVED);
        assertThat(find("not kept").step()).isEqualTo(1);
        assertThat(find("moved on").step()).isEqualTo(2);
        assertThat(find("taken back").step()).isEqualTo(2);
    }

    @Test
    void aReasonWithoutARouteReplacesTheWholeEarlierReason() {
        write(arrival("A", "m1"));
        write(retrying("A", "m2", 1, Duration.ZERO));
        ledger.release(10, due -> List.of("orders.normal"));
        Reason bare = new Reason("Fault", "other", null, null);

        write(failed("A", "m3", 3, bare, null));

        assertThat(find("A").reason()).isEqualTo(bare);
    }

    @Test
    void aFailedOrderCountsAsFailedUntilItIsReleased() {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, Duration.ZERO));
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 1, 0, 0, 0, 1, 0, 0, 0));

        ledger.release(10, due -> List.of("orders.normal"));

        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 0, 0, 0, 0, 1, 0, 0, 0));
    }

    @Test
    void aDeferredOrderIsCountedWhileItWaitsAndKeepsTheDrawThatDeferredIt() {
        write(deferred("A", 0.25));
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 0, 1, 0, 0, 0, 0, 1, 0));
        assertThat(find("A").draw()).isEqualTo(new Draw(0.5, 0.25));
        assertThat(find("A").goesOnAt()).isEqualTo(find("A").receivedAt().plusSeconds(450));
        assertThat(contentOf("A")).isEqualTo("body of A");
        assertThat(release(new ArrayList<>(), 10)).isZero();

        take(0, 10);
        release(new ArrayList<>(), 10);

        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 0, 0, 0, 0, 0, 0, 0, 1, 1));
        assertThat(find("A").draw()).isEqualTo(new Draw(0.5, 0.25));
        assertThat(find("A").goesOnAt()).isNull();
    }

    @Test
    void anAdmittedOrderIsCountedAndKeepsItsDrawAndOneThatIsNotAskedHasNone() {
        Change admitted = arrival("A", "m1");
        Change notAsked = arrival("B", "m2");
        ledger.write("test-1", List.of(withDraw(admitted, new Draw(0.5, 0.75)), notAsked));

        assertThat(find("A").draw()).isEqualTo(new Draw(0.5, 0.75));
        assertThat(find("B").draw()).isNull();
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(2, 0, 0, 0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aRedeliveredArrivalIsNotDecidedAnew() {
        write(deferred("A", 0.25));
        write(withDraw(arrival("B", "m-B"), new Draw(0, 0.25)));

        Outcome admittedNow = write(withDraw(arrival("A", "m-A"), new Draw(0, 0.25)));
        Outcome deferredNow = write(deferred("B", 0.25));

        assertThat(admittedNow.verdict()).isEqualTo(Verdict.ACKNOWLEDGE);
        assertThat(find("A").state()).isEqualTo(State.DEFERRED);
        assertThat(deferredNow.verdict()).isEqualTo(Verdict.RESEND);
        assertThat(find("B").draw()).isEqualTo(new Draw(0, 0.25));
        assertThat(sentOn(10, 10)).containsExactly("A");
    }

    @Test
    void whereThereIsRoomDeferredOrdersGoOnTheOldestFirst() throws SQLException {
        for (String id : List.of("C", "A", "D", "B")) {
            write(deferred(id, 0.25));
        }
        write(retrying("E", "m", 1, Duration.ofMinutes(1)));
        sql("UPDATE orders SET received_at = received_at - INTERVAL '1' HOUR WHERE order_id = 'D'");
        sql("UPDATE deferred SET received_at = received_at - INTERVAL '1' HOUR WHERE order_id = 'D'");
        assertThat(ledger.deferrals().oldest()).isEqualTo(find("D").receivedAt());

        take(0, 2);
        take(0, 3); // two of three are due already, and not yet sent on

        assertThat(sentOn(0, 0)).containsExactlyInAnyOrder("D", "C", "A");
        assertThat(ledger.deferrals().oldest()).isEqualTo(find("B").receivedAt());
        assertThat(sentOn(0, 10)).containsExactly("B");
        assertThat(ledger.deferrals().oldest()).isNull();
    }

    @Test
    void whereThereIsNoneThoseGoOnWhoseTimeHasComeButNoMoreThanThat() throws SQLException {
        for (String id : List.of("A", "B", "C", "D")) {
            write(deferred(id, 0.25));
        }
        sql("UPDATE deferred SET due = due - INTERVAL '1' HOUR WHERE order_id IN ('B', 'D')");
        sql("UPDATE deferred SET due = due - INTERVAL '2' HOUR WHERE order_id = 'C'");

        assertThat(sentOn(2, 0)).contains("C").hasSize(2).doesNotContain("A");
        assertThat(sentOn(2, 0)).hasSize(1).doesNotContain("A");
        assertThat(sentOn(2, 0)).isEmpty();
        assertThat(find("A").state()).isEqualTo(State.DEFERRED);
    }

    @Test
    void theOrderThatHasBeenPendingForLongestIsFoundWhereverItIs() throws SQLException {
        assertThat(ledger.oldestPending()).isEmpty();
        write(arrival("done", "m1"));
        write(processed("done", "m2", 1));
        write(failed("given-up", "m3", 1, TIME_OUT, null));
        assertThat(ledger.oldestPending()).isEmpty();

        write(arrival("buried", "m4"));
        write(buried("buried", "m5", 1));
        write(waiting("retrying", Lane.HIGH, Duration.ofHours(1)));
        write(deferred("deferred", 0.25));
        write(arrival("in-its-lane", "m6"));
        int hours = 9;
        for (String id : List.of("done", "given-up", "buried", "retrying", "deferred", "in-its-lane")) {
            sql("UPDATE orders SET received_at = received_at - INTERVAL '" + hours-- + "' HOUR WHERE order_id = '" + id
                    + "'");
        }

        assertThat(ledger.oldestPending().orElseThrow()).isBetween(Duration.ofHours(7), Duration.ofMinutes(421));
        write(failed("buried", "m7", 2, TIME_OUT, null));
        assertThat(ledger.oldestPending().orElseThrow()).isBetween(Duration.ofHours(6), Duration.ofMinutes(361));
        ledger.interventions().cancel("retrying", new Action.By("anna", null));
        assertThat(ledger.oldestPending().orElseThrow()).isBetween(Duration.ofHours(5), Duration.ofMinutes(301));
        ledger.interventions().cancel("deferred", new Action.By("anna", null));
        assertThat(ledger.oldestPending().orElseThrow()).isBetween(Duration.ofHours(4), Duration.ofMinutes(241));
        write(processed("in-its-lane", "m8", 1));
        assertThat(ledger.oldestPending()).isEmpty();
    }

    @Test
    void aDeferredOrderThatSomebodyElseTookOnIsNotSentOnOnceMore() {
        write(deferred("A", 0.25));
        write(deferred("B", 0.25));
        ledger.interventions().cancel("A", new Action.By("anna", null));
        assertThat(ledger.deferrals().oldest()).isEqualTo(find("B").receivedAt());

        assertThat(sentOn(0, 10)).containsExactly("B");
        assertThat(find("A").state()).isEqualTo(State.CANCELLED);
        assertThat(ledger.counts().of(Lane.NORMAL).released()).isEqualTo(1);
    }

    @Test
    void oneInstanceAtATimeTakesTheControlAStepOnAndAllReadTheSame() throws Exception {
        assertThat(ledger.deferrals().control()).isEmpty();

        List<Callable<String>> steps = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            steps.add(() -> ledger.deferrals()
                    .take(seen -> new Deferrals.Step(
                            seen.control().isEmpty() ? "1" : Integer.toString(Integer.parseInt(seen.control()) + 1),
                            0,
                            0)));
        }
        List<String> made = inParallel(steps);

        assertThat(made).doesNotHaveDuplicates();
        assertThat(ledger.deferrals().control()).isEqualTo("20");
    }

    @Test
    void theControlSeesTheCountsAndTheDatabasesTime() {
        write(arrival("A", "m1"));

        ledger.deferrals().take(seen -> {
            assertThat(seen.counts().of(Lane.NORMAL).onItsWay()).isEqualTo(1);
            assertThat(seen.now()).isCloseTo(find("A").updatedAt(), within(10, ChronoUnit.SECONDS));
            return new Deferrals.Step("", 0, 0);
        });
    }

    /** One step of the control. */
    private void take(int due, int room) {
        ledger.deferrals().take(seen -> new Deferrals.Step(seen.control() + ".", due, room));
    }

    private List<String> sentOn(int due, int room) {
        take(due, room);
        List<String> ids = new ArrayList<>();
        release(ids, 100);
        return ids;
    }

    private static Change deferred(String id, double number) {
        return new Change(
                id,
                Lane.NORMAL,
                State.DEFERRED,
                "m-" + id,
                null,
                "hash-" + id,
                null,
                0,
                null,
                null,
                body(id),
                new Draw(0.5, number),
                null);
    }

    private static Change withDraw(Change change, Draw draw) {
        return new Change(
                change.orderId(),
                change.lane(),
                change.state(),
                change.messageId(),
                change.step(),
                change.bodyHash(),
                change.place(),
                change.attempts(),
                change.due(),
                change.reason(),
                change.content(),
                draw,
                null);
    }

    @Test
    void anInvalidMessageIsNotReceivedAndItsRedeliveryIsOnlyAcknowledged() {
        assertThat(write(invalid("ID:1", "m1")).verdict()).isEqualTo(Verdict.WRITTEN);

        assertThat(write(invalid("ID:1", "m1")).verdict()).isEqualTo(Verdict.ACKNOWLEDGE);
        assertThat(write(invalid("ID:1", "m2")).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(ledger.counts().invalid()).isEqualTo(1);
        assertThat(ledger.counts().received()).isZero();
        assertThat(find("ID:1").lane()).isNull();
    }

    @Test
    void aMessageWithAStepButNoRowIsRecordedAndGoesOn() {
        assertThat(write(processed("A", "m7", 4))).isEqualTo(new Outcome(Verdict.WRITTEN, 5, null));

        assertThat(find("A").step()).isEqualTo(5);
        assertThat(ledger.counts().lanes()).containsEntry("normal", new Counts.Of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aMessageWhoseStepThePersonHasTakenDoesNothing() {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, Duration.ZERO));
        ledger.interventions().discard(Selection.ALL, new Action.By("anna", null));
        assertThat(find("A").step()).isEqualTo(3);

        assertThat(write(processed("A", "sent by a releaser that was killed", 3))
                        .verdict())
                .isEqualTo(Verdict.DUPLICATE);
        assertThat(find("A").state()).isEqualTo(State.DISCARDED);
    }

    @Test
    void aChangeOfLaneMovesAllItsCounts() {
        write(arrival("A", "m1"));

        write(new Change("A", Lane.HIGH, State.RECEIVED, "m2", 1, "hash-A", "orders.high", 0, null, null, null));

        assertThat(ledger.counts().lanes()).isEqualTo(Map.of("high", new Counts.Of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void aChangeWithoutALaneKeepsTheRowsLane() {
        write(arrival("A", "m1"));

        write(new Change("A", null, State.PROCESSED, "m2", 1, null, null, 0, null, null, null));

        assertThat(find("A").lane()).isEqualTo(Lane.NORMAL);
        assertThat(ledger.counts().lanes()).isEqualTo(Map.of("normal", new Counts.Of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0)));
    }

    @Test
    void outcomesStandInTheOrderOfTheChanges() {
        write(arrival("B", "m0"));

        List<Outcome> outcomes = ledger.write(
                "test-1",
                List.of(
                        arrival("C", "m1"),
                        arrival("B", "m2"),
                        arrival("A", "m3"),
                        arrival("C", "m4"),
                        arrival("A", "m5", "another hash")));

        assertThat(outcomes)
                .extracting(Outcome::verdict)
                .containsExactly(
                        Verdict.WRITTEN, Verdict.DUPLICATE, Verdict.WRITTEN, Verdict.DUPLICATE, Verdict.CONFLICT);
    }

    @Test
    void aBatchOfArrivalsAndStepsIsWrittenInOneGo() {
        write(arrival("B", "m0"));

        List<Outcome> outcomes = ledger.write(
                "test-1",
                List.of(processed("B", "m1", 1), arrival("A", "m2"), arrival("A", "m3"), invalid("ID:1", "m4")));

        assertThat(outcomes)
                .extracting(Outcome::verdict)
                .containsExactly(Verdict.WRITTEN, Verdict.WRITTEN, Verdict.DUPLICATE, Verdict.WRITTEN);
    }

    @Test
    void oneBadChangeWritesNothingOfItsBatch() {
        Change noPlace = new Change("B", Lane.NORMAL, State.RECEIVED, "m2", null, "hash", null, 0, null, null, null);

        for (Change bad : List.of(noPlace, arrival("x".repeat(600), "m3"))) {
            assertThatThrownBy(() -> ledger.write("test-1", List.of(arrival("A", "m1"), bad)))
                    .isInstanceOf(RuntimeException.class)
                    .isNotInstanceOf(LedgerUnavailableException.class);
        }

        assertThat(ledger.find("A")).isEmpty();
        assertThat(ledger.counts().received()).isZero();
    }

    @Test
    void textsAreCutToTheirColumnsWithAMark() {
        String smiles = "\uD83D\uDE00".repeat(5000);
        Reason wordy = new Reason("x".repeat(300), smiles + "\0", "r".repeat(200), "zero \0");

        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, wordy, null));

        Reason kept = Objects.requireNonNull(find("A").reason());
        assertThat(kept.type()).hasSize(255).endsWith("x…");
        assertThat(kept.message()).hasSizeLessThanOrEqualTo(4000).endsWith("\uD83D\uDE00…");
        assertThat(kept.route()).hasSize(128).endsWith("…");
        assertThat(kept.node()).isEqualTo("zero \uFFFD");
    }

    @Test
    void anyBodyAndAnyHeaderIsKeptAsItWas() {
        byte[] bytes = new byte[2_000_000];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Map<String, String> headers = Map.of("JMSType", "a\0b\"\\\n", "traceparent", "t".repeat(100_000));
        List<Content> contents = List.of(
                new Content(Content.Type.OTHER, bytes, headers),
                new Content(Content.Type.BYTES, new byte[0], Map.of()));

        for (int i = 0; i < contents.size(); i++) {
            Content given = contents.get(i);
            write(new Change("ID:" + i, null, State.INVALID, "m" + i, null, null, null, 0, null, TIME_OUT, given));

            Content kept = ledger.content("ID:" + i).orElseThrow();
            assertThat(Arrays.equals(kept.body(), given.body())).isTrue();
            assertThat(kept.headers()).isEqualTo(given.headers());
            assertThat(kept.type()).isEqualTo(given.type());
        }
    }

    @Test
    void dueOrdersAreReleasedHighOnesFirstThenTheLongestDue() {
        Duration minute = Duration.ofMinutes(1);
        List<Change> waiting = List.of(
                waiting("N1", Lane.NORMAL, minute.negated()),
                waiting("N2", Lane.NORMAL, minute.multipliedBy(-3)),
                waiting("N3", new Lane("gifts"), minute.multipliedBy(-2)),
                waiting("H1", Lane.HIGH, minute.multipliedBy(-1)),
                waiting("H2", Lane.HIGH, minute.multipliedBy(-2)),
                waiting("later", Lane.HIGH, minute));
        ledger.write("test-1", waiting);

        List<String> order = new ArrayList<>();
        int first = release(order, 3);
        int second = release(order, 3);
        int third = release(order, 3);

        assertThat(order).containsExactly("H2", "H1", "N2", "N3", "N1");
        assertThat(List.of(first, second, third)).containsExactly(3, 2, 0);
    }

    @Test
    void whatIsReleasedCarriesTheNextStepAndTheBody() {
        write(arrival("A", "m1"));
        write(retrying("A", "m2", 1, Duration.ZERO));
        List<Waiting> sent = new ArrayList<>();

        ledger.release(10, due -> {
            sent.addAll(due);
            return List.of("orders.normal");
        });

        assertThat(sent).singleElement().satisfies(waiting -> {
            assertThat(waiting.step()).isEqualTo(3).isEqualTo(find("A").step());
            assertThat(waiting.attempts()).isEqualTo(1);
            assertThat(new String(waiting.content().body(), UTF_8)).isEqualTo("body of A");
        });
    }

    @Test
    void aReleaseThatCannotSendLeavesTheOrdersDue() {
        ledger.write("test-1", List.of(waiting("A", Lane.NORMAL, Duration.ZERO)));
        RuntimeException brokerAway = new IllegalStateException("broker away");

        assertThatThrownBy(() -> ledger.release(10, due -> {
                    throw brokerAway;
                }))
                .isSameAs(brokerAway);

        assertThat(find("A").state()).isEqualTo(State.RETRYING);
        assertThat(release(new ArrayList<>(), 10)).isEqualTo(1);
    }

    @Test
    void aReleaseKilledBetweenSendAndCommitSendsTheSameStepTwiceAndOnlyOneCounts() {
        ledger.write("test-1", List.of(waiting("A", Lane.NORMAL, Duration.ZERO)));
        List<Integer> steps = new ArrayList<>();

        assertThatThrownBy(() -> ledger.release(10, due -> {
                    steps.add(due.get(0).step());
                    throw new IllegalStateException("killed after the broker's commit");
                }))
                .isInstanceOf(IllegalStateException.class);
        ledger.release(10, due -> {
            steps.add(due.get(0).step());
            return List.of("orders.normal");
        });

        assertThat(steps).containsExactly(2, 2);
        assertThat(write(processed("A", "first copy", 2)).verdict()).isEqualTo(Verdict.WRITTEN);
        assertThat(write(processed("A", "second copy", 2)).verdict()).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void deadLettersAreCountedInEachLane() {
        write(arrival("on its way", "m0"));
        for (String id : List.of("A", "B", "C")) {
            write(arrival(id, "m1-" + id));
            write(failed(id, "m2-" + id, 1, TIME_OUT, null));
        }
        write(invalid("ID:1", "m1"));

        assertThat(ledger.recount().deadLetters()).isEqualTo(Map.of("normal", 3L, "", 1L));
    }

    @Test
    void findsOrdersThatAreOnTheirWayForTooLong() throws SQLException {
        ledger.write("test-1", List.of(arrival("A", "m1"), arrival("B", "m2"), arrival("C", "m3")));
        write(processed("B", "m4", 1));
        sql("UPDATE orders SET updated_at = updated_at - INTERVAL '11' MINUTE WHERE order_id IN ('A', 'B')");

        assertThat(ledger.onItsWayLongerThan(Duration.ofMinutes(10), "orders.normal", 5))
                .extracting(OrderRecord::orderId)
                .containsExactly("A");
        assertThat(ledger.onItsWayLongerThan(Duration.ofMinutes(10), "orders.high", 5))
                .isEmpty();
        assertThat(ledger.recount().onItsWay()).isEqualTo(Map.of("orders.normal", 2L));
    }

    @Test
    void everyRowIsVisitedOnce() {
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 2500; i++) {
            changes.add(arrival("order-" + i, "m" + i));
        }
        ledger.write("test-1", changes);
        List<String> seen = new ArrayList<>();

        ledger.forEach(order -> seen.add(order.orderId()));

        assertThat(seen).hasSize(2500).doesNotHaveDuplicates();
    }

    @Test
    void aDifferenceBetweenCountersAndRowsIsSeen() throws SQLException {
        write(arrival("A", "m1"));
        sql("UPDATE counters SET received = received + 1");
        assertThat(ledger.recount().discrepancy()).isEqualTo(1);
        sql("UPDATE counters SET received = received - 1");

        sql("UPDATE orders SET state = 'PROCESSED', place = NULL, processed_at = updated_at");
        assertThat(ledger.recount().discrepancy()).isEqualTo(1);
        sql("UPDATE orders SET state = 'RECEIVED', place = 'orders.normal', processed_at = NULL");
    }

    @Test
    void aDifferenceBetweenDeadLettersAndTheirListsAndGroupsIsSeen() throws SQLException {
        write(failed("A", "m1", 1, TIME_OUT, null));
        write(failed("B", "m2", 1, TIME_OUT, null));
        assertThat(ledger.recount().deadLetterDifference()).isZero();

        sql("UPDATE dead_letter_groups SET members = members + 3");
        assertThat(ledger.recount().discrepancy()).isEqualTo(3);
        sql("UPDATE dead_letter_groups SET members = members - 4");
        sql("DELETE FROM dead_letters WHERE order_id = 'A'");
        assertThat(ledger.recount().deadLetterDifference()).as("one order").isEqualTo(1);
        assertThat(ledger.recount().discrepancy()).isEqualTo(1);

        ledger.interventions().replay("A", new Action.By("anna", null));
        assertThat(ledger.recount().discrepancy()).as("what is gone is none").isZero();
    }

    /** Somebody who does not know of the lists, an older OrderSystem on the same database, leaves a dead letter in them. */
    @Test
    void whatIsListedThoughItIsNoDeadLetterAnyMoreIsNeitherShownNorSentOnOnceMore() throws SQLException {
        write(failed("A", "m1", 1, TIME_OUT, null));
        sql("UPDATE orders SET state = 'PROCESSED', processed_at = updated_at, body = NULL");
        Action.By anna = new Action.By("anna", null);

        assertThat(ledger.deadLetters().list(Selection.ALL, 10, null)).isEmpty();
        assertThat(ledger.interventions().discard(Selection.ALL, anna)).isZero();
        Replay replay = ledger.replays().start(Selection.ALL, 1_000, anna);
        Awaitility.await("it ends").until(() -> {
            ledger.replays().advance(null);
            return ledger.replays().find(replay.id()).orElseThrow().endedAt() != null;
        });
        assertThat(find("A").state()).isEqualTo(State.PROCESSED);

        sql("UPDATE orders SET state = 'RECEIVED', place = 'orders.normal', processed_at = NULL, step = 5");
        write(failed("A", "m2", 5, LOST, null));
        assertThat(ledger.deadLetters().groups(10))
                .extracting(DeadLetterGroup::reasonType, DeadLetterGroup::count)
                .containsExactly(tuple(LOST.type(), 1L));
        assertThat(ledger.recount().deadLetterDifference()).isZero();
        sql("UPDATE counters SET failed = failed - 1");
    }

    @Test
    void aLedgerOfTheVersionBeforeIsOpenedWithItsDeadLetters() throws SQLException {
        for (int i = 0; i < 5; i++) {
            write(failed("order-" + i, "m" + i, 1, i < 3 ? TIME_OUT : LOST, null));
        }
        write(invalid("ID:1", "ID:1"));
        write(arrival("on its way", "m8"));
        write(retrying("waits", "m9", 1, Duration.ofHours(1)));
        List<DeadLetterGroup> groups = ledger.deadLetters().groups(10);
        List<OrderRecord> letters = ledger.deadLetters().list(Selection.ALL, 10, null);

        for (List<String> how : List.of(
                // As version 4 left it.
                List.of(
                        "DROP TABLE dead_letters",
                        "DROP TABLE dead_letter_groups",
                        "CREATE INDEX orders_dead ON orders (state, order_id)"),
                // Killed in the middle of the step to version 5, on H2.
                List.of(
                        "DELETE FROM dead_letter_groups",
                        "DELETE FROM dead_letters WHERE order_id = 'order-1'",
                        "DROP INDEX dead_letters_by_last"))) {
            for (String statement : how) {
                sql(statement);
            }
            sql("DROP INDEX IF EXISTS orders_pending");
            sql("DELETE FROM ledger_migrations WHERE \"version\" IN ('5', '6', '7', '8', '9')");
            ledger.close();

            reopen();

            assertThat(groups).hasSize(3);
            assertThat(ledger.deadLetters().groups(10)).isEqualTo(groups);
            assertThat(letters).hasSize(6);
            assertThat(ledger.deadLetters().list(Selection.ALL, 10, null)).isEqualTo(letters);
            assertThat(ledger.recount().discrepancy()).isZero();
        }
    }

    @Test
    void countsGoOnAfterARestart() {
        write(arrival("A", "m1"));
        Counts before = ledger.counts();
        ledger.close();

        ledger = open("another instance", 3);
        write(arrival("B", "m2"));

        assertThat(ledger.counts().since()).isEqualTo(before.since());
        assertThat(ledger.counts().received()).isEqualTo(2);
        assertThat(find("B").instance()).isEqualTo("another instance");
    }

    @Test
    void aClosedLedgerIsAway() {
        ledger.close();

        assertThatThrownBy(() -> write(arrival("A", "m1"))).isInstanceOf(LedgerUnavailableException.class);
        ledger = open("test", 3);
    }

    @Test
    void theDoorDoesNotWaitForALedgerThatDoesNotAnswer() {
        ledger.write("test-1", List.of(waiting("A", Lane.NORMAL, Duration.ZERO)));
        ledger.close();
        ledger = open("test", 1);

        ledger.release(1, due -> {
            // The only connection is in use here.
            assertThatThrownBy(() -> ledger.knownHashes(List.of("A"), Duration.ofMillis(50)))
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageContaining("50 ms");
            return List.of("orders.normal");
        });
    }

    @Test
    void countersAgreeWithRowsAfterAnythingInAnyOrder() {
        Random random = new Random(42);
        for (int batch = 0; batch < 150; batch++) {
            List<Change> changes = new ArrayList<>();
            boolean arrivals = random.nextBoolean();
            boolean mixed = random.nextInt(5) == 0;
            for (int i = 0, size = 1 + random.nextInt(8); i < size; i++) {
                String id = "order-" + random.nextInt(12);
                // Few message ids, so that a message often comes again.
                String messageId = "m" + random.nextInt(8) + id;
                changes.add(
                        (mixed ? random.nextBoolean() : arrivals)
                                ? randomArrival(random, id, messageId)
                                : randomTurn(random, id, messageId));
            }
            ledger.write("test-" + random.nextInt(3), changes);
            if (random.nextInt(4) == 0) {
                release(new ArrayList<>(), 1 + random.nextInt(3));
            }
            if (random.nextInt(10) == 0) {
                ledger.takeBack(list(Set.of(State.RECEIVED), 3).stream()
                        .map(order -> new TakenBack(order, State.RETRYING, LOST))
                        .toList());
            }
            if (batch % 10 == 0) {
                assertThat(ledger.recount().discrepancy()).as("batch " + batch).isZero();
            }
        }
        assertThat(ledger.counts().processed()).isPositive();
        assertThat(ledger.counts().duplicates()).isPositive();
        assertThat(ledger.counts().invalid()).isPositive();
    }

    private static Change randomArrival(Random random, String id, String messageId) {
        return switch (random.nextInt(4)) {
            case 0 -> waiting(id, random.nextBoolean() ? Lane.HIGH : Lane.NORMAL, Duration.ZERO);
            case 1 -> invalid("ID:" + random.nextInt(20), messageId);
            case 2 -> kept(arrival(id, messageId));
            default -> arrival(id, messageId, random.nextInt(6) == 0 ? "another hash" : "hash-" + id);
        };
    }

    private static Change randomTurn(Random random, String id, String messageId) {
        int step = 1 + random.nextInt(6);
        return switch (random.nextInt(5)) {
            case 0 -> failed(id, messageId, step, TIME_OUT, random.nextBoolean() ? Duration.ZERO : null);
            case 1 -> retrying(id, messageId, step, Duration.ZERO);
            case 2 ->
                new Change(
                        id,
                        Lane.HIGH,
                        State.RECEIVED,
                        messageId,
                        step,
                        null,
                        "orders.high.dlq",
                        1,
                        null,
                        TIME_OUT,
                        null);
            default -> processed(id, messageId, step);
        };
    }

    @Test
    void consumersWithTheSameOrdersInOppositeOrderNeverBlockEachOther() throws Exception {
        int orders = 30;
        int rounds = 15;
        List<Callable<Integer>> consumers = new ArrayList<>();
        for (int n = 0; n < 3; n++) {
            int consumer = n;
            consumers.add(() -> {
                Random random = new Random(consumer);
                int written = 0;
                for (int round = 0; round < rounds; round++) {
                    List<Change> changes = new ArrayList<>();
                    for (int i = 0; i < orders; i++) {
                        String id = "order-" + round + "-" + i;
                        // Some consumers are a step ahead of others: what is a turn for one is stale for the other.
                        String messageId = "m" + consumer + "-" + id;
                        changes.add(
                                switch ((consumer + i) % 3) {
                                    case 0 -> arrival(id, messageId);
                                    case 1 -> processed(id, messageId, 1);
                                    default -> retrying(id, messageId, 2, Duration.ofHours(1));
                                });
                    }
                    Collections.shuffle(changes, random);
                    // As one batch of everything, and then by kind, as consumers have them.
                    List<List<Change>> batches = new ArrayList<>();
                    batches.add(changes);
                    batches.add(changes.stream().filter(c -> c.step() == null).toList());
                    batches.add(changes.stream().filter(c -> c.step() != null).toList());
                    for (List<Change> batch : batches) {
                        written += (int) ledger.write("test-" + consumer, batch).stream()
                                .filter(outcome -> outcome.verdict() == Verdict.WRITTEN)
                                .count();
                    }
                }
                return written;
            });
        }

        assertThat(inParallel(consumers).stream().mapToInt(Integer::intValue).sum())
                .isGreaterThanOrEqualTo(orders * rounds);
        assertThat(ledger.counts().received()).isEqualTo(orders * rounds);
    }

    @Test
    void batchesThatAreStaleWhereTheOtherOneHasItsTurnNeverBlockEachOther() throws Exception {
        int orders = 20;
        int rounds = 10;
        CyclicBarrier together = new CyclicBarrier(2);
        List<Callable<Long>> consumers = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            int consumer = n;
            consumers.add(() -> {
                long written = 0;
                for (int round = 0; round < rounds; round++) {
                    List<Change> arrivals = new ArrayList<>();
                    List<Change> turns = new ArrayList<>();
                    for (int i = 0; i < orders; i++) {
                        String id = "order-" + round + "-" + i;
                        arrivals.add(arrival(id, "m-" + id));
                        turns.add(processed(id, "m" + consumer + id, i % 2 == consumer ? 1 : 9));
                    }
                    ledger.write("test-" + consumer, arrivals);
                    together.await(30, TimeUnit.SECONDS);
                    written += ledger.write("test-" + consumer, turns).stream()
                            .filter(outcome -> outcome.verdict() == Verdict.WRITTEN)
                            .count();
                    together.await(30, TimeUnit.SECONDS);
                }
                return written;
            });
        }

        assertThat(inParallel(consumers)).containsExactly(orders * rounds / 2L, orders * rounds / 2L);
        assertThat(ledger.counts().processed()).isEqualTo(orders * rounds);
    }

    @Test
    void twoReleasersAtTheSameMomentSendEachOrderOnce() throws Exception {
        for (int i = 0; i < 10; i++) {
            write(waiting("order-" + i, i % 2 == 0 ? Lane.HIGH : Lane.NORMAL, Duration.ZERO));
        }
        ExecutorService executor = Executors.newSingleThreadExecutor();
        List<String> sent = Collections.synchronizedList(new ArrayList<>());
        List<Future<Integer>> second = new ArrayList<>();

        int released = ledger.release(6, due -> {
            second.add(executor.submit(() -> release(sent, 6)));
            due.forEach(waiting -> sent.add(waiting.orderId()));
            return due.stream().map(waiting -> "orders." + waiting.lane()).toList();
        });
        second.get(0).get();
        release(sent, 10);

        assertThat(released).isEqualTo(6);
        assertThat(sent).hasSize(10).doesNotHaveDuplicates();
        executor.shutdown();
    }

    /** H2 gives a stale result in one of six tries, unless told not to reuse results. */
    @RepeatedTest(20)
    void aRecountAgreesWithTheCountersWhileOrdersComeIn() throws Exception {
        AtomicBoolean stop = new AtomicBoolean();
        ExecutorService executor = Executors.newSingleThreadExecutor();
        Future<?> consumer = executor.submit(() -> {
            for (int i = 0; !stop.get(); i++) {
                write(arrival("order-" + i, "m" + i));
            }
        });

        // Also until enough came in: fifty recounts of an empty ledger can be over before the first order.
        for (int i = 0; i < 50 || ledger.counts().received() < 50; i++) {
            assertThat(ledger.recount().discrepancy()).isZero();
            assertThat(consumer).as("the consumer").isNotDone();
        }

        stop.set(true);
        consumer.get(10, TimeUnit.SECONDS);
        executor.shutdown();
        assertThat(ledger.counts().received()).isPositive();
    }

    @Test
    void aConsumerThatIsFasterThanTheReleasersCommitWaitsForIt() throws Exception {
        ledger.write("test-1", List.of(waiting("A", Lane.NORMAL, Duration.ZERO)));
        ExecutorService executor = Executors.newSingleThreadExecutor();
        List<Future<Outcome>> consumer = new ArrayList<>();

        ledger.release(1, due -> {
            consumer.add(
                    executor.submit(() -> write(processed("A", "m2", due.get(0).step()))));
            assertThatThrownBy(() -> consumer.get(0).get(300, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            return List.of("orders.normal");
        });

        assertThat(consumer.get(0).get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome(Verdict.WRITTEN, 3, null));
        executor.shutdown();
    }

    static <T> List<T> inParallel(List<Callable<T>> work) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(work.size());
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : executor.invokeAll(work)) {
                results.add(result.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    Outcome write(Change change) {
        return ledger.write("test-1", List.of(change)).get(0);
    }

    String contentOf(String orderId) {
        return new String(ledger.content(orderId).orElseThrow().body(), UTF_8);
    }

    OrderRecord find(String orderId) {
        return ledger.find(orderId).orElseThrow();
    }

    int release(List<String> order, int limit) {
        return ledger.release(limit, due -> {
            due.forEach(waiting -> order.add(waiting.orderId()));
            return due.stream().map(waiting -> "orders." + waiting.lane()).toList();
        });
    }

    static Content body(String orderId) {
        return new Content(
                Content.Type.TEXT, ("body of " + orderId).getBytes(UTF_8), Map.of("JMSCorrelationID", "c-" + orderId));
    }

    static Change arrival(String orderId, String messageId) {
        return arrival(orderId, messageId, "hash-" + orderId);
    }

    static Change arrival(String orderId, String messageId, String hash) {
        return new Change(
                orderId, Lane.NORMAL, State.RECEIVED, messageId, null, hash, "orders.normal", 0, null, null, null);
    }

    /** As the change is written where messages are kept while their orders are on their way. */
    static Change kept(Change change) {
        return new Change(
                change.orderId(),
                change.lane(),
                change.state(),
                change.messageId(),
                change.step(),
                change.bodyHash(),
                change.place(),
                change.attempts(),
                change.due(),
                change.reason(),
                body(change.orderId()));
    }

    static Change buried(String orderId, String messageId, int step) {
        return new Change(
                orderId,
                Lane.NORMAL,
                State.RECEIVED,
                messageId,
                step,
                null,
                "orders.normal.dlq",
                1,
                null,
                TIME_OUT,
                null);
    }

    static Change processed(String orderId, String messageId, int step) {
        return new Change(
                orderId, Lane.NORMAL, State.PROCESSED, messageId, step, "hash-" + orderId, null, 0, null, null, null);
    }

    static Change retrying(String orderId, String messageId, int step, Duration due) {
        return new Change(
                orderId,
                Lane.NORMAL,
                State.RETRYING,
                messageId,
                step,
                "hash-" + orderId,
                null,
                1,
                due,
                TIME_OUT,
                body(orderId));
    }

    static Change failed(String orderId, String messageId, int step, Reason reason, @Nullable Duration due) {
        return new Change(
                orderId,
                Lane.NORMAL,
                State.FAILED,
                messageId,
                step,
                "hash-" + orderId,
                null,
                5,
                due,
                reason,
                body(orderId));
    }

    /** In the waiting room at once, as if it had been deferred on arrival and had failed. */
    static Change waiting(String orderId, Lane lane, Duration due) {
        return new Change(
                orderId, lane, State.RETRYING, "m-" + orderId, null, "hash", null, 1, due, TIME_OUT, body(orderId));
    }

    static Change invalid(String key, String messageId) {
        return new Change(key, null, State.INVALID, messageId, null, null, null, 0, null, TIME_OUT, body(key));
    }
}
