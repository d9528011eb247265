package ordersystem.benchmark;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.LinkedHashMap;
import java.util.Map;

/** Orders with poison scattered among them, worked off; in the worker, on its main thread. */
final class Poison {

    private static final int COMMIT_EVERY = 500;
    private static final int KINDS = 5;

    /** The kind that is an order like any other, until the warehouse sees it. */
    private static final int REFUSED = 4;

    private final Pipeline pipeline;
    private final Queues queues;
    private final Orders orders;

    Poison(Pipeline pipeline, Queues queues, Orders orders) {
        this.pipeline = pipeline;
        this.queues = queues;
        this.orders = orders;
    }

    /**
     * Works off {@code count} messages; each {@code one}-th of them is poison, none where that is 0. Returns when every good
     * order is handed over, and every poison one filed.
     */
    Map<String, Object> run(String run, int count, int one, Proof proof) throws Exception {
        int poison = 0;
        int refused = 0;
        try (Feed feed = queues.feed(pipeline.incoming(), true)) {
            for (int i = 0; i < count; i++) {
                // Not at the same place in each batch of 50.
                if (one > 0 && (i + i / one * 7) % one == one / 2) {
                    int kind = poison++ % KINDS;
                    refused += kind == REFUSED ? 1 : 0;
                    sendPoison(feed, kind, run, i);
                } else {
                    feed.send(orders.json(run, i), orders.isHigh(i));
                }
                if (i % COMMIT_EVERY == COMMIT_EVERY - 1) {
                    feed.commit();
                }
            }
            feed.commit();
        }
        System.gc();
        Map<String, Object> found = new LinkedHashMap<>();
        int bad = poison;
        long start = System.nanoTime();
        pipeline.start();
        Queues.awaitDepth(pipeline.fulfilled(), count - bad);
        found.put("seconds", (System.nanoTime() - start) / 1e9);
        Queues.await("poison that is filed", () -> proof.failed() + proof.invalid(), bad);
        found.put("put", count);
        found.put("poison", bad);
        found.put("refused", refused);
        return found;
    }

    private void sendPoison(Feed feed, int kind, String run, int i) throws Exception {
        String json = orders.json(run, i);
        String id = orders.id(run, i);
        switch (kind) {
            case 0 -> feed.send(json.substring(0, json.length() / 2), false); // cut off
            case 1 -> feed.send(json.replaceFirst("\\{", "{\"total\":\"0.01\","), false);
            case 2 -> feed.send("{\"orderId\":\"" + id + "\",\"lines\":[]}", false);
            case 3 -> feed.send("{\"orderId\":\"\u00fc\"}".getBytes(ISO_8859_1)); // not UTF-8
            case REFUSED ->
                feed.send(
                        "{\"orderId\":\"" + id + "\",\"customerId\":\"" + Warehouse.REFUSED
                                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":\"1.00\"}]}",
                        false);
            default -> throw new IllegalArgumentException("no such poison: " + kind);
        }
    }
}
