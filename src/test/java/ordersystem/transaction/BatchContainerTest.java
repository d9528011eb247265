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

    private final Path folder;
    private final EmbeddedBroker broker;
    private final Ledger ledger;
    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
    private final Courier courier;
    private final CamelContext camel = new DefaultCamelContext();
    private final AtomicBoolean intakeIsBusy = new AtomicBoolean();
    private final TimeLimit timeLimit;
    private WorkGate gate = WorkGate.OPEN;

    BatchContainerTest(@TempDir Path folder) {
        this.folder = folder;
        broker = new EmbeddedBroker(new BrokerSettings(folder.resolve("broker"), "none", 256L << 20, 100), fault -> {});
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 2);
        pool.setConnectionFactory(broker.connectionFactory());
        courier = new Courier("replies", broker.connectionFactory());
        timeLimit = new TimeLimit(LONG, fault -> {});
    }

    @AfterEach
    void stop() {
        camel.stop();
        pool.stop();
        courier.close();
        timeLimit.close();
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
    void consumersThatMayNotWorkGiveBackWhatTheyHold() throws Exception {
        AtomicBoolean open = new AtomicBoolean(true);
        AtomicInteger worked = new AtomicInteger();
        gate = queue -> open.get() ? whileTrue(open) : null;
        CountDownLatch shut = new CountDownLatch(1);
        send("orders.normal", NORMAL, 100);
        start(Map.of("orders.normal", new Batch(50, LONG, LONG, Duration.ZERO)), new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:orders.normal?concurrentConsumers=2&destination.consumer.prefetchSize=50")
                        .process(exchange -> {
                            worked.incrementAndGet();
                            shut.await(20, TimeUnit.SECONDS);
                        })
                        .to("activemq:queue:out");
            }
        });
        await("both hold a batch").untilAsserted(() -> assertThat(worked).hasValue(2));

        open.set(false);
        shut.countDown();

        try (Connection connection = broker.connectionFactory().createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue("orders.normal"))) {
            connection.start();
            for (int i = 0; i < 98; i++) {
                assertThat(consumer.receive(10_000))
                        .as("%s of 98 messages came to another consumer", i)
                        .isNotNull();
            }
            session.rollback();
        }
        assertThat(worked).as("no turn began after that").hasValue(2);

        open.set(true);
        await("they take messages again").untilAsserted(() -> assertThat(worked).hasValue(100));
    }

    @Test
    void aMessageThatComesWhileAConsumerWaitsGoesBackIfTheGateWasShutMeanwhile() throws Exception {
        AtomicBoolean holds = new AtomicBoolean();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger worked = new AtomicInteger();
        gate = queue -> {
            asked.incrementAndGet();
            return whileTrue(holds);
        };
        start(Map.of("orders.normal", new Batch(50, LONG, LONG, Duration.ZERO)), new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:orders.normal")
                        .process(exchange -> worked.incrementAndGet())
                        .to("activemq:queue:out");
            }
        });
        send("orders.normal", NORMAL, 1);
        await("asked again, so the message was not kept")
                .untilAsserted(() -> assertThat(asked).hasValueGreaterThan(4));

        assertThat(worked).hasValue(0);

        holds.set(true);
        await("the message is still there")
                .untilAsserted(() -> assertThat(worked).hasValue(1));
    }

    @Test
    void leaveForOneEndsTheBatchAfterOneMessageAndNoMoreConsumersWorkThanHaveLeave() throws Exception {
        AtomicInteger leaves = new AtomicInteger(1);
        AtomicInteger working = new AtomicInteger();
        AtomicInteger mostWorking = new AtomicInteger();
        AtomicInteger batches = new AtomicInteger();
        gate = queue -> {
            if (leaves.getAndUpdate(n -> n == 0 ? 0 : n - 1) == 0) {
                return null;
            }
            return new WorkGate.Leave() {
                @Override
                public boolean isForOne() {
                    return true;
                }

                @Override
                public void close() {
                    batches.incrementAndGet();
                    leaves.incrementAndGet();
                }
            };
        };
        send("orders.normal", NORMAL, 20);
        start(Map.of("orders.normal", new Batch(50, LONG, LONG, Duration.ZERO)), new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:orders.normal?concurrentConsumers=4&destination.consumer.prefetchSize=50")
                        .process(exchange -> mostWorking.accumulateAndGet(working.incrementAndGet(), Math::max))
                        .to("activemq:queue:out")
                        .process(exchange -> working.decrementAndGet());
            }
        });

        await("all are worked off").untilAsserted(() -> assertThat(batches).hasValueGreaterThanOrEqualTo(20));
        assertThat(mostWorking).hasValue(1);
        assertThat(broker.depth("out")).hasValue(20);
    }

    private static WorkGate.Leave whileTrue(AtomicBoolean open) {
        return new WorkGate.Leave() {
            @Override
            public boolean holds() {
                return open.get();
            }
        };
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
        Precautions precautions =
                new Precautions(new Quarantine(ledger.suspects(), InHand.open(folder)), timeLimit, fault -> {});
        OrderMessaging.install(
                camel,
                pool,
                batches,
                ledger,
                intakeIsBusy::get,
                precautions,
                gate,
                Witness.NOBODY,
                courier,
                new Turns());
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
