package ordersystem.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Offers orders over HTTP at a fixed rate, each at its time, whatever the system answers (an open loop): a system that
 * stalls is charged for the stall. One event loop. With all {@value #CONNECTIONS} connections in use the next orders wait
 * here, and their clock runs.
 */
final class HttpLoad implements AutoCloseable {

    static final int CONNECTIONS = 512;

    private static final int SILENCE_SECONDS = 60;
    private static final int NO_RETRY_AFTER_MILLIS = 100;
    private static final int MOST_RETRY_AFTER_MILLIS = 1_000;

    private final Orders orders;
    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions()
                    .setKeepAlive(true)
                    .setTcpNoDelay(true)
                    .setIdleTimeout(SILENCE_SECONDS)
                    .setIdleTimeoutUnit(TimeUnit.SECONDS),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));

    HttpLoad(Orders orders) {
        this.orders = orders;
    }

    /**
     * Offers {@code rate} orders a second for {@code seconds}, and waits for the answers.
     *
     * @param again whether an order that was refused (503), or whose connection failed, is offered again until accepted
     * @param patience seconds after the end of the load, after which orders not yet sent are given up
     */
    Answers offer(int port, String run, int rate, int seconds, boolean again, int patience) throws Exception {
        Offering offering = new Offering(port, new Answers(run, rate, seconds), again, patience);
        vertx.runOnContext(start -> offering.start());
        return offering.done.get(seconds + patience + 2L * SILENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** How long to wait before an order is offered again: what the answer says, but at most a second, less up to a half. */
    static long delayMillis(@Nullable String retryAfter, double random) {
        long millis = retryAfter != null && retryAfter.matches("\\d{1,9}")
                ? Math.min(MOST_RETRY_AFTER_MILLIS, TimeUnit.SECONDS.toMillis(Long.parseLong(retryAfter)))
                : NO_RETRY_AFTER_MILLIS;
        return Math.max(1, Math.round(millis * (1 - random / 2)));
    }

    private static double processorSeconds() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime() / 1e9;
    }

    /** One load; lives on the event loop. */
    private final class Offering {

        private final Answers answers;
        private final boolean again;
        private final int patience;
        private final RequestOptions request;
        private final CompletableFuture<Answers> done = new CompletableFuture<>();
        private final Queue<Integer> waiting = new ArrayDeque<>();
        private final long startNanos = System.nanoTime();
        private final long start = Times.now();
        private final double processorsAtStart = processorSeconds();
        private int next;
        private int inFlight;
        private final BitSet settled = new BitSet();
        private boolean givenUp;

        Offering(int port, Answers answers, boolean again, int patience) {
            this.answers = answers;
            this.again = again;
            this.patience = patience;
            request = new RequestOptions()
                    .setMethod(HttpMethod.POST)
                    .setHost("127.0.0.1")
                    .setPort(port)
                    .setURI("/api/orders")
                    .putHeader("Content-Type", "application/json");
            for (int i = 0; i < answers.offered(); i++) {
                answers.intended.set(i, start + i * 1_000_000L / answers.rate);
            }
        }

        void start() {
            vertx.setPeriodic(1, this::tick);
        }

        private long now() {
            return start + (System.nanoTime() - startNanos) / 1_000;
        }

        private void tick(long timer) {
            long now = now();
            while (next < answers.offered() && answers.intended.get(next) <= now) {
                int order = next++;
                if (waiting.isEmpty() && inFlight < CONNECTIONS) {
                    send(order);
                    Times.record(answers.lag, now() - answers.intended.get(order));
                } else {
                    waiting.add(order);
                    answers.heldBack++;
                }
            }
            if (answers.processors == 0 && now >= answers.end()) {
                answers.processors = (processorSeconds() - processorsAtStart) * 1e6 / (now - start);
            }
            if (now >= answers.end() + patience * 1_000_000L && !givenUp) {
                givenUp = true;
                waiting.clear();
            }
            if (inFlight == 0 && now >= answers.end() && (givenUp || settled.cardinality() == answers.offered())) {
                vertx.cancelTimer(timer);
                finish(now);
            }
        }

        private void finish(long now) {
            answers.unanswered = answers.offered() - settled.cardinality();
            for (int order = settled.nextClearBit(0);
                    order < answers.offered();
                    order = settled.nextClearBit(order + 1)) {
                Times.record(answers.latency, now - answers.intended.get(order));
            }
            done.complete(answers);
        }

        private void send(int order) {
            inFlight++;
            client.request(request)
                    .compose(open -> open.send(Buffer.buffer(orders.json(answers.run, order))))
                    .compose(response -> response.end().map(response))
                    .onComplete(answer -> {
                        inFlight--;
                        if (answer.succeeded()) {
                            answered(order, answer.result());
                        } else {
                            answers.failures++;
                            refused(order, null, again);
                        }
                        if (!waiting.isEmpty() && inFlight < CONNECTIONS) {
                            send(waiting.remove());
                        }
                    });
        }

        private void answered(int order, HttpClientResponse response) {
            int status = response.statusCode();
            answers.statuses.merge(status, 1, Integer::sum);
            if (status >= 200 && status < 300) {
                answers.accepted.set(order, now());
                settle(order);
            } else {
                refused(order, response.getHeader("Retry-After"), again && status == 503);
            }
        }

        private void refused(int order, @Nullable String retryAfter, boolean offerAgain) {
            if (!offerAgain) {
                settle(order);
            } else if (!givenUp) {
                vertx.setTimer(
                        delayMillis(retryAfter, ThreadLocalRandom.current().nextDouble()), due -> {
                            if (givenUp) {
                                return;
                            }
                            if (waiting.isEmpty() && inFlight < CONNECTIONS) {
                                send(order);
                            } else {
                                waiting.add(order);
                            }
                        });
            }
        }

        private void settle(int order) {
            settled.set(order);
            Times.record(answers.latency, now() - answers.intended.get(order));
        }
    }

    @Override
    public void close() throws Exception {
        client.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }
}
