package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ordersystem fulfilment}: the maintenance switch. */
@Command(
        name = "fulfilment",
        description = "Pause and resume the fulfilment of a running system; orders are still taken in.")
public final class FulfilmentCommand {

    private static final String PATH = "/api/fulfilment";

    private final Supplier<ManagementClient> system;

    @Mixin
    private final Terminal terminal = new Terminal();

    /** @param system asked for when a command needs it */
    public FulfilmentCommand(Supplier<ManagementClient> system) {
        this.system = system;
    }

    @Command(description = "Whether orders are worked off, since when, and who or what says so.")
    void status() {
        terminal.show(system.get().get(PATH, Map.of()), this::status);
    }

    @Command(description = "Take orders in and work none off, until resumed.")
    void pause(@Option(names = "--note", paramLabel = "TEXT", required = true, description = "Why.") String note) {
        terminal.show(system.get().post(PATH + "/pause", Map.of("reason", note)), this::status);
    }

    @Command(description = "Work orders off again.")
    void resume() {
        terminal.show(system.get().post(PATH + "/resume", Map.of()), this::status);
    }

    private void status(JsonNode answer) {
        Fields fields = new Fields(answer);
        Table table = Table.plain();
        answer.fieldNames().forEachRemaining(name -> table.row(name, fields.time(name)));
        terminal.table(table);
    }
}
