package ordersystem.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.SetClock;
import ordersystem.broker.BrokerLoad.QueueLoad;
import ordersystem.broker.Finding.Level;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.BrokerService;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.region.RegionBroker;
import org.apache.activemq.broker.region.policy.PolicyEntry;
import org.apache.activemq.broker.region.policy.PolicyMap;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.Message;
import org.apache.activemq.plugin.StatisticsBrokerPlugin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An ActiveMQ Classic in this JVM, seen from outside over TCP. */
class ExternalBrokerTest {

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Path EXAMPLES = Path.of("examples/brokers");

    private final BrokerService classic = new BrokerService();

    @TempDir
    Path folder;

    @AfterEach
    void stop() throws Exception {
        classic.stop();
    }

    private String start(BrokerPlugin... plugins) throws Exception {
        classic.setBrokerName("elsewhere");
        classic.setPersistent(false);
        classic.setUseJmx(false);
        classic.setPlugins(plugins);
        String url = classic.addConnector("tcp://127.0.0.1:0").getPublishableConnectString();
        classic.start();
        return url;
    }

    private ExternalBroker external(BrokerAccess access) {
        return external(access, Clock.systemUTC());
    }

    private ExternalBroker external(BrokerAccess access, Clock clock) {
        return new ExternalBroker(access, Set.of(Door.INCOMING), Set.of("orders.high"), folder, 1024, clock);
    }

    @Test
    void anUntouchedBrokerTellsNothingAndIsLeftAsItWas() throws Exception {
        String url = start();

        try (ExternalBroker broker = external(BrokerAccess.to(url))) {
            BrokerReport report = broker.report();

            assertThat(report.broker()).isEqualTo("ActiveMQ Classic, " + url);
            assertThat(report.isSafe()).isTrue();
            assertThat(report.isGood()).isFalse();
            assertThat(report.of(Level.WARNING))
                    .extracting(Finding::words)
                    .satisfiesExactly(
                            priority -> assertThat(priority).startsWith("orders.incoming: a high order waits behind"),
                            statistics -> assertThat(statistics).startsWith("no answer from a StatisticsPlugin"));
            assertThat(report.settings())
                    .contains("<policyEntry queue=\"orders.incoming.>\" prioritizedMessages=\"true\"");
            assertThat(broker.depth(Door.INCOMING)).isEmpty();
            assertThat(broker.load()).isEmpty();
            assertThat(broker.room()).isEqualTo(new Room(null, broker.room().diskFree(), 1024));
        }
        assertThat(queues()).isEmpty();
    }

    @Test
    void aBrokerThatIsSetForOrdersTellsHowItsQueuesStand() throws Exception {
        PolicyEntry prioritised = new PolicyEntry();
        prioritised.setQueue("orders.incoming.>");
        prioritised.setPrioritizedMessages(true);
        PolicyEntry others = new PolicyEntry();
        others.setQueue("orders.>");
        PolicyMap policies = new PolicyMap();
        policies.setPolicyEntries(List.of(others, prioritised));
        classic.setDestinationPolicy(policies);
        String url = start(new StatisticsBrokerPlugin());
        try (JmsClient client = JmsClient.autoAcknowledge(BrokerClient.connectionFactory(url))) {
            client.send(Door.INCOMING, "one");
            client.send(Door.INCOMING, "two");
        }

        try (ExternalBroker broker = external(BrokerAccess.to(url))) {
            BrokerReport report = broker.report();
            assertThat(report.isGood()).as(report.toString()).isTrue();
            assertThat(report.of(Level.UNSEEN)).hasSize(3);
            assertThat(broker.depth(Door.INCOMING)).hasValue(2);
            assertThat(broker.depth("orders.high")).hasValue(0);
            assertThat(broker.load().orElseThrow().queues())
                    .containsEntry(Door.INCOMING, new QueueLoad(2, 0))
                    .containsEntry("orders.fulfilled", new QueueLoad(0, 0));
            broker.watch(late -> {});
            await("the store is looked at")
                    .atMost(LONG)
                    .until(() -> broker.room().brokerStore() != null);
            assertThat(broker.room().store()).endsWith("(storeUsage in activemq.xml)");
            assertThat(broker.room().isForMore()).isTrue();
        }
        assertThat(queues()).containsExactly(Door.INCOMING);
    }

    @Test
    void whatWasToldOfTheStoreHoldsForAMinuteWithoutAnAnswer() throws Exception {
        SetClock clock = new SetClock();
        AtomicBoolean silent = new AtomicBoolean();
        AtomicInteger unanswered = new AtomicInteger();
        String url = start(new StatisticsBrokerPlugin(), silencer(silent, unanswered));
        try (ExternalBroker broker = external(BrokerAccess.to(url), clock)) {
            broker.watch(late -> {});
            await("the store is looked at")
                    .atMost(LONG)
                    .until(() -> broker.room().brokerStore() != null);
            silent.set(true);
            clock.forward(Duration.ofSeconds(50));

            await("it was asked in vain").atMost(LONG).until(() -> unanswered.get() > 1);
            assertThat(broker.room().brokerStore()).isNotNull();

            clock.forward(Duration.ofSeconds(20));
            await("it is not known any more")
                    .atMost(LONG)
                    .until(() -> broker.room().brokerStore() == null);
        }
    }

    @Test
    void aBrokerThatWasTooBusyToAnswerAtFirstIsAskedAgain() throws Exception {
        SetClock clock = new SetClock();
        AtomicBoolean silent = new AtomicBoolean(true);
        AtomicInteger unanswered = new AtomicInteger();
        String url = start(new StatisticsBrokerPlugin(), silencer(silent, unanswered));
        try (ExternalBroker broker = external(BrokerAccess.to(url), clock)) {
            broker.watch(late -> {});
            await("it was asked in vain").atMost(LONG).until(() -> unanswered.get() > 0);
            silent.set(false);

            await("it tells, a minute later").atMost(LONG).until(() -> {
                clock.forward(Duration.ofSeconds(10));
                return broker.room().brokerStore() != null;
            });
        }
    }

    /** In front of the StatisticsPlugin: questions about the broker are lost. */
    private static BrokerPlugin silencer(AtomicBoolean silent, AtomicInteger unanswered) {
        return next -> new BrokerFilter(next) {
            @Override
            public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
                if (silent.get() && message.getDestination().getPhysicalName().startsWith("ActiveMQ.Statistics")) {
                    unanswered.incrementAndGet();
                } else {
                    super.send(exchange, message);
                }
            }
        };
    }

    @Test
    void whoWeAreIsToldToABrokerThatAsks() throws Exception {
        String url = start(next -> new BrokerFilter(next) {
            @Override
            public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
                if (!"orders".equals(info.getUserName()) || !"s3cret".equals(info.getPassword())) {
                    throw new SecurityException("not you, " + info.getUserName());
                }
                super.addConnection(context, info);
            }
        });

        try (ExternalBroker broker = external(new BrokerAccess(url, "orders", "s3cret", null, "", null, ""))) {
            assertThat(broker.report().broker()).isEqualTo("ActiveMQ Classic, " + url + " as orders");
        }
        try (ExternalBroker broker = external(new BrokerAccess(url, "orders", "guessed", null, "", null, ""))) {
            assertThatThrownBy(broker::report)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the broker " + url + " as orders does not answer: not you, orders")
                    .hasMessageNotContaining("guessed");
        }
    }

    @Test
    void aBrokerThatIsNotThereIsReportedOnceItIs() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        List<BrokerReport> late = new ArrayList<>();
        try (ExternalBroker broker = external(BrokerAccess.to("tcp://127.0.0.1:" + port))) {
            assertThatThrownBy(broker::report)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("the broker tcp://127.0.0.1:" + port + " does not answer: ");
            assertThat(broker.depth(Door.INCOMING)).isEmpty();
            broker.watch(late::add);

            classic.addConnector("tcp://127.0.0.1:" + port);
            start();

            await("it is looked at").atMost(LONG).until(() -> !late.isEmpty());
            assertThat(late).hasSize(1);
        }
    }

    @Test
    void theExamplesHaveWhatTheCheckAsksFor() throws Exception {
        for (String file : List.of("artemis/broker.xml", "classic/activemq.xml")) {
            Path example = EXAMPLES.resolve(file);
            Path asked = Path.of("src/main/resources/ordersystem/broker").resolve(example.getFileName());
            assertThat(Files.readString(example).lines().map(String::strip))
                    .as(file)
                    .containsSubsequence(Files.readString(asked)
                            .lines()
                            .skip(1)
                            .map(String::strip)
                            .toList());
        }
    }

    private List<String> queues() throws Exception {
        return ((RegionBroker) classic.getRegionBroker())
                .getDestinationMap().keySet().stream()
                        .filter(name -> name.isQueue() && !name.isTemporary())
                        .map(name -> ((ActiveMQQueue) name).getPhysicalName())
                        .toList();
    }
}
