package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CustomersTest {

    private static final int ORDERS = 40;
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Vertx vertx = Vertx.vertx();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    @AfterEach
    void end() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aRefusedOrderIsSentAgainAndItsClockRunsFromTheFirstTime() throws Exception {
        Account account = liveThrough(server(body -> seen.add(body) ? 503 : 202), Duration.ofSeconds(10));

        Course course = account.course();
        assertThat(course.tally().notAccepted()).isZero();
        assertThat(course.answers().get(Answer.REFUSED)).isGreaterThan(30);
        assertThat(course.answering(i -> !course.orders().isRepeated(i)).p50()).isGreaterThan(0.5);
    }

    @Test
    void anAnswerThatSaysItIsNoOrderIsTheLast() throws Exception {
        Account account = liveThrough(server(body -> 400), Duration.ofSeconds(10));

        assertThat(account.course().answers()).containsOnlyKeys(Answer.REJECTED).containsEntry(Answer.REJECTED, ORDERS);
    }

    @Test
    void anAnswerThatTakesLongerThanABrowserWaitsIsATimeOut() throws Exception {
        Account account = liveThrough(server(body -> seen.add(body) ? 0 : 202), Duration.ofMillis(200));

        Course course = account.course();
        assertThat(course.tally().notAccepted()).isZero();
        assertThat(course.answers().get(Answer.TIMED_OUT)).isGreaterThan(30);
    }

    @Test
    void aServiceThatIsNotThereIsTriedAgain() throws Exception {
        HttpServer server = server(body -> 202);
        int port = server.actualPort();
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        Account account = account();

        try (Customers customers = new Customers(vertx, port, account, Duration.ofSeconds(10), AGAIN)) {
            customers.start();
            await("every order was tried twice")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> account.course().answers().getOrDefault(Answer.NO_CONNECTION, 0) >= 2 * ORDERS);

            assertThat(customers.areDone()).isFalse();
        }
    }

    @Test
    void thePauseDoublesUpToSixTimesAndIsNeverShorterThanTheAnswerSays() {
        assertThat(Customers.pauseMillis(5_000, 1, null, 0)).isEqualTo(5_000);
        assertThat(Customers.pauseMillis(5_000, 1, null, 0.999)).isBetween(2_500L, 2_503L);
        assertThat(Customers.pauseMillis(5_000, 2, null, 0)).isEqualTo(10_000);
        assertThat(Customers.pauseMillis(5_000, 50, null, 0)).isEqualTo(30_000);
        assertThat(Customers.pauseMillis(5_000, 1, "7", 0.5)).isEqualTo(7_000);
        assertThat(Customers.pauseMillis(5_000, 1, "Wed, 25 Nov 2026 14:00:00 GMT", 0))
                .isEqualTo(5_000);
    }

    private Account account() throws Exception {
        long[] due = LongStream.range(0, ORDERS).map(i -> i * 5_000).toArray();
        return new Account(
                new DayOrders(Path.of("examples/orders/online-retail.ndjson"), "day", ORDERS, 1),
                due,
                System::nanoTime);
    }

    private Account liveThrough(HttpServer server, Duration browser) throws Exception {
        Account account = account();
        try (Customers customers = new Customers(vertx, server.actualPort(), account, browser, AGAIN)) {
            customers.start();
            await("all have their last answer").atMost(Duration.ofSeconds(20)).until(customers::areDone);
        }
        return account;
    }

    /** @param status by body; 0 for no answer */
    private HttpServer server(Function<String, Integer> status) throws Exception {
        return vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    int answer = status.apply(body.toString());
                    if (answer != 0) {
                        request.response().setStatusCode(answer).end();
                    }
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }
}
