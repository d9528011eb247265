package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** A very short drill of the packaged program. Whether the time that an order took is less is not judged here. */
class DrillIT {

    private static final Path PACKAGED = Path.of(System.getProperty("ordersystem.packaged", "target/ordersystem"))
            .toAbsolutePath();

    private static final List<String> SHORT = List.of(
            "--orders",
            "600",
            "--day",
            "8",
            "--outage",
            "1",
            "--warm-up",
            "1",
            "--threads",
            "20",
            "--again",
            "1",
            "--jvm",
            " -Xmx256m  -XX:TieredStopAtLevel=1");

    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @SuppressWarnings("NullAway.Init")
    private Process drill;

    @BeforeEach
    void start(TestInfo test) throws IOException {
        folder = Path.of("target", "journey", "DrillIT-" + test.getDisplayName().replaceAll("\\W", ""))
                .toAbsolutePath();
        ProgramUnderTest.deleteTree(folder);
        Files.createDirectories(folder);
        List<String> command =
                new ArrayList<>(List.of(PACKAGED.resolve("bin/ordersystem").toString(), "drill"));
        command.addAll(SHORT);
        command.addAll(List.of("--report", folder.toString()));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile());
        // Somebody's own settings are none of the drill's business.
        builder.environment().put("ORDERS_LEDGER_URL", "jdbc:postgresql://127.0.0.1:1/nothing");
        builder.environment().put("JAVA_OPTS", "-Xmx256m");
        drill = builder.start();
    }

    @AfterEach
    void end() {
        drill.descendants().forEach(ProcessHandle::destroyForcibly);
        drill.destroyForcibly();
    }

    @Test
    void bothSystemsLiveThroughTheDayAndNothingIsLeftBehindButTheReport() throws Exception {
        assertThat(drill.waitFor(4, TimeUnit.MINUTES)).as(text()).isTrue();

        JsonNode results = results();
        assertThat(drill.exitValue()).as(text()).isEqualTo(results.path("holds").asBoolean() ? 0 : 1);
        assertThat(results.path("interrupted").asBoolean(true)).isFalse();
        assertThat(results.path("demands")).hasSize(4);
        assertThat(results.at("/audit/accountedFor").asBoolean()).as(text()).isTrue();
        assertThat(results.path("systems"))
                .extracting(day -> day.path("name").asText())
                .containsExactly("OrderSystem", "synchronous service");
        for (JsonNode day : results.path("systems")) {
            JsonNode tally = day.path("tally");
            assertThat(day.path("settings").asText()).endsWith("; -Xmx256m -XX:TieredStopAtLevel=1");
            assertThat(tally.path("offered").asInt()).isBetween(400, 500);
            assertThat(tally.path("accepted").asInt())
                    .isEqualTo(tally.path("offered").asInt());
            assertThat(tally.path("processed").asInt())
                    .isEqualTo(tally.path("offered").asInt());
            assertThat(tally.path("rejected").asInt())
                    .isEqualTo(tally.path("notOrders").asInt())
                    .isPositive();
            assertThat(tally.path("lost").asInt(-1)).isZero();
            assertThat(tally.path("twice").asInt(-1)).isZero();
            assertThat(tally.path("highNotProcessed").asInt(-1)).isZero();
            assertThat(day.path("secondsToReopen").asDouble()).isPositive();
        }
        assertThat(text()).contains(results.path("answer").asText());
        assertNothingIsLeft();
    }

    @Test
    void endedEarlyItReportsWhatWasMeasured() throws Exception {
        await("orders come").atMost(Duration.ofSeconds(90)).until(() -> text().contains(" accepted, "));

        drill.destroy();

        assertThat(drill.waitFor(1, TimeUnit.MINUTES)).as(text()).isTrue();
        assertThat(drill.exitValue()).isEqualTo(143);
        assertThat(results().path("interrupted").asBoolean()).isTrue();
        assertThat(results().path("holds").asBoolean(true)).isFalse();
        assertThat(results().path("systems")).hasSize(1);
        assertNothingIsLeft();
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("output.txt", "report.html", "results.json");
        }
        assertThat(ProcessHandle.allProcesses()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(folder.toString())))
                .isEmpty();
    }

    private JsonNode results() throws IOException {
        return new JsonMapper().readTree(folder.resolve("results.json").toFile());
    }

    private Path output() {
        return folder.resolve("output.txt");
    }

    private String text() throws IOException {
        return Files.readString(output());
    }
}
