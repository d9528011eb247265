package ordersystem.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import ordersystem.report.Report;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures the rows of the table of goals one after the other, and writes results and report. */
@Command(
        name = "benchmark",
        description = "Measures OrderSystem against its peers: docs/benchmark.md.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:everything was measured, whether or not the goals were met",
            "1:a measurement failed",
            "2:the command line is wrong",
            "130:stopped by Ctrl-C; what was measured so far is written"
        })
final class Benchmark implements Callable<Integer> {

    private static final int INTERRUPTED = 130;

    /** How long a stop may take: the rest of a batch, the databases, and their files. */
    private static final long STOP_SECONDS = 60;

    /** What a shell takes for short and full. */
    enum Mode {
        SHORT,
        FULL
    }

    /**
     * A measurement and about how many minutes it takes.
     *
     * @param inShort whether the short mode has it without being asked: it says something after one round
     */
    private record Planned(Measurement measurement, double fullMinutes, double shortMinutes, boolean inShort) {

        double minutes(Mode mode) {
            return mode == Mode.FULL ? fullMinutes : shortMinutes;
        }
    }

    private static final List<Planned> ALL = List.of(
            new Planned(new WholePath(), 20, 1, true),
            new Planned(new SlowWarehouse(), 16, 1, true),
            new Planned(new IntakeInProcess(), 3, 0.3, true),
            new Planned(new BacklogIn256Mb(), 4, 0.4, true),
            new Planned(new PoisonAmongOrders(), 3, 0.4, true),
            new Planned(new KeepMessage(), 4, 0.6, false),
            new Planned(new Watching(), 8, 0.6, false),
            new Planned(new HighOrder(), 7, 0.5, true),
            new Planned(new HttpCapacity(), 45, 0.8, false),
            new Planned(new HttpPeak(2_500), 13, 0.6, true));

    @Parameters(
            index = "0",
            arity = "0..1",
            defaultValue = "SHORT",
            paramLabel = "short|full",
            description = "short: a few minutes, to see that all is well; full: figures to be quoted. Default: short")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Mode mode;

    @Option(names = "--only", split = ",", paramLabel = "ID", description = "Measure these rows only.")
    private List<String> only = List.of();

    @Option(names = "--output", paramLabel = "FOLDER", description = "Default: ${DEFAULT-VALUE}")
    private Path output = Path.of("target/benchmark");

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    private final List<Results.Row> rows = new ArrayList<>();
    private final PrintStream out = System.out;
    private final CountDownLatch done = new CountDownLatch(1);

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Benchmark())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        List<Planned> plan = plan();
        Path folder = output.toAbsolutePath();
        Files.createDirectories(folder);
        Instant start = Instant.now();
        Map<String, String> environment = new LinkedHashMap<>();
        boolean failed;
        boolean interrupted;
        try (Lab lab = new Lab(mode == Mode.FULL, folder, out)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(lab), "stop"));
            try {
                environment.putAll(Environment.describe(lab, folder));
                announce(plan, environment);
                failed = measure(plan, lab);
            } finally {
                write(start, environment, folder);
            }
            interrupted = lab.isStopping();
        } finally {
            done.countDown();
        }
        return interrupted ? INTERRUPTED : failed ? 1 : 0;
    }

    private List<Planned> plan() {
        List<String> ids = ALL.stream().map(each -> each.measurement().id()).toList();
        for (String id : only) {
            if (!ids.contains(id)) {
                throw new ParameterException(spec.commandLine(), "no row " + id + "; there are " + ids);
            }
        }
        return ALL.stream()
                .filter(each -> only.isEmpty()
                        ? mode == Mode.FULL || each.inShort()
                        : only.contains(each.measurement().id()))
                .toList();
    }

    private void announce(List<Planned> plan, Map<String, String> environment) {
        environment.forEach((what, value) -> out.printf("%-28s %s%n", what, value));
        out.printf(
                "%n%s: about %.0f minutes%n",
                lower(mode),
                Math.ceil(plan.stream().mapToDouble(each -> each.minutes(mode)).sum()));
        for (Planned each : plan) {
            out.printf("  %-20s %4.1f minutes%n", each.measurement().id(), each.minutes(mode));
        }
        if (only.isEmpty() && mode == Mode.SHORT) {
            out.printf(
                    "  for the full mode, or --only: %s%n",
                    ALL.stream()
                            .filter(each -> !each.inShort())
                            .map(each -> each.measurement().id())
                            .collect(Collectors.joining(", ")));
        }
        out.println();
    }

    /** Whether one failed. */
    private boolean measure(List<Planned> plan, Lab lab) {
        boolean failed = false;
        for (Planned each : plan) {
            if (lab.isStopping()) {
                break;
            }
            String id = each.measurement().id();
            try {
                lab.say("%s begins", id);
                Results.Row row = each.measurement().measure(lab);
                rows.add(row);
                summarise(row);
            } catch (Exception | Error e) {
                failed = true;
                String reason = lab.isStopping() ? "stopped by Ctrl-C" : String.valueOf(e.getMessage());
                lab.say("%s failed: %s", id, reason);
                if (!lab.isStopping()) {
                    e.printStackTrace(out);
                }
                rows.add(Results.Row.failed(id, reason));
            }
            failed |= !lab.isStopping() && !cleared(lab);
        }
        return failed;
    }

    private boolean cleared(Lab lab) {
        try {
            lab.clear();
            return true;
        } catch (Exception e) {
            lab.say("what was left of it could not be removed: %s", e);
            return false;
        }
    }

    private void write(Instant start, Map<String, String> environment, Path folder) throws IOException {
        out.println();
        rows.forEach(this::summarise);
        Path html = folder.resolve("report.html");
        Report.write(
                new Results(lower(mode), start, Instant.now(), environment, rows),
                "ordersystem/benchmark/report.html",
                html);
        out.printf("%n%s%n%s%n", html, html.resolveSibling("results.json"));
        out.flush();
    }

    private void summarise(Results.Row row) {
        out.printf("%s  %s%n", row.id(), row.title());
        for (Results.Comparison each : row.comparisons()) {
            out.printf(
                    "  %-72s %10s  %-10s %-26s %s%n",
                    each.text(),
                    figure(each.value()) + " " + each.unit(),
                    goal(each.goal(), each.atLeast()),
                    "(" + figure(each.low()) + " to " + figure(each.high()) + ")",
                    each.met() == null ? "" : each.met() ? "met" : "NOT MET");
        }
        if (row.comparisons().isEmpty()) {
            row.notes().forEach(note -> out.printf("  %s%n", note));
        }
        out.flush();
    }

    private static String goal(@Nullable Double goal, boolean atLeast) {
        return goal == null ? "" : (atLeast ? "≥ " : "≤ ") + figure(goal);
    }

    /** Three significant digits. */
    private static String figure(double value) {
        double size = Math.abs(value);
        return size >= 100 ? "%,.0f".formatted(value) : size >= 10 ? "%.1f".formatted(value) : "%.2f".formatted(value);
    }

    private static String lower(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT);
    }

    /** Ctrl-C: the measurement at hand fails for want of its workers, and the main thread goes on to the end. */
    private void stop(Lab lab) {
        if (done.getCount() > 0) {
            lab.stop();
            try {
                done.await(STOP_SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
