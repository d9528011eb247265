package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every {@link Fault} strikes the packaged program under load; what became of the orders is told from outside. Three minutes here, and much longer
 * with {@code mvn -Pfaults verify}: docs/faults.md, whose table this writes. {@link BrokenFaultsIT} shows that it can fail.
 */
class FaultsIT {

    private static final int TRIES = Integer.getInteger("faults.tries", 1);
    /** A store is filled for half a minute each time, with orders that the judge keeps in memory. */
    private static final int MOST_FILLINGS = 5;

    private static final FaultTable TABLE = new FaultTable();

    @RegisterExtension
    final ProgramUnderTest program = Ordeal.program("FaultsIT");

    @AfterAll
    static void writeTable() throws Exception {
        TABLE.write();
    }

    @Test
    void killedStoppedOrTornItLosesAndDoublesNothing() throws Exception {
        Ordeal ordeal = ordeal();
        program.start();

        ordeal.survive(Fault.KILL, TRIES, (customers, account) -> Strikes.kill(program));
        ordeal.survive(Fault.STOP, TRIES, (customers, account) -> Strikes.stop(program));
        ordeal.survive(Fault.TORN_TAIL, TRIES, (customers, account) -> Strikes.tear(program));

        assertHeld(ordeal.judge());
        assertAccountedFor();
    }

    @Test
    void whatItNeedsMayGoAwayAndItLosesAndDoublesNothing() throws Exception {
        Ordeal ordeal = ordeal();
        try (Surroundings surroundings = new Surroundings(program, BrokerUnderTest.Kind.CLASSIC.example())) {
            program.start();

            ordeal.survive(Fault.BROKER, TRIES, (customers, account) -> Strikes.restart(surroundings.broker));
            ordeal.survive(Fault.DATABASE, TRIES, (customers, account) -> Strikes.restart(surroundings.database));
            ordeal.survive(Fault.LINK, TRIES, (customers, account) -> Strikes.cut(surroundings.links));

            assertHeld(ordeal.judge());
            assertAccountedFor();
        }
    }

    @Test
    void withAFullStoreItLosesAndDoublesNothing() throws Exception {
        Ordeal ordeal = ordeal().withNotes(SmallStore.NOTE_LENGTH);
        SmallStore.of(program);
        program.start();
        try (Warehouse warehouse = new Warehouse(program.brokerUrl())) {

            ordeal.survive(Fault.STORE, Math.min(TRIES, MOST_FILLINGS), Strikes::fill);

            assertHeld(ordeal.judge(warehouse));
        }
        assertAccountedFor();
    }

    @Test
    void whenItsClockJumpsItLosesAndDoublesNothing() throws Exception {
        assumeTrue(
                JumpingClock.isPossible(),
                "the clock does not jump: there is no C compiler (apt-get install gcc libc6-dev)");
        // A sender's minute is over as soon as the broker's clock is an hour ahead.
        Ordeal ordeal = ordeal().withTimeToLive(Duration.ofMinutes(1));
        JumpingClock clock = new JumpingClock(program);
        program.start();

        ordeal.survive(Fault.CLOCK, TRIES, (customers, account) -> Strikes.jump(clock, program, customers));

        assertHeld(ordeal.judge());
        assertAccountedFor();
    }

    private Ordeal ordeal() {
        program.replaceRoute("40-fulfilment.camel.yaml", "comes-again.camel.yaml");
        return new Ordeal(program);
    }

    private static void assertHeld(List<FaultTable.Row> rows) {
        TABLE.add(rows);
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.isHeld()).as(row.toString()).isTrue();
            assertThat(row.tally().offences()).isEmpty();
            assertThat(row.tally().accepted()).isEqualTo(row.tally().sent()).isPositive();
        });
    }

    private void assertAccountedFor() throws Exception {
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }
}
