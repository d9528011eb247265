package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SaleCurveTest {

    /** The day itself, not compressed. */
    private final SaleCurve day = new SaleCurve(200_000, Duration.ofHours(24));

    @Test
    void theSameSeedGivesTheSameMomentsAndAnotherGivesOthers() {
        assertThat(day.times(7)).isEqualTo(day.times(7)).isNotEqualTo(day.times(8));
    }

    @Test
    void allOrdersComeWithinTheDayOneAfterTheOther() {
        long[] times = day.times(1);

        assertThat(times).hasSize(200_000).isSorted();
        assertThat(times[0]).isNotNegative();
        assertThat(times[199_999]).isLessThan(86_400_000_000L);
    }

    @Test
    void theSaleOpensWithASpikeAtNineFourTimesTheMeanOfTheDay() {
        double mean = 200_000 / 86_400.0;

        assertThat(day.perSecond(9)).isCloseTo(4.1 * mean, within(0.2 * mean));
        for (int hour = 0; hour < 24; hour++) {
            assertThat(day.perSecond(hour)).isLessThanOrEqualTo(day.perSecond(9));
        }
        assertThat(day.perSecond(20)).as("the evening").isBetween(2 * mean, 2.5 * mean);
        assertThat(day.perSecond(3)).as("the night").isLessThan(0.1 * mean);
    }

    @Test
    void orderFollowTheCurve() {
        long[] times = day.times(1);

        long from = day.micros(8.5);
        long to = day.micros(9.5);
        double anHour = Arrays.stream(times).filter(at -> at >= from && at < to).count();

        assertThat(anHour / 3_600).isCloseTo(day.perSecond(9), within(0.1 * day.perSecond(9)));
    }

    @Test
    void compressedTheRateGrowsAsTheDayShrinks() {
        SaleCurve short24Hours = new SaleCurve(200_000, Duration.ofSeconds(864));

        assertThat(short24Hours.perSecond(9)).isCloseTo(100 * day.perSecond(9), within(1e-6));
        assertThat(short24Hours.micros(12)).isEqualTo(432_000_000);
        assertThat(short24Hours.hour(432_000_000)).isEqualTo(12.0);
    }
}
