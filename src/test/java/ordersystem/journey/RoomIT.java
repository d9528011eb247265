package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The store is filled to its limit: the door says so, what is inside still gets through, and the door opens again. */
class RoomIT {
    private static final int ORDERS = 6_000;
    private static final int NOTE_LENGTH = 14_000;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("RoomIT")
            .with("ORDERS_BROKER_STORE_LIMIT", "64MB")
            .with("ORDERS_MESSAGE_SIZE", "16KB")
            .with("ORDERS_FULFILMENT_TARGET_RATE", "100")
            .with("ORDERS_NORMAL_CONSUMERS", "8")
            .with("ORDERS_HIGH_CONSUMERS", "4");

    @Test
    void aFullStoreRefusesNewOrdersAndStillWorksOffTheOldOnes() throws Exception {
        program.replaceRoute("40-fulfilment.camel.yaml", "slow-fulfilment.camel.yaml");
        List<Invoice> invoices = Invoice.all().stream().filter(Invoice::valid).toList();
        List<Sending> flood = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            Invoice large = invoices.get(i % invoices.size()).enlarged("ROOM-" + i, NOTE_LENGTH);
            flood.add(new Sending(large, Sending.Kind.FIRST, Sending.Way.JMS_TEXT, 4));
        }
        OutsideAccount account = new OutsideAccount();
        program.start();
        try (Customers customers = new Customers(program, account, flood);
                StatsWatch watch = new StatsWatch(program.api(), account);
                Warehouse warehouse = new Warehouse(program.brokerUrl())) {
            long begin = System.nanoTime();
            customers.feed(Integer.MAX_VALUE, Seam.Needs.ANY);
            List<Invoice> posted = invoices.subList(0, 500);
            AtomicInteger next = new AtomicInteger();
            await("the store is full")
                    .atMost(Duration.ofMinutes(5))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        assertThat(next.get()).as("the store is never full").isLessThan(posted.size());
                        post(posted.get(next.getAndIncrement()), account);
                        return account.refusals() > 0;
                    });
            Sending refused = sending(posted.get(next.get() - 1));
            long full = System.nanoTime();
            int fulfilledWhenFull = warehouse.count();

            await("202 comes back by itself")
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> account.answered(
                            refused, program.api().post(refused.invoice().bytes())));
            long open = System.nanoTime();
            int fulfilledMeanwhile = warehouse.count() - fulfilledWhenFull;
            await("the last order gets through")
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> customers.open() == 0
                            && warehouse.count() >= account.acceptedIds().size());

            System.out.printf(
                    "room: full after %d ms, %d times 503, open again after %d ms with %d orders fulfilled meanwhile; all %d"
                            + " orders through after %d ms%n",
                    millis(full - begin),
                    account.refusals(),
                    millis(open - full),
                    fulfilledMeanwhile,
                    account.acceptedIds().size(),
                    millis(System.nanoTime() - begin));
            assertThat(fulfilledMeanwhile)
                    .as("fulfilled while the door was shut")
                    .isPositive();
            assertThat(warehouse.orderIds()).containsExactlyInAnyOrderElementsOf(account.acceptedIds());
            assertThat(Reckoning.of(program).deadLetters()).isEmpty();
        }
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    private void post(Invoice invoice, OutsideAccount account) throws Exception {
        account.answered(sending(invoice), program.api().post(invoice.bytes()));
    }

    private static Sending sending(Invoice invoice) {
        return new Sending(invoice, Sending.Kind.FIRST, Sending.Way.HTTP, 4);
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
