package ordersystem.brake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Clock;
import java.util.Optional;
import ordersystem.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/**
 * Take in, do not work off: a switch in the ledger, the same for all instances and after a restart. Turned by operators,
 * read by the lanes' consumers and, once a second, from the ledger; thread-safe.
 */
public final class MaintenanceSwitch {

    private static final String SETTING = "fulfilment";
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * How the switch stands.
     *
     * @param since ISO 8601
     * @param by who turned it; null where nobody has
     * @param reason null where none was given
     */
    record Position(
            boolean paused,
            String since,
            @Nullable String by,
            @Nullable String reason) {}

    private final Ledger ledger;
    private final Clock clock;
    private volatile Position position;

    /** Reads it, so that nothing is worked off by a start during maintenance. */
    public MaintenanceSwitch(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
        this.position = stored().orElse(new Position(false, clock.instant().toString(), null, null));
    }

    public boolean isOn() {
        return position.paused();
    }

    Position position() {
        return position;
    }

    /** Throws LedgerUnavailableException, and stays as it was. */
    synchronized void turn(boolean paused, String by, @Nullable String reason) {
        Position turned = new Position(paused, clock.instant().toString(), by, reason);
        try {
            ledger.set(SETTING, JSON.writeValueAsString(turned));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written: " + turned, e);
        }
        position = turned;
    }

    /** Another instance may have turned it. Throws LedgerUnavailableException, and stays as it was. Not while it is turned here. */
    synchronized void read() {
        stored().ifPresent(there -> position = there);
    }

    private Optional<Position> stored() {
        return ledger.setting(SETTING).map(text -> {
            try {
                return JSON.readValue(text, Position.class);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("ledger: settings row '" + SETTING + "' is not readable: " + text, e);
            }
        });
    }
}
