package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ordersystem admission}: how many normal orders are deferred. */
@Command(
        name = "admission",
        description = "How normal orders are admitted by a running system under overload; none is dropped.")
public final class AdmissionCommand {

    private static final String PATH = "/api/admission";

    private final Supplier<ManagementClient> system;

    @Mixin
    private final Terminal terminal = new Terminal();

    /** @param system asked for when a command needs it */
    public AdmissionCommand(Supplier<ManagementClient> system) {
        this.system = system;
    }

    @Command(description = "The mode, the probability that a normal order is deferred, and the delay that it follows.")
    void status() {
        terminal.show(system.get().get(PATH, Map.of()), this::status);
    }

    @Command(description = "Let the probability follow the delay of normal orders. This is the default.")
    void auto() {
        terminal.show(system.get().post(PATH, Map.of("mode", "auto")), this::status);
    }

    @Command(description = "Defer nothing, on all instances, until told otherwise.")
    void off() {
        terminal.show(system.get().post(PATH, Map.of("mode", "off")), this::status);
    }

    @Command(description = "Defer so many of all normal orders, whatever the delay.")
    void fixed(@Parameters(paramLabel = "PROBABILITY", description = "0 to 1.") double probability) {
        terminal.show(system.get().post(PATH, Map.of("mode", "fixed", "probability", probability)), this::status);
    }

    private void status(JsonNode answer) {
        Fields fields = new Fields(answer);
        Table table = Table.plain();
        answer.fieldNames().forEachRemaining(name -> table.row(name, fields.time(name)));
        terminal.table(table);
    }
}
