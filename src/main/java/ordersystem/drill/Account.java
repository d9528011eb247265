package ordersystem.drill;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The drill's own account of one system's day, kept outside of the system: what was sent, how it was answered, and what the warehouse
 * got. Written by {@link Customers} and {@link Warehouse}, read by the {@link SaleDay}. Times are microseconds from the day's
 * begin. Thread-safe.
 */
final class Account {

    static final long NEVER = -1;

    private final DayOrders orders;
    private final LongSupplier nanos;
    private final long[] due;
    private final long[] accepted;
    private final long[] delivered;
    private final int[] deliveries;
    private final boolean[] rejected;
    private final Map<Answer, Integer> answers = new EnumMap<>(Answer.class);
    private final Map<Answer, Integer> answersWhileAway = new EnumMap<>(Answer.class);
    private long begin;
    private long killed = NEVER;
    private long reopened = NEVER;
    private int sent;
    private int acceptedOrders;
    private int deliveredOrders;
    private int unasked;

    /**
     * @param due when each order is to be sent
     * @param nanos a clock that only goes forward
     */
    Account(DayOrders orders, long[] due, LongSupplier nanos) {
        this.orders = orders;
        this.nanos = nanos;
        this.due = due;
        accepted = never();
        delivered = never();
        deliveries = new int[due.length];
        rejected = new boolean[due.length];
        begin = nanos.getAsLong();
    }

    private long[] never() {
        long[] times = new long[due.length];
        Arrays.fill(times, NEVER);
        return times;
    }

    DayOrders orders() {
        return orders;
    }

    long due(int number) {
        return due[number];
    }

    /** The day begins now. */
    synchronized void begin() {
        begin = nanos.getAsLong();
    }

    synchronized long now() {
        return (nanos.getAsLong() - begin) / 1_000;
    }

    /** An order was sent for the first time. */
    synchronized void sent() {
        sent++;
    }

    /** @param sentAt when that request was made */
    synchronized void answered(int number, Answer answer, long sentAt) {
        int original = orders.original(number);
        if (killed != NEVER && reopened == NEVER && answer == Answer.ACCEPTED && sentAt > killed) {
            reopened = now();
        }
        answers.merge(answer, 1, Integer::sum);
        if (killed != NEVER && reopened == NEVER) {
            answersWhileAway.merge(answer, 1, Integer::sum);
        }
        if (answer == Answer.ACCEPTED && accepted[original] == NEVER) {
            accepted[original] = now();
            acceptedOrders++;
        }
        rejected[original] |= answer == Answer.REJECTED;
    }

    /** The warehouse took an order: each time, were it more than once. */
    synchronized void delivered(String orderId) {
        int number = orders.number(orderId);
        if (number < 0 || number >= due.length || !orders.isGood(number)) {
            unasked++;
            return;
        }
        if (deliveries[number]++ == 0) {
            delivered[number] = now();
            deliveredOrders++;
        }
    }

    /** The service was killed just now; it is away until an order is accepted that was sent after this. */
    synchronized void killed() {
        killed = now();
    }

    /** Requests made for the first time. */
    synchronized int sentOrders() {
        return sent;
    }

    /** Different orders. */
    synchronized int acceptedOrders() {
        return acceptedOrders;
    }

    /** Different orders that the warehouse has. */
    synchronized int deliveredOrders() {
        return deliveredOrders;
    }

    /** Whether the warehouse has every order that was accepted. */
    synchronized boolean isWorkedOff() {
        for (int i = 0; i < due.length; i++) {
            if (accepted[i] != NEVER && delivered[i] == NEVER) {
                return false;
            }
        }
        return true;
    }

    /** What it came to, as of now. */
    synchronized Course course() {
        return new Course(
                orders,
                due.clone(),
                accepted.clone(),
                delivered.clone(),
                deliveries.clone(),
                rejected.clone(),
                new EnumMap<>(answers),
                new EnumMap<>(answersWhileAway),
                unasked,
                killed,
                reopened,
                now());
    }
}
