package ordersystem.ledger;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies a whole ledger into another database, all or nothing: how one that began embedded goes on in PostgreSQL. Messages that
 * are on their way stay good, because each order is at the same step there. Called by {@code bin/ordersystem copy-ledger} on a
 * stopped system; one thread.
 */
public final class LedgerCopy {

    private static final List<String> TABLES = List.of(
            "orders",
            "order_hashes",
            "order_actions",
            "past_orders",
            "deferred",
            "dead_letters",
            "dead_letter_groups",
            "replays",
            "suspects",
            "counters",
            "settings");

    private static final int AT_ONCE = 1000;
    /** Of bodies, held in memory until they are sent. */
    private static final long MOST_BYTES = 8 << 20;

    private LedgerCopy() {}

    /** Where a database is, and who asks. */
    public record Place(String url, String user, String password) {
        private Database open() {
            return Database.open(url, user, password, 2);
        }
    }

    /**
     * Copies, and prints how many rows of each table.
     *
     * @throws IllegalStateException where there are orders in the target already
     * @throws LedgerUnavailableException with one line that says what to do
     */
    public static void run(Place from, Place to, PrintWriter out) {
        try (Database source = from.open();
                Database target = to.open()) {
            source.inTransaction(read -> target.inTurn(write -> {
                for (String table : TABLES) {
                    if (!isEmpty(write, table)) {
                        throw new IllegalStateException("copy-ledger: there are rows in the table " + table
                                + " of orders.ledger.url already; name a database that is empty");
                    }
                }
                for (String table : TABLES) {
                    out.printf("%,12d %s%n", copy(read, write, table), table);
                    out.flush();
                }
                return true;
            }));
        }
    }

    private static boolean isEmpty(Connection c, String table) throws SQLException {
        try (Statement s = c.createStatement();
                ResultSet rs = s.executeQuery("SELECT 1 FROM " + table + " LIMIT 1")) {
            return !rs.next();
        }
    }

    private static long copy(Connection read, Connection write, String table) throws SQLException {
        try (Statement s = read.createStatement()) {
            s.setFetchSize(AT_ONCE);
            try (ResultSet rs = s.executeQuery("SELECT * FROM " + table)) {
                ResultSetMetaData columns = rs.getMetaData();
                try (PreparedStatement insert = write.prepareStatement(insert(table, columns))) {
                    long rows = 0;
                    long bytes = 0;
                    while (rs.next()) {
                        for (int i = 1; i <= columns.getColumnCount(); i++) {
                            Object value = value(rs, i, columns.getColumnType(i));
                            bytes += value instanceof byte[] body ? body.length : 0;
                            insert.setObject(i, value);
                        }
                        insert.addBatch();
                        if (++rows % AT_ONCE == 0 || bytes > MOST_BYTES) {
                            insert.executeBatch();
                            bytes = 0;
                        }
                    }
                    insert.executeBatch();
                    return rows;
                }
            }
        }
    }

    private static String insert(String table, ResultSetMetaData columns) throws SQLException {
        int count = columns.getColumnCount();
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = columns.getColumnName(i + 1);
        }
        return "INSERT INTO " + table + " (" + String.join(", ", names) + ") VALUES ("
                + Stream.generate(() -> "?").limit(count).collect(Collectors.joining(", ")) + ")";
    }

    private static @Nullable Object value(ResultSet rs, int column, int type) throws SQLException {
        return switch (type) {
            case Types.BLOB, Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY -> rs.getBytes(column);
            case Types.CLOB, Types.LONGVARCHAR -> rs.getString(column);
            case Types.TIMESTAMP_WITH_TIMEZONE, Types.TIMESTAMP -> rs.getObject(column, OffsetDateTime.class);
            default -> rs.getObject(column);
        };
    }
}
