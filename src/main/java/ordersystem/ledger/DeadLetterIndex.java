package ordersystem.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Keeps the tables of dead letters in step with the rows of their orders: in the same transaction, with those rows locked and
 * changed already. Stateless.
 *
 * <p>Everybody locks in the same order: rows of orders by id, then groups by name, then counters. What stands here of an order
 * is touched only by whoever has its row.
 */
final class DeadLetterIndex {

    private static final String ADD = """
            INSERT INTO dead_letters (order_id, state, lane, reason_type, reason_node, first_failed_at, last_failed_at, reason_message)
            SELECT order_id, state, lane, COALESCE(reason_type, ''), COALESCE(reason_node, ''), COALESCE(first_failed_at, updated_at),
                COALESCE(last_failed_at, updated_at), COALESCE(reason_message, '')
            FROM orders WHERE order_id = ANY(?)""";

    private static final String REMOVE = "DELETE FROM dead_letters WHERE order_id = ANY(?)";

    private static final String BY_GROUP = """
            SELECT state, reason_type, reason_node, COUNT(*) FROM dead_letters WHERE order_id = ANY(?)
            GROUP BY state, reason_type, reason_node ORDER BY state, reason_type, reason_node""";

    private static final String NEW_GROUP = """
            INSERT INTO dead_letter_groups (state, reason_type, reason_node, members) VALUES (?, ?, ?, 0)
            ON CONFLICT DO NOTHING""";

    private static final String CHANGE_GROUP = """
            UPDATE dead_letter_groups SET members = members + ? WHERE state = ? AND reason_type = ? AND reason_node = ?""";

    /** Orders against their copies, and copies against the counts of their groups. */
    private static final String DIFFERENCE = """
            SELECT COALESCE(SUM(ABS(n)), 0) FROM (
                SELECT SUM(n) AS n FROM (
                    SELECT state, lane, COUNT(*) AS n FROM orders WHERE state IN ('FAILED', 'INVALID') GROUP BY state, lane
                    UNION ALL SELECT state, lane, -COUNT(*) FROM dead_letters GROUP BY state, lane) by_lane
                GROUP BY state, lane
                UNION ALL
                SELECT SUM(n) FROM (
                    SELECT state, reason_type, reason_node, members AS n FROM dead_letter_groups
                    UNION ALL SELECT state, reason_type, reason_node, -COUNT(*) FROM dead_letters
                    GROUP BY state, reason_type, reason_node) by_group
                GROUP BY state, reason_type, reason_node) differences""";

    /** Some dead letters of one transaction that failed in the same way. */
    private record Some(String state, String reasonType, String reasonNode, long count) {}

    private DeadLetterIndex() {}

    /** These are dead letters now. */
    static void add(Connection c, List<String> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        remove(c, ids); // none, unless somebody changed the orders who did not know of this table
        Database.update(c, ADD, s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())));
        count(c, byGroup(c, ids), 1);
    }

    /** These are none now, and may have been none before. */
    static void remove(Connection c, List<String> ids) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        List<Some> groups = byGroup(c, ids);
        if (!groups.isEmpty()) {
            Database.update(c, REMOVE, s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())));
            count(c, groups, -1);
        }
    }

    /** By how much the tables differ from the orders, and from each other; 0 where all is well. */
    static long difference(Connection c) throws SQLException {
        return Database.query(c, DIFFERENCE, s -> {}, rs -> rs.getLong(1)).get(0);
    }

    private static List<Some> byGroup(Connection c, List<String> ids) throws SQLException {
        return Database.query(
                c,
                BY_GROUP,
                s -> s.setArray(1, c.createArrayOf("varchar", ids.toArray())),
                rs -> new Some(rs.getString(1), rs.getString(2), rs.getString(3), rs.getLong(4)));
    }

    /** First all new ones, then all counts, each in the order of the names: nobody waits for a name before one that he holds. */
    private static void count(Connection c, List<Some> groups, int sign) throws SQLException {
        try (PreparedStatement create = c.prepareStatement(NEW_GROUP);
                PreparedStatement change = c.prepareStatement(CHANGE_GROUP)) {
            for (Some some : groups) {
                name(create, 1, some);
                create.addBatch();
                change.setLong(1, sign * some.count());
                name(change, 2, some);
                change.addBatch();
            }
            create.executeBatch();
            change.executeBatch();
        }
    }

    private static void name(PreparedStatement s, int first, Some some) throws SQLException {
        s.setString(first, some.state());
        s.setString(first + 1, some.reasonType());
        s.setString(first + 2, some.reasonNode());
    }
}
