package ordersystem.transaction;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Counts what is in hand, and holds back what would begin, for the moment in which routes are exchanged: then no turn meets
 * a route that is gone, and none goes through half of the old routes and half of the new ones. One of these is for batches
 * of messages, another one for HTTP requests. Safe for any number of threads; a turn may end on another thread.
 */
public final class Turns {

    /** How often one that is held back looks whether it is still wanted. */
    private static final long LOOK_MILLIS = 20;

    private final AtomicInteger inHand = new AtomicInteger();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private volatile boolean held;

    /** Begins a turn, unless turns are held back. Who was let in calls {@link #end} once. */
    public boolean tryBegin() {
        inHand.incrementAndGet();
        if (!held) {
            return true;
        }
        end();
        return false;
    }

    /**
     * Begins a turn; waits while turns are held back.
     *
     * @param isWanted asked while it waits
     * @return whether the turn began; false where it is not wanted any more
     */
    public boolean begin(BooleanSupplier isWanted) {
        while (!tryBegin()) {
            if (!isWanted.getAsBoolean()) {
                return false;
            }
            synchronized (this) {
                if (held) {
                    await(LOOK_MILLIS);
                }
            }
        }
        return true;
    }

    /** Ends a turn. */
    public void end() {
        if (inHand.decrementAndGet() == 0 && held) {
            synchronized (this) {
                notifyAll();
            }
        }
    }

    /** Whether turns are held back, so that a batch is to come to its end. */
    public boolean isHeld() {
        return held;
    }

    /** Runs something as soon as turns may begin: at once, or on the thread that lets them. It must not take long. */
    public void whenReleased(Runnable action) {
        waiting.add(action);
        if (!held) {
            runWaiting();
        }
    }

    /**
     * Holds back what would begin, and waits until nothing is in hand.
     *
     * @return whether that is so; where not, turns are held back all the same until {@link #release}
     */
    public synchronized boolean hold(Duration limit) {
        held = true;
        long end = System.nanoTime() + limit.toNanos();
        while (inHand.get() > 0) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || !await(left)) {
                return false;
            }
        }
        return true;
    }

    /** Lets turns begin again. */
    public void release() {
        held = false;
        synchronized (this) {
            notifyAll();
        }
        runWaiting();
    }

    private void runWaiting() {
        for (Runnable action = waiting.poll(); action != null; action = waiting.poll()) {
            action.run();
        }
    }

    /** @return false where the thread was interrupted */
    private boolean await(long millis) {
        try {
            wait(millis);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
