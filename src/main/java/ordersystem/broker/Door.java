package ordersystem.broker;

import jakarta.jms.ConnectionFactory;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import ordersystem.broker.Receipt.Verdict;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.Trace;
import org.jspecify.annotations.Nullable;

/**
 * The way in for orders that somebody waits for: group commit into {@code orders.incoming}. Called by HTTP worker
 * threads, which block until their order is on disk; one {@link DoorThread} sends the orders of all who wait in one JMS
 * transaction. Thread-safe.
 *
 * <p>Nothing is answered {@link Verdict#ACCEPTED} before the commit. What failed before the commit was asked for, or was
 * rolled back by the broker, is {@link Verdict#NOT_ACCEPTED}; everything else is {@link Verdict#UNKNOWN}.
 */
public final class Door implements AutoCloseable {

    /** The queue of arrivals. */
    public static final String INCOMING = "orders.incoming";

    /**
     * How much, and how long.
     *
     * @param flushSize orders in a group, at least 1; the orders of one caller are never split
     * @param flushDelay how long the first order of a group waits for others
     * @param lookup the ledger's time to say which ids it knows
     * @param answer after this a caller is answered, whatever the broker does
     */
    public record Limits(int flushSize, Duration flushDelay, Duration lookup, Duration answer) {
        public static final Limits DEFAULT =
                new Limits(64, Duration.ofMillis(2), Duration.ofMillis(50), Duration.ofSeconds(10));
    }

    /** The ledger's answer to which ids it knows: by order id, the hashes of the bodies that it had. */
    @FunctionalInterface
    public interface KnownOrders {
        /** Throws any RuntimeException where it cannot tell in time; ids that it does not know may be missing. */
        Map<String, Set<String>> knownHashes(Collection<String> orderIds, Duration timeout);
    }

    private static final String STOPPING = "the system is stopping";

    /** About 60,000 orders, and a small part of the smallest heap, 256 MB. */
    private static final long RECENT_BYTES = 16L << 20;
    /** Threads left behind that still hang; with so many the broker is away, and one more would hang too. */
    private static final int MOST_HANGING = 3;

    private final ConnectionFactory connections;
    private final KnownOrders ledger;
    private final Function<Order, Lane> lanes;
    private final BooleanSupplier hasRoom;
    private final Limits limits;
    private final BlockingQueue<Caller> waiting = new LinkedBlockingQueue<>();
    private final RecentOrders recent = new RecentOrders(RECENT_BYTES);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong commits = new AtomicLong();
    private final AtomicInteger inside = new AtomicInteger();
    private final List<Thread> leftBehind = new CopyOnWriteArrayList<>();
    private final AtomicBoolean open = new AtomicBoolean(true);
    private volatile DoorThread thread;

    /**
     * Opens the door; it connects to the broker when the first order comes.
     *
     * @param connections to the broker itself, not the pool that the routes share
     * @param lanes which lane an order's priority calls for; pure and quick
     * @param hasRoom whether there is room for more; quick
     */
    public Door(
            ConnectionFactory connections,
            KnownOrders ledger,
            Function<Order, Lane> lanes,
            BooleanSupplier hasRoom,
            Limits limits) {
        this.connections = connections;
        this.ledger = ledger;
        this.lanes = lanes;
        this.hasRoom = hasRoom;
        this.limits = limits;
        this.thread = newThread();
    }

    /**
     * Takes one order in. Blocks until it is on disk, or {@link Limits#answer} is over.
     *
     * @param body exactly as received; UTF-8
     */
    public Receipt accept(Order order, byte[] body) {
        return accept(order, body, null, null, null);
    }

    /**
     * As above, in a trace of the sender's.
     *
     * @param traceParent W3C {@code traceparent}; left out where it is not of that form
     * @param traceState W3C {@code tracestate}
     * @param sender name of the API key with which it is handed in
     */
    public Receipt accept(
            Order order,
            byte[] body,
            @Nullable String traceParent,
            @Nullable String traceState,
            @Nullable String sender) {
        return acceptAll(List.of(Submission.of(order, body, Trace.of(traceParent, traceState), sender)))
                .get(0);
    }

    /** Takes several orders in, all of them in one commit. The receipts are in the order of the submissions. */
    public List<Receipt> acceptAll(List<Submission> submissions) {
        if (submissions.isEmpty()) {
            return List.of();
        }
        Caller caller = new Caller(submissions.stream()
                .map(submission -> new Caller.Item(submission, lanes.apply(submission.order())))
                .toList());
        String whyShut = whyShut();
        if (whyShut != null) {
            return caller.all(Verdict.NOT_ACCEPTED, whyShut);
        }
        inside.incrementAndGet();
        try {
            return await(caller);
        } finally {
            inside.decrementAndGet();
        }
    }

    private List<Receipt> await(Caller caller) {
        waiting.add(caller);
        // Asked after adding: close() shuts first and its thread then works off the queue, so nobody is forgotten.
        if (!open.get() && caller.withdraw()) {
            return caller.all(Verdict.NOT_ACCEPTED, STOPPING);
        }
        try {
            return caller.answer.get(limits.answer().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return giveUp(caller, "no answer from the broker within " + limits.answer());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return giveUp(caller, STOPPING);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a caller is always answered with a value", e);
        }
    }

    /** Why an order that came now would not be accepted; null where nothing is known to stand in its way. */
    public @Nullable String whyShut() {
        if (!open.get()) {
            return STOPPING;
        }
        if (!hasRoom.getAsBoolean()) {
            return "no room for more orders at present";
        }
        return isBrokerAway() ? "the broker does not answer" : null;
    }

    /** An order that was accepted a short while ago; the ledger may not have read it yet. */
    public Optional<RecentOrders.Recent> recent(String orderId) {
        return recent.find(orderId);
    }

    /** Whether more callers wait than one group takes. Who works orders off had better leave the processors to the door. */
    public boolean isBusy() {
        return inside.get() > limits.flushSize();
    }

    /** Orders put on disk since the start; the same order again is not counted. */
    public long accepted() {
        return accepted.get();
    }

    /** JMS transactions committed since the start. */
    public long commits() {
        return commits.get();
    }

    /** Refuses new orders, finishes those in hand, and disconnects. Takes at most {@link Limits#answer}. */
    @Override
    public void close() {
        if (open.getAndSet(false)) {
            waiting.add(new Caller(List.of())); // wakes the thread
            try {
                thread.join(limits.answer().toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private List<Receipt> giveUp(Caller caller, String reason) {
        if (caller.withdraw()) {
            return caller.all(Verdict.NOT_ACCEPTED, reason);
        }
        Group group = caller.group();
        if (group != null && group.leaveBehind(reason)) {
            leftBehind.add(group.thread);
            thread = newThread();
        }
        return caller.answer.join(); // by whoever was first: this caller, another of its group, or the thread
    }

    private boolean isBrokerAway() {
        if (leftBehind.isEmpty()) {
            return false;
        }
        leftBehind.removeIf(hanging -> !hanging.isAlive());
        return leftBehind.size() >= MOST_HANGING;
    }

    private DoorThread newThread() {
        DoorThread next = new DoorThread(connections, ledger, limits, waiting, recent, open::get, accepted, commits);
        next.start();
        return next;
    }
}
