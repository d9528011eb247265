package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The ledger's PostgreSQL is away for a while, under load: nothing fails, and the flow goes on by itself. */
class DatabaseOutageIT {
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("outage.seconds", 20));
    /** Orders every 100 ms. */
    private static final int LOAD = 6;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("DatabaseOutageIT");

    @Test
    void anOutageOfTheDatabaseFailsNoOrderAndTheFlowResumesByItself() throws Exception {
        List<Sending> sendings = Invoice.all().stream()
                .filter(Invoice::valid)
                .map(Sending::first)
                .toList();
        OutsideAccount account = new OutsideAccount();
        try (Database database = new Database(program.home().resolve("postgres"))) {
            database.start();
            program.with("ORDERS_LEDGER_URL", database.url())
                    .with("ORDERS_LEDGER_USER", "postgres")
                    .start();
            try (Customers customers = new Customers(program, account, sendings);
                    StatsWatch watch = new StatsWatch(program.api(), account)) {
                underLoadFor(Duration.ofSeconds(5), customers);
                long processedBefore = processed();
                assertThat(processedBefore).as("processed before the outage").isPositive();

                int acceptedBefore = account.acceptedIds().size();
                database.halt();
                underLoadFor(OUTAGE, customers);
                int acceptedMeanwhile = account.acceptedIds().size() - acceptedBefore;

                database.start();
                long back = System.nanoTime();
                await("the flow resumes")
                        .atMost(Duration.ofMinutes(1))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> processed() > processedBefore);
                long resumed = System.nanoTime();
                customers.feed(Integer.MAX_VALUE, Seam.Needs.ANY);
                await("each order is processed")
                        .atMost(Duration.ofMinutes(2))
                        .pollInterval(Duration.ofMillis(100))
                        .until(() -> customers.open() == 0 && processed() == sendings.size());

                System.out.printf(
                        "outage: %d s, %d orders accepted meanwhile, %d refused; first order %d ms after the database was"
                                + " back, all %d after %d ms%n",
                        OUTAGE.toSeconds(),
                        acceptedMeanwhile,
                        account.refusals(),
                        TimeUnit.NANOSECONDS.toMillis(resumed - back),
                        sendings.size(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - back));
                assertThat(account.refusals()).as("the door answered 503").isZero();
                assertThat(acceptedMeanwhile).as("accepted meanwhile").isGreaterThan(LOAD * 10 * 15);
            }

            Reckoning reckoning = Reckoning.of(program);
            JsonNode stats = program.api().stats().orElseThrow();
            Map<String, OutsideAccount.Order> orders = reckoning.orders(account);
            assertThat(orders.values()).hasSize(sendings.size()).allSatisfy(order -> assertThat(order.attempts())
                    .isZero());
            for (String queue : List.of(
                    "orders.high.dlq", "orders.normal.dlq", "orders.invalid", "orders.strays", "orders.unfiled")) {
                assertThat(FulfilledQueue.read(program.brokerUrl(), queue))
                        .as(queue)
                        .isEmpty();
            }
            assertThat(reckoning.deadLetters()).isEmpty();
            assertThat(OutsideAccount.count(stats, "retried")).isZero();
            assertThat(FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled"))
                    .extracting(OutsideAccount.Fulfilled::orderId)
                    .containsExactlyInAnyOrderElementsOf(account.acceptedIds());
            program.stop(Duration.ofSeconds(60));
            ProgramUnderTest.Audit audit = program.audit();
            assertThat(audit.exitCode()).as(audit.report()).isZero();
        }
    }

    private static void underLoadFor(Duration time, Customers customers) {
        long end = System.nanoTime() + time.toNanos();
        await("orders come in for " + time)
                .atMost(time.plusMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    customers.feed(LOAD, Seam.Needs.ANY);
                    return System.nanoTime() >= end;
                });
    }

    private long processed() throws InterruptedException {
        return program.api()
                .stats()
                .map(stats -> OutsideAccount.count(stats, "processed"))
                .orElse(-1L);
    }
}
