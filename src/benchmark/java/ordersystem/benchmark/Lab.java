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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Where measurements are made: a folder, a PostgreSQL with durable settings for everybody, worker JVMs that are all alike,
 * and how much is to be measured. One for a run; used by one thread.
 */
final class Lab implements AutoCloseable {

    private static final String USER = "postgres";

    /** All heap there from the start: what a page fault costs on a virtual machine is nobody's merit. */
    private static final List<String> JVM = List.of("-Xms512m", "-Xmx512m", "-XX:+AlwaysPreTouch");

    private final boolean full;
    private final Path folder;
    private final PrintStream out;
    private final EmbeddedPostgres postgres;
    private final AtomicInteger numbers = new AtomicInteger();
    private final long start = System.nanoTime();

    /** @param folder for logs and data; emptied by the caller */
    Lab(boolean full, Path folder, PrintStream out) throws IOException {
        this.full = full;
        this.folder = folder;
        this.out = out;
        Files.createDirectories(folder);
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_connections", "400")
                .setServerConfig("shared_buffers", "256MB")
                .setServerConfig("max_wal_size", "4GB")
                .start();
    }

    /** The full mode's figure, or the short one's. */
    int choose(int ofFull, int ofShort) {
        return full ? ofFull : ofShort;
    }

    int rounds() {
        return choose(5, 3);
    }

    /** A worker with a home, a database and a log of its own. */
    WorkerProcess worker(String system, Map<String, String> options) throws IOException, SQLException {
        return worker(system, JVM, options);
    }

    WorkerProcess worker(String system, List<String> jvm, Map<String, String> options)
            throws IOException, SQLException {
        String name = system.replaceAll("[^a-z0-9]", "_") + numbers.incrementAndGet();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("system", system);
        all.put("home", folder.resolve("data").resolve(name).toString());
        all.put("jdbcUrl", database(name));
        all.putAll(options);
        return new WorkerProcess(system, jvm, all, folder.resolve(name + ".log"));
    }

    /** An empty database; its URL. */
    String database(String name) throws SQLException {
        try (Connection c = DriverManager.getConnection(postgres.getJdbcUrl(USER, "postgres"), USER, USER);
                Statement s = c.createStatement()) {
            s.execute("CREATE DATABASE " + name);
        }
        return postgres.getJdbcUrl(USER, name);
    }

    /** Tells the person who waits. */
    void say(String format, Object... arguments) {
        long seconds = (System.nanoTime() - start) / 1_000_000_000L;
        out.printf("%3d:%02d  %s%n", seconds / 60, seconds % 60, format.formatted(arguments));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}
