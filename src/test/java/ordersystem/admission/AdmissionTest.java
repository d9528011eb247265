package ordersystem.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {

    private static final int IDS = 100_000;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.001, 0.05, 0.3, 0.5, 0.8, 0.95})
    void ofManyOrdersThoseAreAdmittedWhoseShareTheProbabilityLeaves(double probability) {
        Admission admission = fixed(probability);

        assertShare(admission, i -> Integer.toString(536_365 + i), 1 - probability);
        assertShare(admission, i -> "C-2026-%06d".formatted(i), 1 - probability);
        assertShare(
                admission,
                i -> UUID.nameUUIDFromBytes(Integer.toString(i).getBytes(StandardCharsets.UTF_8))
                        .toString(),
                1 - probability);
    }

    private static void assertShare(Admission admission, IntFunction<String> id, double expected) {
        int admitted = 0;
        for (int i = 0; i < IDS; i++) {
            admitted += admission.draw(id.apply(i)).isAdmitted() ? 1 : 0;
        }
        double sigma = Math.sqrt(expected * (1 - expected) / IDS);

        assertThat(admitted / (double) IDS).as(id.apply(0)).isEqualTo(expected, within(3 * sigma));
    }

    @Test
    void anOrderThatIsDeferredIsDeferredAtAnyLargerProbability() {
        for (int i = 0; i < 1_000; i++) {
            boolean deferred = false;
            for (int hundredths = 0; hundredths <= 100; hundredths++) {
                boolean now = !fixed(hundredths / 100.0).draw("order-" + i).isAdmitted();
                assertThat(now || !deferred).isTrue();
                deferred = now;
            }
            assertThat(deferred).isTrue();
        }
    }

    /** The draws are in the ledger: another way to reckon them would tell other stories about old orders. */
    @Test
    void theNumberOfAnOrderIsTheSameForEver() {
        assertThat(Admission.number("536365")).isEqualTo(0.4396659866368058);
        assertThat(Admission.number("C-2026-000123")).isEqualTo(0.3885281167913539);
    }

    @Test
    void whatIsSetIsInForceForTheNextOrder() {
        Admission admission = fixed(0);
        assertThat(admission.draw("536365").isAdmitted()).isTrue();

        admission.set(fixed(1).control());

        assertThat(admission.draw("536365").isAdmitted()).isFalse();
    }

    private static Admission fixed(double probability) {
        return new Admission(AdmissionControl.start(Mode.OFF, 0, Duration.ofSeconds(5))
                .switched(Mode.FIXED, probability, "ops", Instant.EPOCH));
    }
}
