package ordersystem.drill.baseline;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;
import ordersystem.order.Lane;
import ordersystem.order.Order;

/**
 * The ledger's table {@code orders}, as a service writes it that knows an order only when it is done. Every method is one
 * statement in autocommit, and has committed when it returns. Thread-safe.
 */
final class OrderTable {

    /** Order id, lane, the caller's name for it, hash. */
    private static final String RECORD = """
            INSERT INTO orders (order_id, lane, state, step, handled, body_hash, attempts, instance, received_at, updated_at,
                processed_at)
            VALUES (?, ?, 'PROCESSED', 2, ?, ?, 0, 'synchronous', now(), now(), now()) ON CONFLICT DO NOTHING""";

    private static final String HASH = "SELECT body_hash FROM orders WHERE order_id = ?";

    private final DataSource database;

    OrderTable(DataSource database) {
        this.database = database;
    }

    /** Returns whether the order is new. */
    boolean record(Order order, Lane lane, String request) throws SQLException {
        try (Connection c = database.getConnection();
                PreparedStatement s = c.prepareStatement(RECORD)) {
            s.setString(1, order.orderId());
            s.setString(2, lane.name());
            s.setString(3, request);
            s.setString(4, order.bodyHash());
            return s.executeUpdate() == 1;
        }
    }

    /** Whether the order is there with this body. */
    boolean hasHash(Order order) throws SQLException {
        try (Connection c = database.getConnection();
                PreparedStatement s = c.prepareStatement(HASH)) {
            s.setString(1, order.orderId());
            try (ResultSet rows = s.executeQuery()) {
                return rows.next() && order.bodyHash().equals(rows.getString(1));
            }
        }
    }
}
