package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.DoubleAccumulator;
import java.util.concurrent.locks.LockSupport;
import ordersystem.ledger.Ledger;
import ordersystem.order.Draw;
import ordersystem.order.Lane;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Three times as many orders as can be worked off, one in ten high, for as long as the system properties say; a short time by
 * default. An open loop: an order is due at its time whatever the system makes of the others, and its clock runs from then.
 */
@Timeout(value = 2, unit = TimeUnit.HOURS)
class OverloadIT {

    /** A turn takes 20 ms, so four consumers get through somewhat less than 200 a second. */
    private static final int CONSUMERS = Integer.getInteger("overload.consumers", 4);

    private static final int PER_SECOND = Integer.getInteger("overload.rate", 3 * 45 * CONSUMERS);
    private static final int SECONDS = Integer.getInteger("overload.seconds", 10);
    private static final String TARGET = System.getProperty("overload.target", "300ms");
    private static final Duration LIMIT = Duration.ofSeconds(120 + 10L * SECONDS);

    @RegisterExtension
    final ProgramUnderTest program = named().with("ORDERS_HIGH_CONSUMERS", Integer.toString(CONSUMERS))
            .with("ORDERS_NORMAL_CONSUMERS", Integer.toString(CONSUMERS))
            .with("ORDERS_NORMAL_BATCH_SIZE", "10")
            .with("ORDERS_ADMISSION_TARGET_DELAY", TARGET);

    private static ProgramUnderTest named() {
        ProgramUnderTest program = new ProgramUnderTest("OverloadIT");
        return SECONDS > 60 ? program.longLived() : program;
    }

    /** When each order was due, and when it was handed over, ns; 0 where it was not. */
    private final long[] due = new long[PER_SECOND * SECONDS];

    private final long[] done = new long[due.length];
    private volatile int sent;
    private volatile boolean enough;

    private static String[] modes() {
        return System.getProperty("overload.modes", "auto,off").split(",");
    }

    @ParameterizedTest
    @MethodSource("modes")
    void highOrdersDoNotNoticeAndNormalOnesAreAdmittedOrComeBack(String mode) throws Exception {
        begin(mode);
        Thread load = new Thread(this::send, "load");
        load.start();

        while (load.isAlive()) {
            stats();
            load.join(200);
        }
        long over = System.nanoTime();
        long waiting =
                stats().path("pending").asLong() + stats().path("arriving").asLong();
        receiveAll();
        long drained = System.nanoTime() - over;
        await("all are recorded as processed")
                .atMost(LIMIT)
                .until(() -> stats().path("processed").asLong() == due.length);
        double pAtTheEnd = stats().path("admission").path("probability").asDouble();
        program.stop(Duration.ofSeconds(60));

        Latencies latencies = latencies();
        System.out.printf(
                Locale.ROOT,
                "overload, admission %s: %,d orders at %,d/s for %d s; high %s; admitted normal %s; deferred normal %s (%.1f %%);"
                        + " most probable %.2f, at the end %.2f; %,d were open when it was over, %.1f s later none%n",
                mode,
                due.length,
                PER_SECOND,
                SECONDS,
                latencies.high(),
                latencies.admitted(),
                latencies.deferred(),
                100.0 * latencies.deferred().count() / due.length,
                latencies.mostProbable(),
                pAtTheEnd,
                waiting,
                drained / 1e9);
        assertThat(program.audit().exitCode()).isZero();
        if (mode.equals("auto")) {
            assertThat(latencies.deferred().count()).isPositive();
            assertThat(latencies.mostProbable()).isPositive().isLessThanOrEqualTo(0.95);
        } else {
            assertThat(latencies.deferred().count()).isZero();
        }
    }

    @Test
    void killedInTheMiddleItGoesOnDeferringAndEveryOrderIsHandedOverOnce() throws Exception {
        begin("auto");
        Thread load = new Thread(this::send, "load");
        load.start();
        await("orders are being deferred")
                .atMost(LIMIT)
                .until(() -> stats().path("deferred").asLong() > 20);

        enough = true;
        load.join();
        program.kill();
        program.start();

        JsonNode stats = stats();
        assertThat(stats.path("admission").path("deferred").asLong()).isPositive();
        await("all that were taken in are processed").atMost(LIMIT).until(() -> {
            JsonNode now = stats();
            return now.path("processed").asLong() == sent
                    && now.path("arriving").asLong() == 0;
        });
        receiveAll();
        for (int i = 0; i < sent; i++) {
            assertThat(done[i]).as("order %d of %d", i, sent).isPositive();
        }
        program.stop(Duration.ofSeconds(60));
        assertThat(program.audit().exitCode()).isZero();
    }

    private void begin(String mode) {
        program.with("ORDERS_ADMISSION_MODE", mode);
        program.replaceRoute("40-fulfilment.camel.yaml", "takes-20-ms.camel.yaml");
        program.start();
    }

    /** Until it is enough, or all are sent. */
    private void send() {
        try (Connection connection = new ActiveMQConnectionFactory(program.brokerUrl()).createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue("orders.incoming"))) {
            long start = System.nanoTime();
            int i = 0;
            while (i < due.length && !enough) {
                long now = System.nanoTime();
                for (; i < due.length && (due[i] = start + i * 1_000_000_000L / PER_SECOND) <= now; i++) {
                    producer.send(session.createTextMessage(order(i)), DeliveryMode.PERSISTENT, isHigh(i) ? 9 : 4, 0);
                }
                session.commit();
                sent = i;
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isHigh(int i) {
        return i % 10 == 3;
    }

    private static String order(int i) {
        return "{\"orderId\":\"" + i + "\",\"customerId\":\"17850\",\"priority\":\"" + (isHigh(i) ? "HIGH" : "NORMAL")
                + "\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]}";
    }

    /** All that were sent, once each. Each carries the time at which it was handed over. */
    private void receiveAll() throws Exception {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(program.brokerUrl());
        try (Connection connection = factory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue("orders.fulfilled"))) {
            connection.start();
            long millisToNanos = System.nanoTime() - TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
            for (int received = 0; received < sent; received++) {
                Message message = consumer.receive(LIMIT.toMillis());
                assertThat(message)
                        .as(
                                "message %d of %d; %s",
                                received, sent, program.api().stats())
                        .isNotNull();
                int i = Integer.parseInt(message.getStringProperty("OrderId"));
                assertThat(done[i]).as("order %d was handed over before", i).isZero();
                done[i] = TimeUnit.MILLISECONDS.toNanos(message.getJMSTimestamp()) + millisToNanos;
            }
            assertThat(consumer.receive(500)).isNull();
        }
    }

    /** At every reading the sum holds. */
    private JsonNode stats() throws InterruptedException {
        JsonNode stats = program.api().stats().orElseThrow();
        assertThat(stats.path("received").asLong())
                .isEqualTo(stats.path("processed").asLong()
                        + stats.path("failed").asLong()
                        + stats.path("pending").asLong());
        return stats;
    }

    /** @param mostProbable the highest probability that an order met */
    private record Latencies(Percentiles high, Percentiles admitted, Percentiles deferred, double mostProbable) {}

    private record Percentiles(int count, double p50, double p99) {

        static Percentiles of(List<Double> seconds) {
            double[] sorted = seconds.stream().mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(sorted);
            return sorted.length == 0
                    ? new Percentiles(0, 0, 0)
                    : new Percentiles(sorted.length, sorted[sorted.length / 2], sorted[(int) (sorted.length * 0.99)]);
        }

        @Override
        public String toString() {
            return String.format(Locale.ROOT, "p50 %.2f s, p99 %.2f s of %,d", p50, p99, count);
        }
    }

    private Latencies latencies() {
        List<Double> high = new ArrayList<>();
        List<Double> admitted = new ArrayList<>();
        List<Double> deferred = new ArrayList<>();
        DoubleAccumulator most = new DoubleAccumulator(Math::max, 0);
        Path data = program.home().resolve("data");
        try (Ledger ledger = Ledger.open("jdbc:h2:file:" + data.resolve("ledger/ledger"), "", "", "OverloadIT", 2)) {
            ledger.forEach(order -> {
                int i = Integer.parseInt(order.orderId());
                Draw draw = order.draw();
                most.accumulate(draw == null ? 0 : draw.probability());
                List<Double> of =
                        Lane.HIGH.equals(order.lane()) ? high : draw == null || draw.isAdmitted() ? admitted : deferred;
                of.add((done[i] - due[i]) / 1e9);
            });
        }
        return new Latencies(Percentiles.of(high), Percentiles.of(admitted), Percentiles.of(deferred), most.get());
    }
}
