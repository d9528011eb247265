package ordersystem.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The test kit with the shipped routes; the example of examples/fulfilment-test is run by FulfilmentTestIT. */
class OrderSystemUnderTestTest {

    @RegisterExtension
    static final OrderSystemUnderTest SHOP = OrderSystemUnderTest.of(Path.of("routes"));

    private static String order(String id, String sku) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"" + sku + "\",\"quantity\":1,\"unitPrice\":2}]}";
    }

    @Test
    void whatCameOutIsGivenWithItsHeaders() {
        SHOP.send(order("1", "a"));

        Received handedOver = SHOP.fulfilled();

        assertThat(handedOver.body()).isEqualTo(order("1", "a"));
        assertThat(handedOver.header("OrderId")).isEqualTo("1");
        assertThat(handedOver.header("OrderLane")).isEqualTo("normal");
        assertThat(handedOver.header("none")).isEmpty();
        assertThat(SHOP.awaitState("1", "PROCESSED")).containsEntry("lane", "normal");
    }

    @Test
    void whatDoesNotComeFailsTheTestWithWhatIsThereInstead() {
        SHOP.send(order("2", "a"));
        SHOP.awaitState("2", "PROCESSED");
        SHOP.receive("orders.fulfilled", 1);
        SHOP.within(Duration.ofMillis(300));
        try {
            assertThatThrownBy(() -> SHOP.awaitState("2", "FAILED"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("order 2 is not FAILED after PT0.3S, but: ")
                    .hasMessageContaining("PROCESSED");
            assertThatThrownBy(SHOP::fulfilled)
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("0 of 1 messages came from orders.fulfilled within PT0.3S");
            assertThatThrownBy(() -> SHOP.send("{}"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the order was not accepted: 400")
                    .hasMessageContaining("orderId");
        } finally {
            SHOP.within(Duration.ofSeconds(30));
        }
    }
}
