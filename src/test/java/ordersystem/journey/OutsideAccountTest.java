package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The judge of the journey, on planted faults: it must see each of them. */
class OutsideAccountTest {
    private static final OutsideAccount.Order PROCESSED = new OutsideAccount.Order("PROCESSED", 0, "");

    private final OutsideAccount account = new OutsideAccount();
    private final Sending order = sending("536300", true);
    private final OutsideAccount.Fulfilled copy =
            new OutsideAccount.Fulfilled("536300", order.invoice().body(), Map.of("Turn", "0"));

    @Test
    void anOrderThatArrivedOnceIsInOrder() {
        accept(order);

        assertThat(account.judge(Map.of("536300", PROCESSED), List.of(copy), List.of(), stats(1, 1, 0, 0)))
                .isEmpty();
    }

    @Test
    void aLostOrderIsSeen() {
        accept(order);

        assertThat(account.judge(Map.of("536300", PROCESSED), List.of(), List.of(), stats(1, 1, 0, 0)))
                .singleElement()
                .asString()
                .contains("536300", "0 time(s)");
    }

    @Test
    void anOrderThatTheProgramDoesNotKnowIsSeen() {
        accept(order);

        assertThat(account.judge(Map.of(), List.of(), List.of(), stats(0, 0, 0, 0)))
                .anySatisfy(offence -> assertThat(offence).contains("lost: unknown"))
                .anySatisfy(offence -> assertThat(offence).contains("received 0, the account 1"));
    }

    @Test
    void anOrderThatArrivedTwiceIsSeen() {
        accept(order);

        assertThat(account.judge(Map.of("536300", PROCESSED), List.of(copy, copy), List.of(), stats(1, 1, 0, 0)))
                .singleElement()
                .asString()
                .contains("2 time(s)");
    }

    @Test
    void aBodyOrAHeaderOfAFailedTurnIsSeen() {
        accept(order);
        OutsideAccount.Fulfilled spoilt =
                new OutsideAccount.Fulfilled("536300", "changed", Map.of("Turn", "1", "FailedTurn", "0"));

        assertThat(account.judge(Map.of("536300", PROCESSED), List.of(spoilt), List.of(), stats(1, 1, 0, 0)))
                .hasSize(3);
    }

    @Test
    void aFailedOrderMustWaitWithItsReasonAndItsBody() {
        Sending dead = sending("536307", true);
        accept(dead);
        Map<String, OutsideAccount.Order> orders = Map.of("536307", new OutsideAccount.Order("FAILED", 1, "never"));

        assertThat(account.judge(orders, List.of(), List.of(), stats(1, 0, 1, 0)))
                .singleElement()
                .asString()
                .contains("not among the dead letters");
        assertThat(account.judge(
                        orders,
                        List.of(),
                        List.of(new OutsideAccount.DeadLetter("536307", "FAILED", "", "other", "")),
                        stats(1, 0, 1, 0)))
                .anySatisfy(offence -> assertThat(offence).contains("without its reason or body"));
    }

    @Test
    void aMessageThatIsNoOrderMustBeKept() {
        Sending invalid = new Sending(sending("C5363", false).invoice(), Sending.Kind.FIRST, Sending.Way.JMS_TEXT, 4);
        account.sent(invalid, "ID:1");

        assertThat(account.judge(Map.of(), List.of(), List.of(), stats(0, 0, 0, 0)))
                .singleElement()
                .asString()
                .contains("ID:1 is no order, and is not kept");
    }

    @Test
    void aSumThatIsWrongForAMomentIsSeen() {
        account.read(stats(3, 1, 1, 1));
        account.read(stats(3, 1, 1, 0));

        assertThat(account.judge(Map.of(), List.of(), List.of(), stats(0, 0, 0, 0)))
                .singleElement()
                .asString()
                .contains("received is not processed + failed + pending");
    }

    @Test
    void theTallyHasWhatWasLostForgottenAndDoneTwice() {
        for (String id : List.of("536300", "536301", "536302", "536303")) {
            accept(sending(id, true));
        }
        Map<String, OutsideAccount.Order> orders =
                Map.of("536300", PROCESSED, "536301", PROCESSED, "536302", PROCESSED);

        OutsideAccount.Tally tally =
                account.tally(orders, List.of("536300", "536302", "536302", "536303", "of another account"));

        assertThat(tally.sent()).isEqualTo(4);
        assertThat(tally.accepted()).isEqualTo(4);
        assertThat(tally.lost()).containsExactly("536301", "536303");
        assertThat(tally.twice()).containsExactly("536302");
        assertThat(tally.offences()).isEmpty();
    }

    private void accept(Sending sending) {
        account.answered(sending, new Api.Answer(202, "", OptionalLong.empty()));
    }

    private static Sending sending(String id, boolean valid) {
        Invoice invoice = new Invoice(id, "{\"orderId\":\"" + id + "\"}", valid, false);
        return new Sending(invoice, Sending.Kind.FIRST, Sending.Way.HTTP, 4);
    }

    private static ObjectNode stats(long received, long processed, long failed, long pending) {
        return new ObjectMapper()
                .createObjectNode()
                .put("received", received)
                .put("processed", processed)
                .put("failed", failed)
                .put("pending", pending)
                .put("invalid", 0)
                .put("discrepancy", 0);
    }
}
