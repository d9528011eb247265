package ordersystem.benchmark;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Where measurements are made: a folder, a PostgreSQL with durable settings for everybody, worker JVMs that are all alike,
 * and how much is to be measured. One for a run; used by one thread.
 */
final class Lab implements AutoCloseable {

    private static final String USER = "postgres";

    /** Every worker's, unless its measurement says otherwise. All heap there from the start: what a page fault costs on a
     * virtual machine is nobody's merit. */
    private static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    /** Warm within seconds, and slower then: the short mode is to see that all is well. */
    private static final String QUICKLY_WARM = "-XX:TieredStopAtLevel=1";

    static final Map<String, String> POSTGRES = new TreeMap<>(Map.of(
            "fsync", "on",
            "synchronous_commit", "on",
            "max_connections", "400",
            "shared_buffers", "256MB",
            "max_wal_size", "4GB"));

    private final boolean full;
    private final Path folder;
    private final PrintStream out;
    private final EmbeddedPostgres postgres;
    private final Map<String, WorkerProcess> workers = new ConcurrentHashMap<>();
    private final List<String> databases = new ArrayList<>();
    private volatile boolean stopping;
    private final AtomicInteger numbers = new AtomicInteger();
    private final long start = System.nanoTime();

    /** @param folder for logs and data, absolute; the data is gone when the lab is closed */
    Lab(boolean full, Path folder, PrintStream out) throws IOException {
        this.full = full;
        this.folder = folder;
        this.out = out;
        delete(data());
        delete(logs());
        Files.createDirectories(data());
        Files.createDirectories(logs());
        EmbeddedPostgres.Builder server = EmbeddedPostgres.builder()
                .setDataDirectory(postgresData()) // the same disk as the brokers'
                .setCleanDataDirectory(false);
        POSTGRES.forEach(server::setServerConfig);
        postgres = server.start();
    }

    /** The full mode's figure, or the short one's. */
    int choose(int ofFull, int ofShort) {
        return full ? ofFull : ofShort;
    }

    /** JVM options of each system. */
    List<String> jvm() {
        return full ? JVM : Stream.concat(JVM.stream(), Stream.of(QUICKLY_WARM)).toList();
    }

    boolean isFull() {
        return full;
    }

    /** A worker with a home, a database and a log of its own. Lives until {@link #clear()}, if it is not closed before. */
    WorkerProcess worker(String system, Map<String, String> options) throws IOException, SQLException {
        return worker(system, jvm(), options);
    }

    WorkerProcess worker(String system, List<String> jvm, Map<String, String> options)
            throws IOException, SQLException {
        String name = system.replaceAll("[^a-z0-9]", "_") + numbers.incrementAndGet();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("system", system);
        all.put("home", data().resolve(name).toString());
        if (!options.containsKey("jdbcUrl")) {
            all.put("jdbcUrl", database(name));
        }
        all.putAll(options);
        WorkerProcess worker = new WorkerProcess(system, jvm, all, logs().resolve(name + ".log"));
        workers.put(name, worker);
        if (stopping) {
            worker.kill();
        }
        worker.awaitHello();
        return worker;
    }

    /** An empty database; its URL. */
    String database(String name) throws SQLException {
        execute("CREATE DATABASE " + name);
        databases.add(name);
        return postgres.getJdbcUrl(USER, name);
    }

    /** Tells the person who waits. */
    void say(String format, Object... arguments) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000L;
        out.printf("%3d:%02d  %s%n", seconds / 60, seconds % 60, format.formatted(arguments));
        out.flush();
    }

    /** Ends all workers, and removes what they kept. */
    void clear() throws IOException, SQLException {
        workers.values().forEach(WorkerProcess::close);
        workers.clear();
        for (String name : databases) {
            execute("DROP DATABASE " + name + " WITH (FORCE)");
        }
        databases.clear();
        try (Stream<Path> homes = Files.list(data())) {
            for (Path home : homes.filter(each -> !each.equals(postgresData())).toList()) {
                delete(home);
            }
        }
    }

    /** Ends all workers at once, and those that are started from now on. Any thread. */
    void stop() {
        stopping = true;
        workers.values().forEach(WorkerProcess::kill);
    }

    boolean isStopping() {
        return stopping;
    }

    String postgresVersion() throws SQLException {
        try (Connection c = DriverManager.getConnection(postgres.getJdbcUrl(USER, "postgres"), USER, USER)) {
            return c.getMetaData().getDatabaseProductVersion();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection c = DriverManager.getConnection(postgres.getJdbcUrl(USER, "postgres"), USER, USER);
                Statement s = c.createStatement()) {
            s.execute(sql);
        }
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path logs() {
        return folder.resolve("logs");
    }

    private Path postgresData() {
        return data().resolve("postgres");
    }

    private static void delete(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (Stream<Path> files = Files.walk(tree)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        workers.values().forEach(WorkerProcess::close);
        postgres.close();
        // After Ctrl-C it stops by a shutdown hook of its own, and may not be done yet.
        for (int i = 0; i < 300 && Files.exists(postgresData().resolve("postmaster.pid")); i++) {
            LockSupport.parkNanos(100_000_000);
        }
        delete(data());
    }
}
