package ordersystem.monitoring;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import ordersystem.broker.Door;
import ordersystem.broker.Room;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.monitoring.Standing.Word;
import ordersystem.monitoring.Standing.Word.Level;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.jspecify.annotations.Nullable;

/**
 * Whether an order that came now would be taken in, and why not: the checks {@code broker}, {@code disk}, {@code ledger}
 * and {@code order-routes} of {@code /observe/health}. Thread-safe.
 *
 * <p>Ready is down exactly where the door answers 503: who is taken out of service for anything less refuses orders that
 * could wait.
 */
public final class Readiness {

    /** The routes of the way in. What stops further inside has orders wait, and takes none of them away. */
    private static final String WAY_IN = "order-api";

    /** The health checks of many watchers must not wait for long, one after the other. */
    private static final Duration LEDGER_ANSWERS = Duration.ofSeconds(2);

    private final Door door;
    private final Supplier<Room> room;
    private final Supplier<@Nullable String> brokerIsAway;
    private final Ledger ledger;

    /**
     * @param room for more orders
     * @param brokerIsAway why it does not answer; null where it does
     */
    public Readiness(Door door, Supplier<Room> room, Supplier<@Nullable String> brokerIsAway, Ledger ledger) {
        this.door = door;
        this.room = room;
        this.brokerIsAway = brokerIsAway;
        this.ledger = ledger;
    }

    public void register(CamelContext context) {
        Standing.registerCheck(context, "broker", this::broker);
        Standing.registerCheck(context, "disk", this::disk);
        Standing.registerCheck(context, "ledger", this::ledger);
        Standing.registerCheck(context, "order-routes", () -> routes(context));
    }

    private Word broker() {
        String away = brokerIsAway.get();
        if (away != null) {
            return new Word(Level.DOWN, away);
        }
        Room now = room.get();
        // What the disk is to blame for is said there.
        boolean isDiskShort = now.whyNotOnDisk() != null;
        String full = now.whyNotInStore();
        String shut = isDiskShort ? null : door.whyShut();
        if (full != null || shut != null) {
            return new Word(Level.DOWN, full != null ? full : String.valueOf(shut));
        }
        return new Word(Level.UP, now.store());
    }

    private Word disk() {
        Room now = room.get();
        return new Word(now.whyNotOnDisk() == null ? Level.UP : Level.DOWN, now.disk());
    }

    /** The door asks the ledger for known ids, and takes orders in without its answer. */
    private Word ledger() {
        try {
            ledger.knownHashes(List.of("?"), LEDGER_ANSWERS);
            return new Word(Level.UP, "it answers");
        } catch (LedgerUnavailableException e) {
            return new Word(
                    Level.AILING, "orders are taken in and wait, for the ledger does not answer: " + e.getMessage());
        }
    }

    private static Word routes(CamelContext context) {
        List<String> stopped = context.getRoutes().stream()
                .filter(route -> Boolean.TRUE.equals(route.isAutoStartup()))
                .map(Route::getRouteId)
                .filter(id -> !context.getRouteController().getRouteStatus(id).isStarted())
                .sorted()
                .toList();
        if (!context.isStarted()) {
            return new Word(Level.DOWN, "the system is starting or stopping");
        }
        if (stopped.isEmpty()) {
            return new Word(Level.UP, "all are started");
        }
        return new Word(
                stopped.stream().anyMatch(id -> id.startsWith(WAY_IN)) ? Level.DOWN : Level.AILING,
                "stopped: " + String.join(", ", stopped));
    }
}
