package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import ordersystem.Ports;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** {@link PlainCamel} on the same day as OrderSystem in {@link BadDayIT}; a measurement, and run by its name only. */
class PlainCamelOnABadDay {

    private final int brokerPort = Ports.free();
    private final int port = Ports.free();
    private final Api api = new Api(port, port);
    private final String brokerUrl = "tcp://127.0.0.1:" + brokerPort;

    @Test
    void everyOrderIsTakenOrADeadLetter(@TempDir(cleanup = CleanupMode.ON_SUCCESS) Path home) throws Exception {
        try (BadDay day = new BadDay(home)) {
            Process program = start(home, day.warehouseUrl());
            try {
                await("plain Camel answers").atMost(Duration.ofSeconds(60)).until(api::isReady);
                day.sendOrders(brokerUrl);
                day.begin();
                await("the bad day is over")
                        .atMost(BadDay.LIMIT)
                        .pollInterval(Duration.ofMillis(200))
                        .until(day::isOver);
                long over = System.nanoTime();
                long open = open();
                await("everything is worked off")
                        .atMost(BadDay.LIMIT)
                        .pollInterval(Duration.ofMillis(200))
                        .until(() -> open() == 0);
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over);

                List<OutsideAccount.Fulfilled> dead = FulfilledQueue.read(brokerUrl, "orders.dlq");
                List<OutsideAccount.Fulfilled> victims = dead.stream()
                        .filter(letter -> !day.refused().contains(letter.orderId()))
                        .toList();
                System.out.printf(
                        "bad day: %,d orders, plain Camel; %,d were open when it was over, %d ms later none; "
                                + "%,d dead letters, %,d of them not refused, %,d of those high; %s%n",
                        BadDay.ORDERS,
                        open,
                        millis,
                        dead.size(),
                        victims.size(),
                        victims.stream()
                                .filter(letter -> letter.body().contains("\"HIGH\""))
                                .count(),
                        day.figures());
                Set<String> accountedFor = new HashSet<>(day.taken());
                dead.forEach(letter -> accountedFor.add(letter.orderId()));
                assertThat(accountedFor).hasSize(BadDay.ORDERS);
            } finally {
                program.destroyForcibly().waitFor();
            }
        }
    }

    private long open() throws InterruptedException {
        JsonNode stats = api.stats().orElseThrow();
        return stats.path("arriving").asLong() + stats.path("pending").asLong();
    }

    /** A JVM as OrderSystem's in {@link ProgramUnderTest}. */
    private Process start(Path home, String warehouse) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PlainCamel.class.getName(),
                        Files.createDirectories(home.resolve("broker")).toString(),
                        Integer.toString(brokerPort),
                        Integer.toString(port),
                        warehouse)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("output.txt").toFile())
                .start();
    }
}
