package ordersystem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import ordersystem.order.Lane;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class LedgerOnPostgresTest extends LedgerContract {

    @Override
    String emptyDatabase(Path folder) throws SQLException {
        return TestPostgres.emptyDatabase();
    }

    @Override
    String user() {
        return TestPostgres.USER;
    }

    @Override
    String password() {
        return TestPostgres.PASSWORD;
    }

    @Test
    void aConnectionThatDoesNothingIsInNoTransaction() throws SQLException {
        try (Connection c = DriverManager.getConnection(url, user(), password());
                Statement s = c.createStatement()) {
            // The pool opens its connections in the background.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> connections(s, "state IS NOT NULL AND pid <> pg_backend_pid()") == 10);

            assertThat(connections(s, "state LIKE 'idle in transaction%'")).isZero();
        }
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
