package ordersystem.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import ordersystem.admission.Admission;
import ordersystem.admission.AdmissionControl;
import ordersystem.admission.Mode;
import ordersystem.brake.FulfilmentStatus;
import ordersystem.ledger.Ledger;
import ordersystem.processing.OrderStats;
import ordersystem.waiting.AdmissionWatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Alarms of lanes that fill faster than they are worked off, on a real ledger. */
class FiguresTest {

    private static final Duration TARGET = Duration.ofSeconds(5);
    private static final FulfilmentStatus WORKING =
            new FulfilmentStatus("working", "2026-11-27T06:00:00Z", null, null, "CLOSED", null);

    private final List<String> told = new ArrayList<>();
    private final AdmissionControl calm = AdmissionControl.start(Mode.AUTO, 0, TARGET);
    private Ledger ledger;
    private Admission admission;
    private Figures figures;

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        ledger = Ledger.open("jdbc:h2:file:" + folder.resolve("ledger"), "", "", "test", 2);
        admission = new Admission(calm);
        AdmissionWatch watch = new AdmissionWatch(ledger, admission, calm, TARGET, () -> true);
        figures = new Figures(
                ledger, queue -> OptionalLong.empty(), () -> WORKING, watch, Duration.ofMinutes(6), Clock.systemUTC());
        ((NotificationEmitter) figures.mbean()).addNotificationListener((n, back) -> told.add(words(n)), null, null);
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    @Test
    void aSaturatedLaneIsToldOnceWithWhatToDoAndOnceWhenItIsOver() {
        figures.checkLanes();
        assertThat(told).isEmpty();

        admission.set(saturated(0, 30));
        figures.checkLanes();
        figures.checkLanes();
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
        figures.checkLanes();
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).startsWith("ordersystem.normalLaneSaturated").contains("orders.normal.consumers");
        assertThat(figures.get().admission())
                .extracting(OrderStats.AdmissionStats::normalLaneSaturated)
                .isEqualTo(true);

        admission.set(calm);
        figures.checkLanes();
        assertThat(told.subList(2, 4))
                .anyMatch(words -> words.startsWith("ordersystem.highLaneSaturated.over"))
                .anyMatch(words -> words.startsWith("ordersystem.normalLaneSaturated.over"));
        assertThat(figures.admission())
                .isEqualTo("no normal order is deferred (AUTO); one that goes into its lane now waits for 0.0 s");
    }

    private AdmissionControl saturated(double normalOver, double highOver) {
        return new AdmissionControl(
                Mode.AUTO, 0, null, null, calm.pie(), calm.normal(), calm.high(), normalOver, highOver, null);
    }

    private static String words(Notification notification) {
        return notification.getType() + ": " + notification.getMessage();
    }
}
