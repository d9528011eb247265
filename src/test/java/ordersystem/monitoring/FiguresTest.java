package ordersystem.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.micrometer.core.instrument.MockClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import ordersystem.SetClock;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.broker.Room;
import ordersystem.ledger.Change;
import ordersystem.ledger.Ledger;
import ordersystem.ledger.State;
import ordersystem.monitoring.History.LaneSample;
import ordersystem.monitoring.History.Sample;
import ordersystem.order.Content;
import ordersystem.order.Lane;
import ordersystem.processing.OrderStats;
import ordersystem.processing.OrderStats.LaneStats;
import ordersystem.waiting.AdmissionWatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is reckoned from the ledger's figures, and the alarms, on a real ledger. */
class FiguresTest {

    private static final Duration TARGET = Duration.ofSeconds(5);
    private static final long GB = 1L << 30;
    private static final Room ROOM = new Room(10, 100 * GB, GB);

    private final List<String> told = new ArrayList<>();
    private final SetClock clock = new SetClock();
    private final MockClock meterClock = new MockClock();
    private final CriticalTimes times = new CriticalTimes(meterClock);
    private final AdmissionControl calm = AdmissionControl.start(Mode.AUTO, 0, TARGET);
    private FulfilmentStatus fulfilment = standing("CLOSED", null);
    private Room room = ROOM;
    private Ledger ledger;
    private Admission admission;
    private FiguresCheck check;
    private Figures figures;

    @BeforeEach
    void open(@TempDir Path folder) {
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 2);
        admission = new Admission(calm);
        AdmissionWatch watch = new AdmissionWatch(ledger, admission, calm, TARGET, () -> true);
        Alarms alarms = new Alarms(clock);
        check = new FiguresCheck(
                ledger,
                queue -> OptionalLong.empty(),
                () -> fulfilment,
                () -> room,
                watch,
                Duration.ofMinutes(6),
                alarms,
                clock);
        figures = new Figures(ledger, OptionalLong::empty, () -> fulfilment, watch, times, check, alarms, clock);
        figures.mbean().addNotificationListener((n, back) -> told.add(words(n)), null, null);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void aSaturatedLaneIsToldOnceWithWhatToDoAndOnceWhenItIsOver() {
        check.look();
        assertThat(told).isEmpty();

        admission.set(saturated(0, 30));
        check.look();
        check.look();
        assertThat(told)
                .singleElement()
                .asString()
                .startsWith("ordersystem.highLaneSaturated")
                .contains("orders.high.consumers", "another instance");
        assertThat(figures.get().admission())
                .extracting(OrderStats.AdmissionStats::highLaneSaturated)
                .isEqualTo(true);
        assertThat(figures.admission()).contains("the high lane is saturated").doesNotContain("the normal lane");

        admission.set(saturated(300, 30));
        check.look();
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).startsWith("ordersystem.normalLaneSaturated").contains("orders.normal.consumers");
        assertThat(figures.get().admission())
                .extracting(OrderStats.AdmissionStats::normalLaneSaturated)
                .isEqualTo(true);

        admission.set(calm);
        check.look();
        assertThat(told.subList(2, 4))
                .anyMatch(words -> words.startsWith("ordersystem.highLaneSaturated.over"))
                .anyMatch(words -> words.startsWith("ordersystem.normalLaneSaturated.over"));
        assertThat(figures.admission())
                .isEqualTo("no normal order is deferred (AUTO); one that goes into its lane now waits for 0.0 s");
    }

    @Test
    void theAlarmsThatAreOnStandInTheFiguresWithWhenTheyBegan() {
        check.look();
        assertThat(figures.get().alarms()).isEmpty();

        fulfilment = standing("OPEN", "java.net.ConnectException: refused");
        check.look();
        clock.forward(Duration.ofSeconds(5));
        fulfilment = standing("HALF_OPEN", "java.net.SocketTimeoutException: 5 s");
        room = new Room(61, GB, GB);
        check.look();

        assertThat(figures.get().alarms())
                .extracting(OrderStats.Alarm::name, OrderStats.Alarm::since)
                .containsExactly(
                        tuple("brakeOpen", "2026-11-27T08:00:00Z"),
                        tuple("storeNearlyFull", "2026-11-27T08:00:05Z"),
                        tuple("diskNearlyFull", "2026-11-27T08:00:05Z"));
        assertThat(figures.get().alarms().get(0).words()).contains("java.net.SocketTimeoutException: 5 s");
        assertThat(figures.get().alarms().get(1).words()).contains("61 %", "orders.broker.store-limit");
        assertThat(figures.get().alarms().get(2).words()).contains("1,024 MB", "orders.disk.reserve");

        fulfilment = standing("MAINTENANCE", "the warehouse moves");
        room = ROOM;
        check.look();
        assertThat(figures.get().alarms())
                .as("who pauses does not bring the warehouse back")
                .extracting(OrderStats.Alarm::name)
                .containsExactly("brakeOpen");

        fulfilment = standing("RAMP", null);
        check.look();
        assertThat(figures.get().alarms()).isEmpty();
        assertThat(told).hasSize(6);
    }

    @Test
    void eachNotificationIsOfATypeThatTheBeanDeclares() {
        MBeanNotificationInfo[] declared = figures.mbean().getNotificationInfo();

        assertThat(declared).hasSize(1);
        assertThat(Arrays.asList(declared[0].getNotifTypes()))
                .contains("ordersystem.highLaneOverdue", "ordersystem.highLaneOverdue.over")
                .contains("ordersystem.diskNearlyFull", "ordersystem.discrepancy.over");
    }

    @Test
    void aThroughputIsTheMeanOfTheLastHalfMinuteOfAllInstances() {
        assertThat(figures.get().throughputPerSecond()).isNull();
        figures.sample();
        handOver(0, 300);
        clock.forward(Duration.ofSeconds(3));
        assertThat(figures.get().throughputPerSecond()).as("too soon to tell").isNull();

        clock.forward(Duration.ofSeconds(7));
        assertThat(figures.get().throughputPerSecond()).isEqualTo(30.0);
        assertThat(lane().throughputPerSecond()).isEqualTo(30.0);
        for (int i = 0; i < 6; i++) {
            figures.sample();
            clock.forward(Duration.ofSeconds(5));
        }

        assertThat(figures.get().throughputPerSecond())
                .as("they were handed over more than half a minute ago")
                .isEqualTo(0.0);
        assertThat(lane().throughputPerSecond()).isEqualTo(0.0);
    }

    @Test
    void aClockThatWasSetBackMakesNoThroughput() {
        figures.sample();
        handOver(0, 10);
        clock.forward(Duration.ofHours(-2));

        assertThat(figures.get().throughputPerSecond()).isNull();
    }

    @Test
    void percentilesAreOfTheLastMinuteAndThereAreNoneWhereNothingWasHandedOver() {
        handOver(0, 1);
        assertThat(lane().p50Millis()).isNull();
        for (int i = 1; i <= 1_000; i++) {
            times.record("normal", Duration.ofMillis(i));
        }

        assertThat(lane().p50Millis()).isBetween(495.0, 506.0);
        assertThat(lane().p95Millis()).isBetween(940.0, 961.0);
        assertThat(lane().p99Millis()).isBetween(980.0, 1_001.0);
        meterClock.add(Duration.ofSeconds(45));
        assertThat(lane().p50Millis()).isNotNull();

        meterClock.add(Duration.ofSeconds(16));
        assertThat(lane().p50Millis()).isNull();
        times.record("normal", Duration.ZERO);
        assertThat(lane().p99Millis()).as("no time, but measured").isEqualTo(0.0);
        times.record("normal", Duration.ofDays(40));
        assertThat(lane().p99Millis()).as("a waiting room is patient").isGreaterThan(3.4e9);
    }

    @Test
    void theOldestPendingOrderAgesBetweenTwoLooksAndIsNoneWhereNothingIsPending() {
        assertThat(figures.get().oldestPendingSeconds()).isEqualTo(0);
        arrive(0);
        assertThat(figures.get().oldestPendingSeconds()).as("not looked yet").isNull();

        check.look();
        clock.forward(Duration.ofSeconds(4));

        assertThat(figures.get().oldestPendingSeconds()).isBetween(4L, 6L);
        ledger.write("test", List.of(handedOver(0)));
        assertThat(figures.get().oldestPendingSeconds()).isEqualTo(0);
    }

    @Test
    void theHistoryIsAnHourOfSamplesAndForgetsTheOldest() {
        handOver(0, 20);
        arrive(20);
        times.record("normal", Duration.ofMillis(40));
        for (int i = 0; i < 725; i++) {
            figures.sample();
            clock.forward(Duration.ofSeconds(5));
        }

        History.Hour hour = figures.history();
        assertThat(hour.stepSeconds()).isEqualTo(5);
        assertThat(hour.samples()).hasSize(720);
        Sample first = hour.samples().get(0);
        Sample last = hour.samples().get(719);
        assertThat(Duration.between(first.at(), last.at())).isEqualTo(Duration.ofSeconds(719 * 5));
        assertThat(last.received()).isEqualTo(21);
        assertThat(last.processed()).isEqualTo(20);
        assertThat(last.pending()).isEqualTo(1);
        assertThat(last.arriving()).as("no broker to ask").isNull();
        assertThat(last.throughputPerSecond()).isEqualTo(0.0);
        LaneSample lane = Objects.requireNonNull(last.lanes().get("normal"));
        assertThat(lane.pending()).isEqualTo(1);
        assertThat(lane.p99Millis()).isBetween(39.0, 41.0);
    }

    @Test
    void whoReadsOneFigureAfterAnotherIsToldThoseOfOneMoment() {
        long received = figures.getReceived();
        arrive(0);

        assertThat(figures.getPending()).isEqualTo(received);
        assertThat(figures.get().pending()).isEqualTo(1);
        clock.forward(Duration.ofSeconds(1));
        assertThat(figures.getPending()).isEqualTo(1);
    }

    private LaneStats lane() {
        return Objects.requireNonNull(figures.get().lanes().get("normal"));
    }

    private void handOver(int first, int count) {
        for (int i = first; i < first + count; i++) {
            arrive(i);
            ledger.write("test", List.of(handedOver(i)));
        }
    }

    private void arrive(int order) {
        ledger.write("test", List.of(change(order, State.RECEIVED, null, "orders.normal")));
    }

    private static Change handedOver(int order) {
        return change(order, State.PROCESSED, 1, null);
    }

    private static Change change(int order, State state, @Nullable Integer step, @Nullable String place) {
        return new Change(
                "order-" + order,
                Lane.NORMAL,
                state,
                "ID:" + order + state,
                step,
                "hash",
                place,
                0,
                null,
                null,
                state == State.PROCESSED ? null : new Content(Content.Type.TEXT, "{}".getBytes(UTF_8), Map.of()));
    }

    private static FulfilmentStatus standing(String brake, @Nullable String reason) {
        return new FulfilmentStatus("working", "2026-11-27T06:00:00Z", null, reason, brake, null);
    }

    private AdmissionControl saturated(double normalOver, double highOver) {
        return new AdmissionControl(
                Mode.AUTO, 0, null, null, calm.pie(), calm.normal(), calm.high(), normalOver, highOver, null);
    }

    private static String words(Notification notification) {
        return notification.getType() + ": " + notification.getMessage();
    }
}
