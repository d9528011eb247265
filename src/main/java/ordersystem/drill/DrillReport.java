package ordersystem.drill;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Function;
import ordersystem.OrderSystem;
import ordersystem.report.Plot;
import org.jspecify.annotations.Nullable;

/**
 * What a drill's report says: the verdict, both days' figures and curves, how it was done, and what it does not show.
 *
 * @param ours null where OrderSystem's day did not begin
 * @param theirs null where the synchronous service's day did not
 */
record DrillReport(
        Plan plan, @Nullable SystemDay ours, @Nullable SystemDay theirs) {

    private static final Plot.Axis HOURS = new Plot.Axis("hour of the day; after 24, what was left over", false);

    /**
     * All that the report says.
     *
     * @param load the machine's load average before the drill; negative where it is not known
     * @param verdict null where the drill was ended early
     * @param folder on the disk that was written to
     */
    Results results(
            String mode, Instant start, double load, @Nullable Audit audit, @Nullable Verdict verdict, Path folder)
            throws IOException {
        return new Results(
                mode,
                start,
                Instant.now(),
                verdict == null ? "The drill was interrupted: there is no verdict." : verdict.answer(),
                verdict != null && verdict.holds(),
                verdict == null,
                described(),
                verdict == null ? List.of() : verdict.demands(),
                verdict == null ? null : audit,
                days(),
                plots(),
                method(),
                limits(),
                environment(load, folder));
    }

    private Map<String, String> described() {
        SaleCurve curve = plan.curve();
        Map<String, String> said = new LinkedHashMap<>();
        said.put("orders sent", String.format(Locale.ROOT, "%,d", curve.orders()));
        said.put("the day's 24 hours take", seconds(curve.length()));
        said.put(
                "orders a second at the peak, mean of the day",
                String.format(
                        Locale.ROOT,
                        "%,.0f, %,.0f",
                        curve.perSecond(SaleCurve.PEAK_HOUR),
                        curve.orders() / (curve.length().toMillis() / 1e3)));
        said.put("sent once more", String.format(Locale.ROOT, "%.0f %%", 100 * DayOrders.REPEATED));
        said.put("a call of the warehouse takes", plan.warehouse().toMillis() + " ms");
        said.put("of its calls fail", String.format(Locale.ROOT, "%.1f %%", 100 * plan.faults()));
        said.put("it is down, from the peak on, for", seconds(plan.outage()));
        said.put("the service is killed at", (int) Plan.KILL_HOUR + ":00");
        said.put("a browser waits for an answer", seconds(plan.browser()));
        said.put("a customer sends again after", seconds(plan.again()));
        said.put("before the day, not counted", seconds(plan.warmUp()) + " at the mean rate");
        said.put("seed", String.valueOf(plan.seed()));
        return said;
    }

    private static String seconds(Duration time) {
        return time.toSeconds() + " s";
    }

    /** Those that there are. */
    private List<SystemDay> days() {
        List<SystemDay> days = new ArrayList<>();
        if (ours != null) {
            days.add(ours);
        }
        if (theirs != null) {
            days.add(theirs);
        }
        return days;
    }

    private List<Plot> plots() {
        List<SystemDay> days = days();
        if (days.isEmpty()) {
            return List.of();
        }
        SaleCurve curve = plan.curve();
        long step = plan.step();
        List<Plot.Mark> marks = marks(days.get(0));
        List<Plot.Series> rates =
                series(days, day -> day.course().processedPerSecond(curve, step), ", at the warehouse");
        rates.add(new Plot.Series("sent", days.get(0).course().offeredPerSecond(curve, step)));
        List<Plot.Series> waiting = series(days, day -> day.course().waiting(curve, step), ", not at the warehouse");
        waiting.addAll(series(days, day -> day.course().notAccepted(curve, step), ", of these not accepted"));
        List<Plot.Series> times = series(days, day -> day.course().processingByDue(curve, step), "");
        List<Plot.Series> memory = series(days, SystemDay::memory, "");
        List<Plot.Series> lanes = series(
                days, day -> day.course().processingPercentiles(day.course().orders()::isHigh), ", high");
        lanes.addAll(series(
                days,
                day -> day.course()
                        .processingPercentiles(i -> !day.course().orders().isHigh(i)),
                ", normal"));
        return List.of(
                new Plot("Orders a second", HOURS, new Plot.Axis("orders a second", false), rates, marks),
                new Plot("Orders that wait", HOURS, new Plot.Axis("orders", false), waiting, marks),
                new Plot(
                        "Time for an order, by when it was sent",
                        HOURS,
                        new Plot.Axis("s until the warehouse has it, mean", true),
                        times,
                        marks),
                new Plot(
                        "Time for an order, by lane",
                        new Plot.Axis("% of the orders are faster", false),
                        new Plot.Axis("s until the warehouse has it", true),
                        lanes),
                new Plot("Memory of the service's process", HOURS, new Plot.Axis("MB", false), memory, marks));
    }

    private static List<Plot.Series> series(
            List<SystemDay> days, Function<SystemDay, List<double[]>> points, String what) {
        List<Plot.Series> series = new ArrayList<>();
        for (SystemDay day : days) {
            series.add(new Plot.Series(day.name() + what, points.apply(day)));
        }
        return series;
    }

    private static List<Plot.Mark> marks(SystemDay day) {
        List<Plot.Mark> marks = new ArrayList<>();
        if (!Double.isNaN(day.outageBeginHour())) {
            double end = Double.isNaN(day.outageEndHour()) ? day.outageBeginHour() : day.outageEndHour();
            marks.add(new Plot.Mark("warehouse down", day.outageBeginHour(), end));
        }
        if (!Double.isNaN(day.killHour())) {
            marks.add(new Plot.Mark("killed", day.killHour(), day.killHour()));
        }
        return marks;
    }

    private static List<String> method() {
        return List.of(
                "The synchronous service first, then OrderSystem, each in a JVM of its own on an empty folder of the same disk; the"
                        + " same orders at the same moments. Customers, warehouse and account are in the drill's own process.",
                "Java's options stand in the settings of each system, and are the same for both. A short drill has Java compile quickly and not well"
                        + " (-XX:TieredStopAtLevel=1): a day of seconds is over before it has compiled well, which on a day of hours is"
                        + " the first minute. The full one leaves it to Java, and --jvm sets what you like.",
                "Orders are invoices of the shipped sample (examples/orders), drawn with the bad ones among them, so that one in ten"
                        + " is high and one in four is no order at all.",
                "An order is due at its time whatever the system makes of the others, and every time runs from then. At most "
                        + Customers.CONNECTIONS + " requests are under way; the next ones wait, and their clock runs.",
                "A customer who is refused, gets no connection, or waits longer than a browser does sends the same order again: after"
                        + " the pause below, twice as long each time, at most " + Customers.LONGEST_PAUSE
                        + " times, less up to half by chance; later where the answer says so. The same for both systems, until the"
                        + " order is accepted. Programs come back sooner than people: --again.",
                "What became of an order is what the warehouse got, told by the id in the order itself. An order counts as lost if it"
                        + " was accepted and the warehouse has not got it when nothing has come for longer than the longest wait for"
                        + " another turn; its time runs until then.",
                "While the warehouse is down it answers 503 at once. The synchronous service tries a call up to four times, then"
                        + " refuses the order; OrderSystem has accepted it and waits.",
                "The supervisor starts a killed service again after a second, as systemd would with RestartSec=1.");
    }

    private static List<String> limits() {
        return List.of(
                "Everything shares one machine: customers and warehouse take processor time from the system under the drill, from"
                        + " each alike.",
                "A day in minutes is not a day: a short drill's outage and kill are large beside it, and start-up takes hours of it."
                        + " Where rates are those of a real day times the compression, waiting times are not compressed.",
                "Both keep their orders in an embedded H2, which survives a killed process and not a power cut. The shop's own"
                        + " service writes elsewhere, and perhaps more than once for an order.",
                "Customers here come back until they are accepted. Real ones give up, and an order that is given up takes no time at"
                        + " all: the mean flatters whoever refuses.",
                "The warehouse honours the Idempotency-Key. One that does not would get some orders twice, from either system.",
                "A machine that is busy with other things shows in the restart first: look at the load average below. One run,"
                        + " without a spread; the same seed gives the same orders at the same moments, not the same machine.");
    }

    private static Map<String, String> environment(double load, Path folder) throws IOException {
        OperatingSystemMXBean machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        Properties version = new Properties();
        try (InputStream in =
                Objects.requireNonNull(OrderSystem.class.getResourceAsStream("version.properties"), "no version")) {
            version.load(in);
        }
        Map<String, String> found = new LinkedHashMap<>();
        found.put("OrderSystem", version.getProperty("version"));
        found.put("processors", String.valueOf(machine.getAvailableProcessors()));
        found.put("memory", String.format(Locale.ROOT, "%.1f GB", machine.getTotalMemorySize() / (double) (1 << 30)));
        if (load >= 0) {
            found.put("load average before the drill", String.format(Locale.ROOT, "%.1f", load));
        }
        found.put("operating system", machine.getName() + " " + machine.getVersion() + ", " + machine.getArch());
        found.put("Java", System.getProperty("java.vm.name") + " " + Runtime.version());
        found.put("file system", Files.getFileStore(folder).type());
        return found;
    }
}
