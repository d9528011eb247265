package ordersystem.operations;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ordersystem order}: one order, while the customer is on the phone. */
@Command(name = "order", description = "Show, cancel or expedite one order of a running system.")
public final class OrderCommand {

    private final Supplier<ManagementClient> system;

    @Mixin
    private final Terminal terminal = new Terminal();

    /** @param system asked for when a command needs it */
    public OrderCommand(Supplier<ManagementClient> system) {
        this.system = system;
    }

    @Command(description = "Where an order stands, what happened to it, and its body.")
    void show(@Parameters(paramLabel = "ID", description = "Order id, or id of an invalid message.") String id) {
        terminal.show(system.get().get(path(id), Map.of()), this::story);
    }

    @Command(description = "Withdraw an order that waits or is on its way.")
    void cancel(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--note", paramLabel = "TEXT", required = true, description = "Why. Kept with the order.")
                    String note) {
        act(id, "cancel", note);
    }

    @Command(description = "Send an order on at once, in the high lane, with all its turns.")
    void expedite(
            @Parameters(paramLabel = "ID") String id,
            @Option(names = "--note", paramLabel = "TEXT", description = "Why. Kept with the order.") @Nullable
                    String note) {
        act(id, "expedite", note);
    }

    private void act(String id, String what, @Nullable String note) {
        Map<String, String> body = note == null ? Map.of() : Map.of("note", note);
        terminal.show(
                system.get().post(path(id) + "/" + what, body),
                answer -> terminal.line(standing(answer.path("order"))));
    }

    /** Where an order stands after somebody did something with it, in one line. */
    static String standing(JsonNode order) {
        Fields fields = new Fields(order);
        return fields.text("orderId") + " is " + fields.text("status")
                + fields.given("lane").map(lane -> " in lane " + lane).orElse("");
    }

    static String path(String id) {
        return "/api/orders/" + ManagementClient.segment(id);
    }

    private void story(JsonNode answer) {
        Fields order = new Fields(answer.path("order"));
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("order", order.text("orderId"));
        facts.put("status", order.text("status") + " since " + order.time("updatedAt"));
        order.given("lane").ifPresent(lane -> facts.put("lane", lane));
        order.given("place").ifPresent(place -> facts.put("queue", place));
        facts.put("failed turns", order.text("attempts"));
        order.given("due").ifPresent(due -> facts.put("next turn", order.time("due")));
        order.given("admission").ifPresent(why -> facts.put("admission", why));
        Table head = Table.plain();
        facts.forEach(head::row);
        Table story = Table.plain();
        new OrderStory(answer).events().forEach(event -> story.row(Fields.local(event.at()), event.what()));

        // Not cut: who asks for one order wants all of it.
        head.lines(Integer.MAX_VALUE).forEach(terminal::line);
        terminal.line("");
        story.lines(Integer.MAX_VALUE).forEach(terminal::line);
        terminal.line("");
        Fields whole = new Fields(answer);
        terminal.line(whole.given("body")
                .map(body -> "body (" + whole.text("bodyEncoding") + "):")
                .orElse("no body is kept"));
        whole.given("body").ifPresent(terminal::text);
    }
}
