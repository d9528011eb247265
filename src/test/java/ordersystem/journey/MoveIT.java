package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From everything embedded to a PostgreSQL and an external broker, with a backlog, as docs/operations.md has it. */
class MoveIT {

    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int BEFORE = 400;
    private static final int AFTER = 200;

    @RegisterExtension
    final ProgramUnderTest old = new ProgramUnderTest("MoveIT-old");

    @RegisterExtension
    final ProgramUnderTest next = new ProgramUnderTest("MoveIT-next");

    @Test
    void aBacklogMovesWithoutALossOrADouble() throws Exception {
        assumeFalse(Database.IS_ASKED_FOR, "the old ledger is the embedded one");
        List<Invoice> orders = Invoice.all().stream()
                .filter(Invoice::valid)
                .limit(BEFORE + AFTER)
                .toList();
        try (Database database = new Database(old.home().resolve("postgres"));
                BrokerUnderTest broker = new BrokerUnderTest(
                        BrokerUnderTest.Kind.CLASSIC, old.home().resolve("broker"))) {
            old.start();
            post(old, orders.subList(0, BEFORE / 4));
            awaitProcessed(old, BEFORE / 4);
            assertThat(old.api()
                            .manage("fulfilment/pause", "{\"reason\":\"we move\"}")
                            .status())
                    .isEqualTo(200);
            post(old, orders.subList(BEFORE / 4, BEFORE));

            // The ledger first: stop, copy, start on it, with the broker's store as it is.
            assertThat(old.stop(LONG)).isIn(0, 143);
            database.start();
            old.with("ORDERS_LEDGER_URL", database.url()).with("ORDERS_LEDGER_USER", "postgres");
            ProgramUnderTest.Audit copy = old.report("copy-ledger");
            assertThat(copy.exitCode()).as(copy.report()).isZero();
            old.start();

            // Then the broker: a second instance on the new one takes orders in, the first works off what it has.
            broker.start();
            next.useBroker(broker.url(), broker.url())
                    .with("ORDERS_LEDGER_URL", database.url())
                    .with("ORDERS_LEDGER_USER", "postgres")
                    .start();
            post(next, orders.subList(BEFORE, BEFORE + AFTER));
            post(next, orders.subList(0, 20));
            assertThat(next.api().manage("fulfilment/resume", "{}").status()).isEqualTo(200);
            awaitProcessed(next, BEFORE + AFTER);

            List<String> fulfilled = new ArrayList<>();
            for (ProgramUnderTest each : List.of(old, next)) {
                FulfilledQueue.read(each.brokerUrl(), "orders.fulfilled").stream()
                        .map(OutsideAccount.Fulfilled::orderId)
                        .forEach(fulfilled::add);
            }
            assertThat(fulfilled)
                    .containsExactlyInAnyOrderElementsOf(
                            orders.stream().map(Invoice::orderId).toList());
            assertThat(old.api().stats().orElseThrow().path("arriving").asLong())
                    .isZero();
            assertThat(old.stop(LONG)).isIn(0, 143);
            assertThat(next.stop(LONG)).isIn(0, 143);
            ProgramUnderTest.Audit audit = next.audit();
            assertThat(audit.exitCode()).as(audit.report()).isZero();
        }
    }

    private static void post(ProgramUnderTest program, List<Invoice> orders) throws IOException, InterruptedException {
        for (Invoice order : orders) {
            assertThat(program.api().post(order.bytes()).status()).isEqualTo(202);
        }
    }

    private static void awaitProcessed(ProgramUnderTest program, int orders) {
        await(orders + " orders are processed").atMost(LONG).until(() -> Outages.processed(program) == orders);
    }
}
