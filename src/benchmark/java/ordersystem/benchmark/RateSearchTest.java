package ordersystem.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RateSearchTest {

    @Test
    void theHighestRateIsFoundFromBelowAndFromAbove() throws Exception {
        for (int start : new int[] {100, 5_000}) {
            int found = new RateSearch(rate -> rate <= 1_234, 0.05).highest(start);

            assertThat(found).isBetween((int) (1_234 / 1.06), 1_234);
        }
    }

    @Test
    void oneProbeThatFailsOnTheWayUpIsTriedAgain() throws Exception {
        List<Integer> asked = new ArrayList<>();

        int found = new RateSearch(
                        rate -> {
                            asked.add(rate);
                            return asked.size() != 2 && rate <= 1_234;
                        },
                        0.05)
                .highest(500);

        assertThat(asked.subList(0, 3)).containsExactly(500, 650, 650);
        assertThat(found).isGreaterThan(1_100);
    }
}
