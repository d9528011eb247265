package ordersystem.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MockClock;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.SetClock;
import ordersystem.broker.BrokerLoad;
import ordersystem.ledger.Change;
import ordersystem.ledger.LedgerUnavailableException;
import ordersystem.ledger.Reason;
import ordersystem.ledger.State;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a scrape is told where there is no whole system to ask. */
class MetricsTest {

    private final SetClock clock = new SetClock();
    private final AtomicInteger readings = new AtomicInteger();
    private long received = 7;
    private String brake = "CLOSED";
    private @Nullable Long arriving = 3L;
    private @Nullable Long oldestPending = 77L;
    private boolean ledgerIsAway;
    private Optional<Map<String, Long>> deadLetters = Optional.empty();
    private Optional<BrokerLoad> broker = Optional.empty();
    private final PrometheusMeterRegistry registry =
            new Metrics(this::stats, () -> deadLetters, () -> broker, clock).registry();

    private OrderStats stats() {
        readings.incrementAndGet();
        if (ledgerIsAway) {
            throw new LedgerUnavailableException("away", new IllegalStateException());
        }
        return new OrderStats(
                received,
                arriving,
                received,
                0,
                0,
                received,
                0,
                0,
                0,
                0,
                12.5,
                oldestPending,
                0,
                List.of(),
                Map.of("normal", new OrderStats.LaneStats(received, 0, 0, received, 0, 0, 12.5, null, null, null)),
                Map.of("test", new OrderStats.InstanceStats(received, 0, 0)),
                new OrderStats.AdmissionStats("AUTO", 0.25, 6.5, 180, 40, 10, 7, 90, 0.5, false, true),
                new OrderStats.BrakeStats(brake, "2026-11-27T11:00:00Z", null),
                new OrderStats.HighLaneOverdue(2, 41),
                List.of(),
                "2026-11-01T00:00:00Z");
    }

    @Test
    void aScrapeReadsAllFiguresOnceAndAnotherOneWithinASecondReadsNone() {
        registry.scrape();
        registry.scrape();
        assertThat(readings).hasValue(1);

        clock.forward(Duration.ofSeconds(1));
        registry.scrape();
        assertThat(readings).hasValue(2);
    }

    @Test
    void admissionIsTold() {
        assertThat(registry.scrape())
                .contains(
                        "orders_admitted_total 40.0",
                        "orders_deferred_total 10.0",
                        "orders_released_total 7.0",
                        "orders_admission_probability 0.25",
                        "orders_normal_lane_delay_seconds 6.5",
                        "orders_high_lane_delay_seconds 0.5",
                        "orders_normal_lane_rate 180.0",
                        "orders_oldest_deferred_seconds 90.0",
                        "orders_high_lane_saturated 0.0",
                        "orders_normal_lane_saturated 1.0");
    }

    @Test
    void theOldestPendingOrderIsToldOnceItIsKnown() {
        assertThat(registry.scrape()).contains("orders_oldest_pending_seconds 77.0");

        oldestPending = null;
        clock.forward(Duration.ofSeconds(15));

        assertThat(registry.scrape()).doesNotContain("orders_oldest_pending");
    }

    @Test
    void aReadingFromAClockThatWasSetBackDoesNotServeForHours() {
        registry.scrape();

        clock.forward(Duration.ofHours(-2));
        registry.scrape();

        assertThat(readings).hasValue(2);
    }

    @Test
    void whileTheLedgerIsAwayItsFiguresAreAbsentAndTheOthersAreThere() {
        ledgerIsAway = true;
        broker = Optional.of(new BrokerLoad(0.5, 0.25, Map.of("orders.high", new BrokerLoad.QueueLoad(4, 1))));

        assertThat(registry.scrape())
                .contains(
                        "orders_ledger_up 0.0",
                        "orders_broker_store_used_ratio 0.5",
                        "orders_broker_memory_used_ratio 0.25",
                        "orders_queue_depth{queue=\"orders.high\"} 4.0",
                        "orders_queue_consumers{queue=\"orders.high\"} 1.0")
                .doesNotContain("orders_received", "orders_brake");
    }

    @Test
    void whatOnlyAnEmbeddedBrokerTellsIsAbsentWithAnotherOne() {
        arriving = null;

        assertThat(registry.scrape())
                .contains("orders_ledger_up 1.0")
                .doesNotContain("orders_arriving", "orders_broker", "orders_queue");
    }

    @Test
    void aCounterDoesNotFallWhenAnOrderChangesItsLane() {
        assertThat(registry.scrape()).contains("orders_received_total{lane=\"normal\"} 7.0");

        received = 6;
        clock.forward(Duration.ofSeconds(15));

        assertThat(registry.scrape())
                .contains("orders_received_total{lane=\"normal\"} 7.0", "orders_pending{lane=\"normal\"} 6.0");
    }

    @Test
    void theShippedLanesAreThereBeforeTheirFirstOrderAndDeadLettersOnceTheyWereCounted() {
        assertThat(registry.scrape())
                .contains("orders_received_total{lane=\"high\"} 0.0")
                .doesNotContain("orders_dead_letters");

        deadLetters = Optional.of(Map.of("", 2L, "normal", 5L));
        clock.forward(Duration.ofSeconds(15));

        assertThat(registry.scrape())
                .contains(
                        "orders_dead_letters{lane=\"none\"} 2.0",
                        "orders_dead_letters{lane=\"normal\"} 5.0",
                        "orders_dead_letters{lane=\"high\"} 0.0");
    }

    @Test
    void thePresentBrakeStateIsOneAndTheOthersAreZero() {
        brake = "HALF_OPEN";

        assertThat(registry.scrape())
                .contains(
                        "orders_brake_state{state=\"HALF_OPEN\"} 1.0",
                        "orders_brake_state{state=\"CLOSED\"} 0.0",
                        "orders_brake_state{state=\"OPEN\"} 0.0",
                        "orders_high_lane_overdue 2.0",
                        "orders_high_lane_overdue_oldest_seconds 41.0");
    }

    @Test
    void thereAreOnlySoManyReasonsHoweverManyExceptionsThereAre() {
        OrderEvents events = new OrderEvents(registry, new CriticalTimes(new MockClock()), clock);
        for (int i = 0; i < 1_000; i++) {
            events.failed(failed("shop.Fault" + i));
        }
        events.failed(failed("shop.Outer$Inner\"} 1\nforged{x=\""));

        List<String> failed = registry.scrape()
                .lines()
                .filter(line -> line.startsWith("orders_failed_total{"))
                .toList();
        assertThat(failed)
                .hasSize(41)
                .contains(
                        "orders_failed_total{lane=\"normal\",reason=\"Fault0\"} 1.0",
                        "orders_failed_total{lane=\"normal\",reason=\"other\"} 961.0");
    }

    @Test
    void aClockThatIsAheadElsewhereMakesNoNegativeTime() {
        OrderEvents events = new OrderEvents(registry, new CriticalTimes(new MockClock()), clock);

        events.processed(failed("x"), clock.instant().plusSeconds(5));

        assertThat(registry.scrape())
                .contains(
                        "orders_critical_time_seconds_count{lane=\"normal\"} 1",
                        "orders_critical_time_seconds_sum{lane=\"normal\"} 0.0");
    }

    private static Change failed(String type) {
        return new Change(
                "1",
                Lane.NORMAL,
                State.FAILED,
                "ID:1",
                2,
                null,
                null,
                1,
                null,
                new Reason(type, "no such article", null, null),
                null);
    }
}
