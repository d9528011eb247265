package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ordersystem routes}: what became of the last edit of the route files, what ran, and the way back. */
@Command(
        name = "routes",
        description = "The route files of a running system. To check files without one: ordersystem check.")
public final class RoutesCommand {

    private static final String PATH = "/api/routes";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Supplier<ManagementClient> system;

    @Mixin
    private final Terminal terminal = new Terminal();

    /** @param system asked for when a command needs it */
    public RoutesCommand(Supplier<ManagementClient> system) {
        this.system = system;
    }

    @Command(description = "What became of the last edit, each error with its place, and what runs.")
    int status() {
        return show(system.get().get(PATH, Map.of()));
    }

    @Command(description = "The sets of route files that ran, the latest first.")
    void history() {
        terminal.show(system.get().get(PATH + "/history", Map.of()), answer -> {
            Table table = Table.headed("VERSION", "SINCE", "BY", "RUNS", "CHANGED");
            answer.path("versions").forEach(version -> {
                Fields fields = new Fields(version);
                table.row(
                        fields.text("version"),
                        fields.time("at"),
                        fields.text("by"),
                        version.path("running").asBoolean() ? "yes" : "",
                        String.join(", ", texts(version.path("changed"))));
            });
            terminal.table(table);
        });
    }

    @Command(
            description =
                    "Put a version back into the routes folder, and wait until it runs. What is there is put away in"
                            + " the data folder.")
    int rollback(
            @Parameters(
                            arity = "0..1",
                            paramLabel = "VERSION",
                            description =
                                    "Of the history. Without it: what runs, where the last edit does not run; else what"
                                            + " ran before.")
                    @Nullable
                    String version)
            throws InterruptedException {
        ManagementClient client = system.get();
        String to = client.post(PATH + "/rollback", version == null ? Map.of() : Map.of("version", version))
                .json()
                .path("version")
                .asText();
        terminal.progress("the files of " + to + " are back in the folder");
        CountDownLatch over = new CountDownLatch(1);
        long end = System.nanoTime() + LIMIT.toNanos();
        Answer answer = client.get(PATH, Map.of());
        while (!isOver(answer.json(), to) && System.nanoTime() < end) {
            over.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
            answer = client.get(PATH, Map.of());
        }
        return show(answer);
    }

    /** The same bytes have the same digest at the end of their version, whenever they began to run. */
    private static boolean isOver(JsonNode status, String version) {
        return status.path("state").asText().equals("APPLIED")
                && digest(status.path("running").asText()).equals(digest(version));
    }

    private static String digest(String version) {
        return version.substring(version.lastIndexOf('-') + 1);
    }

    /** @return 0 where the last edit runs */
    private int show(Answer answer) {
        terminal.show(answer, status -> {
            Fields fields = new Fields(status);
            Table table = Table.plain()
                    .row("state", fields.text("state"))
                    .row("edit", fields.time("at") + " by " + fields.text("by"))
                    .row("changed", String.join(", ", texts(status.path("files"))))
                    .row("running", fields.text("running") + " since " + fields.time("runningSince"));
            fields.given("reason").ifPresent(reason -> table.row("reason", reason));
            terminal.table(table);
            for (JsonNode error : status.path("errors")) {
                Fields each = new Fields(error);
                String place =
                        error.path("line").asInt() == 0 ? "" : ":" + each.text("line") + ":" + each.text("column");
                terminal.line(each.given("file").orElse("routes") + place + ": " + each.text("message"));
                each.given("text").ifPresent(text -> terminal.line("    " + text));
            }
        });
        return answer.json().path("state").asText().equals("APPLIED") ? 0 : 1;
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
