package ordersystem.transaction;

import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the turn that does not end. One that takes longer than the limit has its stack logged and its slot marked as the
 * one that hangs; one that takes twice as long ends the process: its consumer cannot be interrupted (that could close an H2
 * file, or leave a call half done), and its neighbours in the batch would wait for ever. They come back after the restart.
 *
 * <p>Consumers begin and end turns, a thread of its own looks at them.
 */
public final class TimeLimit implements AutoCloseable {

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(TimeLimit.class);

    private final Duration limit;
    private final Consumer<Throwable> halt;
    private final Set<Turn> turns = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "time-limit");
        thread.setDaemon(true);
        return thread;
    });

    /** @param halt ends the process; told why */
    public TimeLimit(Duration limit, Consumer<Throwable> halt) {
        this.limit = limit;
        this.halt = halt;
        long tick = Math.min(LONGEST_TICK.toMillis(), Math.max(1, limit.toMillis() / 10));
        clock.scheduleWithFixedDelay(this::look, tick, tick, TimeUnit.MILLISECONDS);
    }

    /** A turn begins, on this thread. */
    Turn begin(String queue, Delivery delivery, InHand.Slot slot) throws JMSException {
        Turn turn = new Turn(queue, delivery.key(), delivery.orderId(), slot);
        turns.add(turn);
        return turn;
    }

    private void look() {
        for (Turn turn : turns) {
            try {
                turn.look(System.nanoTime());
            } catch (RuntimeException e) {
                LOG.error("{}", turn, e);
            }
        }
    }

    @Override
    public void close() {
        clock.shutdown();
    }

    /** One turn of one order. Guarded by itself: its slot is not marked after it ended. */
    final class Turn implements AutoCloseable {
        private final String queue;
        private final String messageId;
        private final @Nullable String orderId;
        private final InHand.Slot slot;
        private final Thread thread = Thread.currentThread();
        /** Of the turn, and from when its stack is logged, of what it is given then: a process that was paused is not ended. */
        private long begin = System.nanoTime();

        private boolean over;
        private boolean logged;
        private boolean halted;

        private Turn(String queue, String messageId, @Nullable String orderId, InHand.Slot slot) {
            this.queue = queue;
            this.messageId = messageId;
            this.orderId = orderId;
            this.slot = slot;
        }

        private synchronized void look(long now) {
            if (over || halted || now - begin < limit.toNanos()) {
                return;
            }
            if (logged) {
                halted = true;
                halt.accept(new TimeoutException(this + " does not end"));
            } else {
                logged = true;
                begin = now;
                Throwable where = new Throwable("stack of " + thread.getName());
                where.setStackTrace(thread.getStackTrace());
                LOG.error(
                        "{} takes longer than {}; if it does not end in that time again, the process does",
                        this,
                        limit,
                        where);
                slot.hangs();
            }
        }

        @Override
        public synchronized void close() {
            over = true;
            turns.remove(this);
        }

        @Override
        public String toString() {
            return queue + ": order " + (orderId == null ? "(unknown)" : orderId) + " (message " + messageId + ")";
        }
    }
}
