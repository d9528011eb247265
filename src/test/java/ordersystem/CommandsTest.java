package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandsTest {

    @TempDir
    Path home;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... args) {
        CommandLine commandLine = Commands.commandLine(home);
        return commandLine
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void helpNamesTheCommandsAndTheExitCodes() {
        assertThat(execute("--help")).isZero();

        assertThat(out.toString())
                .contains(
                        "run ",
                        "audit ",
                        "check ",
                        "drill ",
                        "erase ",
                        "routes ",
                        "dead-letters ",
                        "order ",
                        "fulfilment ",
                        "--config=FILE",
                        "Exit codes:",
                        "3 ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "audit", "check", "drill", "erase"})
    void eachCommandHasHelpOfItsOwn(String command) {
        assertThat(execute(command, "--help")).isZero();

        assertThat(out.toString()).startsWith("Usage: ordersystem " + command).contains("--config=FILE");
    }

    @Test
    void versionIsThatOfThePom() {
        assertThat(execute("--version")).isZero();

        assertThat(out.toString()).matches("(?s)ordersystem \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?\\RJava .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xyz", "--xyz", "--config"})
    void aWrongCommandLineIsToldWithTheUsage(String argument) {
        assertThat(execute(argument)).isEqualTo(2);

        assertThat(err.toString()).contains("Usage: ordersystem");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aMistypedCommandIsToldWithTheOneThatWasMeant() {
        assertThat(execute("dead-leters", "list")).isEqualTo(2);

        assertThat(err.toString()).contains("Did you mean: ordersystem dead-letters");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "audit"})
    void aFailedStartIsOneLineWithoutAStackTrace(String command) {
        Path missing = home.resolve("missing.properties");

        assertThat(execute(command, "--config", missing.toString())).isEqualTo(Commands.START_FAILED);

        assertThat(err.toString()).isEqualTo(String.format("ordersystem: %s: there is no such file%n", missing));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void optionsMayStandBeforeTheCommandAndWithoutOne() {
        Path missing = home.resolve("missing.properties");

        assertThat(execute("--config", missing.toString(), "audit")).isEqualTo(Commands.START_FAILED);
        assertThat(execute("--config", missing.toString())).isEqualTo(Commands.START_FAILED);

        assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("missing.properties"));
    }

    @Test
    void verboseShowsTheStackTraceToo() {
        assertThat(execute(
                        "run", "--verbose", "--config", home.resolve("missing").toString()))
                .isEqualTo(Commands.START_FAILED);

        assertThat(err.toString()).contains("ordersystem: ", "at ordersystem.Settings.load");
    }

    @Test
    void noMessageOfAnExternalBrokerCanBeCalledLost() throws Exception {
        Path config = home.resolve("external.properties");
        Files.writeString(config, "orders.broker.url=tcp://127.0.0.1:1");

        assertThat(execute("audit", "--repair", "--config", config.toString())).isEqualTo(Commands.START_FAILED);

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("ordersystem: audit --repair: ")
                .contains("orders.broker.url", "external broker");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void goodRouteFilesPassTheCheckInSilence() {
        assertThat(execute("check", Path.of("routes").toAbsolutePath().toString()))
                .isZero();

        assertThat(out.toString() + err).isEmpty();
    }

    @Test
    void aRouteFileIsCheckedWithOneLineAnErrorOrAsJson() throws Exception {
        Path routes = Files.createDirectories(home.resolve("routes"));
        try (Stream<Path> shipped = Files.list(Path.of("routes"))) {
            for (Path file : shipped.toList()) {
                Files.copy(file, routes.resolve(file.getFileName()));
            }
        }
        Path fulfilment = routes.resolve("40-fulfilment.camel.yaml");
        Files.writeString(fulfilment, Files.readString(fulfilment).replace("order-failures", "order-failure"));

        assertThat(execute("check")).isEqualTo(Commands.REFUSED);
        assertThat(out.toString().lines())
                .singleElement()
                .asString()
                .startsWith("40-fulfilment.camel.yaml:12:27: unknown routeConfigurationId 'order-failure'")
                .endsWith("did you mean 'order-failures'?");

        out.getBuffer().setLength(0);
        assertThat(execute("check", "--json", routes.toString())).isEqualTo(Commands.REFUSED);
        JsonNode error =
                new JsonMapper().readTree(out.toString()).path("errors").path(0);
        assertThat(error.path("line").asInt()).isEqualTo(12);
        assertThat(error.path("text").asText()).isEqualTo("routeConfigurationId: order-failure");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void anAuditBesideARunningSystemIsRefused() throws Exception {
        Files.createDirectories(home.resolve("config"));
        try (DataFolder running = DataFolder.open(Settings.load(home, null, Map.of()))) {
            assertThat(execute("audit")).isEqualTo(Commands.START_FAILED);
            assertThat(execute("audit", "--repair")).isEqualTo(Commands.START_FAILED);

            assertThat(err.toString().lines()).hasSize(2).allSatisfy(line -> assertThat(line)
                    .startsWith("ordersystem: data folder " + running.path() + " is in use by process "));
        }
    }
}
