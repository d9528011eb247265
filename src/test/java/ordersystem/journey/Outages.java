package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * All real orders through the program while its broker is away again and again: nothing is lost, nothing is done twice, and the
 * flow goes on by itself.
 */
final class Outages {

    /** Ends when the broker is there again. */
    interface Outage {
        void happen() throws Exception;
    }

    private static final Duration LONG = Duration.ofMinutes(2);
    /** Orders that come after an outage: all others may have been worked off before it. */
    private static final int AFTERWARDS = 5;

    private Outages() {}

    /** @param program with its external broker, started */
    static void survive(ProgramUnderTest program, String what, int times, Outage outage) throws Exception {
        List<Sending> sendings = Invoice.all().stream()
                .filter(Invoice::valid)
                .map(Sending::first)
                .toList();
        OutsideAccount account = new OutsideAccount();
        List<Long> recoveries = new ArrayList<>();
        JsonNode stats;
        try (Customers customers = new Customers(program, account, sendings);
                StatsWatch watch = new StatsWatch(program.api(), account)) {
            int share = sendings.size() / (times + 1) - AFTERWARDS;
            for (int i = 0; i < times; i++) {
                long before = processed(program);
                customers.feed(share, Seam.Needs.ANY);
                awaitMoreThan(before + share / 10, program);
                long begin = System.nanoTime();
                outage.happen();
                customers.feed(AFTERWARDS, Seam.Needs.ANY);
                awaitMoreThan(processed(program), program);
                recoveries.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
            }
            customers.feed(Integer.MAX_VALUE, Seam.Needs.ANY);
            stats = await("each order is processed")
                    .atMost(LONG)
                    .pollInterval(Duration.ofMillis(100))
                    .until(
                            () -> program.api().stats(),
                            now -> customers.open() == 0
                                    && now.isPresent()
                                    && OutsideAccount.count(now.get(), "processed") == sendings.size()
                                    && now.get().path("arriving").asLong(-1) == 0)
                    .orElseThrow();
        }
        Collections.sort(recoveries);
        System.out.printf(
                "%s: %d times; orders go on after %d ms (median), %d ms (longest); %s; stats %s%n",
                what,
                times,
                recoveries.get(recoveries.size() / 2),
                recoveries.get(recoveries.size() - 1),
                account.summary(),
                stats);
        assertThat(account.acceptedIds()).hasSize(sendings.size());
        assertThat(OutsideAccount.count(stats, "received")).isEqualTo(sendings.size());
        assertThat(OutsideAccount.count(stats, "failed")).isZero();
        assertThat(OutsideAccount.count(stats, "invalid")).isZero();
        assertThat(OutsideAccount.count(stats, "discrepancy")).isZero();
        Map<String, List<OutsideAccount.Fulfilled>> fulfilled =
                FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled").stream()
                        .collect(Collectors.groupingBy(OutsideAccount.Fulfilled::orderId));
        assertThat(fulfilled.values().stream().filter(copies -> copies.size() > 1))
                .as("handed over twice")
                .isEmpty();
        assertThat(fulfilled.keySet()).isEqualTo(account.acceptedIds());
        for (String queue :
                List.of("orders.high.dlq", "orders.normal.dlq", "orders.invalid", "orders.strays", "orders.unfiled")) {
            assertThat(FulfilledQueue.read(program.brokerUrl(), queue))
                    .as(queue)
                    .isEmpty();
        }
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    private static void awaitMoreThan(long processed, ProgramUnderTest program) {
        await("orders are processed")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> processed(program) > processed);
    }

    static long processed(ProgramUnderTest program) throws InterruptedException {
        return program.api()
                .stats()
                .map(stats -> OutsideAccount.count(stats, "processed"))
                .orElse(-1L);
    }
}
