package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Lists, groups and counts what waits for a person. Reads one index. Safe for any number of threads. */
public final class DeadLetters {

    private static final String GROUPS = """
            SELECT state, reason_type, reason_node, COUNT(*), MIN(first_failed_at), MAX(last_failed_at), MIN(order_id), MAX(order_id)
            FROM orders WHERE state IN ('FAILED', 'INVALID')
            GROUP BY state, reason_type, reason_node ORDER BY 4 DESC, 2, 3 LIMIT ?""";

    /** By the state first, which is the same for all: or H2 would not see that the index has them in this order. */
    static final String IN_ORDER = " ORDER BY state, order_id LIMIT ?";

    private final Database database;

    DeadLetters(Database database) {
        this.database = database;
    }

    /**
     * Those that fit, by id.
     *
     * @param limit at most this many
     * @param after where the last page ended; null for the first
     */
    public List<OrderRecord> list(Selection selection, int limit, @Nullable String after) {
        return database.inTransaction(c -> {
            List<OrderRecord> page = new ArrayList<>();
            // State by state: of one state the index has them in the order of the ids, of two both databases would sort
            // all.
            for (State state : selection.states()) {
                Selection one = selection.of(state);
                page.addAll(Database.query(
                        c,
                        Sql.RECORD + " WHERE " + where(one) + " AND order_id > ?" + IN_ORDER,
                        s -> {
                            int i = set(c, s, 1, one);
                            s.setString(i++, after == null ? "" : after);
                            s.setInt(i, limit);
                        },
                        Rows::order));
            }
            return page.stream()
                    .sorted(Comparator.comparing(OrderRecord::orderId))
                    .limit(limit)
                    .toList();
        });
    }

    /** How many fit. */
    public long count(Selection selection) {
        return database.inTransaction(c -> count(c, selection));
    }

    /** By kind of fault and place, the largest first. */
    public List<DeadLetterGroup> groups(int limit) {
        return database.inTransaction(c -> {
            database.groupWithoutSorting(c);
            return Database.query(c, GROUPS, s -> s.setInt(1, limit), rs -> {
                String first = rs.getString(7);
                String last = rs.getString(8);
                return new DeadLetterGroup(
                        State.valueOf(rs.getString(1)),
                        rs.getString(2),
                        Objects.requireNonNullElse(rs.getString(3), ""),
                        rs.getLong(4),
                        Rows.time(rs, 5),
                        Rows.time(rs, 6),
                        first.equals(last) ? List.of(first) : List.of(first, last));
            });
        });
    }

    static long count(Connection c, Selection selection) throws SQLException {
        return Database.query(
                        c,
                        "SELECT COUNT(*) FROM orders WHERE " + where(selection),
                        s -> set(c, s, 1, selection),
                        rs -> rs.getLong(1))
                .get(0);
    }

    /** The condition, with a parameter for each thing that {@link #set} sets. Nothing of the selection's text is in it. */
    static String where(Selection selection) {
        List<String> conditions = new ArrayList<>();
        // Literals, so that PostgreSQL sees that its index of dead letters fits.
        conditions.add(
                selection.states().size() > 1
                        ? "state IN ('FAILED', 'INVALID')"
                        : selection.states().contains(State.INVALID) ? "state = 'INVALID'" : "state = 'FAILED'");
        if (!selection.ids().isEmpty()) {
            conditions.add("order_id = ANY(?)");
        }
        if (selection.lane() != null) {
            conditions.add("lane = ?");
        }
        if (selection.reasonType() != null) {
            conditions.add("reason_type = ?");
        }
        if (selection.reasonNode() != null) {
            conditions.add("reason_node = ?");
        }
        if (selection.text() != null) {
            conditions.add("POSITION(LOWER(CAST(? AS VARCHAR)) IN LOWER(reason_message)) > 0");
        }
        if (selection.failedBefore() != null) {
            conditions.add("last_failed_at < ?");
        }
        return String.join(" AND ", conditions);
    }

    /** Returns the number of the next parameter. */
    static int set(Connection c, PreparedStatement s, int first, Selection selection) throws SQLException {
        int i = first;
        if (!selection.ids().isEmpty()) {
            s.setArray(i++, c.createArrayOf("varchar", selection.ids().toArray()));
        }
        for (String text :
                new String[] {selection.lane(), selection.reasonType(), selection.reasonNode(), selection.text()}) {
            if (text != null) {
                s.setString(i++, text);
            }
        }
        if (selection.failedBefore() != null) {
            s.setObject(i++, time(selection.failedBefore()), Types.TIMESTAMP_WITH_TIMEZONE);
        }
        return i;
    }

    static @Nullable OffsetDateTime time(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
