package ordersystem.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import ordersystem.broker.Receipt.Verdict;
import ordersystem.order.Lane;
import ordersystem.order.Order;
import ordersystem.order.OrderReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorTest {

    private static final long MB = 1024 * 1024;
    private static final Function<Order, Lane> LANES =
            order -> order.priority() == Order.Priority.HIGH ? Lane.HIGH : Lane.NORMAL;
    private static final Door.KnownOrders NOTHING_KNOWN = (ids, timeout) -> Map.of();
    private static final Door.Limits QUICK =
            new Door.Limits(64, Duration.ofMillis(2), Duration.ofMillis(50), Duration.ofSeconds(1));
    /** Long enough for all callers of a test to be in the first group. */
    private static final Door.Limits SLOW_FLUSH =
            new Door.Limits(64, Duration.ofSeconds(1), Duration.ofMillis(50), Duration.ofSeconds(10));

    private final OrderReader reader = new OrderReader();
    private final Path folder;
    private EmbeddedBroker broker;

    DoorTest(@TempDir Path folder) {
        this.folder = folder;
        this.broker = broker("tcp://127.0.0.1:0");
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void concurrentOrdersShareCommitsAndEveryAcceptedOneIsThereAfterARestart() throws Exception {
        try (Door door = door(NOTHING_KNOWN, Door.Limits.DEFAULT)) {
            List<Receipt> receipts = inParallel(
                    200,
                    IntStream.range(0, 2_000)
                            .mapToObj(i -> (Callable<Receipt>) () -> accept(door, order("o" + i, 1)))
                            .toList());

            assertThat(receipts).allMatch(receipt -> receipt.verdict() == Verdict.ACCEPTED);
            assertThat(door.accepted()).isEqualTo(2_000);
            assertThat(door.commits()).isLessThan(500);
        }
        broker.close();
        broker = broker("tcp://127.0.0.1:0");
        assertThat(broker.depth(Door.INCOMING)).hasValue(2_000);
    }

    @Test
    void anOrderTravelsAsItWasReceivedWithThePriorityOfItsLaneAndNothingElse() throws Exception {
        String normal =
                "{ \"orderId\" : \"n\", \"lines\":[{\"sku\":\"Kümmel 😀\",\"quantity\":1,\"unitPrice\":1.50}] }\n";
        String high =
                "{\"orderId\":\"h\",\"priority\":\"HIGH\",\"lines\":[{\"sku\":\"1\",\"quantity\":1,\"unitPrice\":1}]}";

        try (Door door = door(NOTHING_KNOWN, Door.Limits.DEFAULT)) {
            assertThat(accept(door, normal)).isEqualTo(new Receipt(Verdict.ACCEPTED, "n", Lane.NORMAL, ""));
            assertThat(accept(door, high)).isEqualTo(new Receipt(Verdict.ACCEPTED, "h", Lane.HIGH, ""));
        }

        List<TextMessage> messages = receiveAll();
        assertThat(messages).hasSize(2);
        assertThat(messages.get(0).getText()).isEqualTo(high);
        assertThat(messages.get(0).getJMSPriority()).isEqualTo(9);
        assertThat(messages.get(1).getText()).isEqualTo(normal);
        assertThat(messages.get(1).getJMSPriority()).isEqualTo(4);
        for (TextMessage message : messages) {
            assertThat(message.getJMSDeliveryMode()).isEqualTo(DeliveryMode.PERSISTENT);
            assertThat(message.getJMSExpiration()).isZero();
            assertThat(Collections.list(message.getPropertyNames())).containsExactly("JMSXDeliveryCount");
        }
    }

    @Test
    void theSameOrderTwiceInAGroupIsSentOnceAndAnotherBodyIsAConflict() throws Exception {
        try (Door door = door(NOTHING_KNOWN, SLOW_FLUSH)) {
            List<Receipt> receipts = door.acceptAll(
                    List.of(submission(order("a", 1)), submission(order("a", 1)), submission(order("a", 2))));

            assertThat(receipts)
                    .extracting(Receipt::verdict)
                    .containsExactly(Verdict.ACCEPTED, Verdict.ACCEPTED, Verdict.CONFLICT);

            List<Receipt> fromOthers = inParallel(
                    3,
                    List.of(
                            () -> accept(door, order("b", 1)),
                            () -> accept(door, order("b", 1)),
                            () -> accept(door, order("b", 1))));
            assertThat(fromOthers).extracting(Receipt::verdict).containsOnly(Verdict.ACCEPTED);
            assertThat(door.commits()).isEqualTo(2);
        }
        assertThat(broker.depth(Door.INCOMING)).hasValue(2);
    }

    @Test
    void whatWasJustAcceptedIsAnsweredFromMemory() throws Exception {
        try (Door door = door(NOTHING_KNOWN, Door.Limits.DEFAULT)) {
            assertThat(door.recent("a")).isEmpty();
            accept(door, order("a", 1));

            assertThat(accept(door, order("a", 1)).verdict()).isEqualTo(Verdict.ACCEPTED);
            assertThat(accept(door, order("a", 2)))
                    .isEqualTo(new Receipt(
                            Verdict.CONFLICT, "a", Lane.NORMAL, "order a is already there with another body"));
            assertThat(door.recent("a").map(RecentOrders.Recent::lane)).hasValue(Lane.NORMAL);
            assertThat(door.accepted()).isEqualTo(1);
        }
        assertThat(broker.depth(Door.INCOMING)).hasValue(1);
    }

    @Test
    void anOrderThatTheLedgerKnowsIsNotSentAgain() throws Exception {
        String earlier = reader.read(order("a", 1), null).bodyHash();
        String edited = reader.read(order("a", 2), null).bodyHash();
        try (Door door = door((ids, timeout) -> Map.of("a", Set.of(earlier, edited)), Door.Limits.DEFAULT)) {
            assertThat(accept(door, order("a", 1)).verdict()).isEqualTo(Verdict.ACCEPTED);
            assertThat(accept(door, order("a", 2)).verdict()).isEqualTo(Verdict.ACCEPTED);
            assertThat(accept(door, order("a", 3)).verdict()).isEqualTo(Verdict.CONFLICT);
            assertThat(door.commits()).isZero();
        }
    }

    @Test
    void anEditedOrderThatWasJustAcceptedIsKnownInBothForms() throws Exception {
        String edited = reader.read(order("a", 2), null).bodyHash();
        try (Door door = door((ids, timeout) -> ids.contains("a") ? Map.of("a", Set.of(edited)) : Map.of(), QUICK)) {
            assertThat(accept(door, order("a", 2)).verdict()).isEqualTo(Verdict.ACCEPTED);
            assertThat(accept(door, order("a", 1)).verdict()).isEqualTo(Verdict.CONFLICT);
        }
    }

    @Test
    void oneLedgerCallServesAGroup() throws Exception {
        List<Collection<String>> asked = Collections.synchronizedList(new ArrayList<>());
        Door.KnownOrders ledger = (ids, timeout) -> {
            asked.add(List.copyOf(ids));
            return Map.of();
        };
        try (Door door = door(ledger, SLOW_FLUSH)) {
            inParallel(
                    20,
                    IntStream.range(0, 20)
                            .mapToObj(i -> (Callable<Receipt>) () -> accept(door, order("o" + i, 1)))
                            .toList());
        }
        assertThat(asked).hasSize(1);
        assertThat(asked.get(0)).hasSize(20);
    }

    @Test
    void theDoorIsBusyWhileMoreCallersWaitThanAGroupTakes() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        Door.Limits groupsOfTwo =
                new Door.Limits(2, Duration.ofMillis(2), Duration.ofSeconds(20), Duration.ofSeconds(20));
        ExecutorService callers = Executors.newFixedThreadPool(3);
        Door.KnownOrders slow = (ids, timeout) -> {
            try {
                assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Map.of();
        };
        try (Door door = door(slow, groupsOfTwo)) {
            List<Future<Receipt>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                assertThat(door.isBusy()).isFalse();
                String order = order("o" + i, 1);
                answers.add(callers.submit(() -> accept(door, order)));
            }
            await("all three are inside").until(door::isBusy);

            goOn.countDown();

            for (Future<Receipt> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS).verdict()).isEqualTo(Verdict.ACCEPTED);
            }
            assertThat(door.isBusy()).isFalse();
        } finally {
            callers.shutdown();
        }
    }

    @Test
    void whileTheLedgerIsAwayOrdersAreTakenInWithoutAskingItEachTime() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Door.KnownOrders away = (ids, timeout) -> {
            asked.incrementAndGet();
            throw new IllegalStateException("the ledger is away");
        };
        try (Door door = door(away, Door.Limits.DEFAULT)) {
            for (int i = 0; i < 10; i++) {
                assertThat(accept(door, order("o" + i, 1)).verdict()).isEqualTo(Verdict.ACCEPTED);
            }
        }
        assertThat(asked).hasValueLessThan(5);
    }

    @Test
    void withoutRoomNothingIsAccepted() throws Exception {
        try (Door door = new Door(broker.connectionFactory(), NOTHING_KNOWN, LANES, () -> false, QUICK)) {
            assertThat(accept(door, order("a", 1)))
                    .isEqualTo(
                            new Receipt(Verdict.NOT_ACCEPTED, "a", Lane.NORMAL, "no room for more orders at present"));
            assertThat(door.recent("a")).isEmpty();
        }
    }

    @Test
    void whatTheBrokerHasNoRoomForIsCertainlyNotAccepted() throws Exception {
        int accepted = 0;
        Receipt last = null;
        try (Door door = door(NOTHING_KNOWN, Door.Limits.DEFAULT)) {
            for (int i = 0; i < 200 && (last == null || last.verdict() == Verdict.ACCEPTED); i++) {
                last = accept(door, big("o" + i));
                accepted += last.verdict() == Verdict.ACCEPTED ? 1 : 0;
            }
        }
        assertThat(last)
                .isEqualTo(
                        new Receipt(Verdict.NOT_ACCEPTED, "o" + accepted, Lane.NORMAL, "the broker did not take it"));
        assertThat(accepted).isGreaterThan(10);
        assertThat(broker.depth(Door.INCOMING)).hasValue(accepted);
    }

    @Test
    void aCommitThatTheBrokerDidNotConfirmMayHaveBeenDone() throws Exception {
        ConnectionFactory stopping = beforeCommit(broker.connectionFactory(), () -> broker.close());
        try (Door door = new Door(stopping, NOTHING_KNOWN, LANES, () -> true, Door.Limits.DEFAULT)) {
            Receipt receipt = accept(door, order("a", 1));

            assertThat(receipt.verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(door.recent("a")).isEmpty();

            broker = broker("tcp://127.0.0.1:0");
            assertThat(broker.depth(Door.INCOMING).orElse(0)).isZero();
        }
    }

    @Test
    void aStoppedBrokerIsReachedAgainAfterItsRestart() throws Exception {
        try (Door door = door(NOTHING_KNOWN, Door.Limits.DEFAULT)) {
            accept(door, order("a", 1));
            broker.close();
            assertThat(accept(door, order("b", 1)).verdict()).isEqualTo(Verdict.NOT_ACCEPTED);

            broker = broker("tcp://127.0.0.1:0");
            assertThat(accept(door, order("b", 1)).verdict()).isEqualTo(Verdict.ACCEPTED);
        }
        assertThat(broker.depth(Door.INCOMING)).hasValue(2);
    }

    @Test
    void aTransportThatBlocksForEverIsAnsweredAndLeftBehind() throws Exception {
        String address = broker.connector().orElseThrow().toString();
        ConnectionFactory failover = BrokerClient.connectionFactory(
                "failover:(" + address + ")?maxReconnectAttempts=1000000&startupMaxReconnectAttempts=1000000");
        try (Door door = new Door(failover, NOTHING_KNOWN, LANES, () -> true, QUICK)) {
            accept(door, order("a", 1));
            broker.close();

            assertThat(accept(door, order("b", 1)).verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(accept(door, order("c", 1)).verdict())
                    .as("the new thread has no connection yet, so nothing was sent")
                    .isEqualTo(Verdict.NOT_ACCEPTED);
            assertThat(accept(door, order("d", 1)).verdict()).isEqualTo(Verdict.NOT_ACCEPTED);
            long before = System.nanoTime();
            assertThat(accept(door, order("e", 1)).reason()).isEqualTo("the broker does not answer");
            assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(500));

            broker = broker(address);
            // The client tries to reconnect on a schedule of its own.
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> accept(door, order("f", 1)).verdict() == Verdict.ACCEPTED);
        }
        List<String> ids = new ArrayList<>();
        for (TextMessage message : receiveAll()) {
            ids.add(reader.read(message.getText(), null).orderId());
        }
        assertThat(ids).contains("a", "f").doesNotContain("c", "d", "e");
    }

    @Test
    void aClosedDoorFinishesWhatItHasInHandAndTakesNoMore() throws Exception {
        Door door = door(NOTHING_KNOWN, Door.Limits.DEFAULT);
        CountDownLatch some = new CountDownLatch(100);
        ExecutorService callers = Executors.newFixedThreadPool(50);
        List<Future<Receipt>> answers = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            String order = order("o" + i, 1);
            answers.add(callers.submit(() -> {
                Receipt receipt = accept(door, order);
                some.countDown();
                return receipt;
            }));
        }
        assertThat(some.await(20, TimeUnit.SECONDS)).isTrue();
        door.close();

        int accepted = 0;
        for (Future<Receipt> answer : answers) {
            Receipt receipt = answer.get(10, TimeUnit.SECONDS);
            assertThat(receipt.verdict()).isIn(Verdict.ACCEPTED, Verdict.NOT_ACCEPTED);
            accepted += receipt.verdict() == Verdict.ACCEPTED ? 1 : 0;
            assertThat(receipt.reason()).as("nobody waits in vain").isIn("", "the system is stopping");
        }
        callers.shutdown();
        assertThat(accepted).isBetween(100, 4_999);
        assertThat(broker.depth(Door.INCOMING)).hasValue(accepted);
        assertThat(accept(door, order("late", 1)).reason()).isEqualTo("the system is stopping");
    }

    private EmbeddedBroker broker(String connector) {
        return new EmbeddedBroker(new BrokerSettings(folder, connector, 128 * MB, 100), fault -> {});
    }

    private Door door(Door.KnownOrders ledger, Door.Limits limits) {
        return new Door(broker.connectionFactory(), ledger, LANES, () -> true, limits);
    }

    private Receipt accept(Door door, String json) {
        return door.accept(reader.read(json, null), json.getBytes(UTF_8));
    }

    private Submission submission(String json) {
        return new Submission(reader.read(json, null), json, null, null);
    }

    private static String order(String id, int quantity) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"1\",\"quantity\":" + quantity
                + ",\"unitPrice\":\"2.55\"}]}";
    }

    private static String big(String id) {
        return order(id, 1)
                .replace(
                        "{\"orderId\"",
                        "{\"note\":[" + ("\"" + "x".repeat(60_000) + "\",").repeat(15) + "1],\"orderId\"");
    }

    private List<TextMessage> receiveAll() throws JMSException {
        List<TextMessage> messages = new ArrayList<>();
        try (Connection connection = broker.connectionFactory().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            MessageConsumer consumer = session.createConsumer(session.createQueue(Door.INCOMING));
            while (consumer.receive(1_000) instanceof TextMessage message) {
                messages.add(message);
            }
        }
        return messages;
    }

    private static <T> List<T> inParallel(int threads, List<Callable<T>> calls) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : pool.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdown();
        }
    }

    /** The real connections, with something that happens between the last send and the commit. */
    private static ConnectionFactory beforeCommit(ConnectionFactory real, Runnable seam) {
        return proxy(ConnectionFactory.class, real, seam);
    }

    private static <T> T proxy(Class<T> type, Object real, Runnable seam) {
        return type.cast(
                Proxy.newProxyInstance(DoorTest.class.getClassLoader(), new Class<?>[] {type}, (p, method, args) -> {
                    if (method.getName().equals("commit")) {
                        seam.run();
                    }
                    try {
                        Object result = method.invoke(real, args);
                        if (result instanceof Connection) {
                            return proxy(Connection.class, result, seam);
                        }
                        return result instanceof Session ? proxy(Session.class, result, seam) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
    }
}
