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

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Interventions.Corrected;
import ordersystem.ledger.Outcome.Verdict;
import ordersystem.order.Lane;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger that began in H2 is the same one in PostgreSQL, and goes on there. */
class LedgerCopyTest {

    private static final By ANNA = new By("anna", "why");

    private final StringWriter out = new StringWriter();

    @Test
    void everythingIsThereAndGoesOn(@TempDir Path folder) throws Exception {
        LedgerCopy.Place from = new LedgerCopy.Place("jdbc:h2:file:" + folder.resolve("ledger"), "", "");
        LedgerCopy.Place to =
                new LedgerCopy.Place(TestPostgres.emptyDatabase(), TestPostgres.USER, TestPostgres.PASSWORD);
        List<OrderRecord> before = new ArrayList<>();
        Counts counts;
        List<Action> history;
        try (Ledger ledger = open(from)) {
            for (int i = 0; i < 1500; i++) {
                write(ledger, kept(arrival("order-" + i, "m" + i)));
            }
            write(ledger, processed("order-0", "p0", 1));
            write(ledger, retrying("order-1", "r1", 1, Duration.ofHours(1)));
            write(ledger, failed("order-2", "f2", 1, TIME_OUT, null));
            write(ledger, failed("order-3", "f3", 1, TIME_OUT, null));
            write(ledger, invalid("ID:1", "ID:1"));
            ledger.interventions().edit(new Corrected("order-3", Lane.NORMAL, "new".getBytes(UTF_8), "hash-2"), ANNA);
            ledger.set("of mine", "kept");
            ledger.forEach(before::add);
            counts = ledger.counts();
            history = ledger.interventions().history("order-3");
        }

        LedgerCopy.run(from, to, new PrintWriter(out));

        assertThat(out.toString().lines().map(String::strip))
                .contains("1,501 orders", "1 order_hashes", "1 order_actions", "2 dead_letters");
        try (Ledger ledger = open(to)) {
            List<OrderRecord> after = new ArrayList<>();
            ledger.forEach(after::add);
            assertThat(after).containsExactlyInAnyOrderElementsOf(before);
            assertThat(ledger.counts()).isEqualTo(counts);
            assertThat(ledger.recount().discrepancy()).isZero();
            assertThat(ledger.interventions().history("order-3")).isEqualTo(history);
            assertThat(ledger.interventions().replacedBodies("order-3"))
                    .containsExactly("body of order-3".getBytes(UTF_8));
            assertThat(ledger.content("order-2").orElseThrow().body()).isEqualTo("body of order-2".getBytes(UTF_8));
            assertThat(ledger.setting("of mine")).contains("kept");

            assertThat(write(ledger, processed("order-4", "p4", 1)).verdict()).isEqualTo(Verdict.WRITTEN);
            assertThat(write(ledger, processed("order-0", "p0", 1)).verdict()).isEqualTo(Verdict.SEND_AGAIN);
            assertThat(write(ledger, arrival("order-0", "again")).verdict()).isEqualTo(Verdict.DUPLICATE);
        }

        assertThatThrownBy(() -> LedgerCopy.run(from, to, new PrintWriter(out)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("already")
                .hasMessageContaining("orders.ledger.url");
    }

    private static Ledger open(LedgerCopy.Place place) {
        return Ledger.open(place.url(), place.user(), place.password(), "test", 4);
    }

    private static Outcome write(Ledger ledger, Change change) {
        return ledger.write("test-1", List.of(change)).get(0);
    }
}
