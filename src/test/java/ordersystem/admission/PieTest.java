package ordersystem.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PieTest {

    private static final Duration REFERENCE = Duration.ofSeconds(5);

    @Test
    void theProbabilityStaysBetweenZeroAndItsMostWhateverTheDelays() {
        SplittableRandom random = new SplittableRandom(1);
        for (int run = 0; run < 1_000; run++) {
            Pie pie = Pie.start(REFERENCE);
            double delay = 0;
            for (int step = 0; step < 100; step++) {
                delay = random.nextInt(20) == 0 ? anyDelay(random) : delay;
                pie = pie.next(delay, REFERENCE, 1);

                assertThat(pie.probability()).isBetween(0.0, Pie.MOST);
                assertThat(pie.error()).isFinite();
                assertThat(pie.inForce()).isIn(0.0, pie.probability());
            }
        }
    }

    @Test
    void aLongerDelayNeverMakesAnOrderLessLikelyToBeDeferred() {
        SplittableRandom random = new SplittableRandom(2);
        for (int run = 0; run < 100_000; run++) {
            Pie pie = new Pie(random.nextDouble() * Pie.MOST, random.nextDouble() * 20 - 1, 0);
            double delay = random.nextInt(4) == 0 ? 0 : random.nextDouble() * 100;
            double longer = delay + random.nextDouble() * 10;

            assertThat(pie.next(longer, REFERENCE, 1).probability())
                    .as("%s after %s and after %s", pie, delay, longer)
                    .isGreaterThanOrEqualTo(pie.next(delay, REFERENCE, 1).probability());
        }
    }

    @Test
    void theStepIsTheErrorAndItsChangeEachWithItsCoefficient() {
        Pie pie = new Pie(0.4, 0.1, 0);

        assertThat(pie.next(5.5, REFERENCE, 1).probability()).isEqualTo(0.4 + 0.05 * 0.1, within(1e-12));
        assertThat(pie.next(6, REFERENCE, 1).probability()).isEqualTo(0.4 + 0.05 * 0.2 + 0.5 * 0.1, within(1e-12));
        assertThat(pie.next(5, REFERENCE, 1).probability()).isEqualTo(0.4 - 0.5 * 0.1, within(1e-12));
    }

    @Test
    void aSmallProbabilityMovesInSmallSteps() {
        assertThat(up(0.000_05)).isEqualTo(0.06 / 128, within(1e-12));
        assertThat(up(0.000_5)).isEqualTo(0.06 / 32, within(1e-12));
        assertThat(up(0.005)).isEqualTo(0.06 / 8, within(1e-12));
        assertThat(up(0.05)).isEqualTo(0.06 / 2, within(1e-12));
        assertThat(up(0.5)).isEqualTo(0.06, within(1e-12));
    }

    /** How far a step goes whose error is 0.2 after 0.1. */
    private static double up(double probability) {
        return new Pie(probability, 0.1, 0).next(6, REFERENCE, 1).probability() - probability;
    }

    @Test
    void aStepUpIsATenthAtMostAndAStepDownIsNotLimited() {
        assertThat(new Pie(0.3, 0, 0).next(1_000, REFERENCE, 1).probability()).isEqualTo(0.4, within(1e-12));
        assertThat(new Pie(0.000_05, 0, 0).next(1_000, REFERENCE, 1).probability())
                .isEqualTo(0.100_05, within(1e-12));
        assertThat(new Pie(0.9, 1, 0).next(0, REFERENCE, 1).probability()).isZero();
    }

    @Test
    void whileNothingWaitsTheProbabilityFadesToo() {
        assertThat(new Pie(0.5, -1, 0).next(0, REFERENCE, 1).probability())
                .isEqualTo((0.5 - 0.05) * 0.98, within(1e-12));
        assertThat(new Pie(0.5, -0.9, 0).next(0.5, REFERENCE, 1).probability())
                .isEqualTo(0.5 - 0.05 * 0.9, within(1e-12));
    }

    @Test
    void nothingIsDeferredDuringTheBurstAllowance() {
        Pie pie = Pie.start(REFERENCE);
        for (int second = 1; second < 25; second++) {
            pie = pie.next(20, REFERENCE, 1);
            assertThat(pie.inForce()).as("second %s", second).isZero();
        }
        assertThat(pie.probability()).isEqualTo(Pie.MOST);

        assertThat(pie.next(20, REFERENCE, 1).inForce()).isEqualTo(Pie.MOST);
    }

    @Test
    void theBurstAllowanceComesBackWhenItHasBeenCalm() {
        Pie used = new Pie(0, 0, 0);

        Pie calm = used.next(2, REFERENCE, 1).next(2, REFERENCE, 1);
        Pie notCalm = used.next(3, REFERENCE, 1).next(3, REFERENCE, 1);

        assertThat(calm.allowance()).isEqualTo(25);
        assertThat(notCalm.allowance()).isZero();
    }

    @Test
    void whenTheLaneIsEmptyNothingIsDeferredAnyMoreAfterHalfAMinute() {
        Pie pie = new Pie(Pie.MOST, -1, 0);
        for (int second = 0; second < 30; second++) {
            pie = pie.next(0, REFERENCE, 1);
        }

        assertThat(pie.probability()).isZero();
    }

    private static double anyDelay(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> random.nextDouble() * 5;
            case 2 -> random.nextDouble() * 100;
            case 3 -> Long.MAX_VALUE / 0.01;
            default -> 5;
        };
    }
}
