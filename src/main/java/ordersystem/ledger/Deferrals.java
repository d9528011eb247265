package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import ordersystem.order.Draw;
import org.jspecify.annotations.Nullable;

/**
 * Orders that were not admitted to the normal lane, and the row in which the control of admission is kept. All instances take
 * it a step on, one at a time, and all read the same. Safe for any number of threads.
 *
 * <p>A deferred order has no time at which it is due in its own row: it goes on when a step of the control sends it on, which
 * makes it due. Until then it stands in a table of its own.
 */
public final class Deferrals {

    /** Name of the settings row. */
    private static final String ADMISSION = "admission";

    private static final String LOCK =
            "SELECT setting, CURRENT_TIMESTAMP AS now FROM settings WHERE name = ? FOR UPDATE";

    private static final String ADD = """
            INSERT INTO deferred (order_id, due, received_at)
            VALUES (?, CURRENT_TIMESTAMP + CAST(? AS DOUBLE PRECISION) * INTERVAL '1' SECOND, CURRENT_TIMESTAMP)
            ON CONFLICT DO NOTHING""";

    private static final String TIME_HAS_COME =
            "SELECT order_id FROM deferred WHERE due <= CURRENT_TIMESTAMP ORDER BY due LIMIT ?";
    private static final String OLDEST_FIRST = "SELECT order_id FROM deferred ORDER BY received_at LIMIT ?";

    /**
     * Not a join, which H2 sorts as a whole. The order is to be found by its id ({@link Sql#BY_ID_ONLY}): with statistics of a time
     * without deferred orders PostgreSQL read all of them for each, which took a quarter of an hour.
     */
    static final String OLDEST = """
            SELECT received_at FROM deferred d
            WHERE EXISTS (SELECT 1 FROM orders o WHERE o.order_id = d.order_id AND o.state || '' = 'DEFERRED')
            ORDER BY received_at LIMIT 1""";

    private static final String LOCK_ORDERS =
            "SELECT order_id FROM orders WHERE order_id = ANY(?) ORDER BY order_id FOR UPDATE";
    static final String SEND_ON =
            "UPDATE orders SET due = CURRENT_TIMESTAMP WHERE order_id = ANY(?) AND state || '' = 'DEFERRED'";
    private static final String TAKE_OUT = "DELETE FROM deferred WHERE order_id = ANY(?)";

    /**
     * What the control sees, at one instant.
     *
     * @param control as it was kept; empty where it never was
     * @param now the database's time
     */
    public record Seen(String control, Instant now, Counts counts) {}

    /**
     * What it makes of it.
     *
     * @param control as it is to be kept
     * @param due how many orders whose time has come can go on now, at least 0
     * @param room how many can go on now, those included, the oldest first
     */
    public record Step(String control, int due, int room) {}

    interface Counting {
        Counts of(Connection c) throws SQLException;
    }

    private final Database database;
    private final Counting counting;

    Deferrals(Database database, Counting counting) {
        this.database = database;
        this.counting = counting;
    }

    /**
     * Takes the control a step on and sends deferred orders on, in one transaction.
     *
     * @param step called once, while the row is locked
     * @return the control as it is kept now
     */
    public String take(Function<Seen, Step> step) {
        return database.inTurn(c -> {
            Ledger.addSetting(c, ADMISSION, "");
            Counts counts = counting.of(c);
            Seen seen = Database.query(
                            c,
                            LOCK,
                            s -> s.setString(1, ADMISSION),
                            rs -> new Seen(
                                    rs.getString("setting"),
                                    rs.getObject("now", OffsetDateTime.class).toInstant(),
                                    counts))
                    .get(0);
            Step made = step.apply(seen);
            if (!made.control().equals(seen.control())) {
                // What the releaser has not got round to yet takes its room.
                int waiting = Ledger.ids(c, Sql.DUE_NORMAL, Math.max(made.due(), made.room()))
                        .size();
                int sentOn = sendOn(c, TIME_HAS_COME, made.due() - waiting);
                sendOn(c, OLDEST_FIRST, made.room() - waiting - sentOn);
                Ledger.changeSetting(c, ADMISSION, made.control());
            }
            return made.control();
        });
    }

    /** The control as it is kept; empty where it never was. */
    public String control() {
        return database.inTransaction(c -> Ledger.setting(c, ADMISSION)).orElse("");
    }

    /** When the order came that has been deferred for longest; null where none is. */
    public @Nullable Instant oldest() {
        return database
                .inTransaction(c -> Database.query(c, OLDEST, s -> {}, rs -> Rows.instant(rs, "received_at")))
                .stream()
                .findFirst()
                .orElse(null);
    }

    /** In the transaction in which they were recorded as DEFERRED. */
    static void add(Connection c, List<Change> deferred) throws SQLException {
        if (deferred.isEmpty()) {
            return;
        }
        try (PreparedStatement s = c.prepareStatement(ADD)) {
            for (Change change : deferred) {
                Draw draw = change.draw();
                s.setString(1, change.orderId());
                s.setDouble(2, draw == null ? 0 : draw.deferral().toMillis() / 1000.0);
                s.addBatch();
            }
            s.executeBatch();
        }
    }

    private static int sendOn(Connection c, String which, int limit) throws SQLException {
        Object[] ids = limit <= 0 ? new Object[0] : Ledger.ids(c, which, limit).toArray();
        if (ids.length > 0) {
            // In the order of the ids, as everybody who locks several.
            Database.query(c, LOCK_ORDERS, s -> s.setArray(1, c.createArrayOf("varchar", ids)), rs -> true);
            Database.update(c, SEND_ON, s -> s.setArray(1, c.createArrayOf("varchar", ids)));
            Database.update(c, TAKE_OUT, s -> s.setArray(1, c.createArrayOf("varchar", ids)));
        }
        return ids.length;
    }
}
