package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/** The program's HTTP interface, as a customer and an operator see it. Thread-safe. */
final class Api {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final String orders;
    private final String management;

    Api(int port, int managementPort) {
        orders = "http://127.0.0.1:" + port + "/api/";
        management = "http://127.0.0.1:" + managementPort + "/api/";
    }

    record Answer(int status, String body, OptionalLong retryAfter) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new AssertionError("not JSON: " + body, e);
            }
        }
    }

    /** Posts one order. An {@link IOException} means: no answer, outcome unknown. */
    Answer post(byte[] body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(orders + "orders"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    Answer order(String orderId) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(orders + "orders/" + orderId)));
    }

    /** Empty while the program cannot tell. */
    Optional<JsonNode> stats() throws InterruptedException {
        try {
            Answer answer = send(HttpRequest.newBuilder(URI.create(orders + "stats")));
            return answer.status == 200 ? Optional.of(answer.json()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    boolean isReady() throws InterruptedException {
        return stats().isPresent();
    }

    /** One page, of those whose id comes after the given one. */
    Answer deadLetters(int limit, String after) throws IOException, InterruptedException {
        String query = "?limit=" + limit + (after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, UTF_8));
        return send(HttpRequest.newBuilder(URI.create(management + "dead-letters" + query)));
    }

    /** Of the management API, below {@code /api/}. */
    Answer manage(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(management + path)));
    }

    /** Of the management API, below {@code /api/}. An {@link IOException} means: no answer, outcome unknown. */
    Answer manage(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(management + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    private Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofByteArray());
        return new Answer(
                response.statusCode(),
                new String(response.body(), UTF_8),
                response.headers().firstValueAsLong("Retry-After"));
    }
}
