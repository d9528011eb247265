package ordersystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    @TempDir
    Path home;

    private Path file;

    @BeforeEach
    void makeConfigFolder() throws IOException {
        file = Files.createDirectories(home.resolve("config")).resolve("application.properties");
    }

    private Settings load(String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines));
        return Settings.load(home, null, Map.of());
    }

    private Settings loadWith(String variable, String value) {
        return Settings.load(home, null, Map.of(variable, value));
    }

    @Test
    void withoutAFileTheShippedDefaultsHold() {
        Settings settings = Settings.load(home, null, Map.of());

        assertThat(settings.path("orders.data-dir")).isEqualTo(home.resolve("data"));
        assertThat(settings.text("orders.broker.url")).isEqualTo(Settings.EMBEDDED);
        assertThat(settings.size("orders.broker.store-limit")).isEqualTo(10L << 30);
        assertThat(settings.duration("orders.normal.batch.max-time")).isEqualTo(Duration.ofMillis(500));
        assertThat(settings.durations("orders.retry.delays"))
                .containsExactly(
                        Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(5));
        assertThat(settings.duration("orders.fulfilment.time-limit")).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.integer("camel.server.port")).isEqualTo(8080);
        assertThat(settings.text("orders.instance")).endsWith(":" + home.resolve("data"));
    }

    @Test
    void theFileOverridesTheDefaultsAndTheEnvironmentOverridesTheFile() throws IOException {
        Files.writeString(file, "orders.high.batch.size=7\norders.normal.batch.size=8\n");

        Settings settings = loadWith("ORDERS_NORMAL_BATCH_SIZE", "9");

        assertThat(settings.integer("orders.high.batch.size")).isEqualTo(7);
        assertThat(settings.integer("orders.normal.batch.size")).isEqualTo(9);
        assertThat(settings.integer("orders.incoming.batch.size")).isEqualTo(50);
    }

    @Test
    void anotherFileIsReadInsteadWhenOneIsNamed() throws IOException {
        Files.writeString(file, "orders.high.batch.size=7\n");
        Path other = Files.writeString(home.resolve("other.properties"), "orders.normal.batch.size=8\n");

        Settings settings = Settings.load(home, other, Map.of());

        assertThat(settings.integer("orders.high.batch.size")).isEqualTo(10);
        assertThat(settings.integer("orders.normal.batch.size")).isEqualTo(8);
    }

    @Test
    void aNamedFileThatIsMissingStopsTheStart() {
        Path missing = home.resolve("missing.properties");

        assertThatThrownBy(() -> Settings.load(home, missing, Map.of()))
                .isInstanceOf(StartException.class)
                .hasMessage(missing + ": there is no such file");
    }

    @Test
    void aFileThatCannotBeReadStopsTheStart() throws IOException {
        Files.createDirectory(file);

        assertThatThrownBy(() -> Settings.load(home, null, Map.of()))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ": cannot be read: ");
    }

    @Test
    void anEscapeThatIsNoneIsToldWithItsLine() {
        assertThatThrownBy(() -> load("# fine", "warehouse.name=\\u00zz"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ":2: cannot be read: ");
    }

    @Test
    void anUnknownKeyIsToldWithItsLineAndTheNearestKnownOne() {
        assertThatThrownBy(() -> load("# comment", "", "orders.retry.delay=1s"))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        file + ":3: orders.retry.delay: there is no such setting; did you mean orders.retry.delays?");
    }

    @Test
    void anUnknownVariableIsToldWithTheNearestKnownOne() {
        assertThatThrownBy(() -> loadWith("ORDERS_DATADIR", "x"))
                .isInstanceOf(StartException.class)
                .hasMessage("environment variable ORDERS_DATADIR: there is no such setting;"
                        + " did you mean ORDERS_DATA_DIR?");
    }

    @Test
    void aKeyThatStandsTwiceIsToldWithBothLines() {
        assertThatThrownBy(() -> load("orders.data-dir=a", "orders.data-dir=b"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":2: orders.data-dir: stands at " + file + ":1 too; keep one");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "orders.high.batch.size   | ten    | a whole number, 1 to 1000",
                "orders.high.batch.size   | 0      | a whole number, 1 to 1000",
                "orders.high.batch.size   | 1001   | a whole number, 1 to 1000",
                "orders.high.consumers    | many   | 'auto', or a whole number, 1 to 1000",
                "orders.intake.flush-delay| 2      | a duration, 0ms to 1s",
                "orders.intake.flush-delay| 2s     | a duration, 0ms to 1s",
                "orders.intake.time-limit | 50ms   | a duration, 100ms to 5m",
                "orders.retry.delays      | 1s,,2s | 1 to 20 durations, 100ms to 7d each, such as 1s,10s",
                "orders.broker.store-limit| 10 Gig | a size, 64MB to 100TB",
                "orders.broker.store-limit| 1KB    | a size, 64MB to 100TB",
                "orders.broker.url        | vm://x | 'embedded', or a URL that starts with tcp:, ssl: or failover:, without a"
                        + " password (it goes into orders.broker.password-file)",
                "camel.server.port        | 65536  | a whole number, 1 to 65535"
            })
    void aWrongValueIsToldWithItsPlaceAndWhatIsAllowed(String key, String value, String allowed) {
        assertThatThrownBy(() -> load("", key + "=" + value))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":2: " + key + ": '" + value + "' is not allowed; allowed: " + allowed);
        assertThatThrownBy(() -> {
                    Files.writeString(file, "");
                    loadWith(key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"), value);
                })
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith("environment variable ")
                .hasMessageEndingWith(key + ": '" + value + "' is not allowed; allowed: " + allowed);
    }

    @ParameterizedTest
    @CsvSource({
        "camel.server.host, 0.0.0.0, orders.api.key-file",
        "camel.server.HOST, shop.example, orders.api.key-file",
        "camel.server.host, ::, orders.api.key-file",
        "camel.server.host, 127.0.0.1.example, orders.api.key-file",
        "camel.management.host, 0.0.0.0, orders.management.users-file"
    })
    void aHostThatOthersReachIsRefusedWithoutCredentials(String key, String host, String needed) {
        assertThatThrownBy(() -> load(key + "=" + host))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":1: " + key.replace("HOST", "host") + ": " + host
                        + " is reached from other machines; set " + needed
                        + ", so that it asks who comes, or stay on 127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "orders.broker.connector, tcp://0.0.0.0:61616",
        "orders.broker.connector, tcp://broker.example:61616",
        "orders.broker.amqp-connector, amqp://0.0.0.0:5672",
        "orders.broker.stomp-connector, stomp://0.0.0.0:61613"
    })
    void aConnectorThatOthersReachIsRefusedWithoutUsers(String key, String value) {
        assertThatThrownBy(() -> load(key + "=" + value))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ":1: " + key + ": ")
                .hasMessageEndingWith(" is reached from other machines; set orders.broker.users-file, so that it asks"
                        + " who comes, or stay on 127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource({
        "camel.server.host, 0.0.0.0, 'set orders.tls.key-store, so that it speaks TLS'",
        "camel.management.host, 0.0.0.0, 'set orders.tls.key-store, so that it speaks TLS'",
        "orders.broker.connector, tcp://0.0.0.0:61616, 'let it speak TLS, as ssl://'",
        "orders.broker.amqp-connector, amqp://0.0.0.0:5672, 'let it speak TLS, as amqp+ssl://'",
        "orders.broker.stomp-connector, stomp://0.0.0.0:61613, 'let it speak TLS, as stomp+ssl://'"
    })
    void whatOthersReachSpeaksTlsOrSomethingInFrontOfItDoes(String key, String value, String needed)
            throws IOException {
        String[] lines = {
            key + "=" + value,
            "orders.api.key-file=keys",
            "orders.management.users-file=users",
            "orders.broker.users-file=users",
            ""
        };
        assertThatThrownBy(() -> load(lines))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ":1: " + key + ": ")
                .hasMessageEndingWith(" is reached from other machines; " + needed
                        + ", or orders.tls.required=false where something in front of it does");

        lines[4] = "orders.tls.required=false";
        assertThat(load(lines).text(key)).isEqualTo(value);
    }

    @Test
    void aConnectorWithTlsNeedsAKey() {
        assertThatThrownBy(() -> load("orders.broker.connector=ssl://127.0.0.1:61617"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":1: orders.broker.connector: ssl://127.0.0.1:61617 speaks TLS, for which it needs a"
                        + " key; set orders.tls.key-store");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://127.0.0.1", "nonsense", "http:", "nio://127.0.0.1:61616", "tcp://127.0.0.1:1?x=y"})
    void aConnectorIsAnAddressAndNothingElse(String value) {
        assertThatThrownBy(() -> load("orders.broker.connector=" + value))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":1: orders.broker.connector: '" + value + "' is not allowed; allowed: 'none', or"
                        + " tcp://HOST:PORT or ssl://HOST:PORT");
    }

    @Test
    void everySettingIsShownWithItsPlaceAndItsDefaultAndNoSecret() throws IOException {
        Files.writeString(file, """
                orders.high.batch.size=7
                orders.ledger.password=hunter2
                warehouse.url=http://127.0.0.1:8090
                warehouse.token=hunter2
                mail.uri=smtp://127.0.0.1?username=a&password=hunter2
                """);

        Settings settings = Settings.load(home, null, Map.of("ORDERS_NORMAL_BATCH_SIZE", "9"));

        assertThat(settings.shown())
                .contains(
                        new Settings.Shown("orders.high.batch.size", "7", file + ":1", "10", true),
                        new Settings.Shown("orders.ledger.password", "(set)", file + ":2", "", true),
                        new Settings.Shown("warehouse.url", "http://127.0.0.1:8090", file + ":3", null, true),
                        new Settings.Shown("warehouse.token", "(set)", file + ":4", null, true),
                        new Settings.Shown("mail.uri", "(set)", file + ":5", null, true),
                        new Settings.Shown(
                                "orders.normal.batch.size",
                                "9",
                                "environment variable ORDERS_NORMAL_BATCH_SIZE",
                                "50",
                                true),
                        new Settings.Shown("orders.incoming.batch.size", "50", "default", "50", false))
                .noneMatch(shown -> shown.value().contains("hunter2"));
        assertThat(settings.shown().stream().filter(Settings.Shown::changed)).hasSize(6);
        assertThat(settings.toString()).doesNotContain("hunter2");
    }

    @Test
    void oneKeyOfCamelInTwoSpellingsIsOneKey() {
        assertThatThrownBy(() -> load("camel.server.max-body-size=2000", "camel.server.maxBodySize=3000"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ":2: camel.server.max-body-size: stands at ");
    }

    @Test
    void bothServersOnOnePortAreRefused() {
        assertThatThrownBy(() -> load("camel.management.port=8080"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(
                        file + ":1: camel.management.port: '8080' is not allowed; allowed: a port other");
    }

    @ParameterizedTest
    @CsvSource({"2500,20ms,50", "1,20ms,4", "333,10ms,4", "2500,21ms,53", "100000,1m,1000"})
    void consumersAreRateTimesExpectedTimeAndAtLeastFour(String rate, String time, int consumers) throws IOException {
        Settings settings = load(
                "orders.fulfilment.target-rate=" + rate,
                "orders.fulfilment.expected-time=" + time,
                "orders.admission.target-delay=10m");

        assertThat(settings.consumers("normal")).isEqualTo(consumers);
        assertThat(settings.consumers("high")).isEqualTo(consumers);
        assertThat(settings.consumers("incoming")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"camel.server.enabled", "camel.management.enabled"})
    void noPortIsSwitchedOffBecauseTheRoutesAnswerOnBoth(String key) {
        assertThatThrownBy(() -> load(key + "=false"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":1: " + key + ": 'false' is not allowed; allowed: true");
    }

    @Test
    void camelSeesComputedValuesAbsolutePathsAndKeysOfTheUser() throws IOException {
        Properties properties = load(
                        "orders.high.consumers=6",
                        "orders.normal.batch.size=20",
                        "warehouse.url=http://localhost:1",
                        "")
                .asProperties();

        assertThat(properties)
                .containsEntry("orders.high.consumers", "6")
                .containsEntry("orders.normal.consumers", "50")
                .containsEntry("orders.normal.prefetch", "20")
                .containsEntry("orders.high.prefetch", "4")
                .containsEntry("orders.routes-dir", home.resolve("routes").toString())
                .containsEntry("warehouse.url", "http://localhost:1");
    }

    @Test
    void aValueMayGoOnInTheNextLineAndTheCountOfLinesHolds() {
        assertThatThrownBy(() -> load("orders.retry.delays=1s,\\", "  2s", "orders.nonsense=1"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ":3: orders.nonsense: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "orders.ledger.password",
                "orders.broker.password",
                "orders.broker.trust-store-password",
                "orders.broker.key-store-password"
            })
    void aPasswordIsReadFromItsFileAndShownNowhere(String key) throws IOException {
        Files.writeString(home.resolve("secret"), "s3cret\n");

        Settings settings = load(key + "-file=secret");

        assertThat(settings.text(key)).isEqualTo("s3cret");
        assertThat(settings.toString()).doesNotContain("s3cret").contains(key + "=(set)");
        assertThat(settings.asProperties().toString()).doesNotContain("s3cret");
    }

    @Test
    void aPasswordFileThatIsMissingStopsTheStart() {
        assertThatThrownBy(() -> load("orders.ledger.password-file=secret"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":1: orders.ledger.password-file: " + home.resolve("secret")
                        + " cannot be read (NoSuchFileException); create it, or empty the setting");
    }

    @Test
    void aPasswordGivenTwiceIsRefused() {
        assertThatThrownBy(() -> load("orders.ledger.password=a", "orders.ledger.password-file=secret"))
                .isInstanceOf(StartException.class)
                .hasMessage(
                        file + ":2: orders.ledger.password-file: orders.ledger.password is set too; keep one of them");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:postgresql://h/db?user=u&password=s3cret", "jdbc:postgresql://u:s3cret@h/db"})
    void aPasswordInTheLedgersUrlIsRefusedAndNotRepeated(String url) {
        assertThatThrownBy(() -> load("orders.ledger.url=" + url))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("without a password")
                .hasMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp://h:1?jms.password=s3cret", "failover:(tcp://u:s3cret@h:1)"})
    void aPasswordInTheBrokersUrlIsRefusedAndNotRepeated(String url) {
        assertThatThrownBy(() -> load("orders.broker.url=" + url))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("orders.broker.password-file")
                .hasMessageNotContaining("s3cret");
    }

    @Test
    void aKeyThatDoesNotExistCannotBeAskedFor() throws IOException {
        Settings settings = load();

        assertThatThrownBy(() -> settings.text("orders.nonsense"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no setting orders.nonsense");
    }

    @Test
    void theDelayThatAdmissionHoldsIsLongerThanACallTakes() throws IOException {
        assertThatThrownBy(() -> load("orders.fulfilment.expected-time=3s", "orders.admission.target-delay=5s"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":2: orders.admission.target-delay: '5s' is not allowed; allowed: at least twice"
                        + " orders.fulfilment.expected-time, 3s: an order in hand waits, too");
        load("orders.fulfilment.expected-time=3s", "orders.admission.target-delay=6s");
        load("orders.fulfilment.expected-time=3s", "orders.admission.mode=off");
    }

    @Test
    void theBrakeCannotNeedMoreTurnsThanItLooksAt() {
        assertThatThrownBy(() -> load("orders.brake.window=10", "orders.brake.minimum-turns=11"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":2: orders.brake.minimum-turns: '11' is not allowed;"
                        + " allowed: at most orders.brake.window, 10");
    }

    @Test
    void aLaneOfTheUsersIsThereWithItsRuleAndIsAsTheNormalOneWhereItSaysNothing() throws IOException {
        Files.writeString(
                file,
                "orders.vip.rule=${variable.order.customerId} == '1'\norders.normal.batch.size=20\norders.vip.prefetch=3\n");

        Settings settings = loadWith("ORDERS_VIP_CONSUMERS", "6");

        assertThat(settings.laneRules()).containsExactly(Map.entry("vip", "${variable.order.customerId} == '1'"));
        assertThat(settings.integer("orders.vip.batch.size")).isEqualTo(20);
        assertThat(settings.consumers("vip")).isEqualTo(6);
        assertThat(settings.consumers("normal")).isEqualTo(50);
        assertThat(settings.asProperties()).containsEntry("orders.vip.prefetch", "3");
        assertThat(load().laneRules()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"high", "incoming", "fulfilled", "strays", "broker", "retry"})
    void aLaneCannotHaveANameThatIsTaken(String lane) {
        assertThatThrownBy(() -> load("orders." + lane + ".rule=true"))
                .isInstanceOf(StartException.class)
                .hasMessage(file + ":1: orders." + lane + ".rule: '" + lane
                        + "' is a name of ours; call your lane something else");
    }

    @Test
    void whatIsSetForALaneThatIsNotThereIsAMistake() {
        assertThatThrownBy(() -> load("orders.vip.consumers=3"))
                .isInstanceOf(StartException.class)
                .hasMessageStartingWith(file + ":1: orders.vip.consumers: there is no such setting");
        assertThatThrownBy(() -> load("orders.vip.rule=true", "orders.vip.consumers=0"))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("1 to 1000");
    }
}
