package ordersystem.drill;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The shop's customers: each order is sent at its time, whatever the system made of the others (an open loop: a system that stalls is
 * charged for the stall), and again until it is accepted, or is none. Works on the event loop; with {@value #CONNECTIONS} requests
 * under way the next ones wait here, and their clock runs.
 */
final class Customers implements AutoCloseable {

    static final int CONNECTIONS = 512;

    /** The longest pause before an order is sent again is that many times the first. */
    static final int LONGEST_PAUSE = 6;

    private static final int CONNECT_MILLIS = 2_000;
    private static final long CANCELLED = 0;

    private final Vertx vertx;
    private final HttpClient client;
    private final RequestOptions request;
    private final Account account;
    private final long browserMillis;
    private final long againMillis;
    private final Queue<Sending> waiting = new ArrayDeque<>();
    private int next;
    private int underWay;
    private int answered;
    private boolean closed;
    private volatile boolean done;

    /** One order's way in. */
    private static final class Sending {
        final int number;
        int tries;
        long sentAt;
        boolean late;

        Sending(int number) {
            this.number = number;
        }
    }

    /**
     * @param port where the service takes orders
     * @param browser how long a customer waits for an answer
     * @param again how long before they send an order again for the first time
     */
    Customers(Vertx vertx, int port, Account account, Duration browser, Duration again) {
        this.vertx = vertx;
        this.account = account;
        browserMillis = browser.toMillis();
        againMillis = again.toMillis();
        client = vertx.httpClientBuilder()
                .with(new HttpClientOptions()
                        .setKeepAlive(true)
                        .setTcpNoDelay(true)
                        .setConnectTimeout(CONNECT_MILLIS))
                .with(new PoolOptions().setHttp1MaxSize(CONNECTIONS))
                // A connection that breaks ends its request, which is counted; it is no news for the log.
                .withConnectHandler(connection -> connection.exceptionHandler(broken -> {}))
                .build();
        request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/api/orders")
                .putHeader("Content-Type", "application/json");
    }

    /** The day begins now. */
    void start() {
        account.begin();
        vertx.runOnContext(now -> vertx.setPeriodic(1, this::tick));
    }

    /** Whether every order of the day has been sent and has its last answer. */
    boolean areDone() {
        return done;
    }

    private void tick(long timer) {
        long now = account.now();
        int count = account.orders().count();
        while (!closed && next < count && account.due(next) <= now) {
            account.sent();
            submit(new Sending(next++));
        }
        if (closed || answered == count) {
            vertx.cancelTimer(timer);
            done = answered == count;
        }
    }

    private void submit(Sending sending) {
        if (underWay < CONNECTIONS) {
            send(sending);
        } else {
            waiting.add(sending);
        }
    }

    private void send(Sending sending) {
        underWay++;
        sending.tries++;
        sending.late = false;
        sending.sentAt = account.now();
        post(sending).onComplete(answer -> {
            underWay--;
            if (closed) {
                return;
            }
            if (answer.succeeded()) {
                HttpClientResponse response = answer.result();
                ended(sending, Answer.of(response.statusCode()), response.getHeader("Retry-After"));
            } else {
                ended(sending, failure(sending, answer.cause()), null);
            }
            if (!waiting.isEmpty()) {
                submit(waiting.remove());
            }
        });
    }

    /** The answer, read to its end. */
    private Future<HttpClientResponse> post(Sending sending) {
        Buffer body = Buffer.buffer(account.orders().json(sending.number));
        return client.request(request).compose(open -> {
            long patience = vertx.setTimer(browserMillis, over -> {
                sending.late = true;
                open.reset(CANCELLED);
            });
            return open.send(body)
                    .compose(response -> response.end().map(response))
                    .onComplete(answer -> vertx.cancelTimer(patience));
        });
    }

    private static Answer failure(Sending sending, Throwable cause) {
        if (sending.late) {
            return Answer.TIMED_OUT;
        }
        return cause instanceof ConnectException ? Answer.NO_CONNECTION : Answer.CONNECTION_LOST;
    }

    private void ended(Sending sending, Answer answer, @Nullable String retryAfter) {
        account.answered(sending.number, answer, sending.sentAt);
        if (answer.isToBeSentAgain()) {
            long pause = pauseMillis(
                    againMillis,
                    sending.tries,
                    retryAfter,
                    ThreadLocalRandom.current().nextDouble());
            vertx.setTimer(pause, over -> {
                if (!closed) {
                    submit(sending);
                }
            });
        } else {
            answered++;
        }
    }

    /**
     * How long a customer waits before an order is sent again: twice as long each time, and less up to half by chance, so that not
     * all come back at once; but not less than the answer says in whole seconds.
     *
     * @param first milliseconds
     * @param tries how often it was sent
     * @param random 0 to 1
     */
    static long pauseMillis(long first, int tries, @Nullable String retryAfter, double random) {
        long pause = first * Math.min(LONGEST_PAUSE, 1L << Math.min(tries - 1, 10));
        long told = retryAfter != null && retryAfter.matches("\\d{1,3}")
                ? TimeUnit.SECONDS.toMillis(Long.parseLong(retryAfter))
                : 0;
        return Math.max(1, Math.max(told, Math.round(pause * (1 - random / 2))));
    }

    /** Sends no more. */
    @Override
    public void close() throws Exception {
        CompletableFuture<Void> stopped = new CompletableFuture<>();
        vertx.runOnContext(now -> {
            closed = true;
            stopped.complete(null);
        });
        stopped.get(10, TimeUnit.SECONDS);
        client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
