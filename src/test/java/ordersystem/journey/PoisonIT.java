package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * One order that ends the packaged program, again and again, among 200 good ones. The test starts it again, as systemd
 * would.
 */
class PoisonIT {
    private static final int GOOD = 200;
    private static final int MOST_DEATHS = 3;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String REASON =
            "the process ended again and again while this message was handled, at last alone; it was not tried again";

    /** Its id says, to the account's judgement, that it is to fail for good. */
    private static final String PILL = "POISON-37";

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("PoisonIT")
            .with("ORDERS_NORMAL_CONSUMERS", "10")
            .with("ORDERS_HIGH_CONSUMERS", "4");

    @Test
    void anOrderThatHaltsTheProcessIsDeadLetteredOnItsFourthDeliveryAndTheOthersAreProcessedOnce() throws Exception {
        program.replaceRoute("40-fulfilment.camel.yaml", "poison-fulfilment.camel.yaml");
        OutsideAccount account = new OutsideAccount();

        int deaths = liveUntilSettled(account, among(poisonOf("PILL")), 86, "");

        assertThat(deaths).as("deaths").isEqualTo(3);
        assertThat(program.api().order(PILL).body()).contains("FAILED", REASON);
        judge(account);
    }

    @Test
    void anOrderThatHangsEndsTheProcessTwiceWithItsStackInTheLogAndIsDeadLettered() throws Exception {
        program.with("ORDERS_FULFILMENT_TIME_LIMIT", "2s");
        program.replaceRoute("40-fulfilment.camel.yaml", "poison-fulfilment.camel.yaml");
        OutsideAccount account = new OutsideAccount();

        int deaths = liveUntilSettled(account, among(poisonOf("HANG")), 75, "");

        assertThat(deaths).as("deaths").isEqualTo(2);
        assertThat(program.api().order(PILL).body()).contains("FAILED", REASON);
        assertThat(Files.readString(program.output()))
                .contains("orders.normal: order " + PILL + " ", "takes longer than PT2S")
                .contains("java.util.concurrent.CountDownLatch.await(", "does not end");
        judge(account);
    }

    @Test
    void aMessageThatHaltsItsReaderEndsUpAmongTheInvalidOnes() throws Exception {
        program.replaceRoute("40-fulfilment.camel.yaml", "poison-fulfilment.camel.yaml");
        Invoice pill = new Invoice(PILL, "PILL", false, false);
        OutsideAccount account = new OutsideAccount();
        takeInUnread(account, among(pill));

        // The reader has no such fault; Byteman gives it one.
        int deaths = liveUntilSettled(account, List.of(), 86, """
                RULE pill
                CLASS ordersystem.order.OrderReader
                METHOD read
                AT ENTRY
                IF $1.equals("PILL")
                DO killJVM(86)
                ENDRULE
                """);

        assertThat(deaths).as("deaths").isEqualTo(3);
        assertThat(Reckoning.of(program).deadLetters())
                .singleElement()
                .satisfies(each -> assertThat(each.state()).isEqualTo("INVALID"))
                .satisfies(each -> assertThat(each.reason()).isEqualTo(REASON))
                .satisfies(each -> assertThat(each.body()).isEqualTo("PILL"));
        judge(account);
    }

    @Test
    void anOrderThatNeedsMoreMemoryThanThereIsEndsTheProcessAtOnce() throws Exception {
        program.replaceRoute("40-fulfilment.camel.yaml", "poison-fulfilment.camel.yaml");
        program.start();

        program.api().post(poisonOf("HUGE").bytes());

        assertThat(program.awaitDeath(Duration.ofSeconds(20))).as("it ends").isTrue();
        assertThat(program.exitCode()).isEqualTo(3);
    }

    /** Good ones of both lanes, by HTTP and by JMS, and in the middle of them another one. */
    private static List<Sending> among(Invoice poison) {
        List<Sending> sendings = new ArrayList<>(Invoice.all().stream()
                .filter(each -> each.valid() && each.fate() == Fate.NONE)
                .limit(GOOD)
                .map(Sending::first)
                .toList());
        sendings.add(GOOD / 2, new Sending(poison, Sending.Kind.FIRST, Sending.Way.JMS_TEXT, 4));
        return sendings;
    }

    private static Invoice poisonOf(String customer) {
        return Invoice.all().stream()
                .filter(each -> each.valid() && !each.urgent())
                .findFirst()
                .orElseThrow()
                .under(PILL, customer);
    }

    /** They are in the store, and nobody has looked at them. */
    private void takeInUnread(OutsideAccount account, List<Sending> sendings) throws Exception {
        String file = "10-receive-orders.camel.yaml";
        program.editRoute(file, "id: receive-orders\n", "id: receive-orders\n    autoStartup: false\n");
        program.start();
        try (Customers customers = new Customers(program, account, sendings)) {
            customers.feedAll();
            await("the door has them").atMost(LIMIT).until(() -> customers.open() == 0);
        }
        program.stop(Duration.ofSeconds(60));
        program.editRoute(file, "    autoStartup: false\n", "");
    }

    /**
     * Has them sent, and starts the program again whenever it ends.
     *
     * @return how often it ended, with that exit code
     */
    private int liveUntilSettled(OutsideAccount account, List<Sending> sendings, int exitCode, String rules)
            throws Exception {
        int deaths = 0;
        program.start(rules);
        try (Customers customers = new Customers(program, account, sendings);
                StatsWatch watch = new StatsWatch(program.api(), account)) {
            customers.feed(Integer.MAX_VALUE, Seam.Needs.ANY);
            while (deaths <= MOST_DEATHS && !(program.isAlive() && isSettled(customers))) {
                if (program.awaitDeath(Duration.ofMillis(200))) {
                    assertThat(program.exitCode()).isEqualTo(exitCode);
                    deaths++;
                    program.start(rules);
                }
            }
        }
        System.out.println("poison: " + deaths + " deaths with exit code " + exitCode + "; "
                + program.api().stats().orElseThrow());
        return deaths;
    }

    private boolean isSettled(Customers customers) throws InterruptedException {
        Optional<JsonNode> stats = program.api().stats();
        return customers.unsent() == 0
                && customers.open() == 0
                && stats.isPresent()
                && OutsideAccount.count(stats.get(), "arriving") == 0
                && OutsideAccount.count(stats.get(), "pending") == 0
                && OutsideAccount.count(stats.get(), "received") + OutsideAccount.count(stats.get(), "invalid")
                        == GOOD + 1;
    }

    private void judge(OutsideAccount account) throws Exception {
        JsonNode stats = program.api().stats().orElseThrow();
        assertThat(Reckoning.of(program).judge(account, stats)).isEmpty();
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }
}
