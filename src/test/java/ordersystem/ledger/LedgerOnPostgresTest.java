package ordersystem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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

    private static int connections(Statement s, String condition) throws SQLException {
        try (ResultSet rs = s.executeQuery("SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
                + " AND datname = current_database() AND " + condition)) {
            rs.next();
            return rs.getInt(1);
        }
    }
}
