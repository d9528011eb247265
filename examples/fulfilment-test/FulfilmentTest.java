import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.Map;
import ordersystem.testkit.HttpStandIn;
import ordersystem.testkit.OrderSystemUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Your routes, run as they are, against a warehouse that is a few lines of this test. */
class FulfilmentTest {
    static final HttpStandIn warehouse = HttpStandIn.start();

    @RegisterExtension
    static final OrderSystemUnderTest shop = OrderSystemUnderTest.of(Path.of("../../routes"))
            .with(Path.of("../warehouse/40-fulfilment.camel.yaml"))
            .set("warehouse.url", warehouse.url());

    static String order(String id, String priority) {
        return "{\"orderId\":\"" + id + "\",\"priority\":\"" + priority + "\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]}";
    }

    @Test
    void theWarehouseIsSentTheOrderUnderItsId() {
        warehouse.answer(204);

        shop.send(order("taken", "NORMAL"));

        shop.awaitState("taken", "PROCESSED");
        HttpStandIn.Request request = warehouse.requests().get(warehouse.requests().size() - 1);
        assertEquals("taken", request.header("Idempotency-Key"));
        assertEquals(order("taken", "NORMAL"), request.body());
    }

    @Test
    void whatTheWarehouseRefusesWaitsForAPerson() {
        warehouse.answer(422);

        shop.send(order("refused", "NORMAL"));

        Map<String, Object> refused = shop.awaitState("refused", "FAILED");
        assertEquals(1, refused.get("attempts"));
    }

    @Test
    void aHighOrderIsTriedUntilTheWarehouseIsBack() {
        warehouse.answer(503);
        shop.send(order("later", "HIGH"));
        shop.awaitState("later", "RETRYING");

        warehouse.answer(204);

        shop.awaitState("later", "PROCESSED");
    }
}
