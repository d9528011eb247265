package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import ordersystem.processing.OrderStats;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whoever asks is told the same: Java, REST on both ports, JMX, Jolokia and Prometheus, while 2,000 orders a second come in and are
 * worked off. Another way of asking is one more line in {@link #waysOfAsking}.
 */
class AgreementTest {

    private static final int ORDERS_PER_SECOND = 2_000;
    /** Orders before the first reading; the just-in-time compiler needs some 100,000 for the full rate. */
    private static final int WARM_UP = Integer.getInteger("agreement.warm-up", ORDERS_PER_SECOND);

    private static final int STEPS_PER_SECOND = 20;
    private static final int ROUNDS = 15;
    /** On a machine that cannot keep up the flow waits, so that the test ends. */
    private static final int MOST_PENDING = 4_000;

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final List<String> LANES = List.of("high", "normal");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** These only ever rise, so what is read between two readings lies between them. */
    private static final List<String> RISING = List.of(
            "received",
            "processed",
            "duplicates",
            "high.received",
            "high.processed",
            "normal.received",
            "normal.processed");

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void start() {
        // Two consumers of each kind, as the other tests have, are too few for so many.
        system = new RunningSystem(home)
                .set("ORDERS_INCOMING_CONSUMERS", 4)
                .set("ORDERS_NORMAL_CONSUMERS", 4)
                .start();
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private Map<String, Callable<Map<String, Long>>> waysOfAsking() {
        Map<String, Callable<Map<String, Long>>> ways = new LinkedHashMap<>();
        ways.put("GET /api/stats, public port", () -> ofJson(system.get("/api/stats")));
        ways.put("GET /api/stats, management port", () -> ofJson(system.manage("/api/stats")));
        ways.put("JMX, the record", AgreementTest::ofJmxRecord);
        ways.put("JMX, single attributes", AgreementTest::ofJmxAttributes);
        ways.put("Jolokia", this::ofJolokia);
        ways.put("Prometheus", () -> ofPrometheus(Scrape.of(system.manage("/observe/metrics"))));
        return ways;
    }

    @Test
    void theSameFiguresAtOneInstantWhileOrdersFlow() throws Exception {
        try (Flow flow = new Flow(system.brokerUrl(), () -> isKeepingUp(system.stats()))) {
            await("it flows")
                    .atMost(LONG.multipliedBy(5))
                    .until(() -> system.stats().processed() > WARM_UP);
            long begin = System.nanoTime();
            long processedBefore = system.stats().processed();
            for (int round = 0; round < ROUNDS; round++) {
                for (Map.Entry<String, Callable<Map<String, Long>>> way :
                        waysOfAsking().entrySet()) {
                    Map<String, Long> before = ofJava(system.stats());
                    Map<String, Long> told = notOlder(before, way.getValue());
                    Map<String, Long> after = ofJava(system.stats());

                    assertThat(told.get("received"))
                            .as("%s: %s", way.getKey(), told)
                            .isEqualTo(sum(told, "processed", "failed", "pending"));
                    for (String figure : RISING) {
                        if (told.containsKey(figure)) {
                            assertThat(told.get(figure))
                                    .as("%s: %s", way.getKey(), figure)
                                    .isBetween(of(before, figure), of(after, figure));
                        }
                    }
                }
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            double rate = (system.stats().processed() - processedBefore) / seconds;
            System.out.printf("agreement: %,.0f orders a second were worked off meanwhile%n", rate);
            assertThat(rate)
                    .as("orders a second; fewer on a machine that has other work")
                    .isPositive();
            assertThat(system.stats().throughputPerSecond()).isPositive();
            assertThat(Objects.requireNonNull(system.stats().lanes().get("high"))
                            .p99Millis())
                    .isGreaterThan(0);
            flow.end();
            await("the last one is worked off")
                    .atMost(LONG)
                    .until(() -> system.stats().received() == flow.sent()
                            && system.stats().pending() == 0);
        }

        Map<String, Long> last = ofJava(system.stats());
        for (Map.Entry<String, Callable<Map<String, Long>>> way : waysOfAsking().entrySet()) {
            await(way.getKey()).atMost(LONG).untilAsserted(() -> {
                Map<String, Long> told = way.getValue().call();
                assertThat(last).containsAllEntriesOf(told);
            });
        }
    }

    private static boolean isKeepingUp(OrderStats now) {
        return now.pending() + Objects.requireNonNullElse(now.arriving(), 0L) < MOST_PENDING;
    }

    /** Some serve what they read up to a second ago. */
    private static Map<String, Long> notOlder(Map<String, Long> than, Callable<Map<String, Long>> way) {
        return await("a reading of now")
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO)
                .until(way, told -> RISING.stream()
                        .filter(told::containsKey)
                        .allMatch(figure -> of(told, figure) >= of(than, figure)));
    }

    private static long of(Map<String, Long> told, String figure) {
        return Objects.requireNonNull(told.get(figure), figure);
    }

    private static Long sum(Map<String, Long> told, String... figures) {
        long sum = 0;
        for (String figure : figures) {
            sum += told.getOrDefault(figure, 0L);
        }
        return sum;
    }

    private static Map<String, Long> ofJava(OrderStats stats) {
        Map<String, Long> told = new TreeMap<>();
        told.put("received", stats.received());
        told.put("processed", stats.processed());
        told.put("failed", stats.failed());
        told.put("pending", stats.pending());
        told.put("duplicates", stats.duplicates());
        told.put("discrepancy", stats.discrepancy());
        for (String lane : LANES) {
            OrderStats.LaneStats of = stats.lanes().get(lane);
            told.put(lane + ".received", of == null ? 0 : of.received());
            told.put(lane + ".processed", of == null ? 0 : of.processed());
            told.put(lane + ".pending", of == null ? 0 : of.pending());
        }
        return told;
    }

    private static Map<String, Long> ofJson(String json) throws Exception {
        JsonNode stats = JSON.readTree(json);
        Map<String, Long> told = new TreeMap<>();
        for (String figure : List.of("received", "processed", "failed", "pending", "duplicates", "discrepancy")) {
            told.put(figure, stats.get(figure).asLong());
        }
        for (String lane : LANES) {
            for (String figure : List.of("received", "processed", "pending")) {
                told.put(
                        lane + "." + figure,
                        stats.get("lanes").get(lane).get(figure).asLong());
            }
        }
        return told;
    }

    private Map<String, Long> ofJolokia() throws Exception {
        JsonNode answer = JSON.readTree(system.manage("/observe/jolokia/read/ordersystem:type=OrderStats/OrderStats"));
        return ofJson(answer.get("value").toString());
    }

    private static Map<String, Long> ofJmxRecord() throws Exception {
        CompositeData stats = (CompositeData) jmx().getAttribute(bean(), "OrderStats");
        Map<String, Long> told = new TreeMap<>();
        for (String figure : List.of("received", "processed", "failed", "pending", "duplicates", "discrepancy")) {
            told.put(figure, (Long) stats.get(figure));
        }
        for (String lane : LANES) {
            CompositeData of = (CompositeData)
                    ((TabularData) stats.get("lanes")).get(new Object[] {lane}).get("value");
            for (String figure : List.of("received", "processed", "pending")) {
                told.put(lane + "." + figure, (Long) of.get(figure));
            }
        }
        return told;
    }

    private static Map<String, Long> ofJmxAttributes() throws Exception {
        Map<String, Long> told = new TreeMap<>();
        String[] names = {"Received", "Processed", "Failed", "Pending", "Discrepancy"};
        for (Attribute attribute : jmx().getAttributes(bean(), names).asList()) {
            told.put(attribute.getName().toLowerCase(Locale.ROOT), (Long) attribute.getValue());
        }
        return told;
    }

    private static Map<String, Long> ofPrometheus(Scrape scrape) {
        Map<String, Long> told = new TreeMap<>();
        for (String lane : LANES) {
            String label = "{lane=\"" + lane + "\"}";
            told.put(lane + ".received", (long) scrape.value("orders_received_total" + label));
            told.put(lane + ".processed", (long) scrape.value("orders_processed_total" + label));
            told.put(lane + ".pending", (long) scrape.value("orders_pending" + label));
            told.merge("failed", (long) scrape.value("orders_currently_failed" + label), Long::sum);
        }
        for (String figure : List.of("received", "processed", "pending")) {
            told.put(figure, sum(told, "high." + figure, "normal." + figure));
        }
        told.put("duplicates", (long) scrape.value("orders_duplicates_total"));
        told.put("discrepancy", (long) scrape.value("orders_discrepancy"));
        return told;
    }

    private static MBeanServer jmx() {
        return ManagementFactory.getPlatformMBeanServer();
    }

    private static ObjectName bean() throws JMException {
        return new ObjectName("ordersystem:type=OrderStats");
    }

    /** Orders by JMS, so many a second; one in ten is high, one in a hundred comes twice. */
    private static final class Flow implements AutoCloseable {
        private final ScheduledExecutorService steps = Executors.newSingleThreadScheduledExecutor();
        private final AtomicInteger sent = new AtomicInteger();
        private final BooleanSupplier goesOn;
        private final Connection connection;
        private final Session session;
        private final MessageProducer producer;

        Flow(String url, BooleanSupplier goesOn) throws JMSException {
            this.goesOn = goesOn;
            connection = new ActiveMQConnectionFactory(url).createConnection();
            connection.start();
            session = connection.createSession(true, Session.SESSION_TRANSACTED);
            producer = session.createProducer(session.createQueue("orders.incoming"));
            var unused = steps.scheduleAtFixedRate(this::step, 0, 1_000 / STEPS_PER_SECOND, TimeUnit.MILLISECONDS);
        }

        private void step() {
            if (!goesOn.getAsBoolean()) {
                return;
            }
            try {
                int first = sent.get();
                List<String> orders = new ArrayList<>();
                for (int i = first; i < first + ORDERS_PER_SECOND / STEPS_PER_SECOND; i++) {
                    orders.add(order(i));
                }
                orders.add(order(first));
                for (String order : orders) {
                    producer.send(session.createTextMessage(order));
                }
                session.commit();
                sent.addAndGet(orders.size() - 1);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        }

        private static String order(int i) {
            return "{\"orderId\":\"" + i + "\"," + (i % 10 == 0 ? "\"priority\":\"HIGH\"," : "")
                    + "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
        }

        int sent() {
            return sent.get();
        }

        void end() throws InterruptedException {
            steps.shutdown();
            assertThat(steps.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void close() throws JMSException {
            steps.shutdownNow();
            connection.close();
        }
    }
}
