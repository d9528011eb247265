package ordersystem.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.broker.Door;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.broker.Receipt.Verdict;
import ordersystem.ledger.Ledger;
import ordersystem.order.Order;
import ordersystem.order.OrderReader;
import ordersystem.processing.OrderProcessor;

/**
 * Ways to put orders on disk in a queue that nobody consumes from, each order read and checked first. Made for one run;
 * whoever calls blocks while threads of its own do the work.
 */
final class Intake implements AutoCloseable {

    private static final int CALLERS = 256;
    private static final int BATCH = 64;

    /** What a thread does again and again until time is up; answers how many orders are on disk by it. */
    private interface Turn extends AutoCloseable {
        int take() throws Exception;

        @Override
        default void close() throws Exception {}
    }

    private final Orders orders;
    private final Queues queues;
    private final Ledger ledger;
    private final OrderReader reader = new OrderReader();
    private final Door door;
    private final AtomicInteger number = new AtomicInteger();

    Intake(EmbeddedBroker broker, String jdbcUrl, String user, Orders orders, Queues queues) {
        this.orders = orders;
        this.queues = queues;
        ledger = Ledger.open(jdbcUrl, user, user, "intake", 10);
        door = new Door(
                broker.connectionFactory(),
                ledger::knownHashes,
                OrderProcessor::lane,
                () -> broker.room().isForMore(),
                Door.Limits.DEFAULT);
    }

    /** @param way door, one, sixteen or batches */
    Map<String, Object> run(String run, String way, int seconds) throws Exception {
        Queues.empty(Door.INCOMING);
        List<Callable<Integer>> threads = new ArrayList<>();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        switch (way) {
            case "door" -> add(threads, CALLERS, () -> () -> accept(run), end);
            case "one" -> add(threads, 1, () -> sending(run, 1), end);
            case "sixteen" -> add(threads, 16, () -> sending(run, 1), end);
            case "batches" -> add(threads, 1, () -> sending(run, BATCH), end);
            default -> throw new IllegalArgumentException("no such way: " + way);
        }
        long start = System.nanoTime();
        int accepted = 0;
        ExecutorService pool = Executors.newFixedThreadPool(threads.size());
        try {
            for (Future<Integer> each : pool.invokeAll(threads)) {
                accepted += each.get();
            }
        } finally {
            pool.shutdown();
        }
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("seconds", (System.nanoTime() - start) / 1e9);
        found.put("accepted", accepted);
        found.put("commits", door.commits());
        found.put("inQueue", Queues.depth(Door.INCOMING));
        return found;
    }

    private static void add(List<Callable<Integer>> threads, int count, Callable<Turn> turns, long end) {
        for (int i = 0; i < count; i++) {
            threads.add(() -> {
                try (Turn turn = turns.call()) {
                    int taken = 0;
                    while (System.nanoTime() < end) {
                        taken += turn.take();
                    }
                    return taken;
                }
            });
        }
    }

    private int accept(String run) {
        byte[] body = orders.json(run, number.getAndIncrement()).getBytes(UTF_8);
        Verdict verdict = door.accept(reader.read(body, null), body).verdict();
        if (verdict != Verdict.ACCEPTED) {
            throw new IllegalStateException("the door says " + verdict);
        }
        return 1;
    }

    private Turn sending(String run, int batch) throws Exception {
        Feed feed = queues.feed(Door.INCOMING, batch > 1);
        return new Turn() {
            @Override
            public int take() throws Exception {
                for (int i = 0; i < batch; i++) {
                    byte[] body = orders.json(run, number.getAndIncrement()).getBytes(UTF_8);
                    Order order = reader.read(body, null);
                    feed.send(new String(body, UTF_8), order.shipping() == Order.Shipping.EXPEDITED);
                }
                if (batch > 1) {
                    feed.commit();
                }
                return batch;
            }

            @Override
            public void close() throws Exception {
                feed.close();
            }
        };
    }

    @Override
    public void close() {
        door.close();
        ledger.close();
    }
}
