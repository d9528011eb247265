package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two instances, all alike, on one ActiveMQ Classic and one PostgreSQL. */
class ClusterIT {

    private static final int KILLS = Integer.getInteger("cluster.kills", 4);

    @RegisterExtension
    final ProgramUnderTest one = new ProgramUnderTest("ClusterIT-one");

    @RegisterExtension
    final ProgramUnderTest other = new ProgramUnderTest("ClusterIT-other");

    @RegisterExtension
    final ProgramUnderTest third = new ProgramUnderTest("ClusterIT-third");

    @RegisterExtension
    final ProgramUnderTest fourth = new ProgramUnderTest("ClusterIT-fourth");

    /** An installation of another version, to have beside this one: as in an upgrade. */
    private static final @Nullable String OTHER_VERSION = System.getProperty("cluster.other-version");

    private BrokerUnderTest broker;
    private Database database;

    @BeforeEach
    void start() throws Exception {
        broker = new BrokerUnderTest(BrokerUnderTest.Kind.CLASSIC, one.home().resolve("broker"));
        broker.start();
        database = new Database(one.home().resolve("database"));
        database.start();
        for (ProgramUnderTest program : all()) {
            program.useBroker(broker.url(), broker.url())
                    .with("ORDERS_LEDGER_URL", database.url())
                    .with("ORDERS_LEDGER_USER", "postgres");
        }
    }

    @AfterEach
    void stop() throws Exception {
        // Before what they depend on.
        for (ProgramUnderTest program : all()) {
            if (program.isAlive()) {
                program.kill();
            }
        }
        broker.close();
        database.close();
    }

    @BeforeEach
    void beSomeOtherVersion() {
        if (OTHER_VERSION != null) {
            other.runFrom(Path.of(OTHER_VERSION));
            other.with("ORDERS_ROUTES_DIR", OTHER_VERSION + "/routes");
        }
    }

    private List<ProgramUnderTest> all() {
        return List.of(one, other, third, fourth);
    }

    /** For docs/operations.md: how many orders a second so many instances work off, and what of the machine that takes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    @EnabledIfSystemProperty(named = "cluster.orders", matches = "\\d+")
    void howFast(int instances) throws Exception {
        int orders = Integer.getInteger("cluster.orders");
        for (ProgramUnderTest program : all().subList(0, instances)) {
            program.longLived().with("ORDERS_FULFILMENT_EXPECTED_TIME", "1ms").start();
        }
        send("warm-up", orders);
        awaitProcessed(orders);
        for (int round = 1; round <= 3; round++) {
            long[] before = processorTicks();
            long begin = System.nanoTime();
            send("round-" + round, orders);
            awaitProcessed((round + 1) * orders);
            double seconds = (System.nanoTime() - begin) / 1e9;
            long[] after = processorTicks();
            System.out.printf(
                    "%d instances: %.0f orders/s, processors busy %.0f %%%n",
                    instances, orders / seconds, 100.0 * (after[0] - before[0]) / (after[1] - before[1]));
        }
        assertThat(one.api().stats().orElseThrow().path("instances")).hasSize(instances);
    }

    private void send(String what, int orders) throws JMSException {
        try (Connection connection = new ActiveMQConnectionFactory(one.brokerUrl()).createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("orders.incoming"))) {
            for (int i = 0; i < orders; i++) {
                producer.send(session.createTextMessage(SteadyLoad.order(what + "-" + i, i % 10 == 0)));
                if (i % 100 == 99) {
                    session.commit();
                }
            }
            session.commit();
        }
    }

    private void awaitProcessed(long orders) {
        await(orders + " orders are processed")
                .atMost(Duration.ofMinutes(10))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> Outages.processed(one) == orders);
    }

    /** Of the whole machine: busy, and all. */
    private static long[] processorTicks() throws IOException {
        String[] fields = Files.readAllLines(Path.of("/proc/stat")).get(0).split(" +");
        long all = Arrays.stream(fields)
                .skip(1)
                .limit(8)
                .mapToLong(Long::parseLong)
                .sum();
        return new long[] {all - Long.parseLong(fields[4]) - Long.parseLong(fields[5]), all};
    }

    /** The second one is added in full flow: it is started by the first of its kills' counterparts. */
    @Test
    void whicheverIsKilledNothingIsLostOrDoneTwice() throws Exception {
        one.start();
        AtomicInteger kills = new AtomicInteger();
        List<JsonNode> instances = new ArrayList<>();

        Outages.survive(one, "two instances, one of them killed", KILLS + 1, () -> {
            int kill = kills.getAndIncrement();
            if (kill == 0) {
                other.start(); // added in full flow
                return;
            }
            ProgramUnderTest victim = kill % 2 == 0 ? one : other;
            victim.kill();
            victim.start();
            instances.add(other.api().stats().orElseThrow().path("instances"));
        });

        JsonNode last = instances.get(instances.size() - 1);
        assertThat(last).as("each says what both did").hasSize(2);
        for (JsonNode instance : last) {
            assertThat(instance.path("received").asLong()).isPositive();
            assertThat(instance.path("processed").asLong()).isPositive();
        }
        assertThat(other.stop(Duration.ofSeconds(60))).isIn(0, 143);
    }
}
