package ordersystem.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpLoadTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger requests = new AtomicInteger();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void anOrderIsOfferedAgainAtMostASecondLater() {
        assertThat(HttpLoad.delayMillis("5", 0)).isEqualTo(1_000);
        assertThat(HttpLoad.delayMillis("5", 0.999)).isBetween(500L, 501L);
        assertThat(HttpLoad.delayMillis("0", 0)).isEqualTo(1);
        assertThat(HttpLoad.delayMillis(null, 0)).isEqualTo(100);
        assertThat(HttpLoad.delayMillis("Wed, 25 Nov 2026 14:00:00 GMT", 0)).isEqualTo(100);
    }

    @Test
    void theClockOfARefusedOrderRunsFromTheFirstTime() throws Exception {
        int port = server("1", (attempt, body) -> seen.add(body) ? 503 : 202);

        try (HttpLoad load = new HttpLoad(new Orders())) {
            Answers answers = load.offer(port, "again", 20, 1, true, 10);

            assertThat(answers.accepted.count()).isEqualTo(20);
            assertThat(answers.statuses).containsEntry(503, 20).containsEntry(202, 20);
            assertThat(answers.unanswered).isZero();
            assertThat(answers.latency.getMinValue()).isGreaterThan(490_000);
        }
    }

    @Test
    void aRefusalIsTheAnswerToAnOrderThatIsOfferedOnce() throws Exception {
        int port = server("1", (attempt, body) -> attempt % 2 == 0 ? 503 : 202);

        try (HttpLoad load = new HttpLoad(new Orders())) {
            Answers answers = load.offer(port, "once", 20, 1, false, 10);

            assertThat(answers.accepted.count()).isEqualTo(10);
            assertThat(answers.refused()).isEqualTo(0.5);
            assertThat(answers.latency.getTotalCount()).isEqualTo(20);
        }
    }

    @Test
    void whatWasNeverAcceptedIsCountedAndChargedForItsWaiting() throws Exception {
        int port = server("1", (attempt, body) -> 503);

        try (HttpLoad load = new HttpLoad(new Orders())) {
            Answers answers = load.offer(port, "never", 20, 1, true, 1);

            assertThat(answers.unanswered).isEqualTo(20);
            assertThat(answers.latency.getMinValue()).isGreaterThan(1_000_000);
        }
    }

    @Test
    void aConnectionThatCannotBeMadeIsAFailure() throws Exception {
        int port = server("1", (attempt, body) -> 202);
        end();

        try (HttpLoad load = new HttpLoad(new Orders())) {
            Answers answers = load.offer(port, "closed", 20, 1, false, 1);

            assertThat(answers.failures).isEqualTo(20);
            assertThat(answers.statuses).isEmpty();
        }
    }

    private interface Status {
        int of(int attempt, String body);
    }

    private int server(String retryAfter, Status status) throws Exception {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> request.response()
                        .setStatusCode(status.of(requests.incrementAndGet(), body.toString()))
                        .putHeader("Retry-After", retryAfter)
                        .end()));
        return server.listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS)
                .actualPort();
    }
}
