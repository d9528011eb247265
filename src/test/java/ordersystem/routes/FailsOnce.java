package ordersystem.routes;

import java.util.concurrent.atomic.AtomicInteger;

/** A step of a user's route that fails at its first call and succeeds from then on. Named by a route file in a test. */
public final class FailsOnce {

    static final AtomicInteger CALLS = new AtomicInteger();

    public void call() {
        if (CALLS.incrementAndGet() == 1) {
            throw new IllegalStateException("the first call fails");
        }
    }
}
