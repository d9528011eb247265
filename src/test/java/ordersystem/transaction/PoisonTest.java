package ordersystem.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.broker.BrokerSettings;
import ordersystem.broker.EmbeddedBroker;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.Suspects.Grade;
import ordersystem.ledger.Suspects.Suspect;
import ordersystem.order.OrderHeaders;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.messaginghub.pooled.jms.JmsPoolConnectionFactory;

/** Messages that end their parser, their consumer or the process, as far as that can be seen without dying. */
class PoisonTest {

    private static final Duration LONG = Duration.ofMinutes(1);
    private static final int SIZE = 5;

    private final Path folder;
    private final EmbeddedBroker broker;
    private final Ledger ledger;
    private final JmsPoolConnectionFactory pool = new JmsPoolConnectionFactory();
    private final Courier courier;
    private final CamelContext camel = new DefaultCamelContext();
    private final Queue<Throwable> halts = new ConcurrentLinkedQueue<>();
    private @Nullable TimeLimit timeLimit;

    PoisonTest(@TempDir Path folder) {
        this.folder = folder;
        broker = new EmbeddedBroker(new BrokerSettings(folder.resolve("broker"), "none", 256L << 20, 100), fault -> {});
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 4);
        pool.setConnectionFactory(broker.connectionFactory());
        courier = new Courier("replies", broker.connectionFactory());
    }

    @AfterEach
    void stop() {
        // An exchange that ended by an Error counts as in flight for ever.
        camel.getShutdownStrategy().setTimeout(1);
        camel.stop();
        pool.stop();
        courier.close();
        if (timeLimit != null) {
            timeLimit.close();
        }
        ledger.close();
        broker.close();
    }

    @Test
    void whatWasInHandAtADeathIsNotedBeforeAnythingEntersARouteAndNotAfterItCameOut() throws Exception {
        Queue<Map.Entry<Integer, Map<String, Integer>>> notes = new ConcurrentLinkedQueue<>();
        AtomicInteger place = new AtomicInteger();
        List<String> ids = send("work", SIZE);
        die(ids.get(2));
        start(LONG, work("", exchange -> notes.add(Map.entry(place.getAndIncrement(), noted()))));

        await().untilAsserted(() -> assertThat(notes).hasSize(SIZE));
        Map<String, Integer> suspect = Map.of(ids.get(2), 1);
        assertThat(notes)
                .as("notes while each message was in the route")
                .containsExactly(
                        Map.entry(0, suspect),
                        Map.entry(1, suspect),
                        Map.entry(2, suspect),
                        Map.entry(3, Map.of()),
                        Map.entry(4, Map.of()));
    }

    @Test
    void aSecondDeathIsHeldAgainstAMessageToo() throws Exception {
        Queue<Integer> notes = new ConcurrentLinkedQueue<>();
        List<String> ids = send("work", 1);
        die(ids.get(0));
        ledger.suspects().afterDeath(InHand.open(folder).left());
        start(LONG, work("", exchange -> notes.add(tries(id(exchange)))));

        await().untilAsserted(() -> assertThat(notes).containsExactly(2));
        await().untilAsserted(() -> assertThat(noted()).isEmpty());
    }

    @Test
    void whoWasInHandOfNobodyIsNotNoted() throws Exception {
        Queue<Integer> notes = new ConcurrentLinkedQueue<>();
        send("work", SIZE);
        start(LONG, work("", exchange -> notes.add(tries(id(exchange)))));

        await().untilAsserted(() -> assertThat(notes).containsExactly(0, 0, 0, 0, 0));
    }

    @Test
    void aMessageThatWasAloneAtADeathIsBuriedWithoutEnteringARouteAndItsNeighboursGoThrough() throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        List<String> ids = send("work", SIZE);
        String pill = ids.get(2);
        die(pill, true);
        start(LONG, work("", exchange -> seen.add(id(exchange))));

        Message buried = receive(QueueNames.UNFILED);
        await().untilAsserted(() -> assertThat(seen).hasSize(SIZE - 1));
        assertThat(seen).doesNotContain(pill).isSubsetOf(ids);
        assertThat(buried.getStringProperty(OrderHeaders.ORIGINAL_MESSAGE_ID)).isEqualTo(pill);
        assertThat(buried.getStringProperty(OrderHeaders.REASON_CLASS)).isEqualTo("poison");
        assertThat(buried.getStringProperty(OrderHeaders.REASON))
                .isEqualTo(
                        "the process ended again and again while this message was handled, at last alone; it was not tried again");
        await().untilAsserted(() -> assertThat(noted()).isEmpty());
    }

    @Test
    void aMessageThatWasInHandAtTwoDeathsIsTriedOnceMoreWhileNothingElseIs() throws Exception {
        List<String> ids = send("work", 20);
        String suspect = ids.get(10);
        ledger.suspects().afterDeath(List.of(new Suspect(suspect, "work", null, Grade.TO_BE_ALONE)));
        CountDownLatch suspectIsIn = new CountDownLatch(1);
        CountDownLatch another = new CountDownLatch(1);
        AtomicInteger inside = new AtomicInteger();
        Queue<Integer> withSuspect = new ConcurrentLinkedQueue<>();
        Queue<Integer> suspectsTries = new ConcurrentLinkedQueue<>();
        AtomicInteger done = new AtomicInteger();
        start(LONG, work("?destination.consumer.prefetchSize=1&concurrentConsumers=4", exchange -> {
            int others = inside.getAndIncrement();
            if (suspectIsIn.getCount() == 0) {
                another.countDown();
            }
            if (id(exchange).equals(suspect)) {
                suspectIsIn.countDown();
                suspectsTries.add(tries(suspect));
                withSuspect.add(others);
                withSuspect.add(another.await(200, TimeUnit.MILLISECONDS) ? 1 : 0);
            } else if (suspectIsIn.getCount() > 0) {
                // Gives it every chance to come in beside this one.
                withSuspect.add(suspectIsIn.await(200, TimeUnit.MILLISECONDS) ? 1 : 0);
            }
            inside.decrementAndGet();
            done.incrementAndGet();
        }));

        await().untilAsserted(() -> assertThat(done).hasValue(20));
        assertThat(withSuspect).as("others beside the suspect").isNotEmpty().containsOnly(0);
        assertThat(suspectsTries).containsExactly(2);
        await().untilAsserted(() -> assertThat(noted()).isEmpty());
    }

    @Test
    void deathsAmongOthersHoweverManyMakeNobodyPoison() throws Exception {
        Queue<Integer> notes = new ConcurrentLinkedQueue<>();
        List<String> ids = send("work", 1);
        for (int death = 0; death < 5; death++) {
            die(ids.get(0));
            assertThat(ledger.suspects().afterDeath(InHand.open(folder).left()))
                    .containsExactly(Map.entry(ids.get(0), death == 0 ? Grade.IN_HAND : Grade.TO_BE_ALONE));
        }
        start(LONG, work("", exchange -> notes.add(tries(id(exchange)))));

        await().untilAsserted(() -> assertThat(notes).hasSize(1));
    }

    @Test
    void whoIsAloneHasATimeLimitInEachQueue() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<String> ids = send("work", 1);
        ledger.suspects().afterDeath(List.of(new Suspect(ids.get(0), "work", null, Grade.TO_BE_ALONE)));
        start(Duration.ofMillis(200), work("", exchange -> end.await(1, TimeUnit.MINUTES)));

        await().untilAsserted(() -> assertThat(halts).isNotEmpty());
        assertThat(InHand.open(folder).left()).containsExactly(new Suspect(ids.get(0), "work", null, Grade.POISON));
        end.countDown();
    }

    @Test
    void aStopLeavesNobodyInHand() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        send("work", 20 * SIZE);
        start(LONG, work("?concurrentConsumers=4", exchange -> seen.incrementAndGet()));
        await().untilAsserted(() -> assertThat(seen).hasPositiveValue());
        camel.stop();

        assertThat(InHand.open(folder).left()).isEmpty();
    }

    @Test
    void whatFailsIsNoSuspectAnyMoreForTheProcessLivedThroughIt() throws Exception {
        Queue<Integer> notes = new ConcurrentLinkedQueue<>();
        List<String> ids = send("work", 1);
        die(ids.get(0));
        start(LONG, work("", exchange -> {
            notes.add(tries(id(exchange)));
            throw new IllegalStateException("fails");
        }));

        receive(QueueNames.UNFILED);
        assertThat(notes).containsExactly(1, 0, 0, 0, 0);
        assertThat(InHand.open(folder).left()).isEmpty();
        assertThat(halts).isEmpty();
    }

    @Test
    void withoutTheLedgerNobodyBeginsAndWhoWasInHandIsNotForgotten() {
        die("m");
        ledger.close();

        assertThatThrownBy(() -> new Quarantine(ledger.suspects(), InHand.open(folder)))
                .isInstanceOf(LedgerUnavailableException.class);
        assertThat(InHand.open(folder).left()).hasSize(1);
    }

    @Test
    void aParserWithoutStackIsAnEscapeLikeAnyOtherAndIsBuriedAfterFive() throws Exception {
        send("work", SIZE);
        send("work", 1, "pill");
        send("work", SIZE);
        Parser parser = new Parser();
        start(LONG, new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:work").bean(parser, "parse");
            }
        });

        Message buried = receive(QueueNames.UNFILED);
        assertThat(buried.getStringProperty(OrderHeaders.REASON_CLASS)).isEqualTo(StackOverflowError.class.getName());
        assertThat(parser.pills).as("once with others, five times alone").hasValueBetween(5, 6);
        await("its neighbours, which are handled again where their batch was undone")
                .untilAsserted(() -> assertThat(parser.others).hasValueGreaterThanOrEqualTo(2 * SIZE));
        await().untilAsserted(() -> assertThat(broker.depth("work")).hasValue(0));
        assertThat(halts).isEmpty();
    }

    /** A bean of a route, as the reader of orders is. */
    public static final class Parser {
        private final AtomicInteger pills = new AtomicInteger();
        private final AtomicInteger others = new AtomicInteger();

        public void parse(String body) {
            if (body.equals("pill")) {
                pills.incrementAndGet();
                deep(1);
            }
            others.incrementAndGet();
        }

        private static int deep(int n) {
            return n == 0 ? 0 : 1 + deep(n + 1);
        }
    }

    @Test
    void outOfMemoryEndsTheProcess() throws Exception {
        OutOfMemoryError error = new OutOfMemoryError("of a test");
        send("work", 1);
        start(LONG, work("", exchange -> {
            throw error;
        }));

        await().untilAsserted(() -> assertThat(halts).contains(error));
    }

    @Test
    void outOfMemoryInABeanEndsTheProcessBeforeAnErrorHandlerTakesItForAFailure() throws Exception {
        AtomicInteger haltsWhenHandled = new AtomicInteger(-1);
        send("work", 1);
        start(LONG, new RouteBuilder() {
            @Override
            public void configure() {
                onException(Throwable.class).handled(true).process(exchange -> haltsWhenHandled.set(halts.size()));
                from("activemq:queue:work").bean(Glutton.class, "eat");
            }
        });

        await().untilAsserted(() -> assertThat(haltsWhenHandled).hasPositiveValue());
        assertThat(halts).allSatisfy(halt -> assertThat(halt).hasRootCauseInstanceOf(OutOfMemoryError.class));
    }

    /** A bean of a route. */
    public static final class Glutton {
        public void eat() {
            throw new OutOfMemoryError("of a test");
        }
    }

    @Test
    void aTurnBeyondItsTimeWouldBeTheOneThatHangsAndIsNoneAnyMoreOnceItEnds() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<String> ids = send("orders.slow", 1);
        start(Duration.ofSeconds(2), lane(exchange -> end.await(1, TimeUnit.MINUTES)));

        await().untilAsserted(() -> assertThat(InHand.open(folder).left())
                .containsExactly(new Suspect(ids.get(0), "orders.slow", "slow-0", Grade.TO_BE_ALONE)));
        end.countDown();

        receive("out");
        assertThat(InHand.open(folder).left()).isEmpty();
        assertThat(halts).isEmpty();
    }

    @Test
    void aTurnThatDoesNotEndInTwiceItsTimeEndsTheProcessAndIsNextTimeHandledAlone() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<String> ids = send("orders.slow", 1);
        start(Duration.ofMillis(200), lane(exchange -> end.await(1, TimeUnit.MINUTES)));

        await().untilAsserted(() -> assertThat(halts).singleElement().satisfies(halt -> assertThat(halt)
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("orders.slow: order slow-0 ")));
        assertThat(ledger.suspects().afterDeath(InHand.open(folder).left()))
                .containsExactly(Map.entry(ids.get(0), Grade.TO_BE_ALONE));
        end.countDown();
    }

    private static RouteBuilder work(String options, Processor processor) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:work" + options).process(processor);
            }
        };
    }

    private static RouteBuilder lane(Processor processor) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("activemq:queue:orders.slow").process(processor).to("activemq:queue:out");
            }
        };
    }

    private static String id(Exchange exchange) {
        return Objects.requireNonNull(exchange.getMessage().getHeader("JMSMessageID", String.class));
    }

    /** A process of its own, which ends while it has this message in a route. */
    private void die(String messageId) {
        die(messageId, false);
    }

    private void die(String messageId, boolean alone) {
        InHand inHand = InHand.open(folder);
        inHand.begin();
        inHand.take(messageId, "work", null, alone);
    }

    private void start(Duration limit, RouteBuilder routes) throws Exception {
        timeLimit = new TimeLimit(limit, halts::add);
        Precautions precautions =
                new Precautions(new Quarantine(ledger.suspects(), InHand.open(folder)), timeLimit, halts::add);
        Batch batch = new Batch(SIZE, Duration.ofMillis(50), Duration.ofMillis(50), Duration.ZERO);
        OrderMessaging.install(
                camel,
                pool,
                Map.of("work", batch, "orders.slow", batch, "orders.incoming", batch),
                ledger,
                () -> false,
                precautions,
                WorkGate.OPEN,
                Witness.NOBODY,
                courier,
                new Turns());
        camel.addRoutes(routes);
        camel.start();
    }

    private int tries(String messageId) throws SQLException {
        return noted().getOrDefault(messageId, 0);
    }

    /** What a look into the database shows, by message id. */
    private Map<String, Integer> noted() throws SQLException {
        Map<String, Integer> tries = new HashMap<>();
        try (java.sql.Connection c = DriverManager.getConnection("jdbc:h2:file:" + folder.resolve("ledger"), "", "");
                Statement s = c.createStatement();
                ResultSet rows = s.executeQuery("SELECT message_id, tries FROM suspects")) {
            while (rows.next()) {
                tries.put(rows.getString(1), rows.getInt(2));
            }
        }
        return tries;
    }

    private List<String> send(String queue, int count) throws JMSException {
        return send(queue, count, "order");
    }

    private List<String> send(String queue, int count, String body) throws JMSException {
        List<String> ids = new ArrayList<>();
        try (Connection connection = broker.connectionFactory().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (int i = 0; i < count; i++) {
                Message message = session.createTextMessage(body);
                message.setStringProperty(OrderHeaders.ID, queue.replace("orders.", "") + "-" + i);
                producer.send(message);
                ids.add(message.getJMSMessageID());
            }
        }
        return ids;
    }

    private Message receive(String queue) throws JMSException {
        try (Connection connection = broker.connectionFactory().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            connection.start();
            Message message = consumer.receive(20_000);
            assertThat(message).as("a message from %s", queue).isNotNull();
            return message;
        }
    }
}
