package ordersystem.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import ordersystem.admission.Outcome.Kind;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What admission does under overload, simulated. {@code docs/admission.md} has its table and its drawing from here: with
 * {@code -Dadmission.page=docs} they are written anew.
 */
class OverloadTest {

    private static final String BEGIN = "<!-- simulated -->\n";
    private static final String END = "<!-- /simulated -->\n";

    private static Comparison comparison = new Comparison();

    private static Outcome admission(Scenario scenario) {
        return comparison.of(scenario, Contender.ADMISSION);
    }

    private static double p99(Scenario scenario, Contender contender, Kind kind) {
        return comparison.of(scenario, contender).latencies(kind).percentile(0.99);
    }

    @BeforeAll
    static void writeThePage() throws IOException {
        String folder = System.getProperty("admission.page");
        if (folder != null) {
            Path page = Path.of(folder, "admission.md");
            String text = Files.readString(page);
            Files.writeString(page, text.replace(BEGIN + simulated(text), BEGIN + comparison.table()));
            Files.writeString(Path.of(folder, "admission.svg"), new Drawing(comparison).svg());
        }
    }

    @Test
    void thePageSaysWhatTheSimulationGives() throws IOException {
        assertThat(simulated(Files.readString(Path.of("docs/admission.md")))).isEqualTo(comparison.table());
        assertThat(Path.of("docs/admission.svg")).hasContent(new Drawing(comparison).svg());
    }

    private static String simulated(String page) {
        return page.substring(page.indexOf(BEGIN) + BEGIN.length(), page.indexOf(END));
    }

    @ParameterizedTest
    @FieldSource("ordersystem.admission.Scenario#ALL")
    void noOrderIsLostAndAllAreDoneInTheEnd(Scenario scenario) {
        for (Contender contender : Contender.values()) {
            Outcome outcome = comparison.of(scenario, contender);
            assertThat(outcome.lost()).as(contender.title).isZero();
            assertThat(outcome.isDrained()).as(contender.title).isTrue();
        }
    }

    @ParameterizedTest
    @FieldSource("ordersystem.admission.Scenario#ALL")
    void deferralMakesTheWholeNotSlower(Scenario scenario) {
        int lanes = comparison.of(scenario, Contender.LANES).drain();

        assertThat(admission(scenario).drain()).isLessThan(lanes + 15);
    }

    @ParameterizedTest
    @FieldSource("ordersystem.admission.Scenario#ALL")
    void highOrdersNoticeNothing(Scenario scenario) {
        double call = scenario.equals(Scenario.BROWN_OUT) ? 0.1 : 0.02;

        assertThat(p99(scenario, Contender.ADMISSION, Kind.HIGH)).isLessThan(3 * call + 0.01);
        assertThat(admission(scenario).isHighAlarmRaised()).isFalse();
    }

    @Test
    void inOneFifoHighOrdersWaitAThousandTimesAsLong() {
        assertThat(p99(Scenario.HOUR, Contender.FIFO, Kind.HIGH))
                .isGreaterThan(1_000 * p99(Scenario.HOUR, Contender.ADMISSION, Kind.HIGH));
    }

    @Test
    void whoIsAdmittedIsDoneNearTheTargetForAsLongAsTheOverloadLasts() {
        Outcome outcome = admission(Scenario.HOUR);

        assertThat(outcome.settled().count()).isGreaterThan(1_000_000);
        assertThat(outcome.settled().percentile(0.99)).isLessThan(6);
        assertThat(outcome.isNormalAlarmRaised()).isFalse();
        assertThat(comparison.of(Scenario.HOUR, Contender.LANES).settled().percentile(0.99))
                .isGreaterThan(1_000);
    }

    @Test
    void theProbabilitySettlesWhereAdmittedAgedAndHighOrdersFillTheMachine() {
        double load = 3 * Simulation.CAPACITY;
        double high = load * Simulation.HIGH_SHARE;
        double admitted = (Simulation.CAPACITY - high) * (1 - AdmissionControl.AGED_SHARE);

        assertThat(admission(Scenario.HOUR).steadyProbability()).isEqualTo(1 - admitted / (load - high), within(0.01));
        assertThat(admission(Scenario.HOUR).swing()).isLessThan(0.02);
    }

    @Test
    void nothingIsDeferredWhileAShortBurstLasts() {
        assertThat(admission(Scenario.BURST).shareDeferred()).isZero();
        assertThat(comparison.of(Scenario.BURST, Contender.THRESHOLD).shareDeferred())
                .isGreaterThan(0.5);
    }

    @Test
    void afterTheOverloadNothingIsDeferredWithinTwentySecondsAndTheLaneStaysFullOfDeferredOrders() {
        for (Scenario scenario : new Scenario[] {Scenario.STEP, Scenario.HOUR}) {
            for (int second = scenario.to() + 20; second < scenario.to() + 600; second++) {
                assertThat(admission(scenario).at(second).probability()).isLessThan(0.001);
                assertThat(admission(scenario).at(second).delay()).isBetween(1.5, 3.5);
            }
        }
    }

    @Test
    void inABrownOutAThresholdHoldsAFiveTimesLongerDelay() {
        assertThat(admission(Scenario.BROWN_OUT).settled().percentile(0.99)).isLessThan(6);
        assertThat(comparison
                        .of(Scenario.BROWN_OUT, Contender.THRESHOLD)
                        .settled()
                        .percentile(0.99))
                .isGreaterThan(20);
    }

    @ParameterizedTest
    @EnumSource(Contender.class)
    void aSimulationGivesTheSameEachTime(Contender contender) {
        Outcome again = Simulation.of(Scenario.JUMPS, contender);

        assertThat(again.latencies(Kind.ADMITTED).percentile(0.5))
                .isEqualTo(comparison
                        .of(Scenario.JUMPS, contender)
                        .latencies(Kind.ADMITTED)
                        .percentile(0.5));
        assertThat(again.drain())
                .isEqualTo(comparison.of(Scenario.JUMPS, contender).drain());
    }
}
