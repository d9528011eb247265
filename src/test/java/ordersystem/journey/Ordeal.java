package ordersystem.journey;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A program that faults strike while orders come in, and what became of these orders, fault by fault, told by an {@link OutsideAccount}. What does
 * not come to an end in time is judged as it stands, so that a program that hangs is found to have lost what it holds. One thread.
 */
final class Ordeal {

    /** One way in which things go wrong. */
    interface Strike {
        /**
         * Ends when what was struck has been started again, as whoever supervises it would.
         *
         * @param customers who send, and can be told to send more
         * @return when it struck, of the system's nanosecond clock
         */
        long happen(Customers customers, OutsideAccount account) throws Exception;
    }

    /** Before a fault orders come for so long, so many each tenth of a second; then so many more at once. */
    private static final Duration STEADILY = Duration.ofSeconds(1);

    private static final int EACH_TIME = 15;
    private static final int AT_ONCE = 100;
    /** Of these, so many have no answer when it strikes. */
    private static final int UNDER_WAY = 75;
    /** More than are sent for one fault. */
    private static final int ORDERS = 800;
    /** The same where a store is filled. */
    private static final int LARGE_ORDERS = 6_000;

    private static final List<Invoice> INVOICES =
            Invoice.all().stream().filter(Invoice::valid).toList();

    private final ProgramUnderTest program;
    private final List<Struck> struck = new ArrayList<>();
    private Duration patience = Duration.ofSeconds(90);
    private int noteLength;
    private String jmsOptions = "";
    private Duration timeToLive = Duration.ZERO;

    private record Struck(Fault fault, OutsideAccount account, List<Long> recoveries) {}

    /** @param program not started yet, or started and left as it is */
    Ordeal(ProgramUnderTest program) {
        this.program = program;
    }

    /** A program that has enough to do with 200 orders a second, and whose orders do not wait long for their second turn. */
    static ProgramUnderTest program(String name) {
        return new ProgramUnderTest(name)
                .with("ORDERS_RETRY_DELAYS", "200ms,1s")
                .with("ORDERS_RELEASE_INTERVAL", "100ms")
                .with("ORDERS_INCOMING_CONSUMERS", "2")
                .with("ORDERS_NORMAL_CONSUMERS", "6")
                .with("ORDERS_HIGH_CONSUMERS", "2");
    }

    /** How long to wait for what is to happen. */
    Ordeal withPatience(Duration time) {
        patience = time;
        return this;
    }

    /** Orders with a note of so many characters. */
    Ordeal withNotes(int length) {
        noteLength = length;
        return this;
    }

    /** As {@link Customers#withJms}. */
    Ordeal withJms(String options) {
        jmsOptions = options;
        return this;
    }

    /** As {@link Customers#withTimeToLive}. */
    Ordeal withTimeToLive(Duration time) {
        timeToLive = time;
        return this;
    }

    /** Has it happen so many times; each time is over when an order that was sent afterwards is through. */
    void survive(Fault fault, int tries, Strike strike) throws Exception {
        OutsideAccount account = new OutsideAccount();
        List<Long> recoveries = new ArrayList<>();
        struck.add(new Struck(fault, account, recoveries));
        try (StatsWatch watch = new StatsWatch(program.api(), account)) {
            for (int i = 1; i <= tries; i++) {
                recoveries.add(survive(fault + "-" + i, account, strike));
            }
        }
    }

    /** @return milliseconds until an order that was sent afterwards was through; {@link FaultTable#NEVER} */
    private long survive(String name, OutsideAccount account, Strike strike) throws Exception {
        try (Customers customers = new Customers(program, account, orders(name))
                .withJms(jmsOptions)
                .withTimeToLive(timeToLive)) {
            steadily(customers);
            customers.feed(AT_ONCE, Seam.Needs.ANY);
            await("some of these have an answer, the others are under way")
                    .atMost(patience)
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .until(() -> customers.open() < UNDER_WAY);
            long begin = strike.happen(customers, account);
            return TimeUnit.NANOSECONDS.toMillis(throughAfter(name, customers) - begin);
        } catch (NotInTimeException e) {
            System.out.println(name + ": " + e.getMessage());
            return FaultTable.NEVER;
        }
    }

    private long throughAfter(String name, Customers customers) throws NotInTimeException {
        Sending later = order(name + "-later");
        inTime("an order is taken in", () -> customers.post(later));
        inTime("it is through", () -> isProcessed(later));
        long end = System.nanoTime();
        inTime("each customer has an answer", () -> customers.open() == 0);
        return end;
    }

    private static void steadily(Customers customers) {
        long end = System.nanoTime() + STEADILY.toNanos();
        await("orders come in")
                .atMost(STEADILY.plusMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    customers.feed(EACH_TIME, Seam.Needs.ANY);
                    return System.nanoTime() >= end;
                });
    }

    /** What became of the orders, once nothing is on its way any more. */
    List<FaultTable.Row> judge() throws Exception {
        settle();
        List<OutsideAccount.Fulfilled> copies = FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled");
        List<FaultTable.Row> rows =
                judge(copies.stream().map(OutsideAccount.Fulfilled::orderId).toList());
        for (FaultTable.Row row : rows) {
            copies.stream()
                    .filter(copy -> row.tally().twice().contains(copy.orderId()))
                    .forEach(copy -> System.out.println("twice: " + copy.headers()));
        }
        return rows;
    }

    /** The same where somebody took the orders out all the time. */
    List<FaultTable.Row> judge(Warehouse warehouse) throws Exception {
        settle();
        int accepted = struck.stream()
                .mapToInt(each -> each.account().acceptedIds().size())
                .sum();
        ifInTime("the warehouse has them", () -> warehouse.count() >= accepted);
        return judge(warehouse.orderIds());
    }

    private List<FaultTable.Row> judge(List<String> fulfilled) throws Exception {
        List<FaultTable.Row> rows = new ArrayList<>();
        for (Struck each : struck) {
            OutsideAccount.Tally tally =
                    each.account().tally(Reckoning.of(program).orders(each.account()), fulfilled);
            rows.add(new FaultTable.Row(each.fault(), tally, each.recoveries()));
        }
        return rows;
    }

    private void settle() {
        ifInTime("nothing is on its way", () -> program.api()
                .stats()
                .filter(stats -> stats.path("arriving").asLong(-1) == 0 && OutsideAccount.count(stats, "pending") == 0)
                .isPresent());
    }

    private void ifInTime(String what, Callable<Boolean> condition) {
        try {
            inTime(what, condition);
        } catch (NotInTimeException e) {
            System.out.println(e.getMessage());
        }
    }

    private void inTime(String what, Callable<Boolean> condition) throws NotInTimeException {
        try {
            await(what).atMost(patience).pollInterval(Duration.ofMillis(50)).until(condition);
        } catch (ConditionTimeoutException e) {
            throw new NotInTimeException(e);
        }
    }

    /** What should have happened after a fault; judged, and no failure of the test itself. */
    private static final class NotInTimeException extends Exception {
        private static final long serialVersionUID = 1L;

        NotInTimeException(ConditionTimeoutException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private boolean isProcessed(Sending sending) throws InterruptedException {
        try {
            return program.api().order(sending.invoice().orderId()).body().contains("PROCESSED");
        } catch (IOException e) {
            return false;
        }
    }

    private List<Sending> orders(String name) {
        int count = noteLength == 0 ? ORDERS : LARGE_ORDERS;
        List<Sending> orders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Invoice invoice = INVOICES.get(i % INVOICES.size());
            orders.add(Sending.first(invoice.enlarged(name + "-" + i, noteLength)));
        }
        return orders;
    }

    /** One order to be posted. */
    static Sending order(String id) {
        return new Sending(INVOICES.get(0).enlarged(id, 0), Sending.Kind.FIRST, Sending.Way.HTTP, 4);
    }
}
