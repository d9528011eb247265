package ordersystem.ledger;

import java.util.List;
import java.util.Objects;

/** Looks at the orders that wait for another turn. Safe for any number of threads. */
public final class Retries {

    /** Rows that are read at most: people look at this every few seconds, and in an outage there may be many. */
    public static final int SAMPLE = 1_000;

    private static final String GROUPS = """
            SELECT reason_type, reason_node, COUNT(*), MIN(due), MAX(attempts), MIN(order_id)
            FROM (SELECT reason_type, reason_node, due, attempts, order_id FROM orders WHERE state = 'RETRYING' LIMIT ?) AS looked
            GROUP BY reason_type, reason_node ORDER BY 3 DESC, 1, 2 LIMIT ?""";

    private final Database database;

    Retries(Database database) {
        this.database = database;
    }

    /** By kind of fault and place, the largest first; of {@link #SAMPLE} orders at most. */
    public List<RetryGroup> groups(int limit) {
        return database.inTransaction(c -> Database.query(
                c,
                GROUPS,
                s -> {
                    s.setInt(1, SAMPLE);
                    s.setInt(2, limit);
                },
                rs -> new RetryGroup(
                        rs.getString(1),
                        Objects.requireNonNullElse(rs.getString(2), ""),
                        rs.getLong(3),
                        Rows.time(rs, 4),
                        rs.getInt(5),
                        rs.getString(6))));
    }
}
