package ordersystem.brake;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import ordersystem.order.Lane;
import ordersystem.transaction.WorkGate;
import org.jspecify.annotations.Nullable;

/**
 * Stops work while whoever fulfils orders is away, and starts it again: resilience4j's circuit breaker, one for all lanes
 * of an instance. What it adds is <em>who</em> may work: the probe comes from the high lane if that has an order, and
 * after the outage the number of consumers grows. Asked and told by the lanes' consumers; thread-safe.
 */
public final class OutageBrake implements WorkGate {

    /** How long a lane whose turn it is to probe has for asking, before any may: its route may be stopped. */
    private static final Duration TURN = Duration.ofSeconds(1);

    private static final String HIGH_LANE = "orders." + Lane.HIGH.name();

    /** From one consumer to more than a lane can have. */
    private static final int DOUBLINGS = 10;

    /**
     * When it opens, and how it closes.
     *
     * @param on false: it never opens
     * @param failureRate opens where so many of the last turns failed, in percent
     * @param window how many turns are the last ones
     * @param minimumTurns how many there must be; opens too where so many failed in a row
     * @param probeInterval from opening, or from a failed probe, to the next probe
     * @param ramp from the probe that succeeded until all consumers may work
     */
    public record Limits(
            boolean on, int failureRate, int window, int minimumTurns, Duration probeInterval, Duration ramp) {}

    private final Limits limits;
    private final Clock clock;
    private final BooleanSupplier maintenance;
    private final CircuitBreaker circuit;
    /** Consumers at work during the ramp, by lane. */
    private final Map<String, AtomicInteger> working = new ConcurrentHashMap<>();

    private final AtomicInteger failuresInARow = new AtomicInteger();
    private final Leave free = new Free();
    private volatile @Nullable Throwable lastFailure;
    private volatile Runnable listener = () -> {};
    private volatile Instant rampStart = Instant.MIN;
    private volatile Turn turn = new Turn(true, Instant.MIN);

    /**
     * Who may probe.
     *
     * @param high the high lane, or the others because that one had nothing to probe with
     * @param since not before; from then on others must not be starved by one that asks again and again
     */
    private record Turn(boolean high, Instant since) {}

    /** @param maintenance whether people hold work back at present */
    public OutageBrake(Limits limits, Clock clock, BooleanSupplier maintenance) {
        this.limits = limits;
        this.clock = clock;
        this.maintenance = maintenance;
        circuit = CircuitBreaker.of(
                "fulfilment",
                CircuitBreakerConfig.custom()
                        .clock(clock)
                        // Turns, not seconds: opens after the same number of failed turns in a quiet hour and in a
                        // sale.
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(limits.window())
                        .minimumNumberOfCalls(limits.minimumTurns())
                        .failureRateThreshold(limits.failureRate())
                        .waitDurationInOpenState(limits.probeInterval())
                        .permittedNumberOfCallsInHalfOpenState(1)
                        .build());
        if (limits.on()) {
            circuit.getEventPublisher()
                    .onStateTransition(
                            event -> changed(event.getStateTransition().getToState()));
        } else {
            circuit.transitionToDisabledState();
        }
    }

    /** @param listener called after each change of the circuit, on the thread that made it */
    void onChange(Runnable listener) {
        this.listener = listener;
    }

    /** Never {@link BrakeState#MAINTENANCE}, which is not an outage. */
    BrakeState state() {
        return switch (circuit.getState()) {
            case OPEN, FORCED_OPEN -> BrakeState.OPEN;
            case HALF_OPEN -> BrakeState.HALF_OPEN;
            default -> isRamp() ? BrakeState.RAMP : BrakeState.CLOSED;
        };
    }

    /** In percent, of the last turns; empty while there were too few to tell. */
    OptionalDouble failureRate() {
        float rate = circuit.getMetrics().getFailureRate();
        return rate < 0 ? OptionalDouble.empty() : OptionalDouble.of(rate);
    }

    /** What the last turn that failed failed with; null where none did. */
    @Nullable
    Throwable lastFailure() {
        return lastFailure;
    }

    @Override
    public @Nullable Leave enter(String queue) {
        if (maintenance.getAsBoolean()) {
            return null;
        }
        return switch (state()) {
            case CLOSED -> free;
            case RAMP -> share(queue);
            default -> probe(queue);
        };
    }

    /** Each lane has its own count: consumers that wait for a high order do not take the places of those who have work. */
    private @Nullable Leave share(String queue) {
        AtomicInteger inLane = working.computeIfAbsent(queue, lane -> new AtomicInteger());
        if (inLane.incrementAndGet() > places()) {
            inLane.decrementAndGet();
            return null;
        }
        return new Free() {
            @Override
            public void close() {
                inLane.decrementAndGet();
            }
        };
    }

    /** 1, 2, 4, … */
    private int places() {
        long sinceStart =
                Math.max(0, Duration.between(rampStart, clock.instant()).toMillis());
        return 1 << Math.min(DOUBLINGS, DOUBLINGS * sinceStart / limits.ramp().toMillis());
    }

    private boolean isRamp() {
        Instant start = rampStart;
        return !start.equals(Instant.MIN) && clock.instant().isBefore(start.plus(limits.ramp()));
    }

    private @Nullable Leave probe(String queue) {
        Instant now = clock.instant();
        boolean high = queue.equals(HIGH_LANE);
        Turn next = turn;
        boolean itsTurn =
                !now.isBefore(next.high() == high ? next.since() : next.since().plus(TURN));
        return itsTurn && circuit.tryAcquirePermission() ? new Probe(high) : null;
    }

    private void changed(State to) {
        if (to == State.OPEN) {
            turn = new Turn(true, clock.instant().plus(limits.probeInterval()));
        }
        failuresInARow.set(0);
        listener.run();
    }

    private boolean isClosed() {
        return circuit.getState() == State.CLOSED || circuit.getState() == State.DISABLED;
    }

    /** Leave that lasts while the circuit is closed. What ends after it has opened tells nothing new, and is not told. */
    private class Free implements Leave {

        @Override
        public boolean holds() {
            return isClosed() && !maintenance.getAsBoolean();
        }

        @Override
        public void succeeded() {
            if (isClosed()) {
                if (failuresInARow.get() != 0) {
                    failuresInARow.set(0);
                }
                circuit.onSuccess(0, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public boolean failed(Throwable cause) {
            if (isClosed()) {
                lastFailure = cause;
                int inARow = failuresInARow.incrementAndGet();
                circuit.onError(0, TimeUnit.NANOSECONDS, cause);
                // In a quiet hour the window is full of successes of long ago.
                if (inARow == limits.minimumTurns() && circuit.getState() == State.CLOSED) {
                    circuit.transitionToOpenState();
                }
            }
            return state() == BrakeState.CLOSED;
        }
    }

    /** Leave for the one order that is tried. */
    private final class Probe implements Leave {
        private final boolean high;
        private boolean told;

        private Probe(boolean high) {
            this.high = high;
        }

        @Override
        public boolean isForOne() {
            return true;
        }

        @Override
        public boolean holds() {
            return !maintenance.getAsBoolean();
        }

        @Override
        public synchronized void succeeded() {
            told = true;
            // First, so that nobody finds the circuit closed and no ramp.
            rampStart = clock.instant();
            circuit.onSuccess(0, TimeUnit.NANOSECONDS);
        }

        @Override
        public synchronized boolean failed(Throwable cause) {
            told = true;
            lastFailure = cause;
            circuit.onError(0, TimeUnit.NANOSECONDS, cause);
            return false;
        }

        /** Without a result where there was no order, or one that would be refused at any time. */
        @Override
        public synchronized void close() {
            if (!told) {
                turn = new Turn(!high, clock.instant());
                circuit.releasePermission();
            }
        }
    }
}
