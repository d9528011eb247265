package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.jms.Connection;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged program with an ActiveMQ Artemis that is killed, or cut off, or not set for orders. */
class ArtemisIT {

    private static final int TIMES = Integer.getInteger("broker.kills", 3);
    private static final Duration LONG = Duration.ofSeconds(60);
    /** Artemis' number of this kind of message. */
    private static final int TEXT = 3;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("ArtemisIT");

    private BrokerUnderTest broker() throws Exception {
        return new BrokerUnderTest(BrokerUnderTest.Kind.ARTEMIS, data());
    }

    private Path data() {
        return program.home().resolve("broker");
    }

    @Test
    void aBrokerThatIsKilledAndStartedAgainLosesAndDoublesNothing() throws Exception {
        try (BrokerUnderTest broker = broker()) {
            broker.start();
            program.useBroker("failover:(" + broker.url() + ")", broker.url()).start();

            Outages.survive(program, "Artemis, killed and started again", TIMES, () -> {
                broker.kill();
                broker.start();
            });
        }
    }

    @Test
    void aLinkThatIsCutBetweenACommitAndItsAnswerLosesAndDoublesNothing() throws Exception {
        try (BrokerUnderTest broker = broker();
                LinkCutter links = new LinkCutter(broker.port())) {
            broker.start();
            program.useBroker("failover:(" + links.url() + ")", broker.url()).start();

            Outages.survive(program, "Artemis, cut off at a commit", TIMES, () -> {
                int before = links.cuts();
                links.cutNext();
                await("a link is cut").atMost(LONG).until(() -> links.cuts() > before);
            });
        }
    }

    /** Artemis makes a JMSMessageID for it; older versions made another one at each delivery. */
    @Test
    void anOrderThatCameByAnotherProtocolIsKnownAgainAfterAKill() throws Exception {
        try (BrokerUnderTest broker = broker()) {
            broker.start();
            program.useBroker(broker.url(), broker.url()).startToDieAt(Seam.RECEIVE_NOTHING_SENT);
            program.awaitReady();
            sendNotByOpenWire("first");
            awaitProcessed("first");

            sendNotByOpenWire("second");
            assertThat(program.awaitDeath(LONG)).isTrue();
            assertThat(program.exitCode()).isEqualTo(Seam.EXIT_CODE);
            program.start();

            awaitProcessed("second");
            assertThat(FulfilledQueue.read(program.brokerUrl(), "orders.fulfilled"))
                    .extracting(OutsideAccount.Fulfilled::orderId)
                    .containsExactly("first", "second");
        }
    }

    /** As somebody does in Artemis' console. */
    private void sendNotByOpenWire(String orderId) throws Exception {
        String order = "{\"orderId\":\"" + orderId + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
        try (Connection connection = new ActiveMQConnectionFactory(program.brokerUrl()).createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer management = session.createProducer(session.createQueue("activemq.management"))) {
            TextMessage send = session.createTextMessage(new ObjectMapper()
                    .writeValueAsString(
                            List.of(Map.of(), TEXT, order, true, BrokerUnderTest.USER, BrokerUnderTest.PASSWORD)));
            send.setStringProperty("_AMQ_ResourceName", "queue.orders.incoming");
            send.setStringProperty("_AMQ_OperationName", "sendMessage");
            management.send(send);
        }
    }

    private void awaitProcessed(String orderId) {
        await(orderId + " is processed")
                .atMost(LONG)
                .until(() -> program.api().order(orderId).body().contains("PROCESSED"));
    }

    @Test
    void anOrderThatExpiresBeforeItIsReadComesBack() throws Exception {
        try (BrokerUnderTest broker = broker()) {
            broker.start();
            program.useBroker(broker.url(), broker.url());
            try (Connection connection = new ActiveMQConnectionFactory(program.brokerUrl()).createConnection();
                    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                    MessageProducer producer = session.createProducer(session.createQueue("orders.incoming"))) {
                producer.setTimeToLive(100);
                producer.send(session.createTextMessage(
                        "{\"orderId\":\"late\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}"));
            }
            await("it has expired")
                    .atMost(LONG)
                    .until(() -> FulfilledQueue.read(program.brokerUrl(), "orders.strays")
                                    .size()
                            == 1);

            program.start();

            awaitProcessed("late");
        }
    }

    @Test
    void aBrokerAtItsDefaultsIsRefusedAndTheCheckSaysWhatIsMissing() throws Exception {
        Path untouched =
                Files.writeString(Files.createDirectories(program.home()).resolve("untouched.xml"), """
                <configuration xmlns="urn:activemq">
                  <core xmlns="urn:activemq:core">
                    <journal-directory>${artemis.data}/journal</journal-directory>
                    <bindings-directory>${artemis.data}/bindings</bindings-directory>
                    <large-messages-directory>${artemis.data}/large-messages</large-messages-directory>
                    <paging-directory>${artemis.data}/paging</paging-directory>
                    <security-enabled>false</security-enabled>
                    <acceptors><acceptor name="openwire">tcp://127.0.0.1:${artemis.port}</acceptor></acceptors>
                  </core>
                </configuration>
                """);
        try (BrokerUnderTest broker = new BrokerUnderTest(BrokerUnderTest.Kind.ARTEMIS, untouched, data())) {
            broker.start();
            program.useBroker(broker.url(), broker.url());

            ProgramUnderTest.Audit check = program.report("check", "--broker");

            assertThat(check.exitCode()).as(check.report()).isEqualTo(1);
            assertThat(check.report())
                    .startsWith("ActiveMQ Artemis, " + broker.url() + " as orders\n")
                    .contains(
                            "the broker gives an order up after 10 deliveries: max-delivery-attempts is to be -1\n",
                            "what is given up is dropped: dead-letter-address is to name one with a queue\n",
                            "\norders would be lost: legacy.orders.in, orders.incoming: an order with a time to live vanishes",
                            "\ncannot be seen: whether each commit is on disk",
                            "\nWhat is to stand in broker.xml:\n",
                            "<max-delivery-attempts>-1</max-delivery-attempts>");
            program.launch("");
            assertThat(program.awaitDeath(LONG)).as("it does not start").isTrue();
            assertThat(program.exitCode()).isEqualTo(3);
            assertThat(Files.readString(program.output()))
                    .contains(
                            "is not set for orders; 'ordersystem check --broker' prints what is to stand in broker.xml");
        }
    }

    @Test
    void theCheckOfTheExampleFindsNothing() throws Exception {
        try (BrokerUnderTest broker = broker()) {
            broker.start();
            program.useBroker(broker.url(), broker.url());

            ProgramUnderTest.Audit check = program.report("check", "--broker");

            assertThat(check.exitCode()).as(check.report()).isZero();
            assertThat(check.report())
                    .doesNotContain("warning: ", "would be lost")
                    .endsWith("It has what OrderSystem needs, as far as can be seen.\n");
        }
    }
}
