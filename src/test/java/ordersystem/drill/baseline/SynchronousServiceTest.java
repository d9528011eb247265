package ordersystem.drill.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SynchronousServiceTest {

    private static final String ORDER = """
            {"orderId":"%s","lines":[{"sku":"a","quantity":%d,"unitPrice":"2.55"}]}""";

    @TempDir
    Path folder;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicInteger calls = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private HikariDataSource database;

    @BeforeEach
    void open() {
        database = SynchronousShop.database(folder, 4);
    }

    @AfterEach
    void close() {
        database.close();
    }

    @Test
    void anOrderIsAnsweredWithWhatBecameOfIt() throws Exception {
        try (SynchronousService service = service((order, body) -> true)) {
            assertThat(post(service, ORDER.formatted("a-1", 1))).isEqualTo(201);
            assertThat(post(service, ORDER.formatted("a-1", 1))).isEqualTo(201);
            assertThat(post(service, ORDER.formatted("a-1", 2))).isEqualTo(409);
            assertThat(post(service, ORDER.formatted("a-2", 0))).isEqualTo(400);
        }
    }

    @Test
    void theWarehouseIsCalledFourTimesBeforeAnOrderIsRefused() throws Exception {
        SynchronousService.Warehouse away = (order, body) -> {
            if (calls.incrementAndGet() == 2) {
                throw new IOException("away");
            }
            return false;
        };

        try (SynchronousService service = service(away)) {
            assertThat(post(service, ORDER.formatted("a-3", 1))).isEqualTo(503);
        }

        assertThat(calls).hasValue(4);
    }

    private SynchronousService service(SynchronousService.Warehouse warehouse) throws Exception {
        return new SynchronousService(database, 4, warehouse, 0);
    }

    private int post(SynchronousService service, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/api/orders"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
