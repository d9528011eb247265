package ordersystem.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import ordersystem.ledger.LedgerCopy.Place;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A ledger in an empty database, whose counters agree with its rows when a test is over; of each there is one on every database. */
abstract class LedgerUnderTest {

    Place place = new Place("", "", "");
    Ledger ledger;

    abstract Place emptyDatabase(Path folder) throws SQLException;

    static Place onH2(Path folder) {
        return new Place("jdbc:h2:file:" + folder.resolve("ledger"), "sa", "");
    }

    static Place onPostgres() throws SQLException {
        return new Place(TestPostgres.emptyDatabase(), TestPostgres.USER, TestPostgres.PASSWORD);
    }

    @BeforeEach
    void open(@TempDir Path folder) throws SQLException {
        place = emptyDatabase(folder);
        ledger = open("test", 10);
    }

    void reopen() {
        ledger = open("test", 10);
    }

    final Ledger open(String instance, int connections) {
        return Ledger.open(place.url(), place.user(), place.password(), instance, connections);
    }

    /** The first orders in these states, by order id. */
    final List<OrderRecord> list(Set<State> states, int limit) {
        List<OrderRecord> found = new ArrayList<>();
        ledger.forEach(order -> {
            if (found.size() < limit && states.contains(order.state())) {
                found.add(order);
            }
        });
        return found;
    }

    final Connection connection() throws SQLException {
        return DriverManager.getConnection(place.url(), place.user(), place.password());
    }

    final void sql(String sql) throws SQLException {
        try (Connection c = connection();
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    @AfterEach
    void countersAgreeWithRows() {
        assertThat(ledger.recount().discrepancy()).isZero();
        ledger.close();
    }
}
