package ordersystem.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The database below the {@link Ledger}: its connections, the settings without which it could forget, its tables, and
 * what its errors mean. All that differs between H2 and PostgreSQL stands here. Safe for any number of threads.
 */
final class Database implements AutoCloseable {

    /** Added to an H2 URL where it does not say otherwise. The cache is in KB; the default would be a share of the heap. */
    private static final Map<String, String> H2_SETTINGS = new LinkedHashMap<>();

    static {
        H2_SETTINGS.put("MODE", "PostgreSQL");
        H2_SETTINGS.put("DATABASE_TO_LOWER", "TRUE");
        H2_SETTINGS.put("WRITE_DELAY", "0");
        H2_SETTINGS.put("LOCK_TIMEOUT", "10000");
        H2_SETTINGS.put("DB_CLOSE_ON_EXIT", "FALSE");
        H2_SETTINGS.put("CACHE_SIZE", "16384");
        // It takes rows for unchanged whose change was made before the last query, and committed after it.
        H2_SETTINGS.put("OPTIMIZE_REUSE_RESULTS", "FALSE");
        // Bytes. A longer body is written to a store of its own; with the default, 256, that is nearly every order.
        H2_SETTINGS.put("MAX_LENGTH_INPLACE_LOB", "8192");
    }

    /**
     * The only joins are those of {@link WholeBatch}, a few ids against the primary key. A plan made while the table is
     * small would read all of it for each batch once it is large; so plans are made anew, and only by nested loops. A statement
     * ends before the driver gives up waiting for it: the server would go on with it alone, and keep vacuum from all that
     * has changed since it began.
     */
    static final String POSTGRES_SETTINGS = "SET lock_timeout = '10s'; SET statement_timeout = '55s';"
            + " SET plan_cache_mode = force_custom_plan; SET enable_hashjoin = off; SET enable_mergejoin = off";

    /** SQLSTATE classes that only the values of a row bring about: cardinality, data, constraint, program limit. */
    private static final Set<String> CLASSES_OF_BAD_VALUES = Set.of("21", "22", "23", "54");

    /**
     * H2 compacts its file from a thread that it does not start with WRITE_DELAY=0. Without, the file grows with each commit, by
     * 10 KB an order, and the heap with it. So it is told to (docs/decisions/0016-compaction-of-the-embedded-ledger.md).
     */
    private static final long COMPACTION_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Percent of the file's pages in use from which on there is nothing to do; and bytes in use that are written anew at most. */
    private static final int COMPACT_ENOUGH = 50;

    private static final int COMPACTED_AT_ONCE = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final HikariDataSource pool;
    private final boolean h2;

    /**
     * One is held by each transaction that changes rows, from before its first statement to after its end; on H2 there is
     * only one. A commit of H2 writes its file, and with it what others have changed by then, table by table and index by
     * index while they go on: killed afterwards, it finds half a transaction, or rows that an index does not know
     * (docs/decisions/0005-one-writer-on-h2.md).
     */
    private final Semaphore turns;

    /** Of the system's nanosecond clock. Touched on H2 only, by whoever has the turn. */
    private long compactedAt = System.nanoTime();

    private Database(HikariDataSource pool, boolean h2) {
        this.pool = pool;
        this.h2 = h2;
        this.turns = new Semaphore(h2 ? 1 : pool.getMaximumPoolSize(), true);
    }

    /** Connects, checks that nothing committed can be forgotten, and brings the tables up to date. */
    static Database open(String url, String user, String password, int poolSize) {
        boolean h2 = url.startsWith("jdbc:h2:");
        if (!h2 && !url.startsWith("jdbc:postgresql:")) {
            throw new LedgerUnsafeException(
                    "ledger: " + withoutSettings(url) + "; orders.ledger.url starts with jdbc:h2: or jdbc:postgresql:");
        }
        refuseUnsafeUrl(url);
        HikariConfig config = new HikariConfig();
        config.setPoolName("ledger");
        config.setJdbcUrl(h2 ? withH2Settings(url) : url);
        config.setUsername(user);
        config.setPassword(password);
        config.setMaximumPoolSize(poolSize);
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionTimeout(5_000);
        config.setValidationTimeout(2_000);
        if (!h2) {
            config.setConnectionInitSql(POSTGRES_SETTINGS);
            // Commits it. Without, a new connection would wait in an open transaction, and its time would stand still.
            config.setIsolateInternalQueries(true);
            config.addDataSourceProperty("connectTimeout", "5");
            config.addDataSourceProperty("socketTimeout", "60");
            config.addDataSourceProperty("tcpKeepAlive", "true");
        }
        HikariDataSource pool = null;
        try {
            pool = new HikariDataSource(config);
            refuseUnsafe(pool, h2);
            migrate(pool, h2);
            return new Database(pool, h2);
        } catch (RuntimeException | SQLException e) {
            if (pool != null) {
                pool.close();
            }
            SQLException cause = sqlCause(e);
            if (e instanceof LedgerUnsafeException unsafe) {
                throw unsafe;
            }
            throw new LedgerUnavailableException(
                    "ledger: " + withoutSettings(url) + ": " + (cause == null ? firstLine(e) : whatToDo(cause)), e);
        }
    }

    /** Whether it takes the statements of {@link WholeBatch}. */
    boolean takesWholeBatches() {
        return !h2;
    }

    /** For java.sql.Connection: all statements of a transaction see the same instant. H2's REPEATABLE READ sees new rows. */
    int snapshotIsolation() {
        return h2 ? Connection.TRANSACTION_SERIALIZABLE : Connection.TRANSACTION_REPEATABLE_READ;
    }

    /**
     * For this transaction, whose order indexes have. PostgreSQL takes thousands of rows for a few while its statistics are of a
     * better time, and would read and sort them all for the first.
     */
    void withoutSorting(Connection c) throws SQLException {
        if (!h2) {
            update(c, "SET LOCAL enable_sort = off", s -> {});
        }
    }

    interface Work<T extends @Nullable Object> {
        T in(Connection c) throws SQLException;
    }

    interface Parameters {
        void set(PreparedStatement s) throws SQLException;
    }

    interface Read<T> {
        T from(ResultSet rs) throws SQLException;
    }

    /** Whatever is thrown, the connection's close rolls back. */
    <T> T inTransaction(Work<T> work) {
        try (Connection c = pool.getConnection()) {
            T result = work.in(c);
            c.commit();
            return result;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** As {@link #inTransaction}, for what changes or locks rows. The turn comes before the locks, or both would wait. */
    <T> T inTurn(Work<T> work) {
        turns.acquireUninterruptibly();
        try {
            T result = inTransaction(work);
            if (h2) {
                compactNowAndThen();
            }
            return result;
        } finally {
            turns.release();
        }
    }

    /** In the turn of H2's one writer: it writes the file like a commit, and with it what others were changing. */
    private void compactNowAndThen() {
        long now = System.nanoTime();
        if (now - compactedAt < COMPACTION_NANOS) {
            return;
        }
        compactedAt = now;
        try (Connection c = pool.getConnection()) {
            if (c.unwrap(JdbcConnection.class).getSession() instanceof SessionLocal session) {
                session.getDatabase().getStore().getMvStore().compact(COMPACT_ENOUGH, COMPACTED_AT_ONCE);
            }
        } catch (SQLException | RuntimeException e) {
            // What the turn was for is committed, and its caller must hear that.
            LOG.warn("The ledger's file was not compacted: {}", firstLine(e));
        }
    }

    /** Returns how many rows it changed. */
    static int update(Connection c, String sql, Parameters parameters) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(sql)) {
            parameters.set(s);
            return s.executeUpdate();
        }
    }

    static <T> List<T> query(Connection c, String sql, Parameters parameters, Read<T> read) throws SQLException {
        try (PreparedStatement s = c.prepareStatement(sql)) {
            parameters.set(s);
            List<T> rows = new ArrayList<>();
            try (ResultSet rs = s.executeQuery()) {
                while (rs.next()) {
                    rows.add(read.from(rs));
                }
            }
            return rows;
        }
    }

    /** What a failed statement is to its caller: the ledger is away, or there is something wrong with what it was given. */
    private RuntimeException failure(SQLException e) {
        if (isAway(e)) {
            return new LedgerUnavailableException("ledger: " + firstLine(e), e);
        }
        return new IllegalArgumentException("ledger: refused by the database: " + firstLine(e), e);
    }

    /**
     * Whether the same is to be tried again, because no row is to blame. That is everything but bad values: a database
     * that goes away says so in many ways (closed, broken, shut down, no disk, lock time-out, deadlock, no such table),
     * drivers and pool in more, and an order must never be given up for one that was forgotten in a list.
     */
    static boolean isAway(SQLException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            for (SQLException sql = t instanceof SQLException first ? first : null;
                    sql != null;
                    sql = sql.getNextException()) {
                String state = sql.getSQLState();
                if (state != null && state.length() == 5 && CLASSES_OF_BAD_VALUES.contains(state.substring(0, 2))) {
                    return false;
                }
            }
        }
        return true;
    }

    @Override
    public void close() {
        pool.close();
    }

    private static void refuseUnsafeUrl(String url) {
        String lower = url.toLowerCase(Locale.ROOT);
        if (lower.startsWith("jdbc:h2:mem:")) {
            throw new LedgerUnsafeException(
                    "ledger: an H2 database in memory forgets every order when the program stops;"
                            + " set orders.ledger.url to a file (jdbc:h2:file:...) or to PostgreSQL");
        }
        if (lower.contains("rewritebatchedinserts=true")) {
            throw new LedgerUnsafeException(
                    "ledger: reWriteBatchedInserts hides which order was new;" + " take it out of orders.ledger.url");
        }
    }

    private static void refuseUnsafe(HikariDataSource pool, boolean h2) throws SQLException {
        try (Connection c = pool.getConnection();
                Statement s = c.createStatement()) {
            if (h2) {
                String delay = text(
                        s, "SELECT setting_value FROM information_schema.settings WHERE setting_name = 'WRITE_DELAY'");
                if (!"0".equals(delay)) {
                    throw new LedgerUnsafeException("ledger: H2 writes " + delay + " ms after the commit and loses"
                            + " orders if killed; set WRITE_DELAY=0 in orders.ledger.url, or leave it out");
                }
                return;
            }
            for (String setting : new String[] {"fsync", "synchronous_commit"}) {
                if ("off".equals(text(s, "SHOW " + setting))) {
                    throw new LedgerUnsafeException("ledger: PostgreSQL has " + setting + " = off and loses orders in a"
                            + " crash; set " + setting + " = on in postgresql.conf");
                }
            }
        }
    }

    private static @Nullable String text(Statement s, String sql) throws SQLException {
        try (ResultSet rs = s.executeQuery(sql)) {
            return rs.next() ? rs.getString(1) : null;
        }
    }

    private static void migrate(HikariDataSource pool, boolean h2) {
        // Connections of its own: the pool may be as small as one, and Flyway holds one while it asks for another.
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool.getJdbcUrl(), pool.getUsername(), pool.getPassword())
                .locations("classpath:ordersystem/ledger")
                .table("ledger_migrations")
                .placeholders(Map.of(
                        "bytes", h2 ? "BINARY LARGE OBJECT" : "BYTEA",
                        "where_due", h2 ? "" : "WHERE due IS NOT NULL",
                        "where_dead", h2 ? "" : "WHERE state IN ('FAILED', 'INVALID')",
                        "where_replay", h2 ? "" : "WHERE replay IS NOT NULL",
                        "on_postgresql", h2 ? "--" : ""))
                .load()
                .migrate();
    }

    private static String withH2Settings(String url) {
        StringBuilder all = new StringBuilder(url);
        String upper = url.toUpperCase(Locale.ROOT);
        H2_SETTINGS.forEach((name, value) -> {
            if (!upper.contains(";" + name + "=")) {
                all.append(';').append(name).append('=').append(value);
            }
        });
        return all.toString();
    }

    /** The URL as it may be shown: a password can stand among its settings. */
    private static String withoutSettings(String url) {
        return url.replaceFirst("[;?].*", "").replaceFirst("//[^/@]*@", "//");
    }

    private static @Nullable SQLException sqlCause(Throwable e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql) {
                return sql;
            }
        }
        return null;
    }

    private static String whatToDo(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String toDo =
                switch (state) {
                    case "90020" -> "stop the other OrderSystem that uses it, or set another orders.data-dir";
                    case "28000", "28P01" -> "check orders.ledger.user and orders.ledger.password";
                    case "3D000" -> "create the database, or correct orders.ledger.url";
                    case "42501" -> "let orders.ledger.user create tables in its schema";
                    default ->
                        isAway(e)
                                ? "start the database, or correct orders.ledger.url"
                                : "check orders.ledger.url and the database's log";
                };
        return firstLine(e) + "; " + toDo;
    }

    private static String firstLine(Throwable e) {
        String message = e instanceof FlywayException && e.getCause() != null
                ? e.getCause().getMessage()
                : e.getMessage();
        return message == null
                ? e.getClass().getSimpleName()
                : message.strip().lines().findFirst().orElse("");
    }
}
