package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import ordersystem.OrderSystem;
import ordersystem.Settings;
import ordersystem.ledger.Change;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.State;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.order.OrderReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.FileSystemUtils;

/** The broker's store is lost while the program is stopped, and {@code audit --repair} makes its orders go on. */
class AuditRepairTest {

    private static final String LANES = "30-fulfil-orders.camel.yaml";
    private static final String DEAD_LETTERS = "70-dead-letters.camel.yaml";

    private static final String BAD_ONES_FAIL = """
            - to: activemq:queue:orders.fulfilled
            - choice:
                when:
                  - simple: "${header.OrderId} starts with 'bad'"
                    steps:
                      - throwException: { exceptionType: ordersystem.order.UnprocessableOrderException, message: no such sku }
            """;

    @TempDir
    Path home;

    private RunningSystem system;

    @BeforeEach
    void prepare() {
        system = new RunningSystem(home).fulfilment(BAD_ONES_FAIL, "");
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void everyOrderThatTheLedgerKnewIsProcessedOnceThoughTheStoreIsGone() throws Exception {
        stopWithOrdersOnTheirWay();
        assertThat(audited(OrderSystem::repair, true)).contains("0 lost", "0 repaired");

        FileSystemUtils.deleteRecursively(broker());

        assertThat(audited(OrderSystem::audit, false)).contains("12 lost", "no message in the store takes it on");
        assertThat(audited(OrderSystem::repair, true))
                .contains("12 lost", "12 repaired", "0 lost", "RETRYING 10, FAILED 2", "everything is accounted for");
        assertThat(audited(OrderSystem::repair, true)).contains("0 lost", "0 repaired", "RETRYING 10, FAILED 2");

        system.shippedRoute(LANES).shippedRoute(DEAD_LETTERS).start();
        assertThat(ids(system.receive("orders.fulfilled", 10)))
                .containsExactlyInAnyOrder("n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9");
        await("the batch ends a moment after its messages are out")
                .until(() -> system.get("/api/stats").contains("\"pending\":0"));
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(system.get("/api/stats")).contains("\"received\":12", "\"processed\":10", "\"failed\":2");
        assertThat(system.get("/api/orders/n0")).contains("\"attempts\":0");
        assertThat(system.get("/api/orders/bad0")).contains("FAILED", "\"attempts\":1", "no such sku");
        assertThat(system.manage("/api/dead-letters")).contains("\\\"sku\\\":\\\"a\\\"");
        system.close();
        assertThat(audited(OrderSystem::audit, true)).contains("12 orders: 10 processed");
    }

    @Test
    void messagesOfALostStoreThatTurnsUpAgainAreStaleCopies() throws Exception {
        stopWithOrdersOnTheirWay();
        Path elsewhere = home.resolve("elsewhere");
        Files.move(broker(), elsewhere);
        assertThat(audited(OrderSystem::repair, true)).contains("12 repaired");
        Files.move(elsewhere, broker());
        assertThat(audited(OrderSystem::audit, true)).contains("10 in orders.normal", "RETRYING 10, FAILED 2");

        system.shippedRoute(LANES).shippedRoute(DEAD_LETTERS).start();

        assertThat(ids(system.receive("orders.fulfilled", 10))).hasSize(10).doesNotHaveDuplicates();
        await().until(() -> system.get("/api/stats").contains("\"duplicates\":12"));
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        assertThat(system.get("/api/stats")).contains("\"processed\":10", "\"failed\":2", "\"pending\":0");
    }

    @Test
    void whatWasNotKeptIsNamedAndLeftAsItIs() throws Exception {
        system.set("ORDERS_LEDGER_KEEP_MESSAGE", "false");
        stopWithOrdersOnTheirWay();
        FileSystemUtils.deleteRecursively(broker());

        String repaired = audited(OrderSystem::repair, false);

        assertThat(repaired).contains("12 lost", "0 repaired", "12 not", "orders.ledger.keep-message");
        assertThat(repaired.lines().map(String::strip))
                .contains("bad0", "bad1", "n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9");
        assertThat(audited(OrderSystem::audit, false)).contains("12 lost", "12 on their way");
    }

    @Test
    void anOrderWhoseMessageComesAgainIsNotTouched() throws Exception {
        system.stopRoute("10-receive-orders.camel.yaml", "receive-orders").start();
        Message arrival = system.text(order("again"));
        system.send("orders.incoming", arrival);
        system.close();
        Settings settings = system.settings();
        try (Ledger ledger = Ledger.open(settings.ledgerUrl(), "", "", settings.text("orders.instance"), 2)) {
            // As a kill between the two commits of the receive hop leaves it.
            ledger.write(
                    "test",
                    List.of(new Change(
                            "again",
                            Lane.NORMAL,
                            State.RECEIVED,
                            arrival.getJMSMessageID(),
                            null,
                            new OrderReader().read(order("again"), null).bodyHash(),
                            "orders.normal",
                            0,
                            null,
                            null,
                            new Content(
                                    Content.Type.TEXT, order("again").getBytes(StandardCharsets.UTF_8), Map.of()))));
        }

        assertThat(audited(OrderSystem::repair, true)).contains("1 on their way", "0 lost", "0 repaired");

        system.shippedRoute("10-receive-orders.camel.yaml").start();
        assertThat(ids(system.receive("orders.fulfilled", 1))).containsExactly("again");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
    }

    /** Ten orders in the normal lane, and two dead letters of the high one. */
    private void stopWithOrdersOnTheirWay() throws Exception {
        system.stopRoute(LANES, "fulfil-orders-normal")
                .stopRoute(DEAD_LETTERS, "dead-letters")
                .start();
        for (int i = 0; i < 10; i++) {
            system.send("orders.incoming", order("n" + i));
        }
        for (int i = 0; i < 2; i++) {
            system.send("orders.incoming", system.text(order("bad" + i)), 9);
        }
        await().atMost(Duration.ofSeconds(30))
                .until(() -> system.get("/api/stats").contains("\"received\":12")
                        && system.get("/api/orders/bad0").contains("no such sku")
                        && system.get("/api/orders/bad1").contains("no such sku"));
        system.close();
    }

    private Path broker() {
        return system.settings().path("orders.data-dir").resolve("broker");
    }

    /** What the command prints; fails where its answer is another one. */
    private String audited(BiPredicate<Settings, PrintWriter> command, boolean accountedFor) throws IOException {
        try (StringWriter out = new StringWriter();
                PrintWriter printed = new PrintWriter(out)) {
            assertThat(command.test(system.settings(), printed))
                    .as(out.toString())
                    .isEqualTo(accountedFor);
            return out.toString();
        }
    }

    private static String order(String id) {
        return "{\"orderId\":\"" + id + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }

    private static List<String> ids(List<Message> messages) throws JMSException {
        List<String> ids = new ArrayList<>();
        for (Message message : messages) {
            ids.add(message.getStringProperty("OrderId"));
        }
        return ids;
    }
}
