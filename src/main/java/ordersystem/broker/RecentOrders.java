package ordersystem.broker;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import org.jspecify.annotations.Nullable;

/**
 * What the {@link Door} accepted just now and the ledger may not have read yet. Forgets the oldest when full, and
 * everything at a restart: the ledger is what counts. Thread-safe.
 */
public final class RecentOrders {

    /** @param sender name of the API key with which it was handed in; null where there is none */
    public record Recent(
            String bodyHash, Lane lane, @Nullable String sender) {}

    /** Two Strings, a record, and an entry of a LinkedHashMap, without the characters (64-bit, compressed pointers). */
    private static final int OVERHEAD_BYTES = 200;

    private final Map<String, Recent> orders = new LinkedHashMap<>();
    private final long maxBytes;
    private long bytes;

    RecentOrders(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    synchronized void add(Order order, Lane lane, @Nullable String sender) {
        Recent before = orders.put(order.orderId(), new Recent(order.bodyHash(), lane, sender));
        bytes += size(order.orderId(), order.bodyHash());
        if (before != null) {
            bytes -= size(order.orderId(), before.bodyHash());
        }
        Iterator<Map.Entry<String, Recent>> oldest = orders.entrySet().iterator();
        while (bytes > maxBytes && oldest.hasNext()) {
            Map.Entry<String, Recent> entry = oldest.next();
            bytes -= size(entry.getKey(), entry.getValue().bodyHash());
            oldest.remove();
        }
    }

    synchronized Optional<Recent> find(String orderId) {
        return Optional.ofNullable(orders.get(orderId));
    }

    private static int size(String orderId, String bodyHash) {
        return OVERHEAD_BYTES + orderId.length() + bodyHash.length();
    }
}
