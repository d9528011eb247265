package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A {@link BadDay}. {@link PlainCamelOnABadDay} is the same day without OrderSystem. */
class BadDayIT {

    private static final String BRAKE = System.getProperty("badday.brake", "on");

    /** Each lane's 50 consumers have a call at hand when it goes down; the brake opens at 20 failed turns of four calls. */
    private static final int MOST_CALLS_IN_VAIN = 800;

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("BadDayIT")
            .with("ORDERS_BRAKE_MODE", BRAKE)
            .with("ORDERS_BRAKE_PROBE_INTERVAL", "1s")
            .with("ORDERS_BRAKE_RAMP", "3s");

    @Test
    void everyOrderIsTakenOnceAndOnlyThoseThatTheWarehouseRefusesAreDeadLetters() throws Exception {
        try (BadDay day = new BadDay(program.home())) {
            program.useExample(BadDay.EXAMPLE.resolve("40-fulfilment.camel.yaml"));
            program.editRoute(
                    "40-fulfilment.camel.yaml", "{{warehouse.url:http://127.0.0.1:8090}}", day.warehouseUrl());
            program.start();

            day.sendOrders(program.brokerUrl());
            day.begin();
            Set<String> brake = new LinkedHashSet<>();
            await("the bad day is over")
                    .atMost(BadDay.LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        brake.add(stats().path("brake").path("state").asText());
                        return day.isOver();
                    });
            long over = System.nanoTime();
            long open =
                    stats().path("pending").asLong() + stats().path("arriving").asLong();
            await("everything is worked off")
                    .atMost(BadDay.LIMIT)
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> {
                        JsonNode stats = stats();
                        return stats.path("processed").asInt()
                                        + stats.path("failed").asInt()
                                == BadDay.ORDERS;
                    });

            System.out.printf(
                    "bad day: %,d orders, brake %s: %s; %,d were open when it was over, %d ms later none; %s%n",
                    BadDay.ORDERS,
                    BRAKE,
                    brake,
                    open,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - over),
                    day.figures());
            assertThat(day.taken()).isEqualTo(day.good());
            List<OutsideAccount.DeadLetter> dead = Reckoning.of(program).deadLetters();
            assertThat(dead)
                    .extracting(OutsideAccount.DeadLetter::id)
                    .containsExactlyInAnyOrderElementsOf(day.refused());
            assertThat(dead).allSatisfy(letter -> assertThat(letter.reason()).contains("statusCode: 400"));
            if (BRAKE.equals("on")) {
                assertThat(brake).contains("OPEN");
                assertThat(day.calls("down", "503")).isLessThan(MOST_CALLS_IN_VAIN);
            }
        }
        program.stop(Duration.ofSeconds(60));
        ProgramUnderTest.Audit audit = program.audit();
        assertThat(audit.exitCode()).as(audit.report()).isZero();
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
}
