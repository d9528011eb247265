package ordersystem.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.broker.TransportConnection;
import org.apache.activemq.transport.vm.VMTransportFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker drops a consumer's connection in the middle of a turn, and gives its message to another one. */
class LostConnectionTest {

    private static final String ORDER =
            "{\"orderId\":\"A-1\",\"lines\":[{\"sku\":\"a\",\"quantity\":1,\"unitPrice\":2}]}";

    @TempDir
    Path home;

    @Test
    void theFailureOfWhoDoesNotHoldItsMessageAnyMoreIsNoFailureOfTheOrder() throws Exception {
        Turns.first.set(null);
        try (RunningSystem system = new RunningSystem(home)
                .set("ORDERS_RETRY_DELAYS", "100ms")
                // Whoever has room for another message asks for one, and hears then that the connection is lost.
                .set("ORDERS_NORMAL_BATCH_SIZE", 1)
                .fulfilment("""
                        - bean: { beanType: "ordersystem.routes.LostConnectionTest$Turns", method: take }
                        - to: activemq:queue:orders.fulfilled
                        """, "")
                .start()) {
            assertThat(system.post(ORDER).statusCode()).isEqualTo(202);
            assertThat(Turns.isIn.await(20, TimeUnit.SECONDS)).isTrue();
            for (TransportConnection connection : Objects.requireNonNull(
                            VMTransportFactory.CONNECTORS.get("ordersystem"))
                    .getConnections()) {
                connection.stop();
            }
            system.awaitStatus("A-1", "PROCESSED");
            Turns.mayFail.countDown();

            assertThat(Turns.isOver.await(20, TimeUnit.SECONDS)).isTrue();
            await("it stays processed")
                    .during(Duration.ofSeconds(3))
                    .atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(system.get("/api/orders/A-1"))
                            .contains("\"status\":\"PROCESSED\"", "\"attempts\":0"));
            assertThat(system.rest("orders.fulfilled")).hasSize(1);
        }
    }

    /** A bean of the route: the first turn of all fails, each of its in-line tries, when it is told to. */
    public static final class Turns {
        private static final AtomicReference<Thread> first = new AtomicReference<>();
        private static final CountDownLatch isIn = new CountDownLatch(1);
        private static final CountDownLatch mayFail = new CountDownLatch(1);
        /** Four tries. */
        private static final CountDownLatch isOver = new CountDownLatch(4);

        public void take() throws Exception {
            first.compareAndSet(null, Thread.currentThread());
            if (first.get() == Thread.currentThread() && isOver.getCount() > 0) {
                isIn.countDown();
                mayFail.await(30, TimeUnit.SECONDS);
                isOver.countDown();
                throw new IOException("fails");
            }
        }
    }
}
