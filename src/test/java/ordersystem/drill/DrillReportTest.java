package ordersystem.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import ordersystem.browser.Chromium;
import ordersystem.browser.Visitor;
import ordersystem.report.Plot;
import ordersystem.report.Report;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class DrillReportTest {

    @RegisterExtension
    static final Chromium CHROMIUM = new Chromium();

    private static final Audit AGREES = new Audit(true, "audit: everything is accounted for");
    private static final Instant START = Instant.parse("2010-12-01T08:26:00Z");

    @TempDir
    Path folder;

    private final Plan plan = new Plan(
            new SaleCurve(400, Duration.ofSeconds(10)),
            Duration.ZERO,
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            0.05,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            100,
            List.of("-Xmx512m"),
            1);

    @Test
    void theAnswerComesFirstThenTheDemandsThenTheDay() throws Exception {
        SystemDay ours = day("OrderSystem", 50);
        SystemDay theirs = day("synchronous service", 100);
        Results results = results(ours, theirs, Verdict.of(ours, theirs, AGREES));

        try (Visitor visitor = CHROMIUM.visitor()) {
            visitor.page().navigate(written(results));

            String text = visitor.page().innerText("body");
            assertThat(text)
                    .containsSubsequence(
                            "met all four demands of the customer",
                            "short drill, 1 December 2010",
                            "What the customer demands",
                            "−50 %, 50 ms",
                            "OrderSystem’s own audit agrees",
                            "The day",
                            "Orders a second",
                            "Both systems in figures",
                            "How it was done",
                            "What it does not show",
                            "everything is accounted for");
            assertThat(visitor.page().locator("canvas").count()).isEqualTo(5);
            assertThat(visitor.errors()).isEmpty();
        }
    }

    @Test
    void oneThatWasEndedEarlyShowsWhatThereIsAndJudgesNothing() throws Exception {
        Results results = results(null, day("synchronous service", 100), null);

        assertThat(results.interrupted()).isTrue();
        assertThat(results.holds()).isFalse();
        assertThat(results.demands()).isEmpty();
        assertThat(results.plots())
                .flatExtracting(Plot::series)
                .extracting(Plot.Series::name)
                .contains("synchronous service")
                .doesNotContain("OrderSystem");
        try (Visitor visitor = CHROMIUM.visitor()) {
            visitor.page().navigate(written(results));

            assertThat(visitor.page().innerText("body"))
                    .contains("The drill was interrupted: there is no verdict.", "Both systems in figures")
                    .doesNotContain("What the customer demands");
            assertThat(visitor.errors()).isEmpty();
        }
    }

    private Results results(@Nullable SystemDay ours, @Nullable SystemDay theirs, @Nullable Verdict verdict)
            throws Exception {
        return new DrillReport(plan, ours, theirs).results("short", START, 0.5, AGREES, verdict, folder);
    }

    private String written(Results results) throws Exception {
        Path html = folder.resolve("report.html");
        Report.write(results, "ordersystem/drill/report.html", html);
        return html.toUri().toString();
    }

    /** Every order is accepted and delivered so many milliseconds after it is due. */
    private SystemDay day(String name, int millis) throws Exception {
        AtomicLong nanos = new AtomicLong();
        long[] due = plan.curve().times(1);
        DayOrders orders = new DayOrders(Path.of("examples/orders/online-retail.ndjson"), "day", due.length, 1);
        Account account = new Account(orders, due, nanos::get);
        for (int i = 0; i < due.length; i++) {
            nanos.set((due[i] + millis * 1_000L) * 1_000);
            account.sent();
            account.answered(i, orders.isGood(i) ? Answer.ACCEPTED : Answer.REJECTED, due[i]);
            if (orders.isGood(i) && !orders.isRepeated(i)) {
                account.delivered(orders.id(i));
            }
        }
        List<double[]> memory = List.of(new double[] {0, 200}, new double[] {12, 300}, new double[] {24, 250});
        return SystemDay.of(name, "", plan, account.course(), 3_750_000, 4_750_000, memory, true);
    }
}
