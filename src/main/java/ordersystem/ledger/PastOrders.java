package ordersystem.ledger;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Orders that were processed long ago, in a table of their own, so that the table of orders stays small. What the rule of steps
 * asks for stays, so an order is as little applied twice as ever: one that is heard of again is an order like any other first
 * ({@link #lock}), and then its message is judged (docs/decisions/0023-past-orders.md).
 *
 * <p>A row is copied, and taken out a day later: a statement that looked before the copy was there has long ended by then, so
 * nobody finds the order in neither of the two tables. The bean {@code pastOrders} of the routes. Safe for any number of threads
 * and instances.
 */
public final class PastOrders implements AutoCloseable {

    /** How long there is a copy before its order is taken out. */
    private static final Duration SETTLED = Duration.ofDays(1);

    /** Rows looked at in one statement, old or not. */
    private static final int PAGE = 5_000;

    /** Rows changed in one transaction; more would hold locks, and on H2 the one writer's turn, for long. */
    private static final int AT_ONCE = 500;

    /** Setting: the day on which it was done last, by any instance. */
    private static final String DONE = "past_orders_done";

    /** Name of the counter rows. */
    private static final String COUNTER = "past";

    private static final String CLAIM = """
            UPDATE settings SET setting = CAST(CURRENT_DATE AS VARCHAR)
            WHERE name = ? AND setting < CAST(CURRENT_DATE AS VARCHAR)""";

    private static final String IS_OLD = " state || '' = 'PROCESSED' AND lane IS NOT NULL"
            + " AND processed_at < CURRENT_TIMESTAMP - CAST(? AS DOUBLE PRECISION) * INTERVAL '1' SECOND ";

    /** Each row is looked at: to look for the old ones alone would mean to read the rest of the table for the last page. */
    private static final String LOOK =
            "SELECT order_id, (" + IS_OLD + ") AS is_old FROM orders WHERE order_id > ? ORDER BY order_id LIMIT ?";

    private static final String LOCK_OLD = "SELECT order_id, lane, step FROM orders WHERE order_id = ANY(?) AND"
            + IS_OLD + "ORDER BY order_id FOR UPDATE SKIP LOCKED";

    private static final String COPIES = """
            SELECT order_id, step, copied_at <= CURRENT_TIMESTAMP - CAST(? AS DOUBLE PRECISION) * INTERVAL '1' SECOND AS settled
            FROM past_orders WHERE order_id = ANY(?)""";

    private static final String COPY = """
            INSERT INTO past_orders (order_id, lane, step, handled, body_hash, attempts, sender, received_at, processed_at, copied_at)
            SELECT order_id, lane, step, handled, body_hash, attempts, sender, received_at, processed_at, CURRENT_TIMESTAMP
            FROM orders WHERE order_id = ANY(?)""";

    private static final String FORGET_COPIES = "DELETE FROM past_orders WHERE order_id = ANY(?)";

    private static final String TAKE_OUT = "DELETE FROM orders WHERE order_id = ANY(?)";

    /** Bodies that edits replaced: nobody goes back to one after so long. */
    private static final String TAKE_OUT_BODIES =
            "UPDATE order_actions SET body = NULL WHERE order_id = ANY(?) AND body IS NOT NULL";

    private static final String BRING_BACK = """
            INSERT INTO orders (order_id, lane, state, step, handled, body_hash, attempts, sender, instance, received_at, updated_at,
                processed_at)
            SELECT order_id, lane, 'PROCESSED', step, handled, body_hash, attempts, sender, ?, received_at, processed_at, processed_at
            FROM past_orders WHERE order_id = ?
            ON CONFLICT DO NOTHING""";

    private static final String IS_ANY_PAST = "SELECT 1 FROM past_orders WHERE order_id = ANY(?) LIMIT 1";

    /** With the columns of {@link Sql#RECORD}. */
    private static final String FIND = """
            SELECT order_id, lane, 'PROCESSED' AS state, step, handled, NULL AS place, body_hash, attempts,
                CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS due, NULL AS reason_type, NULL AS reason_message, NULL AS reason_route,
                NULL AS reason_node, CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS first_failed_at,
                CAST(NULL AS TIMESTAMP WITH TIME ZONE) AS last_failed_at, received_at, processed_at AS updated_at, processed_at,
                '' AS instance, CAST(NULL AS DOUBLE PRECISION) AS admission_probability,
                CAST(NULL AS DOUBLE PRECISION) AS admission_draw, sender, FALSE AS kept
            FROM past_orders WHERE order_id = ?""";

    private static final Logger LOG = LoggerFactory.getLogger(PastOrders.class);

    private final Database database;
    private final String instance;
    private final @Nullable Duration keep;
    private volatile boolean stopping;

    /** @param keep how long a processed order stays among the others; null for as long as there is a ledger */
    PastOrders(Database database, String instance, @Nullable Duration keep) {
        this.database = database;
        this.instance = instance;
        this.keep = keep;
    }

    /** What was done so far. */
    static final class Moved {
        private long copied;
        private long takenOut;

        long takenOut() {
            return takenOut;
        }
    }

    /** Does it once a day, whichever instance asks first. Called each hour by a route. */
    public void moveDaily() {
        if (keep == null) {
            return;
        }
        Moved moved = new Moved();
        try {
            if (claim()) {
                move(keep, SETTLED, moved);
            }
        } catch (LedgerUnavailableException e) {
            LOG.warn("The rest of the past orders stays among the others until tomorrow: {}", e.getMessage());
        } finally {
            if (moved.copied + moved.takenOut > 0) {
                LOG.info(
                        "Orders processed more than {} days ago: {} copied to the past orders, {} of earlier copies taken"
                                + " out of the orders",
                        keep.toDays(),
                        moved.copied,
                        moved.takenOut);
            }
        }
    }

    /** Ends what {@link #moveDaily} is at, after the page in hand: the first run over a long history takes a while. */
    @Override
    public void close() {
        stopping = true;
    }

    private boolean claim() {
        return database.inTurn(c -> {
            Ledger.addSetting(c, DONE, "");
            return Database.update(c, CLAIM, s -> s.setString(1, DONE)) == 1;
        });
    }

    /** A row of {@link #LOOK}. */
    private record Looked(String orderId, boolean isOld) {}

    void move(Duration age, Duration settled, Moved moved) {
        List<Looked> page = List.of();
        do {
            String after = page.isEmpty() ? "" : page.get(page.size() - 1).orderId();
            page = database.inTransaction(c -> {
                database.withoutSorting(c);
                return Database.query(
                        c,
                        LOOK,
                        s -> {
                            Rows.setSeconds(s, 1, age);
                            s.setString(2, after);
                            s.setInt(3, PAGE);
                        },
                        rs -> new Looked(rs.getString("order_id"), rs.getBoolean("is_old")));
            });
            List<String> old =
                    page.stream().filter(Looked::isOld).map(Looked::orderId).toList();
            for (int from = 0; from < old.size(); from += AT_ONCE) {
                List<String> some = old.subList(from, Math.min(from + AT_ONCE, old.size()));
                int[] done = database.inTurn(c -> move(c, some, age, settled));
                moved.copied += done[0];
                moved.takenOut += done[1];
            }
        } while (page.size() == PAGE && !stopping);
        if (page.size() == PAGE) {
            LOG.info("Stopping: the rest of the past orders stays among the others until tomorrow");
        }
    }

    /**
     * Copies rows that have no copy, or one of an earlier step, and takes those out whose copy has settled.
     *
     * @return how many of each
     */
    private int[] move(Connection c, List<String> ids, Duration age, Duration settled) throws SQLException {
        Map<String, Integer> steps = new HashMap<>();
        Map<String, String> lanes = new HashMap<>();
        Database.query(
                c,
                LOCK_OLD,
                s -> {
                    s.setArray(1, array(c, ids));
                    Rows.setSeconds(s, 2, age);
                },
                rs -> {
                    lanes.put(rs.getString("order_id"), rs.getString("lane"));
                    steps.put(rs.getString("order_id"), rs.getInt("step"));
                    return true;
                });
        List<String> toTakeOut = new ArrayList<>();
        Database.query(
                c,
                COPIES,
                s -> {
                    Rows.setSeconds(s, 1, settled);
                    s.setArray(2, array(c, List.copyOf(lanes.keySet())));
                },
                rs -> {
                    String id = rs.getString("order_id");
                    boolean isSame = rs.getInt("step") == steps.getOrDefault(id, 0);
                    if (isSame) {
                        steps.remove(id);
                    }
                    return isSame && rs.getBoolean("settled") && toTakeOut.add(id);
                });
        List<String> toCopy = List.copyOf(steps.keySet());
        update(c, FORGET_COPIES, toCopy);
        update(c, COPY, toCopy);
        update(c, TAKE_OUT_BODIES, toTakeOut);
        update(c, TAKE_OUT, toTakeOut);
        CounterChanges counters = new CounterChanges();
        toTakeOut.forEach(id -> counters.past(new Lane(requireNonNull(lanes.get(id))), 1));
        counters.writeTo(c, instance, COUNTER);
        return new int[] {toCopy.size(), toTakeOut.size()};
    }

    /**
     * Locks an order's row. One that is past is among the others again, as it was, from then on.
     *
     * @param counters written by the caller, at the end as ever
     * @return null where the ledger does not know it
     */
    static @Nullable OrderRecord lock(Connection c, String orderId, String instance, CounterChanges counters)
            throws SQLException {
        OrderRecord row = Ledger.lock(c, Sql.LOCK, orderId);
        if (row != null) {
            return row;
        }
        int back = Database.update(c, BRING_BACK, s -> {
            s.setString(1, instance);
            s.setString(2, orderId);
        });
        // Where there was no copy, and no row either, there is none now. Somebody else's row may just have come.
        row = Ledger.lock(c, Sql.LOCK, orderId);
        if (back == 1 && row != null && row.lane() != null) {
            update(c, FORGET_COPIES, List.of(orderId));
            counters.past(row.lane(), -1);
        }
        return row;
    }

    static boolean isAny(Connection c, List<String> ids) throws SQLException {
        return !Database.query(c, IS_ANY_PAST, s -> s.setArray(1, array(c, ids)), rs -> true)
                .isEmpty();
    }

    static List<OrderRecord> find(Connection c, String orderId) throws SQLException {
        return Database.query(c, FIND, s -> s.setString(1, orderId), Rows::order);
    }

    /** How many have no row among the orders, by lane. */
    static Map<String, Long> counts(Connection c) throws SQLException {
        Map<String, Long> counts = new HashMap<>();
        try (Statement s = c.createStatement();
                ResultSet rs =
                        s.executeQuery("SELECT lane, SUM(past) FROM counters GROUP BY lane HAVING SUM(past) <> 0")) {
            while (rs.next()) {
                counts.put(rs.getString(1), rs.getLong(2));
            }
        }
        return counts;
    }

    private static void update(Connection c, String sql, List<String> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement s = c.prepareStatement(sql)) {
            s.setArray(1, array(c, ids));
            s.executeUpdate();
        }
    }

    private static java.sql.Array array(Connection c, List<String> ids) throws SQLException {
        return c.createArrayOf("varchar", ids.toArray());
    }
}
