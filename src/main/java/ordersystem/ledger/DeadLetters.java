package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/**
 * Lists, groups and counts what waits for a person. It stands in tables of its own ({@link DeadLetterIndex}), with groups that are
 * counted as their members come and go: a page of groups costs the same with ten dead letters and with a million. Safe for any
 * number of threads.
 */
public final class DeadLetters {

    private static final String GROUPS =
            "SELECT state, reason_type, reason_node, members, %s, %s, %s, %s FROM dead_letter_groups g"
                            .formatted(
                                    ofGroup("first_failed_at", "LIMIT 1"),
                                    ofGroup("last_failed_at", "DESC LIMIT 1"),
                                    ofGroup("order_id", "LIMIT 1"),
                                    ofGroup("order_id", "LIMIT 1 OFFSET 1"))
                    + " WHERE members > 0 ORDER BY members DESC, reason_type, reason_node LIMIT ?";

    /** The order's row is what counts: what is listed is a dead letter. COALESCE so that it is found by its id. */
    private static final String RECORDS =
            Sql.RECORD + " WHERE order_id = ANY(?) AND COALESCE(state, '') IN ('FAILED', 'INVALID') ORDER BY order_id";

    private static final String LOCK =
            "SELECT order_id FROM orders WHERE order_id = ANY(?) AND COALESCE(state, '') = ? ORDER BY order_id FOR UPDATE";

    private final Database database;

    DeadLetters(Database database) {
        this.database = database;
    }

    /** A dead letter whose order's row is locked. */
    record Locked(String orderId, @Nullable Lane lane) {}

    /**
     * Those that fit, by id.
     *
     * @param limit at most this many
     * @param after where the last page ended; null for the first
     */
    public List<OrderRecord> list(Selection selection, int limit, @Nullable String after) {
        return database.inTransaction(c -> {
            List<OrderRecord> records = new ArrayList<>();
            String last = after == null ? "" : after;
            boolean more = true;
            // Once, as a rule; what is no dead letter any more between the two reads leaves room for those that follow.
            while (more && records.size() < limit) {
                int room = limit - records.size();
                List<String> ids = ids(c, selection, last, room);
                records.addAll(Database.query(
                        c, RECORDS, s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())), Rows::order));
                more = ids.size() == room;
                last = more ? ids.get(room - 1) : last;
            }
            return records;
        });
    }

    /** How many fit. */
    public long count(Selection selection) {
        return database.inTransaction(c -> count(c, selection));
    }

    /** By kind of fault and place, the largest first. */
    public List<DeadLetterGroup> groups(int limit) {
        return database.inTransaction(c -> {
            database.withoutSorting(c);
            return Database.query(
                    c,
                    GROUPS,
                    s -> s.setInt(1, limit),
                    rs -> new DeadLetterGroup(
                            State.valueOf(rs.getString(1)),
                            Rows.emptyAsNull(rs.getString(2)),
                            rs.getString(3),
                            rs.getLong(4),
                            Rows.time(rs, 5),
                            Rows.time(rs, 6),
                            Stream.of(rs.getString(7), rs.getString(8))
                                    .filter(Objects::nonNull)
                                    .toList()));
        });
    }

    /** Whole groups are counted already. */
    static long count(Connection c, Selection selection) throws SQLException {
        String sql = selection.isOfWholeGroups()
                ? "SELECT COALESCE(SUM(members), 0) FROM dead_letter_groups WHERE "
                : "SELECT COUNT(*) FROM dead_letters WHERE ";
        return Database.query(c, sql + where(selection), s -> set(c, s, 1, selection), rs -> rs.getLong(1))
                .get(0);
    }

    /**
     * The first ids that fit, by id.
     *
     * @param after where the last page ended; empty for the first
     */
    static List<String> ids(Connection c, Selection selection, String after, int limit) throws SQLException {
        // State by state: of one state an index has them in the order of the ids.
        List<Selection> each = selection.states().stream().map(selection::of).toList();
        String pages = each.stream().map(DeadLetters::page).collect(Collectors.joining(") UNION ALL (", "((", "))"));
        return Database.query(
                c,
                "SELECT order_id FROM " + pages + " AS pages ORDER BY order_id LIMIT ?",
                s -> {
                    int i = 1;
                    for (Selection one : each) {
                        i = setPage(c, s, i, one, after, limit);
                    }
                    s.setInt(i, limit);
                },
                rs -> rs.getString("order_id"));
    }

    /**
     * Locks the rows of these orders, in the order of the ids, and returns those that still are dead letters that fit: what was
     * read before the lock may have gone on, and have failed again otherwise.
     *
     * @param selection of one state
     */
    static List<Locked> lock(Connection c, Selection selection, List<String> ids) throws SQLException {
        List<String> locked = Database.query(
                c,
                LOCK,
                s -> {
                    s.setArray(1, c.createArrayOf("varchar", ids.toArray()));
                    s.setString(2, selection.state().name());
                },
                rs -> rs.getString("order_id"));
        return Database.query(
                c,
                "SELECT order_id, lane FROM dead_letters WHERE " + where(selection) + " AND order_id = ANY(?)"
                        + " ORDER BY order_id",
                s -> s.setArray(set(c, s, 1, selection), c.createArrayOf("varchar", locked.toArray())),
                rs -> new Locked(rs.getString("order_id"), Rows.lane(rs)));
    }

    /** One value of a group's first member in the order of an index. The group's name comes first, or H2 would not see that. */
    private static String ofGroup(String column, String which) {
        return "(SELECT d.%1$s FROM dead_letters d WHERE d.state = g.state AND d.reason_type = g.reason_type"
                        .formatted(column)
                + " AND d.reason_node = g.reason_node ORDER BY d.state, d.reason_type, d.reason_node, d.%s %s)"
                        .formatted(column, which);
    }

    /** Ids of one state, in the order of the index that has it; the same for all comes first, or H2 would not see it. */
    private static String page(Selection selection) {
        return "SELECT order_id FROM dead_letters WHERE " + where(selection) + " AND order_id > ? ORDER BY state, "
                + (selection.isOfOneGroup() ? "reason_type, reason_node, " : "") + "order_id LIMIT ?";
    }

    /** Returns the number of the next parameter. */
    private static int setPage(
            Connection c, PreparedStatement s, int first, Selection selection, String after, int limit)
            throws SQLException {
        int i = set(c, s, first, selection);
        s.setString(i++, after);
        s.setInt(i++, limit);
        return i;
    }

    /** The condition, with a parameter for each thing that {@link #set} sets. Nothing of the selection's text is in it. */
    private static String where(Selection selection) {
        List<String> conditions = new ArrayList<>();
        conditions.add(
                selection.states().size() > 1
                        ? "state IN ('FAILED', 'INVALID')"
                        : "state = '" + selection.state() + "'");
        if (!selection.ids().isEmpty()) {
            conditions.add("order_id = ANY(?)");
        }
        if (selection.lane() != null) {
            conditions.add("lane = ?");
        }
        // COALESCE unless an index has the whole group in the order of the ids: else all would be sorted for a page.
        String column = selection.isOfOneGroup() ? "%s = ?" : "COALESCE(%s, '') = ?";
        if (selection.reasonType() != null) {
            conditions.add(column.formatted("reason_type"));
        }
        if (selection.reasonNode() != null) {
            conditions.add(column.formatted("reason_node"));
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
    private static int set(Connection c, PreparedStatement s, int first, Selection selection) throws SQLException {
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
