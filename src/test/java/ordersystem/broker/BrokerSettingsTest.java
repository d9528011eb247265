package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BrokerSettingsTest {

    private static final long MB = 1024 * 1024;

    private static BrokerSettings settings(long storeLimit, int targetRate) {
        return new BrokerSettings(Path.of("data"), null, storeLimit, targetRate);
    }

    @Test
    void tooSmallAReserveIsRefusedWithTheKeyAndTheSmallestValueThatWouldDo() {
        assertThatThrownBy(() -> settings(100 * MB, 2500))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("orders.broker.store-limit: 100 MB leaves too small a reserve for the work in progress;"
                        + " at least 539 MB for 2500 orders/s");
    }

    @Test
    void theSmallestValueWouldDoIndeedAndOneMegabyteLessWouldNot() {
        long smallest = settings(1024 * MB, 2500).smallestStoreLimit();

        assertThat(settings(smallest, 2500).storeLimit()).isEqualTo(smallest);
        assertThatThrownBy(() -> settings(smallest - MB, 2500)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void journalFilesAreASixteenthOfTheStoreWithinFourAndThirtyTwoMegabytes() {
        assertThat(settings(40 * MB, 10).journalFileLength()).isEqualTo(4 * MB);
        assertThat(settings(320 * MB, 10).journalFileLength()).isEqualTo(20 * MB);
        assertThat(settings(10_240 * MB, 10).journalFileLength()).isEqualTo(32 * MB);
    }
}
