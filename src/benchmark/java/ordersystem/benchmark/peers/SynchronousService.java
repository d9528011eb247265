package ordersystem.benchmark.peers;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import ordersystem.benchmark.peers.PeerLedger.Entry;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Order;
import ordersystem.order.OrderReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A REST service that does all the work before it answers, well tuned: {@code POST /api/orders} is read on the event
 * loop and worked off by a fixed pool of threads; more requests than may wait are refused at once. An order is fulfilled
 * when its answer comes.
 *
 * <p>Answers: 201 processed, also when it was before; 400 not an order; 409 known with another body; 503 busy, or the
 * downstream failed {@value #TRIES} times.
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

    private final int threads;
    private final Duration downstream;
    private final double faultRate;
    private final int connections;
    private final PeerLedger ledger;
    private final AtomicLong requests = new AtomicLong();
    private final ThreadPoolExecutor workers;
    private final Vertx vertx;
    private final HttpServer server;

    /**
     * Listens when it returns.
     *
     * @param threads that work at the same time; the wait for the downstream is theirs
     * @param downstream how long the call lasts that fulfils an order
     * @param faultRate share of calls that fail, after that time, and may be tried again; 0 to 1
     * @param port 0 for a free one
     */
    public SynchronousService(
            String jdbcUrl, String user, String password, int threads, Duration downstream, double faultRate, int port)
            throws Exception {
        this.threads = threads;
        this.downstream = downstream;
        this.faultRate = faultRate;
        connections = Math.min(threads, LARGEST_POOL);
        ledger = new PeerLedger(jdbcUrl, user, password, connections);
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

    /** Where it listens. */
    public int port() {
        return server.actualPort();
    }

    /** Every setting that matters to its speed, for the report. */
    public String settings() {
        return "Vert.x HTTP server, one event loop, keep-alive; " + threads + " worker threads, " + WAITING
                + " requests may wait; up to " + TRIES + " calls with " + BACKOFF.toMillis() + " ms between them; "
                + PeerLedger.settings(connections);
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
            work(request, Peers.READER.read(body.getBytes(), null));
        } catch (InvalidOrderException e) {
            end(request, 400, "{\"error\":\"not an order\"}");
        } catch (SQLException | RuntimeException e) {
            LOG.warn("an order failed", e);
            end(request, 503, "{\"error\":\"try again later\"}");
        }
    }

    private void work(HttpServerRequest request, Order order) throws SQLException {
        if (!fulfil(order)) {
            end(request, 503, "{\"error\":\"downstream\"}");
            return;
        }
        boolean done =
                ledger.receiveAndProcess(new Entry(order, Peers.lane(order), "http:" + requests.incrementAndGet()))
                        || ledger.hasHash(order);
        if (done) {
            end(request, 201, "{\"orderId\":\"" + order.orderId() + "\",\"status\":\"PROCESSED\"}");
        } else {
            end(request, 409, "{\"error\":\"known with another body\"}");
        }
    }

    private boolean fulfil(Order order) {
        for (int i = 1; i <= TRIES; i++) {
            Peers.fulfil(order, downstream);
            if (ThreadLocalRandom.current().nextDouble() >= faultRate) {
                return true;
            }
            if (i < TRIES) {
                Peers.sleep(BACKOFF);
            }
        }
        return false;
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
        ledger.close();
    }
}
