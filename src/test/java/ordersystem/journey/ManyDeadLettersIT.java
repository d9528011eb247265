package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Thousands of dead letters are listed, grouped and replayed while orders come in and go through. As many as the system
 * property says; prints how long pages take, and the high lane.
 */
class ManyDeadLettersIT {

    private static final int DEAD = Integer.getInteger("deadletters.count", 2_000);
    private static final int PER_SECOND = 500;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final int PAGES = 50;

    @RegisterExtension
    final ProgramUnderTest program =
            new ProgramUnderTest("ManyDeadLettersIT").longLived().with("ORDERS_FULFILMENT_EXPECTED_TIME", "1ms");

    private final List<String> highOrders = new ArrayList<>();
    private final List<Instant> sentAt = new ArrayList<>();

    @Test
    void theyAreListedGroupedAndReplayedBesideLiveTraffic() throws Exception {
        program.editRoute("40-fulfilment.camel.yaml", "      steps:", """
                      steps:
                        - choice:
                            when:
                              - simple: "${body} contains 'REFUSED'"
                                steps:
                                  - throwException:
                                      id: warehouse-call
                                      exceptionType: ordersystem.order.UnprocessableOrderException
                                      message: "no stock"
                """.stripTrailing());
        program.start();
        sendDead();
        await("all are dead letters").atMost(LIMIT).until(() -> stat("failed") == DEAD);
        program.kill();
        program.editRoute("40-fulfilment.camel.yaml", "contains 'REFUSED'", "contains 'NOBODY'");
        program.start();

        AtomicInteger live = new AtomicInteger();
        ScheduledExecutorService traffic = Executors.newScheduledThreadPool(4);
        traffic.scheduleAtFixedRate(() -> post(live.getAndIncrement()), 0, 10, TimeUnit.MILLISECONDS);
        try {
            await("traffic").atMost(LIMIT).until(() -> live.get() > 100);
            List<String> told = new ArrayList<>();
            assertThat(inGroups()).isEqualTo(DEAD);
            assertThat(Reckoning.of(program).deadLetters()).hasSize(DEAD);
            told.add(pages("groups", () -> program.api().manage("dead-letters/groups")));
            told.add(pages("list", () -> program.api().manage("dead-letters?limit=100&after=D-3")));
            told.add(pages("list by text", () -> program.api().manage("dead-letters?limit=20&text=stock")));
            told.add(pages(
                    "dry run", () -> program.api().manage("dead-letters/replay", "{\"all\":true,\"dryRun\":true}")));
            int before = highOrders.size();
            long begin = System.nanoTime();
            String replay = program.api()
                    .manage(
                            "dead-letters/replay",
                            "{\"reasonNode\":\"warehouse-call\",\"perSecond\":" + PER_SECOND + "}")
                    .json()
                    .path("id")
                    .asText();
            told.add(pages("groups during the replay", () -> program.api().manage("dead-letters/groups")));
            for (int i = 0; i < PAGES; i++) {
                long sentOn = sentOn(replay);
                long left = inGroups();
                assertThat(DEAD - left).isBetween(sentOn, sentOn(replay));
            }
            told.add(pages("progress", () -> program.api().manage("dead-letters/replays/" + replay)));
            await("all are settled")
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(250))
                    .until(() -> program.api()
                            .manage("dead-letters/replays/" + replay)
                            .json()
                            .has("settledAt"));
            double seconds = (System.nanoTime() - begin) / 1e9;
            int after = highOrders.size();
            traffic.shutdown();
            assertThat(traffic.awaitTermination(20, TimeUnit.SECONDS)).isTrue();

            JsonNode over =
                    program.api().manage("dead-letters/replays/" + replay).json();
            assertThat(over.path("sentOn").asInt()).isEqualTo(DEAD);
            assertThat(inGroups()).isZero();
            assertThat(Duration.between(time(over, "startedAt"), time(over, "endedAt")))
                    .as("sent on no faster than asked for")
                    .isGreaterThan(Duration.ofMillis(900L * DEAD / PER_SECOND));
            assertThat(over.path("outcomes").path("SUCCEEDED").asInt()).isEqualTo(DEAD);
            await("all are processed").atMost(LIMIT).until(() -> stat("processed") == DEAD + live.get());
            System.out.printf(
                    "many dead letters: %,d; %s; replayed at %.0f/s; high lane p50, p99 ms before %s, during %s%n",
                    DEAD, told, DEAD / seconds, latency(0, before), latency(before, after));
        } finally {
            traffic.shutdownNow();
        }
        try (Warehouse warehouse = new Warehouse(program.brokerUrl())) {
            await("each once").atMost(LIMIT).until(() -> warehouse.count() == DEAD + live.get());
            assertThat(warehouse.orderIds()).doesNotHaveDuplicates();
        }
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
    }

    private void sendDead() throws Exception {
        try (Connection connection = new ActiveMQConnectionFactory(program.brokerUrl()).createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("orders.incoming"))) {
            for (int i = 0; i < DEAD; i++) {
                producer.send(
                        session.createTextMessage(order("D-" + i, "REFUSED", "NORMAL")), DeliveryMode.PERSISTENT, 4, 0);
                if (i % 500 == 499 || i == DEAD - 1) {
                    session.commit();
                }
            }
        }
    }

    /** A hundred a second, one in ten high. */
    private void post(int i) {
        String id = "L-" + i;
        try {
            if (i % 10 == 0) {
                synchronized (highOrders) {
                    highOrders.add(id);
                    sentAt.add(Instant.now());
                }
            }
            int status = program.api()
                    .post(order(id, "17850", i % 10 == 0 ? "HIGH" : "NORMAL").getBytes(UTF_8))
                    .status();
            assertThat(status).isEqualTo(202);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** All are of one kind. */
    private long inGroups() throws Exception {
        JsonNode groups = program.api().manage("dead-letters/groups").json().path("groups");
        assertThat(groups.size()).isLessThanOrEqualTo(1);
        groups.forEach(group -> assertThat(group.path("reasonNode").asText()).isEqualTo("warehouse-call"));
        return groups.path(0).path("count").asLong();
    }

    private static Instant time(JsonNode replay, String field) {
        return Instant.parse(replay.path(field).asText());
    }

    private long sentOn(String replay) throws Exception {
        return program.api()
                .manage("dead-letters/replays/" + replay)
                .json()
                .path("sentOn")
                .asLong();
    }

    private static String pages(String what, Callable<Api.Answer> page) throws Exception {
        double[] millis = new double[PAGES];
        for (int i = 0; i < PAGES; i++) {
            long begin = System.nanoTime();
            assertThat(page.call().status()).isEqualTo(200);
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        return "%s median %.0f ms, worst %.0f".formatted(what, millis[PAGES / 2], millis[PAGES - 1]);
    }

    /** From before it was posted to the ledger's time of processing. */
    private String latency(int from, int to) throws Exception {
        List<Long> millis = new ArrayList<>();
        for (int i = from; i < to; i++) {
            String processed = program.api()
                    .order(highOrders.get(i))
                    .json()
                    .path("processedAt")
                    .asText();
            millis.add(Duration.between(sentAt.get(i), Instant.parse(processed)).toMillis());
        }
        millis.sort(null);
        return millis.isEmpty()
                ? "none"
                : millis.get(millis.size() / 2) + ", " + millis.get(millis.size() * 99 / 100) + " of " + millis.size();
    }

    private long stat(String name) throws Exception {
        return program.api().stats().map(stats -> stats.path(name).asLong(-1)).orElse(-1L);
    }

    private static String order(String id, String customer, String priority) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer + "\",\"priority\":\"" + priority
                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
