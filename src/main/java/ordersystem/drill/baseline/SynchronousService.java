package ordersystem.drill.baseline;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Order;
import ordersystem.order.OrderReader;
import ordersystem.processing.OrderProcessor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A REST service that does all the work before it answers, well tuned: {@code POST /api/orders} is read on the event
 * loop and worked off by a fixed pool of threads; more requests than may wait are refused at once. An order is fulfilled
 * when its answer comes.
 *
 * <p>Answers: 201 processed, also when it was before; 400 not an order; 409 known with another body; 503 busy, or the
 * warehouse failed {@value #TRIES} times. Parsing, validation and hash are OrderSystem's own.
 */
public final class SynchronousService implements AutoCloseable {

    /** The first call and three more. */
    static final int TRIES = 4;

    private static final Duration BACKOFF = Duration.ofMillis(50);

    /** Requests that wait for a thread. */
    private static final int WAITING = 2_000;

    /** Connections that wait to be accepted: a peak opens many at once. */
    private static final int ACCEPT_BACKLOG = 4_096;

    /** A commit is a small part of a request, and disk syncs are shared: more make it no faster. */
    private static final int LARGEST_POOL = 32;

    private static final Logger LOG = LoggerFactory.getLogger(SynchronousService.class);

    private static final OrderReader READER = new OrderReader();

    /** Whoever fulfils an order. */
    @FunctionalInterface
    public interface Warehouse {

        /**
         * One call.
         *
         * @param body the order as it was received
         * @return false where it failed and may be tried again; so it may where an exception is thrown
         */
        boolean take(Order order, byte[] body) throws IOException;
    }

    private final Warehouse warehouse;
    private final OrderTable orders;
    private final AtomicLong requests = new AtomicLong();
    private final ThreadPoolExecutor workers;
    private final Vertx vertx;
    private final HttpServer server;

    /**
     * Listens when it returns.
     *
     * @param database with the ledger's tables, in autocommit; as many connections as {@link #connections} says serve it best
     * @param threads that work at the same time; the wait for the warehouse is theirs
     * @param port 0 for a free one
     */
    public SynchronousService(DataSource database, int threads, Warehouse warehouse, int port) throws Exception {
        this.warehouse = warehouse;
        orders = new OrderTable(database);
        workers = new ThreadPoolExecutor(
                threads, threads, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "synchronous-worker");
                    thread.setDaemon(true);
                    return thread;
                });
        workers.prestartAllCoreThreads();
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        server = vertx.createHttpServer(new HttpServerOptions()
                        .setTcpNoDelay(true)
                        .setTcpKeepAlive(true)
                        .setAcceptBacklog(ACCEPT_BACKLOG))
                .requestHandler(this::take);
        server.listen(port, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    /** Connections to the database that so many threads can use. */
    public static int connections(int threads) {
        return Math.min(threads, LARGEST_POOL);
    }

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** Every setting that matters to its speed, for the report. */
    public static String settings(int threads) {
        return "Vert.x HTTP server, one event loop, keep-alive; " + threads + " worker threads, " + WAITING
                + " requests may wait; up to " + TRIES + " calls with " + BACKOFF.toMillis() + " ms between them";
    }

    private void take(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.POST) || !"/api/orders".equals(request.path())) {
            request.response().setStatusCode(404).end();
            return;
        }
        request.body()
                .onSuccess(body -> {
                    try {
                        workers.execute(() -> answer(request, body));
                    } catch (RejectedExecutionException e) {
                        end(request, 503, "{\"error\":\"busy\"}");
                    }
                })
                .onFailure(e -> LOG.debug("a request was cut off", e));
    }

    private void answer(HttpServerRequest request, Buffer body) {
        try {
            if (body.length() > OrderReader.MAX_BODY_BYTES) {
                end(request, 413, "{\"error\":\"too large\"}");
                return;
            }
            work(request, body.getBytes());
        } catch (InvalidOrderException e) {
            end(request, 400, "{\"error\":\"not an order\"}");
        } catch (SQLException | RuntimeException e) {
            LOG.warn("an order failed", e);
            end(request, 503, "{\"error\":\"try again later\"}");
        }
    }

    private void work(HttpServerRequest request, byte[] body) throws SQLException {
        Order order = READER.read(body, null);
        if (!fulfil(order, body)) {
            end(request, 503, "{\"error\":\"warehouse\"}");
            return;
        }
        boolean done = orders.record(order, OrderProcessor.lane(order), "http:" + requests.incrementAndGet())
                || orders.hasHash(order);
        if (done) {
            end(request, 201, "{\"orderId\":\"" + order.orderId() + "\",\"status\":\"PROCESSED\"}");
        } else {
            end(request, 409, "{\"error\":\"known with another body\"}");
        }
    }

    private boolean fulfil(Order order, byte[] body) {
        for (int i = 1; i <= TRIES; i++) {
            try {
                if (warehouse.take(order, body)) {
                    return true;
                }
            } catch (IOException e) {
                LOG.debug("a call failed", e);
            }
            if (i < TRIES) {
                pause();
            }
        }
        return false;
    }

    private static void pause() {
        long end = System.nanoTime() + BACKOFF.toNanos();
        for (long left = BACKOFF.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private static void end(HttpServerRequest request, int status, String json) {
        request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/json")
                .end(json);
    }

    @Override
    public void close() throws Exception {
        server.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        workers.shutdown();
        workers.awaitTermination(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
