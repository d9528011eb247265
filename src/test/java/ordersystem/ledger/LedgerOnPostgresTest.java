package ordersystem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import ordersystem.ledger.LedgerCopy.Place;
import ordersystem.order.Lane;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LedgerOnPostgresTest extends LedgerContract {

    private static final Pattern WAY = Pattern.compile(
            "Seq Scan on orders\\b|Index (?:Only )?Scan using (orders_\\w+)|Bitmap Index Scan on (orders_\\w+)");

    @Override
    Place emptyDatabase(Path folder) throws SQLException {
        return onPostgres();
    }

    @Test
    void aConnectionThatDoesNothingIsInNoTransaction() throws SQLException {
        try (Connection c = connection();
                Statement s = c.createStatement()) {
            // The pool opens its connections in the background.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> connections(s, "state IS NOT NULL AND pid <> pg_backend_pid()") == 10);

            assertThat(connections(s, "state LIKE 'idle in transaction%'")).isZero();
        }
    }

    /**
     * With statistics of a time without backlog, all that waits was read for each batch, and all deferred orders for each of them: the
     * former with an index that was made for something else.
     */
    @Test
    void anOrderIsFoundByItsIdWhateverTheStatisticsSay() throws SQLException {
        sql("""
                INSERT INTO orders (order_id, lane, state, step, attempts, received_at, updated_at, processed_at, instance)
                SELECT 'old-' || i, 'normal', 'PROCESSED', 2, 0, now(), now(), now(), 'test' FROM generate_series(1, 30000) AS i""");
        sql("ANALYZE");
        sql("""
                INSERT INTO orders (order_id, lane, state, step, attempts, place, received_at, updated_at, instance)
                SELECT 'new-' || i, 'normal', 'RECEIVED', 1, 0, 'orders.normal', now(), now(), 'test'
                FROM generate_series(1, 3000) AS i""");
        sql("""
                INSERT INTO orders (order_id, lane, state, step, attempts, body, received_at, updated_at, instance)
                SELECT 'waits-' || i, 'normal', 'DEFERRED', 1, 0, '', now(), now(), 'test' FROM generate_series(1, 3000) AS i""");
        sql(
                "INSERT INTO deferred (order_id, due, received_at) SELECT 'waits-' || i, now(), now() FROM generate_series(1, 3000) AS i");
        Object[] ids = IntStream.range(1, 50).mapToObj(i -> "new-" + i).toArray();

        assertThat(plan(Deferrals.OLDEST)).isEqualTo(Set.of("orders_pkey"));
        assertThat(plan(Deferrals.SEND_ON, (Object) ids)).isEqualTo(Set.of("orders_pkey"));
        assertThat(plan(Sql.LOCK_DUE, (Object) ids)).isEqualTo(Set.of("orders_pkey"));
        assertThat(plan(Sql.UPDATE_HANDED_OVER, "test", ids, ids, ids, new Integer[49], new Integer[49]))
                .isEqualTo(Set.of("orders_pkey"));
        sql("DELETE FROM orders");
    }

    /** How the table of orders is read: by which index, or as a whole. */
    private Set<String> plan(String sql, Object... parameters) throws SQLException {
        Set<String> ways = new TreeSet<>();
        try (Connection c = connection();
                Statement settings = c.createStatement();
                PreparedStatement s = c.prepareStatement("EXPLAIN " + sql)) {
            settings.execute(Database.POSTGRES_SETTINGS);
            for (int i = 0; i < parameters.length; i++) {
                if (parameters[i] instanceof Object[] array) {
                    s.setArray(i + 1, c.createArrayOf(array instanceof Integer[] ? "integer" : "varchar", array));
                } else {
                    s.setObject(i + 1, parameters[i]);
                }
            }
            try (ResultSet rs = s.executeQuery()) {
                while (rs.next()) {
                    Matcher way = WAY.matcher(rs.getString(1));
                    if (way.find()) {
                        ways.add(Objects.requireNonNullElse(
                                way.group(1), Objects.requireNonNullElse(way.group(2), "all of it")));
                    }
                }
            }
        }
        return ways;
    }

    /** Instances of OrderSystem share a PostgreSQL; on H2 there is one, and it writes one thing at a time. */
    @Test
    void aSecondReleaserNeitherWaitsForTheFirstNorTakesWhatIsLocked() throws Exception {
        for (int i = 0; i < 10; i++) {
            write(waiting("order-" + i, i % 2 == 0 ? Lane.HIGH : Lane.NORMAL, Duration.ZERO));
        }
        ExecutorService executor = Executors.newSingleThreadExecutor();
        List<String> sent = new ArrayList<>();

        int released = ledger.release(6, due -> {
            try {
                // Must neither wait for the rows that are locked here, nor take them.
                executor.submit(() -> release(sent, 6)).get(5, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new IllegalStateException(e);
            }
            due.forEach(waiting -> sent.add(waiting.orderId()));
            return due.stream().map(waiting -> "orders." + waiting.lane()).toList();
        });
        release(sent, 10);

        assertThat(released).isEqualTo(6);
        assertThat(sent).hasSize(10).doesNotHaveDuplicates();
        executor.shutdown();
    }

    private static int connections(Statement s, String condition) throws SQLException {
        try (ResultSet rs = s.executeQuery("SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                + " AND datname = current_database() AND " + condition)) {
            rs.next();
            return rs.getInt(1);
        }
    }
}
