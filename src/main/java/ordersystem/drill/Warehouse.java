package ordersystem.drill;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whoever fulfils the orders, over HTTP: {@code POST /orders} takes an order under its {@code Idempotency-Key}. 201, or 409 where
 * that key was there before; 503 for a share of the calls, half of them after the order was taken, and for all while it is down.
 * Tells the {@link Account} what it takes by the order's own id, so that the same order under two keys is found. Works on the event
 * loop.
 */
final class Warehouse implements AutoCloseable {

    private static final Pattern ORDER_ID = Pattern.compile("\"orderId\"\\s*:\\s*\"([^\"]+)\"");

    private final Vertx vertx;
    private final long millis;
    private final double faults;
    private final SplittableRandom random;
    private final HttpServer server;
    private final Set<String> keys = new HashSet<>();
    private volatile boolean down;

    /** Null while no day is on. */
    private volatile @Nullable Account account;

    /**
     * Open when it is made.
     *
     * @param time that a call takes, at least a millisecond
     * @param faults share of the calls that fail, 0 to 1
     */
    Warehouse(Vertx vertx, Duration time, double faults, long seed) throws Exception {
        this.vertx = vertx;
        this.millis = time.toMillis();
        this.faults = faults;
        random = new SplittableRandom(seed);
        server = vertx.createHttpServer(
                        new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(1_024))
                // The connections of a service that is killed break; that is no news for the log.
                .connectionHandler(connection -> connection.exceptionHandler(broken -> {}))
                .requestHandler(this::take);
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** Up to the port. */
    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** Who is told what is taken from now on; null for nobody. */
    void tell(@Nullable Account next) {
        account = next;
    }

    void setDown(boolean isDown) {
        down = isDown;
    }

    private void take(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            if (down) {
                answer(request, 503);
            } else {
                vertx.setTimer(millis, over -> work(request, body));
            }
        });
    }

    private void work(HttpServerRequest request, Buffer body) {
        String key = request.getHeader("Idempotency-Key");
        Matcher id = ORDER_ID.matcher(body.toString(StandardCharsets.UTF_8));
        if (key == null || !id.find()) {
            answer(request, 400);
            return;
        }
        double dice = random.nextDouble();
        if (dice < faults / 2) {
            answer(request, 503);
            return;
        }
        boolean isNew = keys.add(key);
        Account told = account;
        if (isNew && told != null) {
            told.delivered(id.group(1));
        }
        answer(request, dice < faults ? 503 : isNew ? 201 : 409);
    }

    private static void answer(HttpServerRequest request, int status) {
        if (!request.response().closed()) {
            request.response().setStatusCode(status).end();
        }
    }

    @Override
    public void close() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
