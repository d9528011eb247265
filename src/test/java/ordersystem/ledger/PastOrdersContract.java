package ordersystem.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static ordersystem.ledger.LedgerContract.TIME_OUT;
import static ordersystem.ledger.LedgerContract.arrival;
import static ordersystem.ledger.LedgerContract.failed;
import static ordersystem.ledger.LedgerContract.invalid;
import static ordersystem.ledger.LedgerContract.processed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Interventions.Corrected;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.ledger.PastOrders.Moved;
import ordersystem.order.Lane;
import org.junit.jupiter.api.Test;

/** An order that was processed long ago leaves the table of orders, and is as well known as before; on every database. */
abstract class PastOrdersContract extends LedgerUnderTest {

    private static final Duration KEEP = Duration.ofDays(90);
    private static final By ANNA = new By("anna", "asked by letter");

    @Test
    void itIsCopiedAfterItsTimeAndTakenOutADayLater() throws SQLException {
        process("A", 91);
        process("B", 89);

        copy();
        assertThat(rows("orders")).isEqualTo(2);
        assertThat(rows("past_orders")).isEqualTo(1);
        assertThat(ledger.recount().past()).as("it is still among the others").isZero();

        copy();
        assertThat(rows("orders")).as("the copy is not a day old").isEqualTo(2);

        takeOut();
        assertThat(rows("orders")).isEqualTo(1);
        assertThat(rows("past_orders")).isEqualTo(1);
        assertThat(ledger.recount().past()).isEqualTo(1);
        assertThat(ledger.counts().processed()).isEqualTo(2);
        OrderRecord past = ledger.find("A").orElseThrow();
        assertThat(past.state()).isEqualTo(State.PROCESSED);
        assertThat(past.lane()).isEqualTo(Lane.NORMAL);
        assertThat(past.processedAt()).isBefore(ledger.find("B").orElseThrow().processedAt());
    }

    @Test
    void itIsDoneOnceADayByWhoeverAsksFirst() throws SQLException {
        process("A", 91);
        ledger.pastOrders(KEEP).moveDaily();
        process("B", 91);

        ledger.pastOrders(KEEP).moveDaily();
        assertThat(rows("past_orders")).isEqualTo(1);

        sql("UPDATE settings SET setting = '2020-01-01' WHERE name = 'past_orders_done'");
        ledger.pastOrders(KEEP).moveDaily();
        assertThat(rows("past_orders")).isEqualTo(2);
    }

    @Test
    void aStopEndsItAfterThePageInHandAndTheNextDayDoesTheRest() throws SQLException {
        sql("""
                INSERT INTO orders (order_id, lane, state, step, attempts, received_at, updated_at, processed_at, instance)
                WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 5001)
                SELECT 'old-' || i, 'normal', 'PROCESSED', 2, 0, TIMESTAMP '2020-01-01 00:00:00', TIMESTAMP '2020-01-01 00:00:00',
                    TIMESTAMP '2020-01-01 00:00:00', 'test' FROM numbers""");
        PastOrders stopped = ledger.pastOrders(KEEP);
        stopped.close();

        stopped.moveDaily();
        assertThat(rows("past_orders")).isEqualTo(5_000);

        sql("UPDATE settings SET setting = '2020-01-01' WHERE name = 'past_orders_done'");
        ledger.pastOrders(KEEP).moveDaily();
        assertThat(rows("past_orders")).isEqualTo(5_001);
        sql("DELETE FROM orders");
    }

    @Test
    void keptForeverMeansThatNothingIsMoved() throws SQLException {
        process("A", 5000);

        ledger.pastOrders(null).moveDaily();

        assertThat(rows("past_orders")).isZero();
    }

    @Test
    void onlyWhatIsProcessedIsMoved() throws SQLException {
        write(arrival("on-its-way", "m1"));
        write(arrival("dead", "m2"));
        write(failed("dead", "m3", 1, TIME_OUT, null));
        write(arrival("discarded", "m4"));
        write(failed("discarded", "m5", 1, TIME_OUT, null));
        ledger.interventions()
                .discard(
                        new Selection(List.of("discarded"), Selection.ALL.states(), null, null, null, null, null),
                        ANNA);
        write(invalid("ID:1", "ID:1"));
        sql(
                "UPDATE orders SET received_at = received_at - INTERVAL '100' DAY, updated_at = updated_at - INTERVAL '100' DAY");

        copy();
        takeOut();

        assertThat(rows("past_orders")).isZero();
        assertThat(rows("orders")).isEqualTo(4);
    }

    @Test
    void thatItComesAgainIsADuplicateAndAnotherBodyAConflict() throws SQLException {
        past("A");
        past("B");

        assertThat(write(arrival("A", "again")).verdict()).isEqualTo(Verdict.DUPLICATE);
        assertThat(write(arrival("B", "other", "hash of another body")).verdict())
                .isEqualTo(Verdict.CONFLICT);

        assertThat(ledger.counts().received()).isEqualTo(2);
        assertThat(ledger.counts().duplicates()).isEqualTo(1);
        assertThat(rows("past_orders")).as("they are among the others again").isZero();
        assertThat(ledger.recount().past()).isZero();
    }

    @Test
    void theDoorKnowsIt() throws SQLException {
        past("A");

        assertThat(ledger.knownHashes(List.of("A", "B"), Duration.ofSeconds(10)))
                .containsOnlyKeys("A")
                .containsEntry("A", Set.of("hash-A"));
    }

    /** Its sends were undone with the broker's transaction, and the message comes again that much later. */
    @Test
    void theMessageThatProcessedItIsSentOnAgain() throws SQLException {
        past("A");

        assertThat(write(processed("A", "p-A", 1)).verdict()).isEqualTo(Verdict.SEND_AGAIN);
        assertThat(write(processed("A", "stale copy", 1)).verdict()).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void inABatchTheOthersAreWrittenAsEver() throws SQLException {
        past("B");

        List<Outcome> outcomes = ledger.write(
                "test-1", List.of(arrival("C", "m1"), arrival("B", "m2"), arrival("A", "m3"), invalid("ID:1", "ID:1")));

        assertThat(outcomes)
                .extracting(Outcome::verdict)
                .containsExactly(Verdict.WRITTEN, Verdict.DUPLICATE, Verdict.WRITTEN, Verdict.WRITTEN);
        assertThat(ledger.write("test-1", List.of(arrival("D", "m4"), arrival("E", "m5"))))
                .extracting(Outcome::verdict)
                .containsExactly(Verdict.WRITTEN, Verdict.WRITTEN);
    }

    @Test
    void anInvalidMessageIsNotCorrectedIntoIt() throws SQLException {
        past("A");
        write(invalid("ID:1", "ID:1"));

        ledger.interventions().correct("ID:1", new Corrected("A", Lane.NORMAL, new byte[0], "hash-A"), ANNA);

        assertThat(ledger.counts().received()).isEqualTo(1);
        assertThat(ledger.find("A").orElseThrow().state()).isEqualTo(State.PROCESSED);
    }

    @Test
    void aCopyFromBeforeItLeftProcessedIsNotTakenForIt() throws SQLException {
        process("A", 91);
        copy();
        // Fulfilment ran again, because the sends were undone, and failed now.
        assertThat(write(failed("A", "p-A", 1, TIME_OUT, null)).verdict()).isEqualTo(Verdict.WRITTEN);
        takeOut();
        assertThat(ledger.find("A").orElseThrow().state()).isEqualTo(State.FAILED);

        ledger.interventions().replay("A", ANNA);
        ledger.release(10, due -> due.stream().map(order -> "orders.normal").toList());
        int step = ledger.find("A").orElseThrow().step();
        write(processed("A", "p2-A", step));
        sql("UPDATE orders SET processed_at = processed_at - INTERVAL '91' DAY");
        takeOut();
        takeOut();

        assertThat(rows("orders")).isZero();
        assertThat(ledger.find("A").orElseThrow().step()).isEqualTo(step + 1);
        assertThat(write(processed("A", "p2-A", step)).verdict()).isEqualTo(Verdict.SEND_AGAIN);
    }

    @Test
    void bodiesThatEditsReplacedGoWithIt() throws SQLException {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, null));
        ledger.interventions().edit(new Corrected("A", Lane.NORMAL, "new".getBytes(UTF_8), "hash-2"), ANNA);
        ledger.release(10, due -> due.stream().map(order -> "orders.normal").toList());
        write(processed("A", "p", ledger.find("A").orElseThrow().step()));
        sql("UPDATE orders SET processed_at = processed_at - INTERVAL '91' DAY");

        copy();
        takeOut();

        assertThat(rows("orders")).isZero();
        assertThat(ledger.interventions().withReplacedBodies("", 10)).isEmpty();
        assertThat(ledger.interventions().history("A")).hasSize(1);
        assertThat(write(arrival("A", "again")).verdict()).as("the first body").isEqualTo(Verdict.DUPLICATE);
    }

    /** Each order's id comes again and again, from everywhere, while all are moved: it is never new. */
    @Test
    void whileItIsMovedItIsNeverUnknown() throws Exception {
        int orders = 30;
        for (int i = 0; i < orders; i++) {
            process("order-" + i, 91);
        }
        AtomicLong takenOut = new AtomicLong();
        AtomicBoolean stop = new AtomicBoolean();
        List<Callable<Integer>> work = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            work.add(() -> {
                try {
                    while (takenOut.get() < 2 * orders && !stop.get()) {
                        Moved moved = new Moved();
                        ledger.pastOrders(KEEP).move(KEEP, Duration.ofSeconds(1), moved);
                        takenOut.addAndGet(moved.takenOut());
                    }
                } finally {
                    stop.set(true); // also where it fails
                }
                return 0;
            });
        }
        for (int n = 0; n < 4; n++) {
            int sender = n;
            work.add(() -> {
                Random random = new Random(sender);
                int written = 0;
                for (int i = 0; written == 0 && !stop.get(); i++) {
                    List<Change> batch = new ArrayList<>();
                    int count = i;
                    random.ints(0, orders)
                            .distinct()
                            .limit(3)
                            .forEach(id -> batch.add(arrival("order-" + id, sender + "-" + count + "-" + id)));
                    for (Outcome outcome : ledger.write("sender-" + sender, batch)) {
                        written += outcome.verdict() == Verdict.DUPLICATE ? 0 : 1;
                    }
                }
                stop.set(true); // what was written is not moved for a long time
                return written;
            });
        }

        assertThat(LedgerContract.inParallel(work)).containsOnly(0);
        assertThat(ledger.counts().received()).isEqualTo(orders);
        assertThat(IntStream.range(0, orders).mapToObj(i -> ledger.find("order-" + i)))
                .allMatch(order -> order.orElseThrow().state() == State.PROCESSED);
    }

    @Test
    void manyAreMovedPageByPage() throws SQLException {
        List<Change> arrivals = new ArrayList<>();
        List<Change> ends = new ArrayList<>();
        for (int i = 0; i < 5203; i++) {
            arrivals.add(arrival("order-" + i, "m" + i));
            ends.add(processed("order-" + i, "p" + i, 1));
        }
        ledger.write("test-1", arrivals);
        ledger.write("test-1", ends);
        sql("UPDATE orders SET processed_at = processed_at - INTERVAL '91' DAY");

        copy();
        takeOut();

        assertThat(rows("orders")).isZero();
        assertThat(ledger.recount().past()).isEqualTo(5203);
    }

    @Test
    void whatIsErasedCannotComeBackAndItsIdStaysKnown() {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, null));
        write(invalid("ID:1", "ID:1"));

        OrderRecord erased = ledger.interventions().erase("A", ANNA).orElseThrow();
        ledger.interventions().erase("ID:1", ANNA);

        assertThat(erased.state()).isEqualTo(State.DISCARDED);
        assertThat(erased.kept()).isFalse();
        assertThat(erased.reason()).extracting(Reason::message).isEqualTo("erased");
        assertThat(ledger.find("ID:1").orElseThrow().state()).isEqualTo(State.DISMISSED);
        assertThat(ledger.content("A")).isEmpty();
        assertThat(ledger.deadLetters().count(Selection.ALL)).isZero();
        assertThat(ledger.interventions().history("A"))
                .singleElement()
                .satisfies(action -> assertThat(action.note()).isEqualTo("asked by letter"))
                .satisfies(action ->
                        assertThat(action.reason()).extracting(Reason::message).isEqualTo("erased"));
        assertThatThrownBy(() -> ledger.interventions().restore("A", ANNA))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("its body was erased");
        assertThat(write(arrival("A", "again")).verdict()).isEqualTo(Verdict.DUPLICATE);
    }

    @Test
    void whatIsStillToBeProcessedIsNotErased() {
        write(arrival("A", "m1"));

        assertThatThrownBy(() -> ledger.interventions().erase("A", ANNA))
                .isInstanceOf(RefusedException.class)
                .hasMessageContaining("it is RECEIVED")
                .hasMessageContaining("cancel it first");
        assertThat(ledger.interventions().erase("unknown", ANNA)).isEmpty();
    }

    @Test
    void ofAProcessedOrderItsHistoryIsErasedAndItStaysProcessed() throws SQLException {
        write(arrival("A", "m1"));
        write(failed("A", "m2", 1, TIME_OUT, null));
        ledger.interventions().edit(new Corrected("A", Lane.NORMAL, "new".getBytes(UTF_8), "hash-2"), ANNA);
        ledger.release(10, due -> due.stream().map(order -> "orders.normal").toList());
        int step = ledger.find("A").orElseThrow().step();
        write(processed("A", "p", step));
        assertThat(ledger.interventions().withReplacedBodies("", 10)).containsExactly("A");
        assertThat(ledger.interventions().replacedBodies("A")).containsExactly("body of A".getBytes(UTF_8));

        ledger.interventions().erase("A", ANNA);

        assertThat(ledger.interventions().withReplacedBodies("", 10)).isEmpty();
        assertThat(ledger.interventions().history("A").get(0).note()).isNull();
        assertThat(write(processed("A", "p", step)).verdict())
                .as("its sends may still have been undone")
                .isEqualTo(Verdict.SEND_AGAIN);
    }

    private void past(String id) throws SQLException {
        process(id, 91);
        copy();
        takeOut();
        assertThat(count("SELECT COUNT(*) FROM orders WHERE order_id = '" + id + "'"))
                .isZero();
    }

    private void process(String id, int daysAgo) throws SQLException {
        write(arrival(id, "m-" + id));
        write(processed(id, "p-" + id, 1));
        sql("UPDATE orders SET processed_at = processed_at - INTERVAL '" + daysAgo + "' DAY WHERE order_id = '" + id
                + "'");
    }

    private void copy() {
        ledger.pastOrders(KEEP).move(KEEP, Duration.ofDays(1), new Moved());
    }

    /** As {@link #copy}, a day later. */
    private void takeOut() {
        ledger.pastOrders(KEEP).move(KEEP, Duration.ZERO, new Moved());
    }

    private Outcome write(Change change) {
        return ledger.write("test-1", List.of(change)).get(0);
    }

    private long rows(String table) throws SQLException {
        return count("SELECT COUNT(*) FROM " + table);
    }

    private long count(String sql) throws SQLException {
        try (Connection c = connection();
                Statement s = c.createStatement();
                ResultSet rs = s.executeQuery(sql)) {
            rs.next();
            return rs.getLong(1);
        }
    }
}
