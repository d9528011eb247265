package ordersystem.admission;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import ordersystem.admission.Outcome.Kind;

/** All scenarios with all contenders, and the table of it. */
final class Comparison {

    private static final String HEAD = """
            | | | high, p99 | admitted, p50 | admitted, p99 | once settled, p99 | deferred | deferred, p50 | deferred, p99 | drained after |
            |---|---|---|---|---|---|---|---|---|---|
            """;

    private record Run(Scenario scenario, Contender contender) {}

    private final Map<Run, Outcome> outcomes = new HashMap<>();

    Comparison() {
        for (Scenario scenario : Scenario.ALL) {
            for (Contender contender : Contender.values()) {
                outcomes.put(new Run(scenario, contender), Simulation.of(scenario, contender));
            }
        }
    }

    Outcome of(Scenario scenario, Contender contender) {
        return Objects.requireNonNull(outcomes.get(new Run(scenario, contender)));
    }

    /** In Markdown. */
    String table() {
        StringBuilder table = new StringBuilder(HEAD);
        for (Scenario scenario : Scenario.ALL) {
            for (Contender contender : Contender.values()) {
                boolean first = contender == Contender.ADMISSION;
                table.append(row(first ? "**" + scenario.title() + "**" : "", contender, of(scenario, contender)));
            }
        }
        return table.toString();
    }

    private static String row(String scenario, Contender contender, Outcome outcome) {
        Latencies admitted = outcome.latencies(Kind.ADMITTED);
        Latencies deferred = outcome.latencies(Kind.DEFERRED);
        return "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |%n"
                .formatted(
                        scenario,
                        contender.title,
                        time(outcome.latencies(Kind.HIGH), 0.99),
                        time(admitted, 0.5),
                        time(admitted, 0.99),
                        time(outcome.settled(), 0.99),
                        deferred.count() == 0 ? "–" : number("%.0f %%", 100 * outcome.shareDeferred()),
                        time(deferred, 0.5),
                        time(deferred, 0.99),
                        seconds(outcome.drain()))
                .replace("\r", "");
    }

    private static String time(Latencies latencies, double share) {
        return latencies.count() == 0 ? "–" : seconds(latencies.percentile(share));
    }

    private static String seconds(double seconds) {
        return number(seconds < 1 ? "%.2f s" : seconds < 20 ? "%.1f s" : "%,.0f s", seconds);
    }

    static String number(String format, double number) {
        return String.format(Locale.ROOT, format, number);
    }
}
