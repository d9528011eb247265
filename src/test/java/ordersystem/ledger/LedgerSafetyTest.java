package ordersystem.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that can forget is refused; one that is killed or goes away for a while has forgotten nothing. */
class LedgerSafetyTest {

    @Test
    void h2ThatWritesLaterIsRefused(@TempDir Path folder) {
        assertThatThrownBy(() -> open("jdbc:h2:file:" + folder.resolve("ledger") + ";WRITE_DELAY=500"))
                .isInstanceOf(LedgerUnsafeException.class)
                .hasMessageContaining("500 ms")
                .hasMessageContaining("WRITE_DELAY=0");
    }

    @Test
    void h2InMemoryIsRefused() {
        assertThatThrownBy(() -> open("jdbc:h2:mem:ledger")).isInstanceOf(LedgerUnsafeException.class);
    }

    @Test
    void anotherDatabaseIsRefused() {
        assertThatThrownBy(() -> open("jdbc:mysql://localhost/orders?password=secret"))
                .isInstanceOf(LedgerUnsafeException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void postgresThatDoesNotWaitForItsDiskIsRefused() throws IOException, SQLException {
        String url = TestPostgres.emptyDatabase();
        assertThatThrownBy(() -> open(url + "&options=-c%20synchronous_commit=off"))
                .isInstanceOf(LedgerUnsafeException.class)
                .hasMessageContaining("synchronous_commit = on");
        assertThatThrownBy(() -> open(url + "&reWriteBatchedInserts=true"))
                .isInstanceOf(LedgerUnsafeException.class)
                .hasMessageContaining("reWriteBatchedInserts");
        // The embedded server's own defaults are unsafe.
        try (EmbeddedPostgres unsafe = EmbeddedPostgres.builder()
                .setServerConfig("synchronous_commit", "on")
                .start()) {
            assertThatThrownBy(() -> open(unsafe.getJdbcUrl(TestPostgres.USER, "postgres")))
                    .isInstanceOf(LedgerUnsafeException.class)
                    .hasMessageContaining("fsync = on");
        }
    }

    @Test
    void aDatabaseThatIsNotThereSaysWhatToDoInOneLine() {
        assertThatThrownBy(() -> open("jdbc:postgresql://127.0.0.1:1/orders?user=me&password=secret"))
                .isInstanceOf(LedgerUnavailableException.class)
                .hasMessageContaining("start the database")
                .hasMessageNotContaining("secret")
                .hasMessageNotContaining("\n");
    }

    @Test
    void aKilledProcessLosesNothingThatItWasToldIsWritten(@TempDir Path folder) throws Exception {
        String url = "jdbc:h2:file:" + folder.resolve("ledger");
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LedgerWriter.class.getName(),
                        url)
                .redirectError(new File(folder.toFile(), "stderr"))
                .start();
        int written = 0;
        try (BufferedReader acknowledged = writer.inputReader(StandardCharsets.UTF_8)) {
            while (written < 200) {
                written = Integer.parseInt(acknowledged.readLine());
            }
            assertThatThrownBy(() -> open(url))
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageContaining("stop the other OrderSystem");
            // SIGKILL. Process.destroyForcibly() would close the pipe before its rest is read.
            writer.toHandle().destroyForcibly();
            for (String line = acknowledged.readLine(); line != null; line = acknowledged.readLine()) {
                written = Integer.parseInt(line);
            }
        } finally {
            writer.destroyForcibly();
        }

        try (Ledger ledger = open(url)) {
            for (int i = 1; i <= written; i++) {
                assertThat(ledger.find("order-" + i))
                        .as("order-" + i + " of " + written)
                        .isPresent();
            }
            assertThat(ledger.counts().received()).isGreaterThanOrEqualTo(written);
            assertThat(ledger.recount().discrepancy()).isZero();
        }
    }

    /** Writes orders until it is killed; says the number of each after its commit. */
    static final class LedgerWriter {
        public static void main(String[] args) {
            Ledger ledger = open(args[0]);
            for (int i = 1; ; i++) {
                ledger.write("writer", List.of(LedgerContract.arrival("order-" + i, "m" + i)));
                System.out.println(i);
            }
        }
    }

    /** H2 with several transactions at a time tears them: red within a few kills without {@link Database#turns}. */
    @Test
    void aKilledProcessLeavesNoHalfTransactions(@TempDir Path folder) throws Exception {
        killWriters("jdbc:h2:file:" + folder.resolve("ledger"), 400, folder);
    }

    /** Each second, once parts of the file may be written together the moment that they are out of use. */
    @Test
    void norDoesOneThatWasCompactingItsFile(@TempDir Path folder) throws Exception {
        killWriters("jdbc:h2:file:" + folder.resolve("ledger") + ";RETENTION_TIME=0", 1_500, folder);
    }

    private static void killWriters(String url, int batches, Path folder) throws Exception {
        for (int kill = 1; kill <= 4; kill++) {
            Process writers = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            ManyLedgerWriters.class.getName(),
                            url,
                            "kill-" + kill)
                    .redirectError(new File(folder.toFile(), "stderr"))
                    .start();
            try (BufferedReader acknowledged = writers.inputReader(StandardCharsets.UTF_8)) {
                for (int written = 0; written < batches; written++) {
                    assertThat(acknowledged.readLine())
                            .as("a batch was written")
                            .isNotNull();
                }
            } finally {
                writers.destroyForcibly().waitFor();
            }

            try (Ledger ledger = open(url)) {
                AtomicInteger rows = new AtomicInteger();
                AtomicInteger processed = new AtomicInteger();
                ledger.forEach(order -> {
                    rows.incrementAndGet();
                    processed.addAndGet(order.state() == State.PROCESSED ? 1 : 0);
                });
                Counts.Of counted = ledger.counts().lanes().values().iterator().next();
                assertThat(ledger.recount().discrepancy()).as("kill " + kill).isZero();
                assertThat(counted.received()).as("kill " + kill).isEqualTo(rows.get());
                assertThat(counted.processed()).as("kill " + kill).isEqualTo(processed.get());
            }
        }
    }

    /** Each commit writes more pages than rows, most of them out of use soon: 200 MB in all, of which a second's may be there. */
    @Test
    void theFileOfTheEmbeddedLedgerDoesNotGrowWithEachCommit(@TempDir Path folder) throws Exception {
        try (Ledger ledger = open("jdbc:h2:file:" + folder.resolve("ledger") + ";RETENTION_TIME=0")) {
            for (int batch = 0; batch < 5_000; batch++) {
                List<Change> arrivals = new ArrayList<>();
                List<Change> processed = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    // Not one after the other, as real ids: else all of a batch would stand in one page.
                    String id = Integer.toHexString(Integer.reverse(batch * 5 + i));
                    arrivals.add(LedgerContract.arrival(id, "a-" + id));
                    processed.add(LedgerContract.processed(id, "p-" + id, 1));
                }
                ledger.write("writer", arrivals);
                ledger.write("writer", processed);
            }

            assertThat(Files.size(folder.resolve("ledger.mv.db"))).isLessThan(100 << 20);
        }
    }

    /** Four threads that each write batches of arrivals, and then the same orders as processed, until killed. */
    static final class ManyLedgerWriters {
        public static void main(String[] args) {
            Ledger ledger = open(args[0]);
            for (int thread = 0; thread < 4; thread++) {
                String name = "writer-" + thread;
                new Thread(
                                () -> {
                                    for (int batch = 1; ; batch++) {
                                        List<Change> arrivals = new ArrayList<>();
                                        List<Change> processed = new ArrayList<>();
                                        for (int i = 0; i < 5; i++) {
                                            String id = args[1] + "-" + name + "-" + batch + "-" + i;
                                            arrivals.add(LedgerContract.arrival(id, "a-" + id));
                                            processed.add(LedgerContract.processed(id, "p-" + id, 1));
                                        }
                                        ledger.write(name, arrivals);
                                        ledger.write(name, processed);
                                        System.out.println(batch);
                                    }
                                },
                                name)
                        .start();
            }
        }
    }

    @Test
    void aDatabaseThatGoesAwayInMidFlowIsNobodysFaultAndComesBack(@TempDir Path folder) throws Exception {
        int port;
        AtomicBoolean stop = new AtomicBoolean();
        AtomicInteger written = new AtomicInteger();
        AtomicInteger refusals = new AtomicInteger();
        CompletableFuture<Void> writer;
        Ledger ledger;
        try (EmbeddedPostgres first = server(folder, 0)) {
            port = first.getPort();
            ledger = open(first.getJdbcUrl(TestPostgres.USER, "postgres"));
            writer = CompletableFuture.runAsync(() -> {
                while (!stop.get()) {
                    int i = written.get() + 1;
                    try {
                        ledger.write("writer", List.of(LedgerContract.arrival("order-" + i, "m" + i)));
                        written.set(i);
                    } catch (LedgerUnavailableException e) {
                        refusals.incrementAndGet();
                    }
                }
            });
            await(writer, written, 50);
        }
        await(writer, refusals, 1);
        int before = written.get();

        try (EmbeddedPostgres second = server(folder, port)) {
            await(writer, written, before + 50);
            stop.set(true);
            writer.get();

            assertThat(second.getPort()).isEqualTo(port);
            assertThat(ledger.counts().received()).isEqualTo(written.get());
            assertThat(ledger.recount().discrepancy()).isZero();
            ledger.close();
        }
    }

    /** The other thread is at work in real time, with a real server: there is nothing else to wait for. */
    private static void await(CompletableFuture<Void> writer, AtomicInteger count, int atLeast) {
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> writer.isDone() || count.get() >= atLeast);
        assertThat(writer).as("the writer, which only stops by a fault").isNotDone();
    }

    private static EmbeddedPostgres server(Path folder, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setDataDirectory(folder.resolve("postgres"))
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    private static Ledger open(String url) {
        return Ledger.open(
                url,
                url.startsWith("jdbc:h2") ? "sa" : TestPostgres.USER,
                url.startsWith("jdbc:h2") ? "" : TestPostgres.PASSWORD,
                "test",
                5);
    }
}
