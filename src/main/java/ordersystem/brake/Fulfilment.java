package ordersystem.brake;

import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalDouble;
import ordersystem.jmx.DescribedMBean;
import ordersystem.jmx.Notifications;
import ordersystem.ledger.LedgerUnavailableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brake and switch as people see and turn them. The bean {@code fulfilment} of the routes, and the MXBean
 * {@code ordersystem:type=Brake}. Thread-safe.
 */
public final class Fulfilment implements BrakeMXBean {

    private static final String NOTIFICATION = "ordersystem.brake.";
    private static final String JMX = "jmx";

    /** Under which {@link #mbean()} is to be registered. */
    public static final String OBJECT_NAME = "ordersystem:type=Brake";

    private static final Logger LOG = LoggerFactory.getLogger(Fulfilment.class);

    private final OutageBrake brake;
    private final MaintenanceSwitch maintenance;
    private final Clock clock;
    private final Notifications notifications;
    private BrakeState announced;
    /** When the brake opened, began to close, or was closed. */
    private volatile Instant brakeSince;

    public Fulfilment(OutageBrake brake, MaintenanceSwitch maintenance, Clock clock) {
        this.brake = brake;
        this.maintenance = maintenance;
        this.clock = clock;
        this.notifications = new Notifications(
                OBJECT_NAME,
                "A change of state; the type ends with the new one",
                Arrays.stream(BrakeState.values())
                        .map(state -> NOTIFICATION + state.name())
                        .toList(),
                clock);
        this.brakeSince = clock.instant();
        this.announced = maintenance.isOn() ? BrakeState.MAINTENANCE : BrakeState.CLOSED;
        brake.onChange(this::announce);
    }

    /** Reads the switch, which another instance may have turned. Called once a second by a route. */
    public void look() {
        try {
            maintenance.read();
        } catch (LedgerUnavailableException e) {
            LOG.debug("The maintenance switch stays as it was: {}", e.getMessage());
        }
        announce();
    }

    /**
     * Takes orders in and works none off, from now on and after a restart.
     *
     * @param by who says so
     */
    public void pause(String by, String reason) {
        maintenance.turn(true, by, reason);
        announce();
    }

    /** Ends the maintenance. */
    public void resume(String by, @Nullable String reason) {
        maintenance.turn(false, by, reason);
        announce();
    }

    public BrakeState state() {
        return maintenance.isOn() ? BrakeState.MAINTENANCE : brake.state();
    }

    /** Null where replays may go on: not in an outage, nor just after it, nor in maintenance. */
    public @Nullable String whyReplaysWait() {
        BrakeState state = state();
        return state == BrakeState.CLOSED ? null : state.words();
    }

    public FulfilmentStatus status() {
        MaintenanceSwitch.Position position = maintenance.position();
        BrakeState state = state();
        OptionalDouble rate = brake.failureRate();
        @Nullable Double failureRate = rate.isPresent() ? rate.getAsDouble() : null;
        if (position.paused()) {
            return new FulfilmentStatus(
                    "maintenance", position.since(), position.by(), position.reason(), state.name(), failureRate);
        }
        Throwable failure = brake.lastFailure();
        @Nullable String reason = state == BrakeState.CLOSED || failure == null ? null : failure.toString();
        String since = Instant.parse(position.since()).isAfter(brakeSince) ? position.since() : brakeSince.toString();
        return new FulfilmentStatus(
                state.isOutage() ? "brake-open" : "working", since, position.by(), reason, state.name(), failureRate);
    }

    /** Once a change, whoever finds it first: the thread that made it, or the next look. */
    private synchronized void announce() {
        BrakeState before = announced;
        BrakeState now = state();
        if (now == before) {
            return;
        }
        announced = now;
        // Between probes it opens again and again; that is one outage.
        if (!(now.isOutage() && before.isOutage())) {
            brakeSince = clock.instant();
        }
        FulfilmentStatus status = status();
        if (now == BrakeState.OPEN && !before.isOutage()) {
            LOG.warn("Fulfilment: {}; the last turn failed with {}", now.words(), status.reason());
        } else if (now.isOutage()) {
            LOG.debug("Fulfilment: {}", now.words());
        } else if (now == BrakeState.MAINTENANCE || before == BrakeState.MAINTENANCE) {
            LOG.info("Fulfilment: {}; {} says so, reason: {}", now.words(), status.by(), status.reason());
        } else {
            LOG.info("Fulfilment: {}", now.words());
        }
        notifications.send(
                NOTIFICATION + now.name(), now.words() + (status.reason() == null ? "" : ": " + status.reason()));
    }

    @Override
    public String getState() {
        return state().name();
    }

    @Override
    public String getSince() {
        return status().since();
    }

    @Override
    public @Nullable Double getFailureRate() {
        return status().failureRate();
    }

    @Override
    public @Nullable String getReason() {
        return status().reason();
    }

    @Override
    public @Nullable String getBy() {
        return status().by();
    }

    @Override
    public void pause(String reason) {
        pause(JMX, reason);
    }

    @Override
    public void resume() {
        resume(JMX, null);
    }

    /** This, as it is to be registered: it tells of changes of state. */
    public DescribedMBean mbean() {
        return new DescribedMBean(this, BrakeMXBean.class, notifications);
    }
}
