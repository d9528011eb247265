package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * So many orders a second over HTTP, an open loop: an order is due at its time whatever became of the others, and its clock runs from
 * then. Used by one thread.
 */
final class SteadyCustomers implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration AGAIN = Duration.ofMillis(100);

    private final Api api;
    private final long everyNanos;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService customers = Executors.newCachedThreadPool();
    private final Map<String, Integer> answers = new ConcurrentHashMap<>();
    private final AtomicInteger lost = new AtomicInteger();
    private final List<Long> waits = Collections.synchronizedList(new ArrayList<>());
    private final long begin = System.nanoTime();

    /** Of the clock's thread. */
    private volatile int due;

    SteadyCustomers(Api api, int perSecond) {
        this.api = api;
        this.everyNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
        clock.scheduleAtFixedRate(this::next, 0, everyNanos, TimeUnit.NANOSECONDS);
    }

    /** From when an order was due until it was answered. */
    record Times(int orders, double p50, double p99, double longest) {

        static Times of(long[] nanos) {
            Arrays.sort(nanos);
            return new Times(nanos.length, at(nanos, 0.5), at(nanos, 0.99), at(nanos, 1));
        }

        /** Milliseconds; the nearest rank. */
        private static double at(long[] sorted, double share) {
            return sorted.length == 0
                    ? Double.NaN
                    : sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / 1e6;
        }

        @Override
        public String toString() {
            return String.format("%d answered, p50 %.1f ms, p99 %.1f ms, longest %.0f ms", orders, p50, p99, longest);
        }
    }

    private void next() {
        int number = due;
        due = number + 1;
        customers.execute(() -> post(number));
    }

    private void post(int number) {
        byte[] order = SteadyLoad.order("G" + number, number % 10 == 0).getBytes(UTF_8);
        String answer;
        try {
            answer = answer(order);
            if (answer.isEmpty()) {
                answer = await("G" + number)
                        .atMost(PATIENCE)
                        .pollInterval(AGAIN)
                        .until(() -> answer(order), given -> !given.isEmpty());
            }
        } catch (Exception e) {
            answer = e.toString();
        }
        waits.add(System.nanoTime() - begin - number * everyNanos);
        answers.merge(answer, 1, Integer::sum);
    }

    /** Empty where the connection was lost: then the same order is sent again, as customers do. */
    private String answer(byte[] order) throws InterruptedException {
        try {
            return Integer.toString(api.post(order).status());
        } catch (IOException e) {
            lost.incrementAndGet();
            return "";
        }
    }

    /** How often a connection was lost, and an order sent again. */
    int lost() {
        return lost.get();
    }

    /** Returns once so many orders more are answered: how long they had waited. */
    Times times(int orders) {
        waits.clear();
        await("orders are answered").atMost(LIMIT).until(() -> waits.size() >= orders);
        synchronized (waits) {
            return Times.of(waits.stream().mapToLong(Long::longValue).toArray());
        }
    }

    /** Sends no more, and waits for the last answers; returns how many were sent. */
    int stop() throws InterruptedException {
        clock.shutdown();
        customers.shutdown();
        if (!clock.awaitTermination(1, TimeUnit.MINUTES) || !customers.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new AssertionError("some orders were never answered: " + answers);
        }
        return due;
    }

    /** How many, by status; or by what went wrong. */
    Map<String, Integer> answers() {
        return new TreeMap<>(answers);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        customers.shutdownNow();
    }
}
