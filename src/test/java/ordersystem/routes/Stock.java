package ordersystem.routes;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import ordersystem.order.UnprocessableOrderException;

/** The step of a route that takes goods out of a stock which is short of some: the test fills it up. */
public final class Stock {

    private static final Duration CALL = Duration.ofMillis(5);

    private static volatile boolean full;

    static void isFull(boolean now) {
        full = now;
    }

    /**
     * Orders whose id begins with {@code short} do not get through until it is full; those with {@code slow} fail for a while.
     */
    public void take(String orderId) throws IOException {
        LockSupport.parkNanos(CALL.toNanos());
        if (orderId.startsWith("short") && !full) {
            throw new UnprocessableOrderException("SKU 85123A is not in stock");
        }
        if (orderId.startsWith("slow")) {
            throw new IOException("the shelf robot did not answer");
        }
    }
}
