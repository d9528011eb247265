package ordersystem.waiting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import ordersystem.ledger.Action.By;
import ordersystem.ledger.Change;
import ordersystem.ledger.Interventions.Corrected;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.order.OrderReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A customer asks to be forgotten. */
class ErasureTest {

    private static final By ANNA = new By("anna", "letter of 3 March");
    private static final Reason NO_STOCK = new Reason("NoStock", "17850 wants too much", "fulfilment", "reserve");

    private final StringWriter out = new StringWriter();
    private Ledger ledger;

    @BeforeEach
    void open(@TempDir Path folder) {
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 4);
    }

    @AfterEach
    void countersAgreeWithRows() {
        assertThat(ledger.recount().discrepancy()).isZero();
        ledger.close();
    }

    @Test
    void whatTheCustomersOrdersSaidIsGoneAndNobodyElses() {
        failed("A", json("A", "17850"));
        failed("B", json("B", "17851"));
        failed("C", xml("C", "17850"));
        failed("D", json("D", "178500"));
        invalid("ID:1", "customer 17850 wants to talk to somebody");
        invalid("ID:2", "order 178501, customer X17850");
        onItsWay("E", json("E", "17850"));

        assertThat(erase(true)).isFalse();
        assertThat(lines())
                .containsExactly(
                        "A  FAILED, would be erased",
                        "C  FAILED, would be erased",
                        "E  RECEIVED, to be processed first",
                        "ID:1  INVALID, would be erased",
                        "3 would be erased, nothing is changed, 1 still to be processed");
        assertThat(ledger.content("A")).isPresent();

        out.getBuffer().setLength(0);
        assertThat(erase(false)).isFalse();
        assertThat(lines())
                .satisfiesExactly(
                        a -> assertThat(a).isEqualTo("A  DISCARDED, erased"),
                        c -> assertThat(c).isEqualTo("C  DISCARDED, erased"),
                        e -> assertThat(e).startsWith("E  NOT erased: ").contains("it is RECEIVED", "cancel it first"),
                        message -> assertThat(message).isEqualTo("ID:1  DISMISSED, erased"),
                        sum -> assertThat(sum).isEqualTo("3 erased, 1 still to be processed"));
        for (String id : List.of("A", "C", "ID:1")) {
            assertThat(ledger.content(id)).as(id).isEmpty();
            assertThat(ledger.find(id).orElseThrow().reason())
                    .extracting(Reason::message)
                    .isEqualTo("erased");
        }
        for (String id : List.of("B", "D", "E", "ID:2")) {
            assertThat(ledger.content(id)).as(id).isPresent();
        }
        assertThat(ledger.interventions().history("A")).singleElement().satisfies(action -> assertThat(action.note())
                .isEqualTo("letter of 3 March"));

        ledger.interventions().cancel("E", ANNA);
        out.getBuffer().setLength(0);
        assertThat(erase(false)).isTrue();
        assertThat(lines()).containsExactly("E  CANCELLED, erased", "1 erased, 0 still to be processed");
    }

    /** An edit has made it the order of another customer, who did not ask for anything. */
    @Test
    void ofAnOrderThatWasCorrectedOnlyTheEarlierBodyIsErased() {
        failed("A", json("A", "17850"));
        String corrected = json("A", "17851");
        ledger.interventions().edit(new Corrected("A", Lane.NORMAL, corrected.getBytes(UTF_8), "hash-2"), ANNA);

        assertThat(erase(false)).isTrue();

        assertThat(lines()).containsExactly("A  its earlier bodies are erased", "1 erased, 0 still to be processed");
        assertThat(ledger.content("A").orElseThrow().body()).isEqualTo(corrected.getBytes(UTF_8));
        assertThat(ledger.interventions().replacedBodies("A")).isEmpty();
        assertThat(ledger.find("A").orElseThrow().state()).isEqualTo(State.RETRYING);
    }

    private boolean erase(boolean onlyLook) {
        return new Erasure(ledger, new OrderReader(), "17850", onlyLook, ANNA, new PrintWriter(out)).run();
    }

    private List<String> lines() {
        return out.toString().lines().toList();
    }

    private void failed(String id, String body) {
        write(new Change(
                id, Lane.NORMAL, State.FAILED, "m-" + id, null, "hash-" + id, null, 1, null, NO_STOCK, content(body)));
    }

    private void onItsWay(String id, String body) {
        write(new Change(
                id,
                Lane.NORMAL,
                State.RECEIVED,
                "m-" + id,
                null,
                "hash-" + id,
                "orders.normal",
                0,
                null,
                null,
                content(body)));
    }

    private void invalid(String id, String body) {
        write(new Change(id, null, State.INVALID, id, null, null, null, 0, null, NO_STOCK, content(body)));
    }

    private void write(Change change) {
        ledger.write("test-1", List.of(change));
    }

    private static Content content(String body) {
        return new Content(Content.Type.TEXT, body.getBytes(UTF_8), Map.of());
    }

    private static String json(String id, String customer) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer
                + "\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":1,\"unitPrice\":\"2.55\"}]}";
    }

    private static String xml(String id, String customer) {
        return "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><order id=\"" + id + "\" customer=\"" + customer
                + "\"><line sku=\"85123A\" quantity=\"1\" unitPrice=\"2.55\">for Zoë</line></order>";
    }
}
