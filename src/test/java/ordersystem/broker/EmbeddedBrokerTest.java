package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.ResourceAllocationException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.apache.activemq.RedeliveryPolicy;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {

    private static final long MB = 1024 * 1024;
    private static final long SMALL_STORE = 64 * MB;
    private static final long LARGE_STORE = 1024 * MB;

    private final Path folder;

    EmbeddedBrokerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    static EmbeddedBroker start(Path folder, long storeLimit) {
        return start(folder, storeLimit, "tcp://127.0.0.1:0");
    }

    private static EmbeddedBroker start(Path folder, long storeLimit, String connector) {
        BrokerSettings settings =
                new BrokerSettings("test-" + UUID.randomUUID(), folder, connector, storeLimit, 100, 8192, 0);
        return new EmbeddedBroker(settings, fault -> {
            throw new AssertionError("the store failed", fault);
        });
    }

    /** A client of another process, at its defaults. */
    private static ConnectionFactory legacy(EmbeddedBroker broker) {
        return new ActiveMQConnectionFactory(broker.connector().orElseThrow().toString());
    }

    @Test
    void aSecondBrokerOnTheSameFolderIsRefusedInOneLine() throws Exception {
        try (EmbeddedBroker first = start(folder, SMALL_STORE)) {
            assertThatThrownBy(() -> start(folder, SMALL_STORE))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("orders.data-dir: " + folder
                            + " is in use by another OrderSystem; stop that one, or choose another folder");

            try (JmsClient client = JmsClient.autoAcknowledge(first.connectionFactory())) {
                client.send("orders.incoming", "the first one still works");
            }
        }
    }

    @Test
    void aConnectorWhoseAddressIsInUseIsRefusedInOneLine(@TempDir Path other) {
        try (EmbeddedBroker first = start(folder, SMALL_STORE)) {
            String taken = first.connector().map(URI::toString).orElseThrow();

            assertThatThrownBy(() -> start(other, SMALL_STORE, taken))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("orders.broker.connector: " + taken
                            + " is in use; stop what listens there, or choose another port");
        }
    }

    @Test
    void inNoQueueOfOursIsLookedForWhatHasExpired() {
        PolicyMap policies = EmbeddedBroker.policies(new BrokerSettings(
                "test",
                folder,
                null,
                SMALL_STORE,
                100,
                8192,
                0,
                Set.of("orders.incoming", "legacy.in"),
                List.of(),
                BrokerSettings.Protection.NONE));

        for (String queue : List.of(
                "orders.incoming",
                "legacy.in",
                "orders.high",
                "orders.vip",
                "orders.normal.dlq",
                "orders.fulfilled",
                "orders.strays")) {
            assertThat(policies.getEntryFor(new ActiveMQQueue(queue)).getExpireMessagesPeriod())
                    .as(queue)
                    .isZero();
        }
        assertThat(policies.getEntryFor(new ActiveMQQueue("erp.replies")).getExpireMessagesPeriod())
                .isEqualTo(10_000);
        assertThat(policies.getEntryFor(new ActiveMQTopic("orders.events")).getExpireMessagesPeriod())
                .isEqualTo(10_000);
    }

    @Test
    void depthCountsWhatAConsumerHoldsAndIsZeroForAQueueThatIsNotThere() throws Exception {
        try (EmbeddedBroker broker = start(folder, SMALL_STORE);
                JmsClient client = JmsClient.transacted(broker.connectionFactory())) {
            client.send("orders.incoming", "one");
            client.send("orders.incoming", "two");
            client.session.commit();

            client.receive("orders.incoming");

            assertThat(broker.depth("orders.incoming")).hasValue(2);
            assertThat(broker.depth("orders.nowhere")).hasValue(0);
        }
    }

    @Test
    void moreThanTheMemoryHoldsIsTakenInWithoutBlockingAndIsThereAfterARestart() throws Exception {
        int count = 50_000;
        String kilobyte = "x".repeat(1024);
        try (EmbeddedBroker broker = start(folder, LARGE_STORE);
                JmsClient client = JmsClient.transacted(broker.connectionFactory())) {
            for (int i = 1; i <= count; i++) {
                client.send("orders.normal", kilobyte);
                if (i % 500 == 0) {
                    client.session.commit();
                }
            }
        }

        try (EmbeddedBroker broker = start(folder, LARGE_STORE);
                JmsClient client = JmsClient.transacted(broker.connectionFactory())) {
            assertThat(broker.depth("orders.normal")).hasValue(count);
            assertThat(client.drain("orders.normal")).hasSize(count);
        }
    }

    @Test
    void aHighOrderOvertakesABacklogOnTheWayIn() throws Exception {
        try (EmbeddedBroker broker = start(folder, LARGE_STORE);
                JmsClient client = JmsClient.transacted(broker.connectionFactory())) {
            for (int i = 0; i < 5_000; i++) {
                client.send("orders.incoming", "normal");
            }
            client.session.commit();
            try (MessageConsumer consumer = client.consumer("orders.incoming?consumer.prefetchSize=10")) {
                assertThat(consumer.receive().getBody(String.class)).isEqualTo("normal");
                client.producer.setPriority(9);
                client.send("orders.incoming", "high");
                client.session.commit();

                int before = 0;
                while (consumer.receive().getBody(String.class).equals("normal")) {
                    before++;
                }

                assertThat(before).isLessThanOrEqualTo(60);
            }
        }
    }

    @Test
    void aMessageThatAClientGivesUpEndsInStraysAndAReadersOwnInItsDeadLetterQueue() throws Exception {
        try (EmbeddedBroker broker = start(folder, SMALL_STORE)) {
            ActiveMQConnectionFactory givesUpAtOnce = (ActiveMQConnectionFactory) legacy(broker);
            RedeliveryPolicy once = new RedeliveryPolicy();
            once.setMaximumRedeliveries(0);
            givesUpAtOnce.setRedeliveryPolicy(once);
            try (JmsClient client = JmsClient.transacted(givesUpAtOnce)) {
                for (String queue : List.of("orders.fulfilled", "orders.normal")) {
                    client.send(queue, "poison in " + queue);
                    client.session.commit();

                    client.receive(queue);
                    client.session.rollback();
                    client.receiveIfAny(queue);
                }
            }

            try (JmsClient client = JmsClient.autoAcknowledge(broker.connectionFactory())) {
                assertThat(client.receive("orders.strays").getBody(String.class))
                        .isEqualTo("poison in orders.normal");
                assertThat(client.receive("DLQ.orders.fulfilled").getBody(String.class))
                        .isEqualTo("poison in orders.fulfilled");
                assertThat(broker.depth("orders.fulfilled")).hasValue(0);
            }
        }
    }

    @Test
    void ourOwnClientGetsAMessageAgainHoweverOftenItIsRolledBack() throws Exception {
        try (EmbeddedBroker broker = start(folder, SMALL_STORE);
                JmsClient client = JmsClient.transacted(broker.connectionFactory())) {
            client.send("orders.high", "stubborn");
            client.session.commit();
            try (MessageConsumer consumer = client.consumer("orders.high")) {
                for (int i = 0; i < 50; i++) {
                    assertThat(consumer.receive(5_000)).isNotNull();
                    client.session.rollback();
                }

                assertThat(consumer.receive(5_000)).isNotNull();
            }
            assertThat(broker.depth("orders.strays")).hasValue(0);
        }
    }

    @Test
    void aFullStoreRefusesOrdersWhileTheOnesInsideGoOnToTheLastAndThenThereIsRoomAgain() throws Exception {
        String fourKilobytes = "x".repeat(4096);
        try (EmbeddedBroker broker = start(folder, SMALL_STORE);
                JmsClient door = JmsClient.transacted(broker.connectionFactory());
                JmsClient hop = JmsClient.transacted(broker.connectionFactory())) {
            int[] accepted = {0};
            assertThatThrownBy(() -> {
                        while (true) {
                            for (int i = 0; i < 100; i++) {
                                door.send("orders.incoming", fourKilobytes);
                            }
                            door.session.commit();
                            accepted[0] += 100;
                        }
                    })
                    .isInstanceOf(JMSException.class);
            door.session.rollback();
            assertThat(broker.room().isForMore()).isFalse();

            int moved = moveAll(hop, "orders.incoming", "orders.high");

            assertThat(moved).isEqualTo(accepted[0]);
            assertThat(hop.drain("orders.high")).hasSize(accepted[0]);
            Awaitility.await("the broker frees its files at its next clean-up")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> broker.room().isForMore());
            door.send("orders.incoming", "welcome back");
            door.session.commit();
        }
    }

    /** As the batch container does: what a full store refuses is rolled back and taken again. */
    private static int moveAll(JmsClient hop, String from, String to) throws JMSException {
        int moved = 0;
        try (MessageConsumer consumer = hop.consumer(from)) {
            while (true) {
                int batch = 0;
                try {
                    Message message = consumer.receive(2_000);
                    while (message != null) {
                        hop.send(to, message);
                        message = ++batch < 50 ? consumer.receive(2_000) : null;
                    }
                    if (batch == 0) {
                        return moved;
                    }
                    hop.session.commit();
                    moved += batch;
                } catch (JMSException full) {
                    hop.session.rollback();
                }
            }
        }
    }

    @Test
    void aFullStoreRefusesALegacyClientWithAnException() throws Exception {
        try (EmbeddedBroker broker = start(folder, SMALL_STORE);
                JmsClient client = JmsClient.autoAcknowledge(legacy(broker))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            client.send("orders.incoming", "x".repeat(500_000));
                        }
                    })
                    .isInstanceOf(ResourceAllocationException.class);
        }
    }

    /** The hop into the intake writes before it frees, so the intake must have room when the queue before it has none. */
    @Test
    @Timeout(120)
    void aFullLegacyQueueIsTakenOverByTheIntake() throws Exception {
        BrokerSettings settings = new BrokerSettings(
                "test-" + UUID.randomUUID(),
                folder,
                "tcp://127.0.0.1:0",
                SMALL_STORE,
                100,
                8192,
                0,
                Set.of("orders.incoming", "OLD.IN"),
                List.of(),
                BrokerSettings.Protection.NONE);
        try (EmbeddedBroker broker = new EmbeddedBroker(settings, fault -> {});
                JmsClient client = JmsClient.autoAcknowledge(legacy(broker))) {
            assertThatThrownBy(() -> {
                        while (true) {
                            client.send("OLD.IN", "x".repeat(2_000));
                        }
                    })
                    .isInstanceOf(ResourceAllocationException.class);
            long waiting = broker.depth("OLD.IN").orElseThrow();

            try (JmsClient hop = JmsClient.transacted(broker.connectionFactory())) {
                assertThat(moveAll(hop, "OLD.IN", "orders.incoming")).isEqualTo((int) waiting);
                assertThat(moveAll(hop, "orders.incoming", "orders.high")).isEqualTo((int) waiting);
                assertThat(hop.drain("orders.high")).hasSize((int) waiting);
            }
            Awaitility.await("the broker frees its files at its next clean-up")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> broker.room().isForMore());
        }
    }

    @Test
    void aFrameOverTheLimitIsRefusedAndTheBrokerGoesOn() throws Exception {
        try (EmbeddedBroker broker = start(folder, SMALL_STORE)) {
            try (JmsClient client = JmsClient.autoAcknowledge(legacy(broker))) {
                client.send("orders.incoming", "x".repeat(1_200_000));
                assertThatThrownBy(() -> client.send("orders.incoming", "x".repeat(3_000_000)))
                        .isInstanceOf(JMSException.class);
            }
            try (JmsClient client = JmsClient.autoAcknowledge(legacy(broker))) {
                assertThat(client.receive("orders.incoming").getBody(String.class))
                        .hasSize(1_200_000);
            }
        }
    }

    @Test
    void aVmAddressNeverStartsASecondBroker() throws Exception {
        ConnectionFactory late;
        try (EmbeddedBroker broker = start(folder, SMALL_STORE)) {
            late = broker.connectionFactory();
        }

        assertThatThrownBy(() -> JmsClient.autoAcknowledge(late)).isInstanceOf(JMSException.class);
        assertThat(List.of(java.util.Objects.requireNonNull(folder.toFile().list())))
                .contains("stopped-cleanly");
    }
}
