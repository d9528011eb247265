package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * All real orders through the packaged program, which is killed again and again: once at each {@link Seam}, and with
 * SIGKILL at random moments. {@code mvn -Pfaults verify} does it for longer.
 */
class JourneyIT {
    private static final int RANDOM_KILLS = Integer.getInteger("journey.kills", 10);
    private static final int ROUNDS_OF_SEAMS = Integer.getInteger("journey.rounds", 1);
    private static final long SEED = Long.getLong("journey.seed", new Random().nextLong(1_000_000));
    private static final Duration SEAM_LIMIT = Duration.ofSeconds(60);
    /** What a kill leaves behind is accounted for too: the audit is asked after some of them. */
    private static final int AUDIT_EVERY = 4;

    private static final int KILL_WITHIN_MILLIS = 4_000;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("JourneyIT")
            .with("ORDERS_RETRY_DELAYS", "100ms,300ms,1s")
            .with("ORDERS_RELEASE_INTERVAL", "100ms")
            // The warehouse fails for certain orders, in the end for all that are left; that is no outage.
            .with("ORDERS_BRAKE_MODE", "off")
            .with("ORDERS_INCOMING_CONSUMERS", "2")
            .with("ORDERS_NORMAL_CONSUMERS", "3")
            .with("ORDERS_HIGH_CONSUMERS", "2");

    private final Random random = new Random(SEED);
    private final long begin = System.nanoTime();
    private int kills;
    private int seamsHit;
    private int audits;

    @Test
    void everyOrderArrivesOnceHoweverOftenTheProgramIsKilled() throws Exception {
        program.replaceRoute("40-fulfilment.camel.yaml", "40-fulfilment.camel.yaml");
        program.editRoute("80-check-figures.camel.yaml", "delay: 60000", "delay: 1000");
        OutsideAccount account = new OutsideAccount();
        List<Sending> sendings =
                new ArrayList<>(Invoice.all().stream().map(Sending::first).toList());
        Collections.shuffle(sendings, random);
        System.out.println("journey: " + sendings.size() + " orders, seed " + SEED);

        try (Customers customers = new Customers(program, account, sendings);
                StatsWatch watch = new StatsWatch(program.api(), account)) {
            List<Optional<Seam>> deaths = deaths();
            int share = sendings.size() / (deaths.size() + 1);
            for (Optional<Seam> death : deaths) {
                if (death.isPresent()) {
                    dieAt(death.get(), customers, share);
                } else {
                    dieAnywhere(customers, share);
                }
                progress(death.map(Seam::name).orElse("SIGKILL"), customers);
            }
            liveOn(customers);
        }

        settledStats();
        replayVictims();
        JsonNode stats = settledStats();
        List<String> offences = Reckoning.of(program).judge(account, stats);
        int exitCode = program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();

        System.out.println("journey: " + account.summary() + "; " + kills + " kills, " + seamsHit + " of them at "
                + Seam.values().length + " seams, " + audits + " audits in between; " + account.changesRefused()
                + " changed bodies refused with 409; "
                + elapsed() + " s; stats " + stats);
        System.out.println(audit.report());
        assertThat(offences).as("seed %d", SEED).isEmpty();
        assertThat(exitCode).as("exit code after SIGTERM").isIn(0, 143);
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    private List<Optional<Seam>> deaths() {
        List<Optional<Seam>> deaths = new ArrayList<>();
        for (int i = 0; i < ROUNDS_OF_SEAMS; i++) {
            for (Seam seam : Seam.values()) {
                deaths.add(Optional.of(seam));
            }
        }
        deaths.addAll(Collections.nCopies(RANDOM_KILLS, Optional.empty()));
        Collections.shuffle(deaths, random);
        return deaths;
    }

    private void dieAt(Seam seam, Customers customers, int share) throws InterruptedException {
        program.startToDieAt(seam);
        program.awaitReady();
        long deadline = System.nanoTime() + SEAM_LIMIT.toNanos();
        customers.feed(3, seam.needs());
        customers.feed(share, Seam.Needs.ANY);
        while (!program.awaitDeath(Duration.ofSeconds(2))) {
            customers.feed(1, seam.needs());
            customers.feed(4, Seam.Needs.ANY);
            customers.feedFollowUps(5);
            if (System.nanoTime() > deadline) {
                throw new AssertionError("the program did not come to the seam " + seam + " in " + SEAM_LIMIT);
            }
        }
        assertThat(program.exitCode()).as("exit code at seam %s", seam).isEqualTo(Seam.EXIT_CODE);
        kills++;
        seamsHit++;
    }

    /** At any moment: one of three times while it starts and recovers, else under load. */
    private void dieAnywhere(Customers customers, int share) throws InterruptedException {
        program.launch("");
        customers.feed(share, Seam.Needs.ANY);
        customers.feedFollowUps(5);
        if (random.nextInt(3) > 0) {
            program.awaitReady();
        }
        assertThat(program.awaitDeath(Duration.ofMillis(random.nextInt(KILL_WITHIN_MILLIS))))
                .as("the program ended by itself")
                .isFalse();
        program.kill();
        kills++;
        if (kills % AUDIT_EVERY == 0) {
            ProgramUnderTest.Audit audit = program.audit();
            assertThat(audit.exitCode()).as("after a kill: %s", audit.report()).isZero();
            audits++;
        }
    }

    private void liveOn(Customers customers) throws InterruptedException {
        program.start();
        await("each customer has an answer").atMost(Duration.ofMinutes(3)).until(() -> {
            customers.feedAll();
            assertThat(program.isAlive()).as("it lives").isTrue();
            return customers.areDone();
        });
    }

    /**
     * An order that kills from outside hit in its route, the last time while it was alone, is taken for what ended the process,
     * and buried (decision 9). A person sends it on, and so it arrives like all others.
     */
    private void replayVictims() throws Exception {
        String poison = "dead-letters?state=FAILED&reasonType=poison";
        JsonNode victims = program.api().manage(poison).json().path("deadLetters");
        if (victims.isEmpty()) {
            return;
        }
        System.out.println("journey: taken for poison, and replayed: " + victims.findValuesAsText("id"));
        Api.Answer replay =
                program.api().manage("dead-letters/replay", "{\"state\":\"FAILED\",\"reasonType\":\"poison\"}");
        assertThat(replay.status()).as(replay.body()).isEqualTo(202);
        await("they are sent on")
                .atMost(Duration.ofMinutes(1))
                .until(() ->
                        program.api().manage(poison).json().path("deadLetters").isEmpty());
    }

    /** Waits until nothing is pending, and a check of the figures has seen it. */
    private JsonNode settledStats() {
        return await("each order is processed or failed, and the figures agree")
                .atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> program.api().stats(),
                        stats -> stats.isPresent()
                                && stats.get().path("arriving").asLong(-1) == 0
                                && OutsideAccount.count(stats.get(), "pending") == 0
                                && OutsideAccount.count(stats.get(), "discrepancy") == 0)
                .orElseThrow();
    }

    private void progress(String death, Customers customers) throws InterruptedException {
        System.out.printf(
                "journey: %4d s  kill %d  %-32s %d not sent yet%n", elapsed(), kills, death, customers.unsent());
    }

    private long elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    }
}
