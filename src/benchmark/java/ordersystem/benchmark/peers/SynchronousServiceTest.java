package ordersystem.benchmark.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.TestPostgres;
import org.junit.jupiter.api.Test;

class SynchronousServiceTest {

    private static final String ORDER = """
            {"orderId":"%s","lines":[{"sku":"a","quantity":%d,"unitPrice":"2.55"}]}""";

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void anOrderIsAnsweredWithWhatBecameOfIt() throws Exception {
        String url = TestPostgres.emptyDatabase();
        Ledger.open(url, TestPostgres.USER, TestPostgres.PASSWORD, "test", 2).close();

        try (SynchronousService service = service(url, 0.05)) {
            assertThat(post(service, ORDER.formatted("a-1", 1))).isEqualTo(201);
            assertThat(post(service, ORDER.formatted("a-1", 1))).isEqualTo(201);
            assertThat(post(service, ORDER.formatted("a-1", 2))).isEqualTo(409);
            assertThat(post(service, ORDER.formatted("a-2", 0))).isEqualTo(400);
        }
        try (SynchronousService service = service(url, 1)) {
            assertThat(post(service, ORDER.formatted("a-3", 1))).isEqualTo(503);
        }
    }

    private static SynchronousService service(String url, double faultRate) throws Exception {
        return new SynchronousService(
                url, TestPostgres.USER, TestPostgres.PASSWORD, 4, Duration.ofMillis(2), faultRate, 0);
    }

    private int post(SynchronousService service, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.port() + "/api/orders"))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
