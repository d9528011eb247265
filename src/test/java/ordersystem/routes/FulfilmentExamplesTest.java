package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import ordersystem.ledger.TestPostgres;
import ordersystem.testkit.HttpStandIn;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

/** Each example of fulfilment as it stands, against what it talks to. The mail has its own: LibExtIT, with its jars. */
class FulfilmentExamplesTest {

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void prepare() {
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms,200ms")
                .set("ORDERS_BRAKE_MODE", "off");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    private static String order(String id) {
        return order(id, "NORMAL");
    }

    private static String order(String id, String priority) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"17850\",\"priority\":\"" + priority
                + "\",\"lines\":[{\"sku\":\"85123A\",\"description\":\"Fish & <chips>\",\"quantity\":6,\"unitPrice\":2.55}]}";
    }

    @Test
    void theHttpWarehouseGetsEachOrderUnderItsIdAndItsAnswersAreUnderstood() throws Exception {
        try (HttpStandIn warehouse = HttpStandIn.start()) {
            warehouse.answer(request -> switch (request.header("Idempotency-Key")) {
                case "done" -> 409;
                case "refused" -> 422;
                case "busy" ->
                    warehouse.requests().stream()
                                            .filter(r ->
                                                    r.header("Idempotency-Key").equals("busy"))
                                            .count()
                                    < 6
                            ? 503
                            : 204;
                default -> 204;
            });
            system.example("warehouse")
                    .configure("warehouse.url=" + warehouse.url())
                    .start();

            for (String id : List.of("good", "done", "refused", "busy")) {
                assertThat(system.post(order(id)).statusCode()).isEqualTo(202);
            }

            system.awaitStatus("good", "PROCESSED");
            system.awaitStatus("done", "PROCESSED");
            system.awaitStatus("busy", "PROCESSED");
            system.awaitStatus("refused", "FAILED");
            assertThat(system.get("/api/orders/refused")).contains("\"attempts\":1", "422");
            assertThat(warehouse.requests())
                    .filteredOn(request -> request.header("Idempotency-Key").equals("good"))
                    .singleElement()
                    .satisfies(request -> {
                        assertThat(request.method() + " " + request.path()).isEqualTo("POST /orders");
                        assertThat(request.header("Content-Type")).isEqualTo("application/json");
                        assertThat(request.body()).isEqualTo(order("good"));
                    });
            assertThat(warehouse.requests())
                    .filteredOn(request -> request.header("Idempotency-Key").equals("done"))
                    .hasSize(1);
        }
    }

    /** Camel's HTTP client would call again by itself, a second later, and hold the batch meanwhile. */
    @Test
    void onlyThePolicyTriesTheHttpWarehouseAgain() throws Exception {
        try (HttpStandIn warehouse = HttpStandIn.start().answer(503)) {
            system.example("warehouse")
                    .configure("warehouse.url=" + warehouse.url())
                    .start();

            system.post(order("busy"));

            system.awaitStatus("busy", "FAILED");
            int turns = 3;
            int triesEach = 4;
            assertThat(warehouse.requests()).hasSize(turns * triesEach);
        }
    }

    @Test
    void aWarehouseThatDoesNotAnswerHoldsAnOrderForSecondsAndNotForEver() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (HttpStandIn warehouse = HttpStandIn.start()) {
            warehouse.answer(request -> {
                try {
                    end.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return 204;
            });
            system.example("warehouse")
                    .configure("warehouse.url=" + warehouse.url())
                    .start();

            system.post(order("hangs", "HIGH"));

            system.awaitStatus("hangs", "RETRYING");
            assertThat(system.get("/api/orders/hangs")).contains("SocketTimeoutException");
            end.countDown();
            system.awaitStatus("hangs", "PROCESSED");
        }
    }

    @Test
    void theTableHasOneRowAnOrderIdWhateverWasTriedBefore() throws Exception {
        String url = TestPostgres.emptyDatabase() + "&password=" + TestPostgres.PASSWORD;
        system.example("fulfilment/database")
                .configure("shop.db.url=" + url, "shop.db.user=" + TestPostgres.USER)
                .start();

        system.post(order("early", "HIGH"));
        system.awaitStatus("early", "RETRYING");
        assertThat(system.get("/api/orders/early")).contains("BadSqlGrammarException");
        update(url, """
                CREATE TABLE shop_orders (order_id VARCHAR(64) PRIMARY KEY, customer_id TEXT, lane VARCHAR(32), body TEXT NOT NULL)""");
        update(url, "INSERT INTO shop_orders VALUES ('again', 'of an earlier turn', 'normal', 'x')");
        system.post(order("again"));
        system.post("{\"orderId\":\"O.1\",\"note\":\"');DROP TABLE shop_orders;-- :#${body}\",\"lines\":"
                + "[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}");

        system.awaitStatus("early", "PROCESSED");
        system.awaitStatus("again", "PROCESSED");
        system.awaitStatus("O.1", "PROCESSED");
        assertThat(rows(url))
                .containsExactlyInAnyOrder(
                        "early|17850|high|" + order("early", "HIGH"),
                        "again|of an earlier turn|normal|x",
                        "O.1|null|normal|{\"orderId\":\"O.1\",\"note\":\"');DROP TABLE shop_orders;-- :#${body}\",\"lines\":"
                                + "[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}");
    }

    private static void update(String url, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(url, TestPostgres.USER, TestPostgres.PASSWORD);
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private static List<String> rows(String url) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (var connection = DriverManager.getConnection(url, TestPostgres.USER, TestPostgres.PASSWORD);
                var statement = connection.createStatement();
                ResultSet rs = statement.executeQuery("SELECT order_id, customer_id, lane, body FROM shop_orders")) {
            while (rs.next()) {
                rows.add(rs.getString(1) + "|" + rs.getString(2) + "|" + rs.getString(3) + "|" + rs.getString(4));
            }
        }
        return rows;
    }

    @Test
    void aFileIsThereWholeUnderTheOrdersIdAndOneThatWasThereIsReplacedWithoutAGap() throws Exception {
        Path drop = Files.createDirectories(home.resolve("data/drop"));
        Files.writeString(drop.resolve("again.json"), "of an earlier turn, and longer than the order is".repeat(100));
        // What a crash in the middle of writing leaves.
        Files.writeString(drop.resolve(".again.part"), "half an order, and longer than a whole one is".repeat(100));
        WatchService deletions = drop.getFileSystem().newWatchService();
        drop.register(deletions, StandardWatchEventKinds.ENTRY_DELETE);
        system.example("fulfilment/file-drop").start();

        for (String id : List.of("again", "new", "..", ".")) {
            assertThat(system.post(order(id)).statusCode()).isEqualTo(202);
        }
        await().until(() -> system.get("/api/stats").contains("\"processed\":4"));

        assertThat(Files.readString(drop.resolve("again.json"))).isEqualTo(order("again"));
        assertThat(Files.readString(drop.resolve("new.json"))).isEqualTo(order("new"));
        try (Stream<Path> files = Files.list(drop)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("again.json", "new.json", "...json", "..json");
        }
        try (deletions) {
            // That the other name is gone shows that the watch works.
            WatchKey seen = await().until(deletions::poll, Objects::nonNull);
            assertThat(seen.pollEvents())
                    .extracting(event -> String.valueOf(event.context()))
                    .contains(".again.part")
                    .doesNotContain("again.json");
        }
    }

    @Test
    void aFolderThatCannotBeWrittenKeepsTheOrderWaiting() throws Exception {
        Path drop = Files.writeString(home.resolve("drop"), "a file where the folder should be");
        system.example("fulfilment/file-drop").configure("drop.folder=" + drop).start();

        system.post(order("later", "HIGH"));

        system.awaitStatus("later", "RETRYING");
        Files.delete(drop);
        system.awaitStatus("later", "PROCESSED");
        assertThat(Files.readString(drop.resolve("later.json"))).isEqualTo(order("later", "HIGH"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"fulfilment/legacy-queue", "fulfilment/xml-dsl"})
    void theLegacySystemReadsTheOrderAsXml(String example) throws Exception {
        if (example.endsWith("xml-dsl")) {
            system.without("40-fulfilment.camel.yaml");
        }
        system.example(example).start();

        system.post(Files.readString(Path.of("examples/orders/order.json")));
        system.post(order("amp"));
        system.post("{\"orderId\":\"bell\",\"lines\":[{\"sku\":\"\\u0007\",\"quantity\":1,\"unitPrice\":2}]}");

        List<Message> messages = system.receive("legacy.orders", 2);
        Element order = parse(messages, "536365");
        assertThat(order.getTagName()).isEqualTo("order");
        assertThat(order.getAttribute("customer")).isEqualTo("17850");
        assertThat(order.getAttribute("placedAt")).isEqualTo("2010-12-01T08:26:00Z");
        assertThat(order.getElementsByTagName("total").item(0).getTextContent()).isEqualTo("15.30");
        Element line =
                (Element) parse(messages, "amp").getElementsByTagName("line").item(0);
        assertThat(line.getTextContent()).isEqualTo("Fish & <chips>");
        assertThat(line.getAttribute("unitPrice")).isEqualTo("2.55");
        assertThat(line.getAttribute("quantity")).isEqualTo("6");
        system.awaitStatus("bell", "FAILED");
        assertThat(system.get("/api/orders/bell")).contains("U+0007", "\"attempts\":1");
        system.awaitStatus("amp", "PROCESSED");
        assertThat(system.rest("legacy.orders")).isEmpty();
    }

    private static Element parse(List<Message> messages, String id) throws Exception {
        for (Message message : messages) {
            if (id.equals(message.getStringProperty("OrderId"))) {
                String xml = ((TextMessage) message).getText();
                return DocumentBuilderFactory.newInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(xml)))
                        .getDocumentElement();
            }
        }
        throw new AssertionError("order " + id + " did not come");
    }

    /** A legacy system that answers requests: yes, or no for the order `no`; the first request for `slow` it loses. */
    private static final class StockSystem implements AutoCloseable {
        private final Connection connection;
        private final List<String> asked = new ArrayList<>();

        StockSystem(String url) throws JMSException {
            connection = new ActiveMQConnectionFactory(url).createConnection();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createConsumer(session.createQueue("stock.requests")).setMessageListener(request -> {
                try {
                    answer(session, request);
                } catch (JMSException e) {
                    throw new IllegalStateException(e);
                }
            });
            connection.start();
        }

        private void answer(Session session, Message request) throws JMSException {
            String id = request.getStringProperty("OrderId");
            boolean lost;
            synchronized (asked) {
                lost = id.equals("slow") && !asked.contains(id);
                asked.add(id);
            }
            if (lost) {
                return;
            }
            TextMessage answer = session.createTextMessage(id.equals("no") ? "sold out" : "yes");
            answer.setStringProperty("OrderId", "of the answer");
            answer.setJMSCorrelationID(request.getJMSCorrelationID());
            try (MessageProducer producer = session.createProducer(request.getJMSReplyTo())) {
                producer.send(answer);
            }
        }

        List<String> asked() {
            synchronized (asked) {
                return List.copyOf(asked);
            }
        }

        @Override
        public void close() throws JMSException {
            connection.close();
        }
    }

    @Test
    void aRequestIsAnsweredInsideOfTheTurnAndTheOrderIsHandedOverOnce() throws Exception {
        system.example("fulfilment/request-reply")
                .configure("stock.time-limit=500")
                .start();
        try (StockSystem stock = new StockSystem(system.settings().text("orders.broker.connector"))) {
            for (int i = 0; i < 20; i++) {
                system.send("orders.incoming", order("yes" + i));
            }
            system.send("orders.incoming", order("no"));
            system.send("orders.incoming", order("slow", "HIGH"));

            List<Message> handedOver = system.receive("orders.fulfilled", 21);
            system.awaitStatus("no", "FAILED");
            system.awaitStatus("slow", "PROCESSED");
            assertThat(system.get("/api/orders/no")).contains("stock answers sold out", "\"attempts\":1");
            assertThat(stock.asked()).hasSize(23);
            for (Message message : handedOver) {
                String id = message.getStringProperty("OrderId");
                assertThat(((TextMessage) message).getText()).contains("\"orderId\":\"" + id + "\"");
            }
            assertThat(system.rest("orders.fulfilled")).isEmpty();
        }
    }

    @Test
    void withoutAComponentOfItsOwnARequestGetsNoAnswer() throws Exception {
        system.fulfilment("""
                - to:
                    uri: activemq:queue:stock.requests
                    pattern: InOut
                - to: activemq:queue:orders.fulfilled
                """, "").start();
        try (StockSystem stock = new StockSystem(system.settings().text("orders.broker.connector"))) {
            system.send("orders.incoming", order("alone"));

            TextMessage handedOver =
                    (TextMessage) system.receive("orders.fulfilled", 1).get(0);
            assertThat(handedOver.getText()).isEqualTo(order("alone"));
            await("the request is sent at the end of the turn")
                    .until(() -> stock.asked().size() == 1);
        }
    }
}
