package ordersystem.drill;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ordersystem drill}: a sale day replayed against the synchronous design and against this one. */
@Command(
        name = "drill",
        description = {
            "Replay a sale day on this machine, with an outage of the warehouse and a killed service in it: against the synchronous"
                    + " design and against OrderSystem. Two minutes; an hour and ten minutes with --full.",
            "It has a folder, ports and settings of its own, and leaves nothing behind but the report."
        },
        footer = {"", "Neither --config nor the environment changes the settings of the systems in the drill."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the customer's demands held, and the audit agrees",
            "1:they did not; the report says which",
            "2:the command line is wrong",
            "3:a system did not start; the last line says why",
            "130:Ctrl-C; the report has what was measured"
        })
public final class DrillCommand implements Callable<Integer> {

    private static final String JVM = "-Xms256m -Xmx512m";

    /** Compiles quickly and not well, as in the benchmark's short mode. */
    private static final String JVM_OF_SHORT = JVM + " -XX:TieredStopAtLevel=1";

    private static final int DEMANDS_HOLD = 0;
    private static final int DEMANDS_DO_NOT_HOLD = 1;
    private static final int INTERRUPTED = 130;

    private final Path home;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--full", description = "200,000 orders, as on the day itself, in 33 minutes for each system.")
    private boolean full;

    @Option(
            names = "--orders",
            paramLabel = "N",
            description = "Orders that the day has, 100 to 10,000,000. Default: 4,000; 200,000 with --full.")
    @Nullable
    private Integer orders;

    @Option(
            names = "--day",
            paramLabel = "SECONDS",
            description = "How long the day's 24 hours take, 6 to 86,400 seconds. Default: 40; 2,000 with --full.")
    @Nullable
    private Integer day;

    @Option(
            names = "--outage",
            paramLabel = "SECONDS",
            description =
                    "How long the warehouse is down from the peak on, 0 to a quarter of the day. Default: 5; 60 with --full.")
    @Nullable
    private Integer outage;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            description =
                    "How long orders come before the day, not counted, 0 to 600 seconds. Default: 6; 30 with --full.")
    @Nullable
    private Integer warmUp;

    @Option(
            names = "--warehouse",
            paramLabel = "MILLIS",
            defaultValue = "20",
            description =
                    "How long a call of the warehouse takes, 1 to 10,000 milliseconds. Default: ${DEFAULT-VALUE}.")
    private int warehouse;

    @Option(
            names = "--faults",
            paramLabel = "PERCENT",
            defaultValue = "5",
            description =
                    "How many of its calls fail and may be tried again, 0 to 90 percent. Default: ${DEFAULT-VALUE}.")
    private double faults;

    @Option(
            names = "--browser",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long a customer waits for an answer, 1 to 600 seconds. Default: ${DEFAULT-VALUE}.")
    private int browser;

    @Option(
            names = "--again",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description =
                    "How long before a customer who was refused sends the order again, 1 to 60 seconds; twice as long each time,"
                            + " at most six times, and less up to half by chance. Default: ${DEFAULT-VALUE}.")
    private int again;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "100",
            description =
                    "Worker threads of the synchronous service, 1 to 2,000; 100 are best on two processors. Default:"
                            + " ${DEFAULT-VALUE}.")
    private int threads;

    @Option(
            names = "--jvm",
            paramLabel = "OPTIONS",
            description = "Options of each system's Java, in one argument. Default: " + JVM_OF_SHORT
                    + ", because a day of seconds is over before Java has compiled well; " + JVM + " with --full.")
    private @Nullable String jvm;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The same number gives the same orders at the same moments. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--report",
            paramLabel = "FOLDER",
            defaultValue = "drill",
            description = "Where report.html and results.json are written. Default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Path report;

    @Option(names = "--keep", description = "Keep the systems' data and output, in a folder beside the report.")
    private boolean keep;

    /** @param home of the installation */
    public DrillCommand(Path home) {
        this.home = home;
    }

    @Override
    public Integer call() throws Exception {
        Plan plan = plan();
        PrintWriter out = spec.commandLine().getOut();
        Drill drill = new Drill(
                home, plan, full ? "full" : "short", report, keep, new Progress(System.err, System.console() != null));
        Thread hook = new Thread(drill::interrupt, "drill-interrupted");
        Runtime.getRuntime().addShutdownHook(hook);
        Results results = drill.run();
        print(results, out);
        out.println(drill.report().toAbsolutePath());
        out.flush();
        if (results.interrupted()) {
            return INTERRUPTED;
        }
        Runtime.getRuntime().removeShutdownHook(hook);
        return results.holds() ? DEMANDS_HOLD : DEMANDS_DO_NOT_HOLD;
    }

    private Plan plan() {
        int length = within("--day", day == null ? (full ? 2_000 : 40) : day, 6, 86_400);
        SaleCurve curve = new SaleCurve(
                within("--orders", orders == null ? (full ? 200_000 : 4_000) : orders, 100, 10_000_000),
                Duration.ofSeconds(length));
        return new Plan(
                curve,
                Duration.ofSeconds(within("--warm-up", warmUp == null ? (full ? 30 : 6) : warmUp, 0, 600)),
                Duration.ofSeconds(within("--outage", outage == null ? (full ? 60 : 5) : outage, 0, length / 4)),
                Duration.ofMillis(within("--warehouse", warehouse, 1, 10_000)),
                within("--faults", faults, 0, 90) / 100,
                Duration.ofSeconds(within("--browser", browser, 1, 600)),
                Duration.ofSeconds(within("--again", again, 1, 60)),
                within("--threads", threads, 1, 2_000),
                Stream.of((jvm == null ? (full ? JVM : JVM_OF_SHORT) : jvm).split("\\s+"))
                        .filter(option -> !option.isEmpty())
                        .toList(),
                seed);
    }

    private int within(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw outside(option, String.valueOf(value), least, most);
        }
        return value;
    }

    private double within(String option, double value, int least, int most) {
        if (!(value >= least && value <= most)) {
            throw outside(option, String.valueOf(value), least, most);
        }
        return value;
    }

    private ParameterException outside(String option, String value, int least, int most) {
        return new ParameterException(
                spec.commandLine(), String.format(Locale.ROOT, "%s: %s; from %,d to %,d", option, value, least, most));
    }

    private static void print(Results results, PrintWriter out) {
        out.println(results.answer());
        for (Demand demand : results.demands()) {
            out.println((demand.met() ? "  met      " : "  NOT MET  ") + demand.text());
            out.println("             demanded " + demand.limit() + " · OrderSystem " + demand.measured()
                    + " · synchronous " + demand.baseline());
        }
    }
}
