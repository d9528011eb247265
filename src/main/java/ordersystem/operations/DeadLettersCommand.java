package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ordersystem dead-letters}: what waits for a person, and what people do with it. */
@Command(
        name = "dead-letters",
        description = "What waits for a person in a running system: list it, send it on, correct it, give it up.")
public final class DeadLettersCommand {

    private static final String PATH = "/api/dead-letters";
    private static final String REPLAYS = PATH + "/replays";
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);
    private static final String MOST = "100";

    private final Supplier<ManagementClient> system;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final Terminal terminal = new Terminal();

    /** @param system asked for when a command needs it */
    public DeadLettersCommand(Supplier<ManagementClient> system) {
        this.system = system;
    }

    @Command(description = "List dead letters by id, a page at a time.")
    void list(
            @Mixin Filter filter,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "FAILED: orders. INVALID: messages that are none.")
                    @Nullable
                    String state,
            @Option(names = "--limit", paramLabel = "N", description = "At most this many, 1 to 100; 20 if not given.")
                    @Nullable
                    Integer limit,
            @Option(names = "--after", paramLabel = "ID", description = "Go on after this one.") @Nullable
                    String after) {
        Map<String, Object> parameters = filter.fields();
        putGiven(parameters, "state", state);
        putGiven(parameters, "limit", limit);
        putGiven(parameters, "after", after);
        terminal.show(system.get().get(PATH, parameters), this::page);
    }

    private void page(JsonNode answer) {
        Table table = Table.headed("ID", "STATE", "LANE", "TURNS", "LAST FAILED", "REASON");
        for (JsonNode entry : answer.path("deadLetters")) {
            Fields letter = new Fields(entry);
            table.row(
                    letter.text("id"),
                    letter.text("state"),
                    letter.text("lane"),
                    letter.text("attempts"),
                    letter.time("lastFailedAt"),
                    letter.reason());
        }
        tableOr(answer.path("deadLetters"), table, "nothing waits for a person here");
        new Fields(answer).given("next").ifPresent(next -> terminal.line("There are more: --after " + next));
    }

    @Command(description = "Dead letters by exception and node, the largest group first.")
    void groups() {
        terminal.show(system.get().get(PATH + "/groups", Map.of("limit", MOST)), answer -> {
            Table table =
                    Table.headed("COUNT", "STATE", "FIRST SEEN", "LAST SEEN", "REASON TYPE", "REASON NODE", "SAMPLES");
            for (JsonNode entry : answer.path("groups")) {
                Fields group = new Fields(entry);
                table.row(
                        group.text("count"),
                        group.text("state"),
                        group.time("firstSeen"),
                        group.time("lastSeen"),
                        group.text("reasonType"),
                        group.text("reasonNode"),
                        String.join(" ", texts(entry.path("samples"))));
            }
            tableOr(answer.path("groups"), table, "nothing waits for a person");
        });
    }

    @Command(description = "Give dead letters all their turns once more, some each second.")
    void replay(
            @Mixin Choice choice,
            @Option(
                            names = "--per-second",
                            paramLabel = "N",
                            defaultValue = "50",
                            description = "Orders sent on a second, at most; ${DEFAULT-VALUE} if not given.")
                    int perSecond,
            @Option(names = "--note", paramLabel = "TEXT", description = "Why. Kept with each order.") @Nullable
                    String note,
            @Option(
                            names = "--wait",
                            description = "Show how far it is, each second, until the outcome of every order is known."
                                    + " Ctrl-C ends the showing, not the replay.")
                    boolean wait) {
        Map<String, Object> body = choice.fields();
        body.put("perSecond", perSecond);
        putGiven(body, "note", note);
        ManagementClient client = system.get();
        Answer answer = client.post(PATH + "/replay", body);
        if (choice.isDryRun()) {
            terminal.show(answer, this::dryRun);
            return;
        }
        Fields replay = new Fields(answer.json());
        String id = replay.text("id");
        if (wait) {
            ReplayWatch watch = new ReplayWatch(client, id, terminal::progress);
            terminal.show(watch.untilSettled(LOOK_AGAIN), settled -> {});
        } else {
            terminal.show(
                    answer,
                    started -> terminal.line("replay " + id + " of " + replay.text("chosen") + " orders has begun, "
                            + replay.text("perSecond") + " a second; see it with 'dead-letters replays " + id + "'"));
        }
    }

    @Command(description = "Replays, the latest first; or one of them.")
    void replays(
            @Parameters(paramLabel = "ID", arity = "0..1", description = "This replay only.") @Nullable String id,
            @Option(names = "--orders", description = "Each of its orders that were sent on, and what became of it.")
                    boolean orders) {
        if (id == null && orders) {
            throw new ParameterException(subcommand("replays"), "--orders needs the ID of a replay");
        }
        if (id == null) {
            terminal.show(system.get().get(REPLAYS, Map.of()), this::replays);
        } else if (orders) {
            ordersOf(path(id));
        } else {
            terminal.show(system.get().get(path(id), Map.of()), this::replay);
        }
    }

    private void replays(JsonNode answer) {
        Table table = Table.headed("ID", "STARTED", "BY", "STATUS", "SENT ON", "SUCCEEDED", "FAILED", "NOTE");
        for (JsonNode entry : answer.path("replays")) {
            Fields replay = new Fields(entry);
            Fields outcomes = replay.of("outcomes");
            table.row(
                    replay.text("id"),
                    replay.time("startedAt"),
                    replay.text("who"),
                    replay.text("status"),
                    replay.text("sentOn") + "/" + replay.text("chosen"),
                    outcomes.given("SUCCEEDED").orElse("0"),
                    outcomes.given("FAILED").orElse("0"),
                    replay.text("note"));
        }
        tableOr(answer.path("replays"), table, "nothing was replayed yet");
    }

    private void replay(JsonNode answer) {
        Fields replay = new Fields(answer);
        Table table = Table.plain();
        answer.fieldNames().forEachRemaining(name -> table.row(name, replay.time(name)));
        terminal.table(table);
    }

    /** All pages: one table, or each page as JSON on lines of its own. */
    private void ordersOf(String path) {
        ManagementClient client = system.get();
        Table table = Table.headed("ORDER", "OUTCOME");
        Map<String, Object> parameters = new LinkedHashMap<>(Map.of("limit", MOST));
        @Nullable String next;
        do {
            Answer page = client.get(path + "/orders", parameters);
            if (terminal.isJson()) {
                terminal.text(page.text());
            }
            for (JsonNode entry : page.json().path("orders")) {
                table.row(new Fields(entry).text("orderId"), new Fields(entry).text("outcome"));
            }
            next = new Fields(page.json()).given("next").orElse(null);
            putGiven(parameters, "after", next);
        } while (next != null);
        if (!terminal.isJson()) {
            terminal.table(table);
        }
    }

    @Command(name = "stop-replay", description = "Send no more of a replay on. What was sent on goes on.")
    void stopReplay(@Parameters(paramLabel = "ID") String id) {
        terminal.show(
                system.get().post(path(id) + "/cancel", Map.of()),
                answer -> terminal.line("replay " + id + " is " + new Fields(answer).text("status") + ", "
                        + new Fields(answer).text("sentOn") + " of " + new Fields(answer).text("chosen") + " sent on"));
    }

    @Command(description = "Give dead letters up. Their bodies are kept, and restore undoes it.")
    void discard(
            @Mixin Choice choice,
            @Option(names = "--note", paramLabel = "TEXT", required = true, description = "Why. Kept with each.")
                    String note) {
        Map<String, Object> body = choice.fields();
        body.put("note", note);
        Answer answer = system.get().post(PATH + "/discard", body);
        terminal.show(answer, json -> {
            if (choice.isDryRun()) {
                dryRun(json);
            } else {
                terminal.line(
                        new Fields(json).text("discarded") + " of " + new Fields(json).text("chosen") + " discarded");
            }
        });
    }

    @Command(description = "Undo a discard or a cancellation.")
    void restore(
            @Parameters(paramLabel = "ID", arity = "1..*") List<String> ids,
            @Option(names = "--note", paramLabel = "TEXT", description = "Why. Kept with each.") @Nullable
                    String note) {
        Map<String, Object> body = new LinkedHashMap<>(Map.of("ids", ids));
        putGiven(body, "note", note);
        terminal.show(
                system.get().post(PATH + "/restore", body),
                answer -> terminal.line(new Fields(answer).text("restored") + " restored"));
    }

    @Command(
            description = {
                "Give a waiting order a corrected body, and all its turns once more. The body it had is kept.",
                "For an invalid message: the order that it should have been is taken in.",
                "The body to correct: ordersystem order show ID --json | jq -r .body"
            })
    void edit(
            @Parameters(index = "0", paramLabel = "ID") String id,
            @Parameters(index = "1", paramLabel = "FILE", description = "The corrected order; - is standard input.")
                    String file,
            @Option(names = "--note", paramLabel = "TEXT", description = "Why. Kept with the order.") @Nullable
                    String note) {
        byte[] body;
        try {
            body = file.equals("-") ? System.in.readAllBytes() : Files.readAllBytes(Path.of(file));
        } catch (IOException e) {
            throw new ParameterException(subcommand("edit"), file + " cannot be read: " + e, e);
        }
        Map<String, Object> parameters = new LinkedHashMap<>();
        putGiven(parameters, "note", note);
        terminal.show(
                system.get().post(OrderCommand.path(id) + "/edit", parameters, body),
                answer -> terminal.line(OrderCommand.standing(answer.path("order"))));
    }

    private void dryRun(JsonNode answer) {
        terminal.line(new Fields(answer).text("chosen") + " chosen; a dry run, nothing was changed");
    }

    private void tableOr(JsonNode entries, Table table, String nothing) {
        if (entries.isEmpty()) {
            terminal.line(nothing);
        } else {
            terminal.table(table);
        }
    }

    private CommandLine subcommand(String name) {
        return Objects.requireNonNull(spec.commandLine().getSubcommands().get(name));
    }

    private static String path(String replay) {
        return REPLAYS + "/" + ManagementClient.segment(replay);
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }

    private static void putGiven(Map<String, Object> fields, String name, @Nullable Object value) {
        if (value != null) {
            fields.put(name, value);
        }
    }
}
