package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WarehouseTest {

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http = HttpClient.newHttpClient();

    @SuppressWarnings("NullAway.Init")
    private Account account;

    private int good;

    @BeforeEach
    void sendADay() throws Exception {
        DayOrders orders = new DayOrders(Path.of("examples/orders/online-retail.ndjson"), "day", 50, 1);
        account = new Account(orders, new long[50], System::nanoTime);
        good = IntStream.range(0, 50).filter(orders::isGood).findFirst().orElseThrow();
    }

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void anOrderIsTakenOnceUnderItsKey() throws Exception {
        try (Warehouse warehouse = warehouse(0)) {
            assertThat(post(warehouse, "a")).isEqualTo(201);
            assertThat(post(warehouse, "a")).isEqualTo(409);
        }

        assertThat(account.course().deliveries()[good]).isEqualTo(1);
    }

    @Test
    void theSameOrderUnderAnotherKeyIsTakenTwice() throws Exception {
        try (Warehouse warehouse = warehouse(0)) {
            post(warehouse, "a");
            post(warehouse, "b");
        }

        assertThat(account.course().tally().twice()).isEqualTo(1);
    }

    @Test
    void oneThatIsDownTakesNothing() throws Exception {
        try (Warehouse warehouse = warehouse(0)) {
            warehouse.setDown(true);
            assertThat(post(warehouse, "a")).isEqualTo(503);
            assertThat(account.deliveredOrders()).isZero();

            warehouse.setDown(false);
            assertThat(post(warehouse, "a")).isEqualTo(201);
        }
    }

    @Test
    void oneThatFailsAlwaysMayHaveTakenTheOrderAllTheSame() throws Exception {
        try (Warehouse warehouse = warehouse(1)) {
            for (int i = 0; i < 20; i++) {
                assertThat(post(warehouse, "a")).isEqualTo(503);
            }
        }

        assertThat(account.course().deliveries()[good]).isEqualTo(1);
    }

    private Warehouse warehouse(double faults) throws Exception {
        Warehouse warehouse = new Warehouse(vertx, Duration.ofMillis(1), faults, 1);
        warehouse.tell(account);
        return warehouse;
    }

    private int post(Warehouse warehouse, String key) throws Exception {
        String body = new String(account.orders().json(good), StandardCharsets.UTF_8);
        HttpRequest request = HttpRequest.newBuilder(URI.create(warehouse.url() + "/orders"))
                .header("Idempotency-Key", key)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
