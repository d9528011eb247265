package ordersystem.benchmark.peers;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;
import ordersystem.benchmark.Surroundings;
import ordersystem.order.Lane;
import ordersystem.order.Order;

/**
 * The rows of {@code orders} as the peers write them. Every method is one statement in autocommit, which spares the round
 * trips of a transaction's begin and end; it has committed when it returns. Safe for any number of threads.
 *
 * <p>A row says which message made it what it is ({@code handled}). A message that finds its own name there comes back
 * after a crash between the two commits, and its send is still to be made; any other is a duplicate.
 */
final class PeerLedger implements AutoCloseable {

    /** Order id, lane, message id, queue, hash. */
    static final String RECEIVE = """
            INSERT INTO orders (order_id, lane, state, step, handled, place, body_hash, attempts, instance, received_at, updated_at)
            VALUES (?, ?, 'RECEIVED', 1, ?, ?, ?, 0, 'peer', now(), now()) ON CONFLICT DO NOTHING""";

    /** Message id, order id. */
    static final String PROCESS = """
            UPDATE orders SET state = 'PROCESSED', step = 2, handled = ?, place = NULL, processed_at = now(), updated_at = now()
            WHERE order_id = ? AND step = 1""";

    /** Order id, message id. */
    static final String WRITTEN_BEFORE = "SELECT count(*) FROM orders WHERE order_id = ? AND handled = ?";

    private static final String COUNT = """
            , counted AS (UPDATE counters SET %1$s = %1$s + (SELECT count(*) FROM changed), updated_at = now()
                WHERE instance = 'peer' AND lane = '' AND consumer = ?)
            SELECT handled FROM changed""";

    private static final String RECEIVE_BATCH = """
            WITH changed AS (
                INSERT INTO orders (order_id, lane, state, step, handled, place, body_hash, attempts, instance, received_at,
                    updated_at)
                SELECT id, lane, 'RECEIVED', 1, message, 'peer.' || lane, hash, 0, 'peer', now(), now()
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS batch (id, message, lane, hash)
                ON CONFLICT DO NOTHING RETURNING handled)""" + COUNT.formatted("received");

    private static final String PROCESS_BATCH = """
            WITH changed AS (
                UPDATE orders SET state = 'PROCESSED', step = 2, handled = message, place = NULL, processed_at = now(),
                    updated_at = now()
                FROM unnest(?::text[], ?::text[]) AS batch (id, message)
                WHERE order_id = id AND step = 1 RETURNING handled)""" + COUNT.formatted("processed");

    private static final String RECEIVE_AND_PROCESS_BATCH = """
            WITH changed AS (
                INSERT INTO orders (order_id, lane, state, step, handled, body_hash, attempts, instance, received_at,
                    updated_at, processed_at)
                SELECT id, lane, 'PROCESSED', 2, message, hash, 0, 'peer', now(), now(), now()
                FROM unnest(?::text[], ?::text[], ?::text[], ?::text[]) AS batch (id, message, lane, hash)
                ON CONFLICT DO NOTHING RETURNING handled)""" + COUNT.formatted("processed");

    private static final String BATCH_WRITTEN_BEFORE =
            "SELECT handled FROM orders WHERE order_id = ANY(?::text[]) AND handled = ANY(?::text[])";

    private static final String NEW_COUNTER = """
            INSERT INTO counters (instance, lane, consumer, received, processed, failed, invalid, duplicates, retried, deferred,
                failed_events, updated_at)
            VALUES ('peer', '', ?, 0, 0, 0, 0, 0, 0, 0, 0, now()) ON CONFLICT DO NOTHING""";

    /** An order, and the message that brought it here. */
    record Entry(Order order, Lane lane, String messageId) {}

    private final HikariDataSource pool;

    PeerLedger(Surroundings surroundings, int connections) {
        this(surroundings.jdbcUrl(), surroundings.user(), surroundings.password(), connections);
    }

    PeerLedger(String jdbcUrl, String user, String password, int connections) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(jdbcUrl);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(connections);
        config.setConnectionTimeout(30_000);
        // A plan made while the table is small, and kept, would read all of it for each batch once it is large.
        config.setConnectionInitSql("SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off");
        config.addDataSourceProperty("prepareThreshold", "1");
        pool = new HikariDataSource(config);
    }

    static String settings(int connections) {
        return "HikariCP " + connections
                + " connections, autocommit with one statement a transaction, prepareThreshold=1";
    }

    DataSource dataSource() {
        return pool;
    }

    /** Makes the row of {@code counters} that this consumer counts in. */
    void addCounter(String consumer) throws SQLException {
        try (Connection c = pool.getConnection();
                PreparedStatement s = c.prepareStatement(NEW_COUNTER)) {
            s.setString(1, consumer);
            s.executeUpdate();
        }
    }

    /** Records arrivals, and returns the ids of those messages that are to be sent on. */
    Set<String> receive(String consumer, List<Entry> entries) throws SQLException {
        return write(RECEIVE_BATCH, consumer, entries, true);
    }

    /** Records that orders were handed over, and returns the ids of those messages that are to be sent on. */
    Set<String> process(String consumer, List<Entry> entries) throws SQLException {
        return write(PROCESS_BATCH, consumer, entries, false);
    }

    /** Both in one. */
    Set<String> receiveAndProcess(String consumer, List<Entry> entries) throws SQLException {
        return write(RECEIVE_AND_PROCESS_BATCH, consumer, entries, true);
    }

    private Set<String> write(String sql, String consumer, List<Entry> unsorted, boolean whole) throws SQLException {
        // In the order of the ids, so that two batches with the same orders wait for each other in one direction only.
        List<Entry> entries = unsorted.stream()
                .sorted(Comparator.comparing(entry -> entry.order().orderId()))
                .toList();
        Object[] ids = column(entries, entry -> entry.order().orderId());
        Object[] messages = column(entries, Entry::messageId);
        Set<String> sendable = new HashSet<>();
        try (Connection c = pool.getConnection()) {
            try (PreparedStatement s = c.prepareStatement(sql)) {
                int i = 1;
                s.setArray(i++, c.createArrayOf("text", ids));
                s.setArray(i++, c.createArrayOf("text", messages));
                if (whole) {
                    s.setArray(i++, c.createArrayOf("text", column(entries, entry -> entry.lane()
                            .name())));
                    s.setArray(i++, c.createArrayOf("text", column(entries, entry -> entry.order()
                            .bodyHash())));
                }
                s.setString(i, consumer);
                addAll(s, sendable);
            }
            if (sendable.size() < entries.size()) {
                try (PreparedStatement s = c.prepareStatement(BATCH_WRITTEN_BEFORE)) {
                    s.setArray(1, c.createArrayOf("text", ids));
                    s.setArray(2, c.createArrayOf("text", messages));
                    addAll(s, sendable);
                }
            }
        }
        return sendable;
    }

    private static Object[] column(List<Entry> entries, Function<Entry, String> field) {
        return entries.stream().map(field).toArray();
    }

    private static void addAll(PreparedStatement s, Set<String> to) throws SQLException {
        try (ResultSet rows = s.executeQuery()) {
            while (rows.next()) {
                to.add(rows.getString(1));
            }
        }
    }

    /** Like the method for many; the counters are not kept. */
    boolean receive(Entry entry) throws SQLException {
        String id = entry.order().orderId();
        String lane = entry.lane().name();
        return write(
                        RECEIVE,
                        id,
                        lane,
                        entry.messageId(),
                        Peers.queue(entry.lane()),
                        entry.order().bodyHash())
                || isWritten(entry);
    }

    /** Like the method for many; the counters are not kept. */
    boolean process(Entry entry) throws SQLException {
        return write(PROCESS, entry.messageId(), entry.order().orderId()) || isWritten(entry);
    }

    private boolean write(String sql, String... values) throws SQLException {
        try (Connection c = pool.getConnection();
                PreparedStatement s = c.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                s.setString(i + 1, values[i]);
            }
            return s.executeUpdate() == 1;
        }
    }

    private boolean isWritten(Entry entry) throws SQLException {
        try (Connection c = pool.getConnection();
                PreparedStatement s = c.prepareStatement(WRITTEN_BEFORE)) {
            s.setString(1, entry.order().orderId());
            s.setString(2, entry.messageId());
            try (ResultSet rows = s.executeQuery()) {
                return rows.next() && rows.getInt(1) == 1;
            }
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
