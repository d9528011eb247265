package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.MBeanInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A warehouse that goes down and comes up again, and fulfilment that is paused: the shipped routes, brake and switch. */
class OutageTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    @TempDir
    Path home;

    private HttpWarehouse warehouse;
    private RunningSystem system;

    @BeforeEach
    void prepare() throws Exception {
        warehouse = new HttpWarehouse();
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms,100ms")
                .set("ORDERS_BRAKE_MINIMUM_TURNS", "5")
                .set("ORDERS_BRAKE_PROBE_INTERVAL", "100ms")
                .set("ORDERS_BRAKE_RAMP", "500ms")
                .fulfilment("""
                        - bean:
                            beanType: ordersystem.routes.WarehouseCall
                            method: "call('%s', ${header.OrderId})"
                        - to: activemq:queue:orders.fulfilled
                        """.formatted(warehouse.url()), "");
    }

    @AfterEach
    void stop() {
        system.close();
        warehouse.close();
    }

    private static String order(String id, String more) {
        return "{\"orderId\":\"" + id + "\"," + more + "\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }

    private void send(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            system.send("orders.incoming", order("n" + i, ""));
        }
    }

    private boolean brakeIs(String state) {
        return system.get("/api/stats").contains("\"brake\":{\"state\":\"" + state + "\"");
    }

    @Test
    void howeverLongTheWarehouseIsDownOneOrderAtATimeIsTriedAndNoneIsDeadLettered() throws Exception {
        warehouse.goDown();
        system.start();
        send(3);
        await("the brake opens").atMost(LONG).until(() -> brakeIs("OPEN") || brakeIs("HALF_OPEN"));
        assertThat(system.manage("/api/fulfilment")).contains("\"state\":\"brake-open\"", "the warehouse answers 503");

        int before = warehouse.calls().size();
        await("turns that began before the brake opened are over")
                .atMost(LONG)
                .until(() -> warehouse.calls().size() > before + 8);
        warehouse.mostAtOnce();
        await("each order was tried in more turns than it has; a turn is four calls")
                .atMost(LONG)
                .until(() -> Set.copyOf(warehouse.calls()).stream()
                        .allMatch(id -> Collections.frequency(warehouse.calls(), id) > 4 * 4));
        assertThat(warehouse.mostAtOnce()).as("calls at the same time").isEqualTo(1);
        assertThat(system.get("/api/stats")).contains("\"processed\":0", "\"failed\":0", "\"pending\":3");

        warehouse.comeUp();

        await("all are handed over").atMost(LONG).until(() -> system.get("/api/stats")
                .contains("\"processed\":3"));
        assertThat(warehouse.taken()).hasSize(3).allSatisfy((id, times) -> assertThat(times)
                .hasValue(1));
        assertThat(system.rest("orders.fulfilled")).hasSize(3);
        assertThat(system.get("/api/stats")).contains("\"failed\":0", "\"pending\":0", "\"discrepancy\":0");
        await("the ramp ends").atMost(LONG).until(() -> brakeIs("CLOSED"));
    }

    @Test
    void aHighOrderIsTheFirstToBeTriedHoweverManyNormalOnesWait() throws Exception {
        // With one consumer no turn is in hand when the brake opens.
        system.set("ORDERS_BRAKE_PROBE_INTERVAL", "4s").set("ORDERS_NORMAL_CONSUMERS", "1");
        warehouse.goDown();
        system.start();
        send(40);
        await("the brake opens").atMost(LONG).until(() -> brakeIs("OPEN"));
        int before = warehouse.calls().size();

        system.send("orders.incoming", order("high", "\"priority\":\"HIGH\","));
        await("an order is tried").atMost(LONG).until(() -> warehouse.calls().contains("high"));

        assertThat(warehouse.calls().get(before)).isEqualTo("high");
    }

    @Test
    void whileTheBrakeIsOpenOthersCanTakeWhatOurConsumersHeld() throws Exception {
        system.set("ORDERS_BRAKE_PROBE_INTERVAL", "10m");
        warehouse.goDown();
        system.start();
        send(60);
        await("the brake opens").atMost(LONG).until(() -> brakeIs("OPEN"));

        Set<String> ids = new HashSet<>();
        try (MessageConsumer other =
                system.session().createConsumer(system.session().createQueue("orders.normal"))) {
            for (int i = 0; i < 60; i++) {
                Message message = other.receive(10_000);
                assertThat(message).as("after %s others", i).isNotNull();
                ids.add(message.getStringProperty("OrderId"));
            }
        }

        assertThat(ids)
                .as("those that failed before come back from the waiting room")
                .hasSize(60);
    }

    @Test
    void inMaintenanceOrdersAreTakenInAndRoutedAndWorkedOffAfterwardsWhateverIsRestartedMeanwhile() throws Exception {
        system.start();
        assertThat(system.manage("/api/fulfilment")).contains("\"state\":\"working\"");

        assertThat(system.manage("/api/fulfilment/pause", "Mary", "{\"reason\":\"stocktaking\"}")
                        .body())
                .contains("\"state\":\"maintenance\"", "Mary", "stocktaking");
        send(20);
        system.send("orders.incoming", order("high", "\"priority\":\"HIGH\","));
        await("all are received").atMost(LONG).until(() -> system.get("/api/stats")
                .contains("\"received\":21"));
        system.close();
        system.start();

        assertThat(system.manage("/api/fulfilment")).contains("\"state\":\"maintenance\"", "Mary", "stocktaking");
        assertThat(system.get("/api/stats"))
                .contains("\"brake\":{\"state\":\"MAINTENANCE\"", "\"processed\":0", "\"pending\":21");
        assertThat(system.manage("/observe/health")).contains("\"status\":\"UP\"");
        assertThat(warehouse.calls()).isEmpty();

        system.manage("/api/fulfilment/resume", "John", "{}");

        await("all are handed over").atMost(LONG).until(() -> system.get("/api/stats")
                .contains("\"processed\":21"));
        assertThat(warehouse.taken()).hasSize(21);
        assertThat(system.manage("/api/fulfilment")).contains("\"state\":\"working\"", "John");
    }

    @Test
    void eachChangeOfStateIsAJmxNotificationAndMaintenanceIsAnOperation() throws Exception {
        system.start();
        MBeanServer jmx = ManagementFactory.getPlatformMBeanServer();
        ObjectName name = new ObjectName("ordersystem:type=Brake");
        List<String> states = new CopyOnWriteArrayList<>();
        jmx.addNotificationListener(name, (notification, handback) -> states.add(notification.getType()), null, null);
        MBeanInfo info = jmx.getMBeanInfo(name);
        assertThat(info.getOperations())
                .allSatisfy(operation -> assertThat(operation.getDescription()).contains("aintenance"));

        jmx.invoke(name, "pause", new Object[] {"stocktaking"}, new String[] {"java.lang.String"});
        assertThat(jmx.getAttribute(name, "State")).isEqualTo("MAINTENANCE");
        assertThat(jmx.getAttribute(name, "Reason")).isEqualTo("stocktaking");
        jmx.invoke(name, "resume", new Object[0], new String[0]);
        warehouse.goDown();
        send(6);
        await("it probes").atMost(LONG).until(() -> states.contains("ordersystem.brake.HALF_OPEN"));
        warehouse.comeUp();
        await("it closes")
                .atMost(LONG)
                .until(() -> states.lastIndexOf("ordersystem.brake.CLOSED") > states.indexOf("ordersystem.brake.OPEN"));

        assertThat(states.subList(0, 4))
                .containsExactly(
                        "ordersystem.brake.MAINTENANCE",
                        "ordersystem.brake.CLOSED",
                        "ordersystem.brake.OPEN",
                        "ordersystem.brake.HALF_OPEN");
        assertThat(states.subList(states.size() - 3, states.size()))
                .containsExactly("ordersystem.brake.HALF_OPEN", "ordersystem.brake.RAMP", "ordersystem.brake.CLOSED");
    }
}
