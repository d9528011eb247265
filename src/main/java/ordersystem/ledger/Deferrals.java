package ordersystem.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Orders that were not admitted to the normal lane, and the row in which the control of admission is kept. All instances take
 * it a step on, one at a time, and all read the same. Safe for any number of threads.
 */
public final class Deferrals {

    /** Name of the settings row. */
    private static final String ADMISSION = "admission";

    private static final String LOCK =
            "SELECT setting, CURRENT_TIMESTAMP AS now FROM settings WHERE name = ? FOR UPDATE";

    /** Deferred orders of the normal lane, the oldest first; named so that both databases find and sort them by the index. */
    private static final String OLDEST_FIRST = """
            FROM orders WHERE state = 'DEFERRED' AND lane = 'normal' AND place IS NULL %s
            ORDER BY state, lane, place, received_at LIMIT ?""";

    private static final String OLDEST = "SELECT received_at " + OLDEST_FIRST.formatted("");
    private static final String LATER = "SELECT order_id " + OLDEST_FIRST.formatted("AND due > CURRENT_TIMESTAMP");

    /** What the releaser has still to do; the lower bound keeps H2 from reading all entries without a time. */
    private static final String DUE = """
            SELECT order_id FROM orders WHERE due > TIMESTAMP '2000-01-01 00:00:00' AND due <= CURRENT_TIMESTAMP AND lane = 'normal'
            LIMIT ?""";

    private static final String BRING_FORWARD =
            "UPDATE orders SET due = CURRENT_TIMESTAMP WHERE order_id = ANY(?) AND state = 'DEFERRED'";

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
     * @param room how many deferred orders can go on now, at least 0
     */
    public record Step(String control, int room) {}

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
     * Takes the control a step on and brings orders forward, in one transaction.
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
                bringForward(c, made.room());
                Database.update(c, Sql.SET, s -> {
                    s.setString(1, made.control());
                    s.setString(2, ADMISSION);
                });
            }
            return made.control();
        });
    }

    /** The control as it is kept; empty where it never was. */
    public String control() {
        return database
                .inTransaction(
                        c -> Database.query(c, Sql.READ_SETTING, s -> s.setString(1, ADMISSION), rs -> rs.getString(1)))
                .stream()
                .findFirst()
                .orElse("");
    }

    /** When the order that has been deferred for longest came; null where none is deferred. */
    public @Nullable Instant oldest() {
        return database
                .inTransaction(
                        c -> Database.query(c, OLDEST, s -> s.setInt(1, 1), rs -> Rows.instant(rs, "received_at")))
                .stream()
                .findFirst()
                .orElse(null);
    }

    private static void bringForward(Connection c, int room) throws SQLException {
        if (room == 0) {
            return;
        }
        List<String> due = ids(c, DUE, room);
        List<String> ids = ids(c, LATER, room - due.size());
        if (!ids.isEmpty()) {
            Database.update(c, BRING_FORWARD, s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())));
        }
    }

    private static List<String> ids(Connection c, String sql, int limit) throws SQLException {
        return limit <= 0 ? List.of() : Database.query(c, sql, s -> s.setInt(1, limit), rs -> rs.getString("order_id"));
    }
}
