package ordersystem.broker;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import ordersystem.broker.Receipt.Verdict;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who waits at the {@link Door}, with one order or several. Until a {@link Group} takes the caller in, the
 * caller can withdraw, and is then certain that nothing was sent. Thread-safe.
 */
final class Caller {

    /** One order of a caller, and the lane that its priority calls for. */
    record Item(Submission submission, Lane lane) {
        Order order() {
            return submission.order();
        }

        Receipt receipt(Verdict verdict, String reason) {
            return new Receipt(verdict, order().orderId(), lane, reason);
        }
    }

    private static final Object WITHDRAWN = new Object();

    final List<Item> items;
    final CompletableFuture<List<Receipt>> answer = new CompletableFuture<>();
    /** A Group, or WITHDRAWN; null while neither. */
    private final AtomicReference<@Nullable Object> taken = new AtomicReference<>();

    Caller(List<Item> items) {
        this.items = items;
    }

    boolean join(Group group) {
        return taken.compareAndSet(null, group);
    }

    boolean withdraw() {
        return taken.compareAndSet(null, WITHDRAWN);
    }

    @Nullable
    Group group() {
        return taken.get() instanceof Group group ? group : null;
    }

    List<Receipt> all(Verdict verdict, String reason) {
        return items.stream().map(item -> item.receipt(verdict, reason)).toList();
    }
}
