package ordersystem.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.ledger.Ledger;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** When a consumer takes its next message, and when its batch ends. */
class BatchContainerTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int HIGH = 9;
    private static final int NORMAL = 4;

    private final EmbeddedBroker broker;
    private final Ledger ledger;
    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
    private final CamelContext camel = new DefaultCamelContext();
    private final AtomicBoolean intakeIsBusy = new AtomicBoolean();

    BatchContainerTest(@TempDir Path folder) {
        broker = new EmbeddedBroker(new BrokerSettings(folder.resolve("broker"), "none", 256L << 20, 100), fault -> {});
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 2);
        pool.setConnectionFactory(broker.connectionFactory());
    }

    @AfterEach
    void stop() {
        camel.stop();
        pool.stop();
        ledger.close();
        broker.close();
    }

    @Test
    void normalWorkHoldsBackWhileTheIntakeIsBusyAndHighWorkDoesNot() throws Exception {
        AtomicInteger normal = new AtomicInteger();
        AtomicInteger high = new AtomicInteger();
        intakeIsBusy.set(true);
        start(
                Map.of(
                        "work.normal", new Batch(10, LONG, LONG, LONG),
                        "work.high", new Batch(10, LONG, LONG, Duration.ZERO)),
                new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("activemq:queue:work.normal").process(exchange -> normal.incrementAndGet());
                        from("activemq:queue:work.high").process(exchange -> high.incrementAndGet());
                    }
                });
        send("work.normal", NORMAL, 1);
        for (int i = 1; i <= 20; i++) {
            int sent = i;
            send("work.high", HIGH, 1);
            await("the high lane goes on").untilAsserted(() -> assertThat(high).hasValue(sent));
        }

        assertThat(normal).hasValue(0);

        intakeIsBusy.set(false);
        await("the normal lane goes on by itself")
                .untilAsserted(() -> assertThat(normal).hasValue(1));
    }

    @Test
    void aBatchEndsSoonAfterAHighOrderHoweverManyOthersWait() throws Exception {
        CountDownLatch handedOver = new CountDownLatch(1);
        send("work", HIGH, 1);
        send("work", NORMAL, 20);
        start(Map.of("work", new Batch(100, LONG, Duration.ZERO, Duration.ZERO)), new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:work")
                        .choice()
                        .when(header("JMSPriority").isEqualTo(HIGH))
                        .to("activemq:queue:out")
                        .otherwise()
                        .process(exchange -> handedOver.await(20, TimeUnit.SECONDS));
            }
        });

        try (Connection connection = broker.connectionFactory().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue("out"))) {
            connection.start();
            assertThat(consumer.receive(10_000))
                    .as("committed while the others are still being worked on")
                    .isNotNull();
        } finally {
            handedOver.countDown();
        }
    }

    private void start(Map<String, Batch> batches, RouteBuilder routes) throws Exception {
        OrderMessaging.install(camel, pool, batches, ledger, intakeIsBusy::get);
        camel.addRoutes(routes);
        camel.start();
    }

    private void send(String queue, int priority, int count) throws JMSException {
        ConnectionFactory connections = broker.connectionFactory();
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (int i = 0; i < count; i++) {
                producer.send(session.createTextMessage("order"), DeliveryMode.PERSISTENT, priority, 0);
            }
        }
    }
}
