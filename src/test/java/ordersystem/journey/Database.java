package ordersystem.journey;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import ordersystem.Ports;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of the test's own that writes to disk before it says so, and can be stopped the hard way. One thread. */
final class Database implements AutoCloseable {
    /** Whether the journeys are to have their ledger on it. */
    static final boolean IS_ASKED_FOR = "postgresql".equals(System.getProperty("journey.ledger"));

    /** The connections that the program then commits its ledger through. */
    static final String CONNECTION_CLASS =
            IS_ASKED_FOR ? "org.postgresql.jdbc.PgConnection" : "org.h2.jdbc.JdbcConnection";

    private final Path data;
    private final int port = Ports.free();
    private @Nullable EmbeddedPostgres postgres;

    Database(Path data) {
        this.data = data;
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    }

    /** Starts it on its data, port and settings, the same every time. */
    void start() throws IOException {
        postgres = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setPort(port)
                .setCleanDataDirectory(false)
                .setRegisterShutdownHook(false)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
    }

    /** What {@code pg_ctl stop -m immediate} does: no checkpoint, connections cut; it recovers at the next start. */
    void halt() throws IOException, InterruptedException {
        long postmaster = Long.parseLong(
                Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip());
        ProcessHandle server = ProcessHandle.of(postmaster).orElseThrow();
        new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster))
                .inheritIO()
                .start()
                .waitFor();
        server.onExit().orTimeout(20, TimeUnit.SECONDS).join();
        // Finds nothing to stop any more, and gives the folder's lock back.
        close();
        postgres = null;
    }

    @Override
    public void close() throws IOException {
        if (postgres != null) {
            postgres.close();
        }
    }
}
