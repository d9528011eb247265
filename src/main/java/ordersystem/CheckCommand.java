package ordersystem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import ordersystem.broker.BrokerReport;
import ordersystem.order.Excerpt;
import ordersystem.reload.RouteError;
import ordersystem.reload.RouteFiles;
import ordersystem.reload.RoutesRefusedException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordersystem check}: whether route files would run, or how the external broker is set, without a running system. */
@Command(
        name = "check",
        description =
                "Check route files as a running system does before it takes an edit; it needs none. One line an error:"
                        + " file:line:column: what is wrong. With --broker, look at the external broker instead.")
final class CheckCommand implements Callable<Integer> {

    private final Supplier<Settings> settings;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "FOLDER",
            description = "Of the route files; without it, orders.routes-dir.")
    @Nullable
    private Path folder;

    @Option(names = "--json", description = "Print {\"errors\": [{file, line, column, text, message}]}.")
    private boolean json;

    @Option(
            names = "--broker",
            description =
                    "Look at the broker of orders.broker.url: what of its settings would lose orders, what else is wrong,"
                            + " what cannot be seen from here; and what is to stand in its configuration file.")
    private boolean broker;

    CheckCommand(Supplier<Settings> settings) {
        this.settings = settings;
    }

    /** 0 where nothing is wrong, 1 where something is. */
    @Override
    public Integer call() {
        Settings set = settings.get();
        if (broker) {
            return checkBroker(set);
        }
        Path routes = folder == null ? set.path("orders.routes-dir") : folder;
        List<RouteError> errors = List.of();
        try {
            OrderSystem.routeCheck(set).check(RouteFiles.read(routes));
        } catch (RoutesRefusedException e) {
            errors = e.errors();
        }
        print(errors);
        return errors.isEmpty() ? 0 : 1;
    }

    private int checkBroker(Settings set) {
        PrintWriter out = spec.commandLine().getOut();
        if (OrderSystem.hasEmbeddedBroker(set)) {
            out.println("orders.broker.url is 'embedded': that one needs no settings.");
            out.flush();
            return 0;
        }
        BrokerReport report = OrderSystem.brokerReport(set);
        out.println(report.broker());
        report.findings().forEach(out::println);
        if (report.isGood()) {
            out.println("It has what OrderSystem needs, as far as can be seen.");
        } else {
            out.println("What is to stand in " + report.configuration() + ":");
            out.print(report.settings());
        }
        out.flush();
        return report.isGood() ? 0 : 1;
    }

    private void print(List<RouteError> errors) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            try {
                out.println(new JsonMapper().writeValueAsString(Map.of("errors", errors)));
            } catch (JsonProcessingException e) {
                throw new UncheckedIOException(e);
            }
        } else {
            errors.forEach(error -> out.println(Excerpt.escaped(error.toString(), Integer.MAX_VALUE)));
        }
        out.flush();
    }
}
