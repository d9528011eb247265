package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.management.JMX;
import javax.management.ObjectName;
import ordersystem.monitoring.DeadLettersMXBean;
import ordersystem.order.UnprocessableOrderException;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do with orders, in the running system: it reaches the warehouse once, or not at all. */
class RecoveryTest {

    /** Called by the fulfilment of these tests. */
    private static final AtomicBoolean OPEN = new AtomicBoolean();

    private RunningSystem system;
    private DeadLettersMXBean jmx;

    /** A warehouse that is closed or open, and always refuses an order of customer BAD. */
    public static final class Warehouse {
        public void call(Exchange exchange) {
            if (!OPEN.get()) {
                throw new IllegalStateException("closed");
            }
            if (exchange.getMessage().getBody(String.class).contains("\"BAD\"")) {
                throw new UnprocessableOrderException("customer BAD is unknown");
            }
        }
    }

    @BeforeEach
    void start(@TempDir Path home) throws Exception {
        OPEN.set(false);
        system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms")
                .set("ORDERS_BRAKE_MODE", "off")
                .fulfilment("""
                        - bean: { beanType: ordersystem.routes.RecoveryTest$Warehouse, method: call }
                        - to: activemq:queue:orders.fulfilled
                        """, "")
                .start();
        jmx = JMX.newMXBeanProxy(
                ManagementFactory.getPlatformMBeanServer(),
                new ObjectName("ordersystem:type=DeadLetters"),
                DeadLettersMXBean.class);
    }

    @AfterEach
    void stop() {
        system.close();
    }

    @Test
    void deadLettersAreReplayedByTheirGroupAndReachTheWarehouseOnce() throws Exception {
        for (int i = 0; i < 50; i++) {
            system.send("orders.incoming", order("r" + i, i < 5 ? "BAD" : "GOOD"));
        }
        awaitStats("\"failed\":50");
        assertThat(jmx.getCount()).isEqualTo(50);
        assertThat(jmx.getGroups()).singleElement().satisfies(group -> assertThat(group.reasonType())
                .isEqualTo("java.lang.IllegalStateException"));

        OPEN.set(true);
        String replay = jmx.replayGroup("java.lang.IllegalStateException", "", 1_000);

        assertThat(system.receive("orders.fulfilled", 45)).hasSize(45);
        awaitStats("\"failed\":5");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        await("the outcomes").atMost(Duration.ofSeconds(20)).until(() -> jmx.getReplays()
                .get(0)
                .equals(replay + " ENDED by JMX: 50 chosen, 50 sent on, 45 succeeded, 5 failed again"));
        assertThat(jmx.getGroups()).singleElement().satisfies(group -> assertThat(group.reasonType())
                .isEqualTo("ordersystem.order.UnprocessableOrderException"));
        assertThat(system.get("/api/stats")).contains("\"received\":50,\"processed\":45,\"failed\":5,\"pending\":0");
    }

    @Test
    void anEditedOrderGoesThroughWithItsNewBody() throws Exception {
        OPEN.set(true);
        system.send("orders.incoming", order("e1", "BAD"));
        awaitStats("\"failed\":1");

        jmx.edit("e1", order("e1", "GOOD"));

        assertThat(system.receive("orders.fulfilled", 1).get(0).getBody(String.class))
                .contains("\"GOOD\"");
        awaitStats("\"processed\":1");
        assertThat(system.manage("/api/orders/e1")).contains("\"kind\":\"EDIT\"", "\"who\":\"JMX\"");
    }

    @Test
    void aMessageThatIsNoOrderIsCorrectedAndGoesThrough() throws Exception {
        OPEN.set(true);
        system.send("orders.incoming", "{ not an order");
        awaitStats("\"invalid\":1");
        String id = jmx.getGroups().get(0).samples().get(0);

        jmx.edit(id, order("c1", "GOOD"));

        assertThat(system.receive("orders.fulfilled", 1).get(0).getBody(String.class))
                .contains("c1");
        awaitStats("\"processed\":1");
        assertThat(jmx.getCount()).isZero();
    }

    @Test
    void aCancelledOrderReachesNobodyWhereverItWas() throws Exception {
        system.close();
        system.stopRoute("30-fulfil-orders.camel.yaml", "fulfil-orders-normal").start();
        system.send("orders.incoming", order("c1", "GOOD"));
        system.send("orders.incoming", order("c2", "GOOD"));
        awaitStats("\"received\":2");

        assertThat(jmx.cancel("c1", "the customer called")).isEqualTo("c1 is CANCELLED in lane normal");
        assertThatThrownBy(() -> jmx.cancel("c1", "once more")).hasMessageContaining("CANCELLED since");

        OPEN.set(true);
        system.close();
        system.shippedRoute("30-fulfil-orders.camel.yaml").start();
        assertThat(system.receive("orders.fulfilled", 1).get(0).getStringProperty("OrderId"))
                .isEqualTo("c2");
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        awaitStats("\"duplicates\":1");
        assertThat(system.get("/api/stats")).contains("\"received\":2,\"processed\":1,\"failed\":1,\"pending\":0");
        assertThatThrownBy(() -> jmx.cancel("c2", "too late")).hasMessageContaining("PROCESSED since");
    }

    @Test
    void anExpeditedOrderOvertakesInTheHighLaneAndGoesThroughOnce() throws Exception {
        system.close();
        system.stopRoute("30-fulfil-orders.camel.yaml", "fulfil-orders-normal").start();
        OPEN.set(true);
        for (int i = 0; i < 20; i++) {
            system.send("orders.incoming", order("x" + i, "GOOD"));
        }
        awaitStats("\"received\":20");

        assertThat(jmx.expedite("x19")).isEqualTo("x19 is RETRYING in lane high");

        assertThat(system.receive("orders.fulfilled", 1).get(0).getStringProperty("OrderId"))
                .isEqualTo("x19");
        awaitStats("\"processed\":1");
        system.close();
        system.shippedRoute("30-fulfil-orders.camel.yaml").start();
        assertThat(system.receive("orders.fulfilled", 19)).hasSize(19);
        assertThat(system.rest("orders.fulfilled")).isEmpty();
        awaitStats("\"processed\":20");
    }

    @Test
    void aDiscardedOrderComesBackAndGoesThrough() throws Exception {
        system.send("orders.incoming", order("d1", "GOOD"));
        awaitStats("\"failed\":1");
        assertThatThrownBy(() -> jmx.discard("d1", " ")).hasMessageContaining("reason");
        assertThat(jmx.discard("d1", "a test")).startsWith("d1 is DISCARDED");
        assertThatThrownBy(() -> jmx.replay("d1")).hasMessageContaining("DISCARDED since");
        OPEN.set(true);

        jmx.restore("d1");
        jmx.replay("d1");

        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
        awaitStats("\"processed\":1");
    }

    @Test
    void aHighOrderThatDoesNotGetThroughIsNeverBuriedAndTold() throws Exception {
        List<String> told = new CopyOnWriteArrayList<>();
        ManagementFactory.getPlatformMBeanServer()
                .addNotificationListener(
                        new ObjectName("ordersystem:type=OrderStats"), (n, back) -> told.add(n.getType()), null, null);
        system.send("orders.incoming", order("h1", "GOOD").replace("\"lines\"", "\"priority\":\"HIGH\",\"lines\""));

        await("the alarm").atMost(Duration.ofSeconds(30)).until(() -> told.contains("ordersystem.highLaneOverdue"));
        assertThat(system.get("/api/stats"))
                .contains("\"highLaneOverdue\":{\"orders\":1,\"oldestSeconds\":", "\"failed\":0");
        assertThat(system.manage("/observe/health")).contains("1 high orders are overdue");

        OPEN.set(true);
        assertThat(system.receive("orders.fulfilled", 1)).hasSize(1);
        await("it is over")
                .atMost(Duration.ofSeconds(30))
                .until(() -> told.contains("ordersystem.highLaneOverdue.over"));
        assertThat(system.get("/api/stats")).contains("\"highLaneOverdue\":{\"orders\":0,\"oldestSeconds\":0}");
    }

    private void awaitStats(String part) {
        await(part).atMost(Duration.ofSeconds(20)).until(() -> system.get("/api/stats")
                .contains(part));
    }

    private static String order(String id, String customer) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"" + customer
                + "\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";
    }
}
