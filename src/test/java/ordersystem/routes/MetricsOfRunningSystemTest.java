package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What Prometheus reads of the running program, and that it is what everybody else is told. */
class MetricsOfRunningSystemTest {

    /** The first check of the figures is due 10 s after the start, and dead letters are counted there. */
    private static final Duration FIRST_CHECK = Duration.ofSeconds(30);

    private static final Path EXAMPLES = Path.of("examples/monitoring");

    /** Prometheus' own. */
    private static final Set<String> OF_OTHERS = Set.of("up");

    private static final String FAILS_AS_TOLD = """
            - choice:
                when:
                  - simple: "${variable.order.orderId} startsWith 'bad'"
                    steps:
                      - throwException:
                          exceptionType: ordersystem.order.UnprocessableOrderException
                          message: no such article
                  - simple: "${variable.order.orderId} startsWith 'down'"
                    steps:
                      - throwException:
                          exceptionType: java.net.SocketTimeoutException
                          message: the warehouse is away
                  - simple: "${variable.order.orderId} startsWith 'once' && ${header.OrderAttempts} == 0"
                    steps:
                      - throwException:
                          exceptionType: java.net.ConnectException
                          message: the warehouse is away for a moment
            - to: activemq:queue:orders.fulfilled
            """;

    @TempDir
    static Path home;

    private static RunningSystem system;

    @BeforeAll
    static void workOffADay() throws Exception {
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "1s")
                .fulfilment(FAILS_AS_TOLD, "")
                .start();
        for (int i = 0; i < 5; i++) {
            send("plain" + i, "");
        }
        for (int i = 0; i < 3; i++) {
            send("urgent" + i, "\"priority\":\"HIGH\",");
        }
        send("once", "\"priority\":\"HIGH\",");
        send("bad", "");
        send("bad-too", "\"priority\":\"HIGH\",");
        send("down", "");
        send("plain0", "");
        system.send("orders.incoming", "torn {");
        await("all are through or given up").atMost(Duration.ofSeconds(30)).until(() -> {
            JsonNode stats = stats();
            return stats.get("pending").asInt() == 0
                    && stats.get("received").asInt() == 12
                    && stats.get("duplicates").asInt() == 1
                    && stats.get("invalid").asInt() == 1;
        });
    }

    @AfterAll
    static void stop() {
        system.close();
    }

    private static void send(String id, String more) throws Exception {
        system.send(
                "orders.incoming",
                "{\"orderId\":\"" + id + "\"," + more + "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}");
    }

    private static JsonNode stats() throws Exception {
        return new ObjectMapper().readTree(system.get("/api/stats"));
    }

    private static Scrape scrape() {
        return Scrape.of(system.manage("/observe/metrics"));
    }

    /** What was read a moment ago is served for a second. */
    private static Scrape scrapeOfNow() {
        await("a reading younger than the last order")
                .untilAsserted(() -> assertThat(scrape().value("orders_processed_total{lane=\"normal\"}"))
                        .isEqualTo(5));
        return scrape();
    }

    @Test
    void theFiguresAreThoseOfTheStats() throws Exception {
        Scrape now = scrapeOfNow();
        JsonNode stats = stats();

        for (String lane : List.of("high", "normal")) {
            JsonNode of = stats.get("lanes").get(lane);
            assertThat(now.value("orders_received_total{lane=\"" + lane + "\"}"))
                    .isEqualTo(of.get("received").asDouble());
            assertThat(now.value("orders_processed_total{lane=\"" + lane + "\"}"))
                    .isEqualTo(of.get("processed").asDouble());
            assertThat(now.value("orders_currently_failed{lane=\"" + lane + "\"}"))
                    .isEqualTo(of.get("failed").asDouble());
            assertThat(now.value("orders_pending{lane=\"" + lane + "\"}"))
                    .isEqualTo(of.get("pending").asDouble());
            assertThat(now.value("orders_retried_total{lane=\"" + lane + "\"}"))
                    .isEqualTo(of.get("retried").asDouble());
        }
        assertThat(now.value("orders_received_total{lane=\"high\"}")).isEqualTo(5);
        assertThat(now.value("orders_processed_total{lane=\"high\"}")).isEqualTo(4);
        assertThat(now.value("orders_retried_total{lane=\"high\"}")).isEqualTo(1);
        assertThat(now.value("orders_duplicates_total")).isEqualTo(1);
        assertThat(now.value("orders_invalid_total")).isEqualTo(1);
        assertThat(now.value("orders_arriving")).isEqualTo(0);
        assertThat(now.value("orders_discrepancy")).isEqualTo(0);
        assertThat(now.value("orders_orphans")).isEqualTo(0);
        assertThat(now.value("orders_ledger_up")).isEqualTo(1);
    }

    @Test
    void failuresAreCountedByLaneAndByWhatTheOrderMet() {
        Scrape now = scrapeOfNow();

        assertThat(now.value("orders_failed_total{lane=\"normal\",reason=\"UnprocessableOrderException\"}"))
                .isEqualTo(1);
        assertThat(now.value("orders_failed_total{lane=\"high\",reason=\"UnprocessableOrderException\"}"))
                .isEqualTo(1);
        assertThat(now.value("orders_failed_total{lane=\"normal\",reason=\"SocketTimeoutException\"}"))
                .isEqualTo(1);
        assertThat(now.samples().keySet()).noneMatch(sample -> sample.contains("plain0") || sample.contains("bad-too"));
    }

    @Test
    void criticalTimeCountsEachHandedOverOrderOnceAndARetriedOneFromItsArrivalOn() {
        Scrape now = scrapeOfNow();

        assertThat(now.value("orders_critical_time_seconds_count{lane=\"normal\"}"))
                .isEqualTo(5);
        assertThat(now.value("orders_critical_time_seconds_count{lane=\"high\"}"))
                .isEqualTo(4);
        assertThat(now.value("orders_critical_time_seconds_max{lane=\"high\"}"))
                .as("the one that had a second turn after 1 s")
                .isBetween(1.0, 30.0);
        assertThat(now.value("orders_critical_time_seconds_bucket{lane=\"high\",le=\"60.0\"}"))
                .isEqualTo(4);
    }

    @Test
    void exactlyOneBrakeStateIsThePresentOne() {
        Scrape now = scrape();

        assertThat(now.value("orders_brake_state{state=\"CLOSED\"}")).isEqualTo(1);
        for (String other : List.of("RAMP", "HALF_OPEN", "OPEN", "MAINTENANCE")) {
            assertThat(now.value("orders_brake_state{state=\"" + other + "\"}")).isEqualTo(0);
        }
    }

    @Test
    void theBrokersQueuesAreToldWithTheirReaders() {
        Scrape now = scrapeOfNow();

        assertThat(now.value("orders_queue_depth{queue=\"orders.fulfilled\"}")).isEqualTo(9);
        assertThat(now.value("orders_queue_consumers{queue=\"orders.fulfilled\"}"))
                .isEqualTo(0);
        assertThat(now.value("orders_queue_depth{queue=\"DLQ.orders.fulfilled\"}"))
                .isEqualTo(0);
        assertThat(now.value("orders_queue_consumers{queue=\"orders.high\"}")).isEqualTo(2);
        assertThat(now.value("orders_queue_consumers{queue=\"orders.normal.dlq\"}"))
                .isEqualTo(1);
        assertThat(now.value("orders_broker_store_used_ratio")).isGreaterThan(0).isLessThan(1);
        assertThat(now.value("orders_broker_memory_used_ratio"))
                .isGreaterThanOrEqualTo(0)
                .isLessThan(1);
        assertThat(now.names()).contains("jvm_memory_used_bytes", "jvm_gc_pause_seconds_count", "process_cpu_usage");
    }

    @Test
    void whatWaitsForAPersonIsToldByLane() {
        await("the first check").atMost(FIRST_CHECK).untilAsserted(() -> assertThat(
                        scrape().has("orders_dead_letters{lane=\"normal\"}"))
                .isTrue());
        Scrape now = scrape();

        assertThat(now.value("orders_dead_letters{lane=\"normal\"}")).isEqualTo(2);
        assertThat(now.value("orders_dead_letters{lane=\"high\"}")).isEqualTo(1);
        assertThat(now.value("orders_dead_letters{lane=\"none\"}")).isEqualTo(1);
    }

    @Test
    void eachAlertReadsWhatIsThereAndSaysWhatToDo() throws Exception {
        Map<String, Object> file = yaml("orders.rules.yml");
        Scrape now = scrapeWithEverything();
        List<Map<String, Object>> rules = list(file.get("groups")).stream()
                .flatMap(group -> list(group.get("rules")).stream())
                .toList();

        assertThat(rules).hasSizeGreaterThan(10);
        assertThat(rules.stream().map(rule -> rule.get("alert"))).doesNotHaveDuplicates();
        for (Map<String, Object> rule : rules) {
            String alert = String.valueOf(rule.get("alert"));
            assertThat(map(rule.get("annotations"))).as(alert).containsKeys("summary", "action");
            assertThat(map(rule.get("labels")).get("severity")).as(alert).isIn("page", "ticket");
            assertThere(now, alert, String.valueOf(rule.get("expr")));
        }
    }

    @Test
    void eachPanelOfTheDashboardReadsWhatIsThere() throws Exception {
        JsonNode dashboard = new ObjectMapper()
                .readTree(EXAMPLES.resolve("grafana-dashboard.json").toFile());
        Scrape now = scrapeWithEverything();

        assertThat(dashboard.get("panels").findValuesAsText("id")).doesNotHaveDuplicates();
        assertThat(dashboard.get("panels").findValuesAsText("expr")).hasSizeGreaterThan(20);
        for (JsonNode panel : dashboard.get("panels")) {
            for (String expression : panel.findValuesAsText("expr")) {
                assertThere(now, panel.get("title").asText(), expression);
            }
        }
    }

    @Test
    void prometheusIsToldWhereTheMetricsAre() throws Exception {
        Map<String, Object> file = yaml("prometheus.yml");
        Map<String, Object> job = list(file.get("scrape_configs")).get(0);

        assertThat(job).containsEntry("job_name", "ordersystem").containsEntry("metrics_path", "/observe/metrics");
        assertThat(String.valueOf(job.get("static_configs"))).contains("127.0.0.1:9876");
        for (Object rules : (List<?>) Objects.requireNonNull(file.get("rule_files"))) {
            assertThat(EXAMPLES.resolve(String.valueOf(rules))).exists();
        }
    }

    @Test
    void eachMetricOfOursIsExplained() throws Exception {
        String explained = Files.readString(Path.of("docs/monitoring.md"));

        assertThat(scrapeWithEverything().names())
                .filteredOn(name -> name.startsWith("orders_") && !name.matches(".*_(bucket|count|sum|max)"))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(explained).containsPattern("`" + name + "[`{]"));
    }

    /** Dead letters are there after the first check, pauses after the first collection of garbage. */
    private static Scrape scrapeWithEverything() {
        System.gc();
        await("first check and collection").atMost(FIRST_CHECK).untilAsserted(() -> assertThat(scrape().names())
                .contains("orders_dead_letters", "jvm_gc_pause_seconds_sum"));
        return scrape();
    }

    private static void assertThere(Scrape now, String where, String expression) {
        for (String metric : PromQl.metrics(expression)) {
            if (!OF_OTHERS.contains(metric)) {
                assertThat(now.names()).as("%s: %s", where, expression).contains(metric);
            }
        }
    }

    private static Map<String, Object> yaml(String file) throws Exception {
        return map(new Yaml().load(Files.readString(EXAMPLES.resolve(file))));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(@Nullable Object node) {
        return (Map<String, Object>) Objects.requireNonNull(node);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(@Nullable Object node) {
        return (List<Map<String, Object>>) Objects.requireNonNull(node);
    }
}
