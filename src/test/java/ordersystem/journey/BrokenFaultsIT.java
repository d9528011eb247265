package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * {@link FaultsIT} can fail: with something broken on purpose each fault costs orders, and the judge says which; or the program does not start and
 * says why. Without the fault nothing shows, so it is the fault that is judged. What no setting and no route file can break, Byteman breaks.
 */
@EnabledIfSystemProperty(named = "faults.broken", matches = "true")
class BrokenFaultsIT {

    /** What goes on at all goes on within seconds; on a slow disk it takes longer. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LONG = Duration.ofSeconds(60);

    private static final List<String> FOUND = new ArrayList<>();

    /** Each write to the journal takes a twentieth of a second more, as on a poor disk. */
    private static final String SLOW_DISK = """
            RULE a slow disk
            CLASS org.apache.activemq.store.kahadb.disk.journal.DataFileAppender
            METHOD processQueue
            AT INVOKE seek
            IF TRUE
            DO delay(50)
            ENDRULE
            """;

    private static final String JOURNAL_NOT_WAITED_FOR = """
            RULE the journal is not waited for
            CLASS org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter
            METHOD setJournalDiskSyncStrategy
            AT ENTRY
            IF TRUE
            DO $1 = "NEVER"
            ENDRULE
            """;

    private static final String KNOWN_ORDERS_TAKEN_FOR_NEW = """
            RULE the rule of steps lets everything pass
            CLASS ordersystem.ledger.StepRule
            METHOD decide
            AT ENTRY
            IF TRUE
            DO RETURN ordersystem.ledger.Outcome$Verdict.WRITTEN
            ENDRULE
            RULE the door does not ask the ledger
            CLASS ordersystem.broker.DoorThread
            METHOD askLedger
            AT ENTRY
            IF TRUE
            DO RETURN java.util.Collections.emptyMap()
            ENDRULE
            """;

    private static final String NO_RESERVE = """
            RULE the store takes orders in until it is full
            CLASS org.apache.activemq.broker.region.policy.PolicyEntry
            METHOD setStoreUsageHighWaterMark
            AT ENTRY
            IF TRUE
            DO $1 = 100
            ENDRULE
            RULE the door does not look
            CLASS ordersystem.broker.Room
            METHOD isForMore
            AT ENTRY
            IF TRUE
            DO RETURN true
            ENDRULE
            """;

    private static final String TIME_TO_LIVE_BELIEVED = """
            RULE a message may say that it expires
            CLASS ordersystem.broker.IntakePolicy
            METHOD isOurs
            AT ENTRY
            IF TRUE
            DO RETURN false
            ENDRULE
            RULE what has expired is dropped
            CLASS org.apache.activemq.broker.region.policy.AbstractDeadLetterStrategy
            METHOD isSendToDeadLetterQueue
            AT ENTRY
            IF $1.isExpired()
            DO RETURN false
            ENDRULE
            """;

    private static final String TORN_TAIL_LEFT = """
            RULE a torn tail is left as it is
            CLASS ordersystem.broker.TornTail
            METHOD cut(java.nio.file.Path)
            AT ENTRY
            IF TRUE
            DO RETURN
            ENDRULE
            """;

    /** A second of the load, or less: of the last batches of each hop the ledger knows enough to make up for them. */
    private static final int FORGOTTEN_BYTES = 512 * 1024;

    /** Orders that are sent while the store is full. */
    private static final int TOO_MANY = 500;

    @RegisterExtension
    final ProgramUnderTest program = Ordeal.program("BrokenFaultsIT");

    @AfterAll
    static void write() throws Exception {
        FaultTable.write("broken.md", "| fault | broken | what the judge said |", "|---|---|---|", FOUND);
    }

    @Test
    void killedWithAFulfilmentThatSendsOutsideOfItsTransactionOrdersAreThereTwice() throws Exception {
        sendOutside("");
        program.start();

        FaultTable.Row row = struck(Fault.KILL, 1, (customers, account) -> Strikes.kill(program));

        found(row, "`40-fulfilment` sends over a component of its own, outside of the turn's transaction");
        assertThat(row.tally().twice()).isNotEmpty();
    }

    @Test
    void killedWithABrokerThatDoesNotWaitForTheDiskOrdersAreLost() throws Exception {
        prepare();
        program.weave(SLOW_DISK + JOURNAL_NOT_WAITED_FOR);
        program.start();

        FaultTable.Row row = struck(Fault.KILL, 1, (customers, account) -> Strikes.kill(program));

        found(row, "KahaDB's `journalDiskSyncStrategy=never`, on a slow disk");
        assertThat(row.tally().lost()).isNotEmpty();
    }

    /** The control of the one before: such a disk alone does no harm. */
    @Test
    void killedOnASlowDiskNothingIsLost() throws Exception {
        prepare();
        program.weave(SLOW_DISK);
        program.start();

        FaultTable.Row row = struck(Fault.KILL, 1, (customers, account) -> Strikes.kill(program));

        found(row, "nothing but the slow disk (to compare with)");
        assertThat(row.isHeld()).as(row.toString()).isTrue();
    }

    /** Not so with the 30 s that a stop waits as shipped: then the turns in hand end, and are recorded. */
    @Test
    void stoppedWithoutWaitingForATurnThatSentOutsideOfItsTransactionOrdersAreThereTwice() throws Exception {
        sendOutside("\n        - delay:\n            constant: 2000");
        program.with("CAMEL_MAIN_SHUTDOWN_TIMEOUT", "1")
                .with("ORDERS_NORMAL_CONSUMERS", "60")
                .with("ORDERS_HIGH_CONSUMERS", "20");
        program.start();

        FaultTable.Row row = struck(Fault.STOP, 1, (customers, account) -> Strikes.stop(program));

        found(
                row,
                "a turn takes 2 s and sends outside of its transaction, and `camel.main.shutdown-timeout=1`: the stop does not wait"
                        + " for it");
        assertThat(row.tally().twice()).isNotEmpty();
    }

    @Test
    void tornWhereWhatWasAcknowledgedStoodOrdersAreLost() throws Exception {
        prepare();
        program.start();

        FaultTable.Row row = struck(Fault.TORN_TAIL, 1, (customers, account) -> {
            long now = System.nanoTime();
            program.kill();
            new JournalTail(program.home().resolve("data/broker")).forget(FORGOTTEN_BYTES);
            program.start();
            return now;
        });

        found(row, "a disk that forgets the last 512 KB that it had confirmed");
        assertThat(row.tally().lost()).isNotEmpty();
    }

    @Test
    void aTornTailThatIsLeftAsItIsStopsTheStart() throws Exception {
        prepare();
        program.start();
        program.weave(TORN_TAIL_LEFT);
        program.kill();
        new JournalTail(program.home().resolve("data/broker")).tear();

        assertRefused(Fault.TORN_TAIL, "the torn tail is not cut off", "the broker could not start in ");
    }

    @Test
    void aBrokerThatKeepsNothingLosesOrders() throws Exception {
        Path forgetful = Files.writeString(
                program.home().resolve("forgetful.xml"),
                Files.readString(BrokerUnderTest.Kind.CLASSIC.example())
                        .replace("useShutdownHook=\"false\"", "useShutdownHook=\"false\" persistent=\"false\""));
        prepare();
        try (Surroundings surroundings = new Surroundings(program, forgetful)) {
            program.start();

            FaultTable.Row row = struck(Fault.BROKER, 1, (customers, account) -> Strikes.restart(surroundings.broker));

            found(row, "an ActiveMQ Classic with `persistent=\"false\"`");
            assertThat(row.tally().lost()).isNotEmpty();
        }
    }

    @Test
    void aDatabaseThatConfirmsTooEarlyLosesOrders() throws Exception {
        prepare();
        try (Surroundings surroundings = new Surroundings(program, BrokerUnderTest.Kind.CLASSIC.example())) {
            program.start();
            confirmTooEarly(surroundings.database);

            FaultTable.Row row =
                    struck(Fault.DATABASE, 3, (customers, account) -> Strikes.restart(surroundings.database));

            found(row, "PostgreSQL's `synchronous_commit=off`, set behind the running program's back");
            assertThat(row.tally().lost()).isNotEmpty();
        }
    }

    /** For all connections from now on; and what is not waited for is written as late as can be. */
    private static void confirmTooEarly(Database database) throws Exception {
        try (Connection connection = DriverManager.getConnection(database.url(), "postgres", "");
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE postgres SET synchronous_commit = off");
            statement.execute("ALTER SYSTEM SET wal_writer_delay = '10s'");
            statement.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'");
            statement.execute("SELECT pg_reload_conf()");
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    + " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
        }
    }

    @Test
    void cutOffWithKnownOrdersTakenForNewOnesOrdersAreThereTwice() throws Exception {
        prepare();
        program.weave(KNOWN_ORDERS_TAKEN_FOR_NEW);
        try (Surroundings surroundings = new Surroundings(program, BrokerUnderTest.Kind.CLASSIC.example())) {
            program.start();

            FaultTable.Row row = struck(Fault.LINK, 10, (customers, account) -> Strikes.cut(surroundings.links));

            found(row, "the rule of steps, and the door's look into the ledger, let every order pass");
            assertThat(row.tally().twice()).isNotEmpty();
        }
    }

    @Test
    void aFullStoreWithoutAReserveStandsStill() throws Exception {
        prepare();
        SmallStore.of(program);
        program.weave(NO_RESERVE);
        program.start();
        try (Warehouse warehouse = new Warehouse(program.brokerUrl())) {
            Ordeal ordeal = new Ordeal(program).withPatience(PATIENCE).withNotes(SmallStore.NOTE_LENGTH);

            ordeal.survive(Fault.STORE, 1, (customers, account) -> {
                assertThat(program.api()
                                .manage("fulfilment/pause", "{\"reason\":\"until it is full\"}")
                                .status())
                        .isEqualTo(200);
                Strikes.fill(customers, account);
                assertThat(program.api().manage("fulfilment/resume", "{}").status())
                        .isEqualTo(200);
                return System.nanoTime();
            });

            FaultTable.Row row = ordeal.judge(warehouse).get(0);
            found(row, "the intake may fill the store to its end");
            assertThat(row.isHeld()).as(row.toString()).isFalse();
        }
    }

    @Test
    void aFullStoreWithSendersThatDoNotWaitForTheBrokerLosesOrders() throws Exception {
        prepare();
        SmallStore.of(program);
        program.start();
        try (Warehouse warehouse = new Warehouse(program.brokerUrl())) {
            Ordeal ordeal = new Ordeal(program)
                    .withPatience(PATIENCE)
                    .withNotes(SmallStore.NOTE_LENGTH)
                    .withJms("jms.useAsyncSend=true");

            ordeal.survive(Fault.STORE, 1, (customers, account) -> {
                long full = Strikes.fill(customers, account);
                customers.feed(TOO_MANY, Seam.Needs.ANY);
                return full;
            });

            FaultTable.Row row = ordeal.judge(warehouse).get(0);
            found(row, "senders with `jms.useAsyncSend=true`");
            assertThat(row.tally().lost()).isNotEmpty();
        }
    }

    @Test
    void aClockThatJumpsWithATimeToLiveThatIsBelievedLosesOrders() throws Exception {
        assumeTrue(JumpingClock.isPossible(), "there is no C compiler");
        prepare();
        program.weave(TIME_TO_LIVE_BELIEVED);
        JumpingClock clock = new JumpingClock(program);
        program.start();
        Ordeal ordeal = new Ordeal(program).withPatience(PATIENCE).withTimeToLive(Duration.ofMinutes(1));
        assertNothingShowsWithoutAFault(ordeal);

        ordeal.survive(Fault.CLOCK, 1, (customers, account) -> Strikes.jump(clock, program, customers));

        FaultTable.Row row = ordeal.judge().get(1);
        found(row, "a message's time to live is believed, and what has expired is dropped");
        assertThat(row.tally().lost()).isNotEmpty();
    }

    @Test
    void aLedgerThatWritesLaterIsRefused() throws Exception {
        program.with(
                "ORDERS_LEDGER_URL",
                "jdbc:h2:file:" + program.home().resolve("data/ledger/ledger") + ";WRITE_DELAY=500");

        assertRefused(Fault.KILL, "H2's `WRITE_DELAY=500`", "set WRITE_DELAY=0 in orders.ledger.url");
    }

    @Test
    void aDatabaseThatConfirmsTooEarlyIsRefused() throws Exception {
        try (Surroundings surroundings = new Surroundings(program, BrokerUnderTest.Kind.CLASSIC.example())) {
            confirmTooEarly(surroundings.database);

            assertRefused(
                    Fault.DATABASE,
                    "PostgreSQL's `synchronous_commit=off`, found at the start",
                    "PostgreSQL has synchronous_commit = off and loses orders in a crash");
        }
    }

    @Test
    void aStoreWithoutAReserveIsRefused() throws Exception {
        SmallStore.of(program);
        program.with("ORDERS_FULFILMENT_TARGET_RATE", "2500");

        assertRefused(
                Fault.STORE,
                "a store of 64 MB for 2,500 orders a second",
                "leaves too small a reserve for the work in progress");
    }

    /** Has the user's file send over a component of its own. */
    private void sendOutside(String nextSteps) {
        prepare();
        program.editRoute(
                "40-fulfilment.camel.yaml", "activemq:queue:orders.fulfilled", "outside:orders.fulfilled" + nextSteps);
        program.editRoute(
                "40-fulfilment.camel.yaml", "- route:\n    id: fulfilment", """
                - beans:
                    - name: outside
                      type: org.apache.camel.component.activemq.ActiveMQComponent
                      properties:
                        brokerURL: "%s"
                        useSingleConnection: "true"
                - route:
                    id: fulfilment""".formatted(program.brokerUrl()));
    }

    private void prepare() {
        program.replaceRoute("40-fulfilment.camel.yaml", "comes-again.camel.yaml");
    }

    /** What the fault came to; before it, with the same things broken, nothing happens. */
    private FaultTable.Row struck(Fault fault, int tries, Ordeal.Strike strike) throws Exception {
        assertNothingShowsWithoutAFault(new Ordeal(program));
        Ordeal ordeal = new Ordeal(program).withPatience(LONG);
        ordeal.survive(fault, tries, strike);
        return ordeal.judge().get(0);
    }

    private static void assertNothingShowsWithoutAFault(Ordeal ordeal) throws Exception {
        ordeal.survive(Fault.NONE, 1, (customers, account) -> System.nanoTime());
        assertThat(ordeal.judge())
                .allSatisfy(row -> assertThat(row.isHeld()).as(row.toString()).isTrue());
    }

    private void assertRefused(Fault fault, String broken, String words) throws Exception {
        program.launch("");
        assertThat(program.awaitDeath(Duration.ofSeconds(60)))
                .as("it does not start")
                .isTrue();
        assertThat(program.exitCode()).isNotZero();
        String line = Files.readAllLines(program.output()).stream()
                .filter(each -> each.contains(words))
                .findFirst()
                .orElseThrow(() -> new AssertionError(words + " is not in " + program.output()));
        System.out.println("faults: " + line);
        FOUND.add("| %s | %s | does not start: “… %s …” |".formatted(fault.words(), broken, words.strip()));
    }

    private static void found(FaultTable.Row row, String broken) {
        System.out.println("faults: " + row);
        FOUND.add("| %s | %s | %d of %d lost, %d twice%s |"
                .formatted(
                        row.fault().words(),
                        broken,
                        row.tally().lost().size(),
                        row.tally().accepted(),
                        row.tally().twice().size(),
                        row.recoveries().contains(FaultTable.NEVER) ? "; it does not go on" : ""));
    }
}
