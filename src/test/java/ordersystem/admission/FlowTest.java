package ordersystem.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FlowTest {

    @Test
    void theRateIsUnknownUntilThereWasEnoughToDo() {
        Flow flow = Flow.UNKNOWN.next(new Flow.Reading(10, 100, 0), 1).next(new Flow.Reading(10, 200, 0), 1);

        assertThat(flow.rate()).isZero();
        assertThat(flow.delay()).isZero();
    }

    @Test
    void theRateIsWhatIsDoneWhileEnoughWaits() {
        Flow flow = new Flow(1_000, 0, 0, 0, 0, 0).next(new Flow.Reading(1_000, 400, 0), 2);

        assertThat(flow.rate()).isEqualTo(200);
        assertThat(flow.delay()).isEqualTo(5);
    }

    @Test
    void theRateFollowsSlowly() {
        Flow flow = new Flow(10_000, 0, 0, 200, 0, 0).next(new Flow.Reading(10_000, 1_000, 0), 1);

        assertThat(flow.rate()).isEqualTo(200 + 800 / 8.0, within(1e-9));
    }

    @Test
    void aLaneThatRunsOutOfWorkIsNoSlowerForThat() {
        Flow flow = new Flow(10, 0, 0, 200, 0, 0).next(new Flow.Reading(0, 11, 0), 1);

        assertThat(flow.rate()).isEqualTo(200);
        assertThat(flow.delay()).isZero();
    }

    @Test
    void aLaneThatDoesMoreThanItsRateIsFasterEvenWhenItRunsOutOfWork() {
        Flow flow = new Flow(10, 0, 0, 200, 0, 0).next(new Flow.Reading(0, 1_000, 0), 1);

        assertThat(flow.rate()).isEqualTo(300, within(1e-9));
    }

    @Test
    void whereNothingIsDoneAtAllTheDelayGrowsAndStaysFinite() {
        Flow flow = new Flow(1_000, 0, 0, 200, 0, 0);
        for (int i = 0; i < 1_000; i++) {
            flow = flow.next(new Flow.Reading(1_000, 0, 0), 1);
        }

        assertThat(flow.delay()).isEqualTo(1_000 / 0.01);
    }

    @Test
    void whatCameByItselfIsWhatIsThereAndWhatWasDoneWithoutWhatWasReleased() {
        Flow flow = new Flow(1_000, 0, 0, 200, 0, 0).next(new Flow.Reading(1_100, 400, 250), 2);

        assertThat(flow.arriving()).isEqualTo((100 + 400 - 250) / 2.0);
    }

    @Test
    void afterAGapTheRateIsKeptAndTheDelayIsThatOfNow() {
        Flow flow = new Flow(1_000, 500, 70, 200, 5, 300).restarted(new Flow.Reading(400, 9_000, 80));

        assertThat(flow).isEqualTo(new Flow(400, 9_000, 80, 200, 2, 0));
    }
}
