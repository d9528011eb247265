package ordersystem.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.SplittableRandom;
import ordersystem.admission.AdmissionControl.Reading;
import org.junit.jupiter.api.Test;

class AdmissionControlTest {

    private static final Duration TARGET = Duration.ofSeconds(5);
    private static final Flow.Reading NOTHING = new Flow.Reading(0, 0, 0);

    @Test
    void theProbabilityStaysWithinBoundsWhateverIsRead() {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 1_000; run++) {
            AdmissionControl control = AdmissionControl.start(Mode.AUTO, 0, TARGET);
            long millis = 0;
            for (int step = 0; step < 100; step++) {
                millis += random.nextInt(-500, 3_000);
                control = control.next(
                        new Reading(Instant.ofEpochMilli(millis), anyReading(random), anyReading(random)), TARGET);

                assertThat(control.probability()).isBetween(0.0, Pie.MOST);
                assertThat(control.pie().error()).isFinite();
                assertThat(control.normal().rate()).isFinite().isNotNegative();
                assertThat(control.normal().delay()).isFinite().isNotNegative();
                assertThat(control.room(TARGET)).isBetween(0, 2_000);
                assertThat(control.due(TARGET)).isBetween(1, 2_000);
            }
        }
    }

    private static Flow.Reading anyReading(SplittableRandom random) {
        return new Flow.Reading(anyCount(random), anyCount(random), anyCount(random));
    }

    private static long anyCount(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -5;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            default -> random.nextInt(100_000);
        };
    }

    @Test
    void theFirstReadingMovesNothing() {
        AdmissionControl control = AdmissionControl.start(Mode.AUTO, 0, TARGET).next(at(0, 1_000_000, 500), TARGET);

        assertThat(control.pie()).isEqualTo(Pie.start(TARGET));
        assertThat(control.normal().ready()).isEqualTo(1_000_000);
        assertThat(control.normal().arriving()).isZero();
    }

    @Test
    void aReadingAfterALongTimeMovesNothing() {
        AdmissionControl overloaded = overloaded(60);
        assertThat(overloaded.probability()).isPositive();

        AdmissionControl restarted = overloaded.next(at(60 + 11, 0, 1_000_000), TARGET);

        assertThat(restarted.pie()).isEqualTo(overloaded.pie());
        assertThat(restarted.normal().rate()).isEqualTo(overloaded.normal().rate());
        assertThat(restarted.normal().delay()).isZero();
    }

    @Test
    void aReadingTooSoonIsSomebodyElsesTurn() {
        AdmissionControl control = overloaded(60);

        assertThat(control.next(new Reading(Instant.ofEpochMilli(60_899), new Flow.Reading(1, 1, 1), NOTHING), TARGET))
                .isSameAs(control);
        assertThat(control.next(new Reading(Instant.ofEpochSecond(55), NOTHING, NOTHING), TARGET))
                .isSameAs(control);
    }

    @Test
    void aClockThatWasSetBackStopsNothing() {
        AdmissionControl control = overloaded(60);

        AdmissionControl goesOn = control.next(at(30, 1_000, 60 * 200), TARGET).next(at(31, 1_000, 61 * 200), TARGET);

        assertThat(goesOn.at()).isEqualTo(Instant.ofEpochSecond(31));
        assertThat(goesOn.normal().delay()).isPositive();
    }

    @Test
    void eachModeHasItsProbability() {
        AdmissionControl control = overloaded(60);

        AdmissionControl off = control.switched(Mode.OFF, 0, "ops", Instant.EPOCH);
        AdmissionControl fixed = control.switched(Mode.FIXED, 0.3, "ops", Instant.EPOCH);

        assertThat(control.probability()).isPositive();
        assertThat(off.probability()).isZero();
        assertThat(fixed.probability()).isEqualTo(0.3);
        assertThat(fixed.by()).isEqualTo("ops");
        assertThat(fixed.normal()).isEqualTo(control.normal());
    }

    @Test
    void backInAutoItStartsAnew() {
        AdmissionControl control = overloaded(60)
                .switched(Mode.OFF, 0, "ops", Instant.EPOCH)
                .next(at(61, 20_000, 61 * 200), TARGET)
                .switched(Mode.AUTO, 0, "ops", Instant.EPOCH);

        assertThat(control.pie()).isEqualTo(Pie.start(TARGET));
    }

    @Test
    void theNormalLaneIsSaturatedWhenFiveMinutesOfDeferralHaveNotHelped() {
        AdmissionControl control = overloaded(299);
        assertThat(control.isNormalLaneSaturated()).isFalse();

        control = control.next(at(300, 20_000, 300 * 200), TARGET);
        assertThat(control.isNormalLaneSaturated()).isTrue();

        assertThat(control.next(at(301, 100, 301 * 200), TARGET).isNormalLaneSaturated())
                .isFalse();
    }

    @Test
    void theHighLaneIsSaturatedWhenItHasBeenSlowForHalfAMinute() {
        AdmissionControl control = AdmissionControl.start(Mode.AUTO, 0, TARGET);
        for (int second = 0; second <= 29; second++) {
            control = control.next(high(second, 2_000), TARGET);
            assertThat(control.isHighLaneSaturated()).isFalse();
        }

        control = control.next(high(30, 2_000), TARGET);
        assertThat(control.isHighLaneSaturated()).isTrue();

        assertThat(control.next(high(31, 10), TARGET).isHighLaneSaturated()).isFalse();
    }

    @Test
    void whoIsBroughtForwardNeverMakesTheNextOrdersMoreLikelyToBeDeferred() {
        SplittableRandom random = new SplittableRandom(4);
        int some = 0;
        for (int run = 0; run < 100_000; run++) {
            double rate = random.nextDouble() * 3_000;
            long ready = (long) (random.nextDouble() * rate * 6);
            double delay = rate == 0 ? 0 : ready / rate;
            double own = random.nextInt(3_000);
            AdmissionControl control = new AdmissionControl(
                    Mode.AUTO,
                    0,
                    null,
                    null,
                    new Pie(random.nextInt(3) == 0 ? random.nextDouble() / 10 : 0, delay / 5 - 1, 0),
                    new Flow(ready, 0, 0, rate, delay, own),
                    Flow.UNKNOWN,
                    0,
                    0,
                    Instant.EPOCH);

            int room = control.room(TARGET);

            if (room > 0) {
                some++;
                double later = Math.max(0, ready + own + room - rate) / rate;
                assertThat(control.pie().next(later, TARGET, 1).probability())
                        .as("%s and %s more", control, room)
                        .isLessThanOrEqualTo(control.pie().probability());
            }
        }
        assertThat(some).isGreaterThan(10_000);
    }

    @Test
    void nobodyIsBroughtForwardWhileOrdersAreDeferredOrHalfTheTargetIsReached() {
        assertThat(roomOf(0.05, 100)).isZero();
        assertThat(roomOf(0.049, 100)).isPositive();
        assertThat(roomOf(0, 2_500)).isZero();
        assertThat(roomOf(0, 2_499)).isPositive();
    }

    private static int roomOf(double probability, long ready) {
        return control(probability, ready, 1_000).room(TARGET);
    }

    @Test
    void whereTheRateIsNotKnownAFewAreBroughtForwardWhenNothingWaits() {
        assertThat(control(0, 0, 0).room(TARGET)).isEqualTo(50);
        assertThat(control(0, 1, 0).room(TARGET)).isZero();
    }

    @Test
    void whoseTimeHasComeGetsAQuarterOfTheLaneUnderOverload() {
        assertThat(control(0.8, 5_000, 1_000).due(TARGET)).isEqualTo(250);
        assertThat(control(0.8, 5, 0.1).due(TARGET)).isEqualTo(1);
        assertThat(control(0.8, 5, 0).due(TARGET)).isEqualTo(50);
    }

    @Test
    void whoseTimeHasComeGetsAllTheRoomThatThereIs() {
        AdmissionControl control = control(0, 0, 1_000);

        assertThat(control.due(TARGET)).isEqualTo(control.room(TARGET)).isEqualTo(1_454);
    }

    private static AdmissionControl control(double probability, long ready, double rate) {
        double delay = rate == 0 ? 0 : ready / rate;
        return new AdmissionControl(
                Mode.AUTO,
                0,
                null,
                null,
                new Pie(probability, delay / 5 - 1, 0),
                new Flow(ready, 0, 0, rate, delay, 0),
                Flow.UNKNOWN,
                0,
                0,
                Instant.EPOCH);
    }

    /** A normal lane that does 200 orders a second, and in which 20,000 wait. */
    private static AdmissionControl overloaded(int seconds) {
        AdmissionControl control = AdmissionControl.start(Mode.AUTO, 0, TARGET);
        for (int second = 0; second <= seconds; second++) {
            control = control.next(at(second, 20_000, second * 200L), TARGET);
        }
        return control;
    }

    private static Reading at(int second, long ready, long ended) {
        return new Reading(Instant.ofEpochSecond(second), new Flow.Reading(ready, ended, 0), NOTHING);
    }

    private static Reading high(int second, long ready) {
        return new Reading(Instant.ofEpochSecond(second), NOTHING, new Flow.Reading(ready, second * 200L, 0));
    }
}
